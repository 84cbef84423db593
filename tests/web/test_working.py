"""What people do on the pages: take facts in, withdraw them, close a month by two, tick a step, look after accounts."""

import re
from datetime import UTC, datetime, timedelta

from time_machine import TimeMachineFixture

from core.audit import SYSTEM
from core.clock import now, today
from core.database import raw
from months.models.life import ServiceMonth
from months.operations.releasing import release
from org.operations import accounts
from org.roles import Role
from org.sessions import TOKEN_PREFIX
from tests.cast import MONTH, PASSWORD, Cast
from tests.months.story import closed, closing_day
from tests.months.test_appeals import filed
from tests.web.reader import Reader, inspected

SHEET = "单位编码,指标,日期,数值,有效样本\nS2,VISIT,2026-10-20,96,60\n听雨路营业听,VISIT,2026-10-20,90,10\n"

IN_OCTOBER = datetime(2026, 10, 25, 4, tzinfo=UTC)
"""While the month runs: from its freeze on corrections and withdrawals go by change set."""


async def upload(reader: Reader, text: str = SHEET) -> str:
    """Upload a sheet and return the address of its preview."""
    token = re.search(r'name="csrf" value="([^"]*)"', await reader.read("/intake"))
    assert token is not None
    files = {"file": ("暗访.csv", text.encode("utf-8-sig"), "text/csv")}
    answer = await reader.post("/intake", data={"csrf": token.group(1), "source": "", "month": ""}, files=files)
    assert answer.status_code == 200, answer.text
    inspected(answer)
    return answer.url.path


async def test_a_sheet_is_shown_before_it_counts(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(await upload(reader))
    for words in ("入库前，先核对一遍", "名册里没有这个单位", "听雨路营业听", "只入库合格的"):
        assert words in html


async def test_a_name_is_decided_once_and_its_rows_come_back(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = await upload(reader)
    answer = await reader.submit(path, f"{path}/decide", {"raw": "听雨路营业听", "code": "S1"})
    assert "没有退回的行" in inspected(answer)


async def test_good_rows_are_taken_in_and_the_batch_can_be_withdrawn_as_a_whole(
    reader: Reader, story: Cast, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(IN_OCTOBER, tick=True)
    await reader.sign_in("sulan")
    path = await upload(reader)
    answer = await reader.submit(path, f"{path}/commit", {"good_rows_only": "1", "reason": "补录"})
    batch = answer.url.path
    assert batch.startswith("/intake/batches/")
    assert "已入库" in inspected(answer)
    answer = await reader.submit(batch, f"{batch}/withdraw", {"reason": "传错了"})
    assert "已撤回" in inspected(answer)


async def test_a_withdrawal_without_a_reason_is_refused_in_its_form(
    reader: Reader, story: Cast, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(IN_OCTOBER, tick=True)
    await reader.sign_in("sulan")
    path = await upload(reader)
    batch = (await reader.submit(path, f"{path}/commit", {"good_rows_only": "1", "reason": "补录"})).url.path
    answer = await reader.submit(batch, f"{batch}/withdraw", {"reason": " "})
    assert answer.status_code == 422
    assert "请写明原因" in inspected(answer)


async def test_an_odd_reading_said_to_be_wrong_is_refused_with_its_row(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = await upload(reader, SHEET.replace("S2,VISIT,2026-10-20,96", "S2,VISIT,2026-10-20,９６"))
    cause = re.search(r'name="cause" value="([^"]*)"', await reader.read(path))
    assert cause is not None
    marked = inspected(await reader.submit(path, f"{path}/misread", {"cause": cause.group(1)}))
    assert "标记为读错" in marked
    assert "= 可入库 0 + 退回 2 + 跳过 0" in marked
    restored = inspected(await reader.submit(path, f"{path}/misread", {"all_well": "1"}))
    assert "= 可入库 1 + 退回 1 + 跳过 0" in restored


async def test_a_batch_tells_what_it_did_and_gives_its_refused_rows_back(
    reader: Reader, story: Cast, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(IN_OCTOBER, tick=True)
    await reader.sign_in("sulan")
    path = await upload(reader)
    answer = await reader.submit(path, f"{path}/commit", {"good_rows_only": "1", "reason": "补录"})
    assert "入库 1 行，退回 1 行，早已在库 0 行" in inspected(answer)
    workbook = await reader.get(f"{answer.url.path}/refused.xlsx")
    assert workbook.content.startswith(b"PK")


async def test_nobody_sees_the_upload_of_another(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = await upload(reader)
    await reader.sign_in("tangyi")
    await reader.read(path, 404)


async def test_a_template_is_a_workbook(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    link = re.search(r'href="(/intake/templates/[^"]+)"', await reader.read("/intake"))
    assert link is not None
    answer = await reader.get(link.group(1).replace("&amp;", "&"))
    assert answer.content[:2] == b"PK"


async def test_two_people_close_a_month_on_its_page(reader: Reader, story: Cast) -> None:
    page = f"/months/{MONTH}"
    await reader.sign_in("sulan")
    html = await reader.read(page)
    waive = re.findall(r'name="waive" value="([^"]+)"', html)
    answer = await reader.submit(page, f"{page}/propose", {"waive": waive, "why": "来源停机，已核对"})
    assert "等待第二个人批准" in inspected(answer)
    answer = await reader.submit(page, f"{page}/approve", {})
    assert answer.status_code == 409
    assert "两个不同的人" in inspected(answer)
    await reader.sign_in("baishu")
    answer = await reader.submit(page, f"{page}/approve", {})
    assert "结果已封存" in inspected(answer), answer.text
    await reader.sign_in("heqing")
    assert "结果已公布" in inspected(await reader.submit(page, f"{page}/publish", {}))


def dead(html: str, label: str) -> bool:
    """Tell whether the button of that name stands there and cannot be pressed."""
    found = re.search(rf"<button([^>]*)>(?:(?!</button>).)*{label}", html, re.DOTALL)
    assert found is not None, label
    return " disabled" in found.group(1)


async def test_a_step_that_cannot_be_taken_says_why_before_it_is_clicked(reader: Reader, story: Cast) -> None:
    page = f"/months/{MONTH}"
    await closed(story)
    await reader.sign_in("heqing")
    assert not dead(await reader.read(page), "公布结果")
    await filed(story)
    html = await reader.read(page)
    assert dead(html, "公布结果")
    assert "还有1件申诉没有裁定" in html
    assert not dead(html, "重新打开本月")


async def test_who_closed_the_month_reads_why_another_person_has_to_open_it_again(reader: Reader, story: Cast) -> None:
    await closed(story)
    await accounts.grant(actor=SYSTEM, username="baishu", role=Role.HR, unit_code="YC")
    await reader.sign_in("baishu")
    html = await reader.read(f"/months/{MONTH}")
    assert dead(html, "公布结果")
    assert dead(html, "重新打开本月")
    assert "白书批准了关账" in html


async def test_the_host_reads_why_the_ceremony_cannot_be_ended(reader: Reader, story: Cast) -> None:
    at = now() + timedelta(days=1)
    await ServiceMonth.filter(month=MONTH).update(ceremony_at=at)
    await closed(story)
    await release(month=MONTH, actor=story.actor("heqing"), at=closing_day())
    await reader.sign_in("yaoxing")
    assert not dead(await reader.read(f"/months/{MONTH}/reveal"), "结束颁奖并公布")
    await filed(story)
    assert dead(await reader.read(f"/months/{MONTH}/reveal"), "结束颁奖并公布")


async def test_a_closed_month_goes_out_as_files_with_its_digest(reader: Reader, story: Cast) -> None:
    sealed = await closed(story)
    await reader.sign_in("sulan")
    assert sealed.digest[:4] in await reader.read(f"/exports?month={MONTH}")
    for kind, begins in (("xlsx", b"PK"), ("zip", b"PK"), ("json", b"{")):
        answer = await reader.get(f"/exports/{MONTH}.{kind}")
        assert answer.status_code == 200
        assert answer.content.startswith(begins)


async def test_winners_are_for_everybody_only_after_publication(reader: Reader, story: Cast) -> None:
    await closed(story)
    for username in ("linyue", "yaoxing"):
        await reader.sign_in(username)
        assert "奖项在结果公布后显示" in await reader.read(f"/awards?month={MONTH}")
    await reader.sign_in("sulan")
    assert "第 1 名" in await reader.read(f"/awards?month={MONTH}")


async def test_a_winner_cannot_tell_before_publication_by_having_failed_nothing(reader: Reader, story: Cast) -> None:
    await closed(story)
    await reader.sign_in("linyue")
    page = await reader.read(f"/awards?month={MONTH}&unit={story['S1']}")
    assert "条件全部达到" not in page
    assert 'id="why-not"' not in page


async def test_coaching_is_private_and_its_next_step_can_be_ticked(reader: Reader, story: Cast) -> None:
    await closed(story)
    await reader.sign_in("sulan")
    plans = re.findall(r'href="(/coaching/\d+)"', await reader.read("/coaching"))
    assert plans
    answer = await reader.submit(plans[0], f"{plans[0]}/steps/1", {"note": "培训 6 人"})
    assert "培训 6 人" in inspected(answer)
    await reader.sign_in("liyi")
    await reader.read(plans[0], 404)


async def test_a_step_is_ticked_only_where_the_role_that_ticks_it_holds(reader: Reader, story: Cast) -> None:
    await closed(story)
    await accounts.grant(actor=SYSTEM, username="baishu", role=Role.STORE_MANAGER, unit_code="S1")
    await reader.sign_in("baishu")
    async with raw() as connection:
        statement = "SELECT id FROM coaching_assignment WHERE unit_id <> $1 AND ended_at IS NULL ORDER BY id LIMIT 1"
        plan = await connection.fetchval(statement, story["S1"])
    page = await reader.read(f"/coaching/{plan}")
    assert "/steps/" not in page
    answer = await reader.submit("/account", f"/coaching/{plan}/steps/1", {"note": "done"})
    assert answer.status_code == 403


async def test_a_branch_manager_sees_the_ledger_of_a_department_without_its_place(reader: Reader, story: Cast) -> None:
    await reader.sign_in("chenmo")
    page = await reader.read(f"/departments/{story['NWD']}")
    assert "其他分公司" in page
    assert "部门总分 =" not in page
    answer = await reader.get(f"/api/v1/departments/{story['NWD']}")
    assert (answer.json()["card"]["total"], answer.json()["card"]["body"]["lines"]) == (None, [])


async def test_a_password_is_changed_and_other_browsers_are_out(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    fresh = "一句很好记的新密码 2026"
    answer = await reader.submit(
        "/account", "/account/password", {"current": PASSWORD, "fresh": fresh, "again": "别的"}
    )
    assert "两次输入的新密码不一样" in inspected(answer)
    answer = await reader.submit("/account", "/account/password", {"current": "错的", "fresh": fresh, "again": fresh})
    assert answer.status_code == 422
    answer = await reader.submit("/account", "/account/password", {"current": PASSWORD, "fresh": fresh, "again": fresh})
    assert "密码已修改" in inspected(answer)


async def test_a_key_is_shown_once(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(
        "/account", "/account/tokens", {"name": "报表", "days": "30", "actions": ["see_board"]}
    )
    assert "shf_" in inspected(answer)
    assert "shf_" not in await reader.read("/account")


async def test_signing_out_everywhere_ends_this_session_too(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    answer = await reader.submit("/account", "/account/sign-out-everywhere", {})
    assert answer.url.path == "/sign-in"
    assert (await reader.get("/account")).url.path == "/sign-in"


async def test_an_administrator_makes_an_account_gives_a_role_and_shuts_it(reader: Reader, story: Cast) -> None:
    await reader.sign_in("admin")
    answer = await reader.submit("/people", "/people", {"username": "newbie", "name": "新同事", "unit": ""})
    assert "newbie" in inspected(answer)
    answer = await reader.submit(
        "/people", "/people/grants", {"grant_username": "newbie", "role": "finance", "scope": "YC"}
    )
    assert "角色已授予" in inspected(answer)
    number = re.search(r"/people/(\d+)/disable", await reader.read("/people?q=newbie"))
    assert number is not None
    answer = await reader.submit("/people", f"/people/{number.group(1)}/disable", {})
    assert "账号已停用" in inspected(answer)


async def test_units_go_out_and_come_in_as_the_same_sheet(reader: Reader, story: Cast) -> None:
    await reader.sign_in("admin")
    sheet = (await reader.get("/units/export.csv")).content
    token = re.search(r'name="csrf" value="([^"]*)"', await reader.read("/units"))
    assert token is not None
    answer = await reader.post(
        "/units", data={"csrf": token.group(1)}, files={"file": ("units.csv", sheet, "text/csv")}
    )
    assert "单位已导入" in inspected(answer), answer.text[answer.text.find("note bad") :][:900]


async def test_the_completeness_page_tells_what_a_gap_would_mean(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(f"/completeness?month={MONTH}&card=storefront&cell={story['S1']}.VISIT")
    assert "到关账仍不够时" in html
    assert str(today().year) in html


async def test_a_form_sent_twice_has_one_effect_and_one_answer(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read("/intake")
    keys = {name: re.search(f'name="{name}" value="([^"]*)"', html) for name in ("csrf", "once")}
    sent = {name: found.group(1) for name, found in keys.items() if found}
    assert len(sent) == len(keys)
    files = {"file": ("twice.csv", SHEET.encode("utf-8-sig"), "text/csv")}
    first = await reader.post("/intake", data={**sent, "source": "", "month": ""}, files=files)
    again = await reader.post("/intake", data={**sent, "source": "", "month": ""}, files=files)
    assert first.url.path.startswith("/intake/uploads/")
    assert again.url.path == first.url.path


async def test_a_form_that_was_changed_is_a_wish_of_its_own(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read("/account")
    key = re.search(r'name="once" value="([^"]*)"', html)
    assert key is not None
    wish = {"once": key.group(1), "name": "one", "days": "9", "actions": "see_board"}
    assert TOKEN_PREFIX in inspected(await reader.submit("/account", "/account/tokens", wish))
    again = await reader.submit("/account", "/account/tokens", wish)
    assert again.status_code == 409
    assert "已经建好" in inspected(again)
    other = await reader.submit("/account", "/account/tokens", {**wish, "name": "two"})
    assert other.status_code == 200


async def test_the_theme_of_the_rules_is_proposed_for_the_next_month(
    reader: Reader, story: Cast, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(datetime(2026, 9, 4, 4, tzinfo=UTC), tick=True)
    await reader.sign_in("sulan")
    assert '<option value="SIGNAL" selected>' in await reader.read("/months")


async def test_a_month_is_called_off_only_with_a_reason(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    theme = re.search(r'<select[^>]*name="theme"[^>]*><option value="([^"]*)"', await reader.read("/months"))
    assert theme is not None
    planned = await reader.submit("/months", "/months", {"month": "202812", "theme": theme.group(1)})
    path = planned.url.path
    refused = await reader.submit(path, f"{path}/cancel", {"reason": " "})
    assert refused.status_code == 422
    assert "请写明取消的理由" in inspected(refused)
    called_off = inspected(await reader.submit(path, f"{path}/cancel", {"reason": "系统割接"}))
    assert "取消：系统割接" in called_off


async def test_the_trail_tells_who_did_what_and_is_filtered(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = await upload(reader)
    await reader.submit(path, f"{path}/commit", {"good_rows_only": "1", "reason": "补录暗访"})
    await reader.sign_in("baishu")
    html = await reader.read("/audit?kind=import_batch&actor=sulan")
    for words in ("事实入库", "补录暗访", "暗访.csv"):
        assert words in html
    assert "没有符合的改动" in await reader.read("/audit?kind=import_batch&actor=nobody")


async def test_the_trail_is_for_those_who_audit(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    await reader.read("/audit", 403)

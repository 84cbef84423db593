"""A year is planned on its page, a month on its form with the checks beside it, two people let it hold, all can read it."""

import html
import re
from collections.abc import Iterator

import msgspec
import pytest
import time_machine

from months.operations import announcing
from months.operations.plans import save_plan
from months.queries import plans
from months.queries.activities import records
from months.queries.calendar import month_row
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.web.reader import Reader

AHEAD = 202611
UNREAD = 'class="unread"'
PLAN, YEAR = f"/months/{MONTH}/plan", "/plans/2026"
NOW = during(202609, 10)
FIELD = re.compile(r'<(?:input|textarea)[^>]*\bname="([^"]+)"[^>]*>')


@pytest.fixture(autouse=True)
def september() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def form_of(page: str) -> dict[str, list[str]]:
    """Return the fields of the plan's form as a browser would send them."""
    inner = page.split('id="plan-form"', 1)[1].split("</form>", 1)[0]
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", inner):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name.group(1) != "csrf" and ("checkbox" not in tag or " checked" in tag):
            fields.setdefault(name.group(1), []).append(html.unescape(value.group(1)) if value else "")
    for name_, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', inner):
        fields[name_] = [html.unescape(text)]
    for name_, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', inner, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name_] = [chosen.group(1) if chosen else ""]
    return fields


async def test_the_year_is_planned_by_one_button(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    assert "未计划" in await reader.read(YEAR)
    answer = await reader.submit(YEAR, f"{YEAR}/fill", {"from": "themes"})
    assert "已排好" in answer.text
    assert "微笑服务月" in answer.text
    assert await plans.draft_of(MONTH) is not None


async def test_a_plan_saved_as_it_stands_is_the_same_plan(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    page = await reader.read(PLAN)
    answer = await reader.submit(PLAN, PLAN, form_of(page))
    assert "计划已保存" in answer.text
    first = await plans.draft_of(MONTH)
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    second = await plans.draft_of(MONTH)
    assert first is not None
    assert second is not None
    assert second.plan == first.plan
    assert second.revision == 2


async def test_ticking_nothing_anew_keeps_the_order_that_the_rules_have(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    first = await plans.draft_of(MONTH)
    assert first is not None
    backwards = msgspec.structs.replace(
        first.plan,
        doubled=first.plan.doubled[::-1],
        activities=tuple(msgspec.structs.replace(one, kinds=one.kinds[::-1]) for one in first.plan.activities),
    )
    await save_plan(month=MONTH, plan=backwards, revision=first.revision, actor=cast.actor("sulan"))
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    second = await plans.draft_of(MONTH)
    assert second is not None
    assert second.plan == backwards
    assert second.plan != first.plan


def asked(page: str) -> str:
    """Return the line of the notices that asks for a second person."""
    return next(line for line in page.split("<li") if "等待第二人批准" in line)


async def test_the_second_person_is_told_until_somebody_has_approved(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    await announcing.propose_announcement(month=MONTH, actor=cast.actor("sulan"))
    assert "等待第二人批准" not in await reader.read("/notices")
    await reader.sign_in("heqing")
    assert "提请发布2026年10月的计划，等待第二人批准" in await reader.read("/notices")
    assert UNREAD in asked(await reader.read("/notices"))
    await announcing.announce(month=MONTH, actor=cast.actor("baishu"))
    assert UNREAD not in asked(await reader.read("/notices"))


async def test_the_checks_beside_the_form_name_every_kind_without_a_theme(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    fields = form_of(await reader.read(PLAN))
    bare = {name: value for name, value in fields.items() if name != "doubled" and not name.startswith("a0.")}
    answer = await reader.submit(PLAN, f"{PLAN}/check", bare)
    assert answer.text.count("既没有加倍指标，也没有活动") > 3
    assert "处要改才能发布" in answer.text
    assert await plans.draft_of(MONTH) is None


async def test_what_is_typed_and_not_saved_is_said_beside_the_button_that_proposes(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    fields = form_of(await reader.read(PLAN))
    assert "还没有保存" not in (await reader.submit(PLAN, f"{PLAN}/check", fields)).text
    answer = await reader.submit(PLAN, f"{PLAN}/check", fields | {"notice_days": ["5"]})
    assert "改动还没有保存" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("multiplier", "many", "应填数"),
        ("multiplier", "1e999999999", "应填数"),
        ("multiplier", "NaN", "应填数"),
        ("freeze_at", "tomorrow", "不是有效的日期"),
        ("freeze_at", "9999-12-31T23:59", "年份在 2000 到 2099 之间"),
        ("appeals_on", "2026-02-31", "不是有效的日期"),
        ("budget", "-5", "应填数"),
        ("notice_days", "99999999999", "应填数"),
        ("a0.points", "0.005", "两位小数"),
        ("a0.points", "1e30", "分值不超过"),
        ("a0.code", "<script>", "只用字母"),
        ("left_out", "S1,' OR 1=1", "没有编码或名称为"),
        ("title_en", "", "中文和英文都要写"),
    ],
)
async def test_what_cannot_be_read_is_named_and_nothing_breaks(
    reader: Reader, cast: Cast, field: str, value: str, reason: str
) -> None:
    await reader.sign_in("sulan")
    fields = form_of(await reader.read(PLAN)) | {field: [value]}
    answer = await reader.submit(PLAN, f"{PLAN}/check", fields)
    assert answer.status_code == 200
    assert reason in answer.text
    assert "<script>" not in answer.text
    saved = await reader.submit(PLAN, PLAN, fields)
    assert saved.status_code < 500


async def test_a_form_far_too_large_is_refused(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(PLAN, f"{PLAN}/check", {"kinds": ["x"] * 2000})
    assert answer.status_code in {400, 422}


async def test_two_people_announce_and_then_everybody_reads_the_rules(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    await reader.read(f"/months/{MONTH}/rules", 404)
    proposed = await reader.submit(PLAN, f"{PLAN}/propose", {})
    assert "等待另一个人批准" in proposed.text
    assert "批准并发布" not in proposed.text
    await reader.sign_in("heqing")
    assert "已批准" in (await reader.submit(PLAN, f"{PLAN}/approve", {})).text
    assert (await month_row(MONTH)).state == "announced"
    await reader.sign_in("zhouhe")
    page = await reader.read(f"/months/{MONTH}/rules")
    assert "谁参加" in page
    assert "第 1 版" in page


async def test_an_announced_plan_changes_by_a_new_version_with_notice(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    await reader.sign_in("sulan")
    fields = form_of(await reader.read(PLAN)) | {"notice_days": ["5"]}
    await reader.submit(PLAN, PLAN, fields)
    refused = await reader.submit(PLAN, f"{PLAN}/propose", {})
    assert "请用中文和英文写明" in refused.text
    notice = {"notice_zh": "公示延长到五个工作日。", "notice_en": "The notice lasts five working days."}
    await reader.submit(PLAN, f"{PLAN}/propose", notice)
    assert (await month_row(MONTH)).notice_days == 3
    await reader.sign_in("heqing")
    await reader.submit(PLAN, f"{PLAN}/approve", {})
    assert (await month_row(MONTH)).notice_days == 5
    assert "公示延长到五个工作日" in await reader.read(f"/months/{MONTH}/rules")


async def test_the_second_person_reads_the_notice_and_what_changes(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)) | {"notice_days": ["5"]})
    notice = {"notice_zh": "公示延长到五个工作日。", "notice_en": "The notice lasts five working days."}
    await reader.submit(PLAN, f"{PLAN}/propose", notice)
    assert "待批准" in await reader.read(f"/plans/{MONTH // 100}")
    await reader.sign_in("heqing")
    page = await reader.read(PLAN)
    for words in (
        *notice.values(),
        "<del>结果公示 3 个工作日，之后兑现奖励。</del>",
        "<ins>结果公示 5 个工作日，之后兑现奖励。</ins>",
        "等待批准。</span>",
    ):
        assert words in page


async def test_a_plan_that_says_what_holds_is_not_called_ready(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    await reader.sign_in("sulan")
    assert "与现行版本相同，没有要提请的。" in await reader.read(PLAN)


async def test_what_a_running_month_may_not_change_is_said_while_it_is_typed(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    with time_machine.travel(during(MONTH, 20), tick=True):
        await reader.sign_in("sulan")
        fields = form_of(await reader.read(PLAN))
        for changed in ({"multiplier": ["3"]}, {"left_out": ["S4"]}):
            answer = await reader.submit(PLAN, f"{PLAN}/check", fields | changed)
            assert "只能通过变更集修改" in answer.text


async def test_a_unit_that_does_not_take_part_may_be_written_by_its_name(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)) | {"left_out": ["拾光里营业厅"]})
    assert "本月不参加的单位：拾光里营业厅。" in answer.text
    found = await plans.draft_of(MONTH)
    assert found is not None
    assert found.plan.left_out == ("S4",)


async def test_the_rules_of_a_running_month_stay_and_its_dates_move_only_ahead(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    with time_machine.travel(during(MONTH, 20), tick=True):
        await reader.sign_in("sulan")
        notice = {"notice_zh": "改。", "notice_en": "Changed."}
        fields = form_of(await reader.read(PLAN))
        await reader.submit(PLAN, PLAN, fields | {"multiplier": ["3"]})
        refused = (await reader.submit(PLAN, f"{PLAN}/propose", notice)).text
        assert "只能通过变更集修改" in refused
        assert 'maxlength="4000">Changed.</textarea>' in refused
        again = form_of(await reader.read(PLAN)) | {"multiplier": ["2"], "freeze_at": ["2026-10-10T12:00"]}
        await reader.submit(PLAN, PLAN, again)
        assert "已过的日期不能改" in (await reader.submit(PLAN, f"{PLAN}/propose", notice)).text


async def test_a_month_is_copied_under_its_own_theme(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)) | {"notice_days": ["7"]})
    there = f"/months/{AHEAD}/plan"
    answer = await reader.submit(there, f"{there}/copy", {"source": str(MONTH), "keep_theme": "yes"})
    assert "计划已保存" in answer.text
    found = await plans.draft_of(AHEAD)
    assert found is not None
    assert (found.plan.theme, found.plan.notice_days) == ("SMILING", 7)


async def test_nobody_but_planners_sees_a_plan_that_is_not_announced(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("linyue")
    assert (await reader.get(PLAN)).status_code == 403
    assert (await reader.get(f"/api/v1/months/{MONTH}/plan")).status_code == 404
    assert (await reader.get(YEAR)).status_code == 403


async def test_a_clerk_records_on_the_page_and_the_manager_checks_it_there(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    page = f"/months/{MONTH}/activities"
    with time_machine.travel(during(MONTH, 20), tick=True):
        await reader.sign_in("zhouhe")
        fields = {
            "activity": "likes", "unit": str(cast["P-zhouhe"]), "on": "2026-10-12", "count": "3", "note": "<b>三位</b>",
        }  # fmt: skip
        answer = await reader.submit(page, page, fields)
        assert "待审核" in answer.text
        assert "<b>三位</b>" not in answer.text
        [record] = await records(MONTH)
        await reader.sign_in("linyue")
        done = await reader.submit(page, f"/activities/{record.id}/check", {"act": "accept"})
        assert "审核已记录" in done.text
        assert [one.state for one in await records(MONTH)] == ["valid"]


@pytest.mark.parametrize(
    "fields",
    [
        {"unit": "0"}, {"unit": "99999999999"}, {"count": "0"}, {"count": "many"}, {"on": "2026-13-01"}, {"on": "2026-11-01"},
        {"activity": "x' OR 1=1"}, {"note": "x" * 600}, {"unit": "1"},
    ],
)  # fmt: skip
async def test_hostile_records_are_refused_with_a_sentence(reader: Reader, cast: Cast, fields: dict[str, str]) -> None:
    await told.plan(cast)
    page = f"/months/{MONTH}/activities"
    with time_machine.travel(during(MONTH, 20), tick=True):
        await reader.sign_in("zhouhe")
        good = {"activity": "likes", "unit": str(cast["P-zhouhe"]), "on": "2026-10-12", "count": "1"}
        answer = await reader.submit(page, page, good | fields)
        assert 400 <= answer.status_code < 500
        assert await records(MONTH) == ()


async def test_the_interface_plans_checks_and_tells(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    token = (await reader.get("/api/v1/me")).json()["csrf_token"]
    reader.headers["x-csrf-token"] = token
    made = await reader.post("/api/v1/years/2026/plan", json={"source": "themes"})
    assert made.json() == {"months": [MONTH]}, made.text
    found = (await reader.get(f"/api/v1/months/{MONTH}/plan")).json()
    assert (found["version"], found["revision"], found["problems"]) == (1, 1, [])
    bad = found["plan"] | {"freeze_at": "2026-10-28T10:00:00", "multiplier": "1e999999"}
    refused = await reader.put(f"/api/v1/months/{MONTH}/plan", json={"revision": 1, "plan": bad})
    assert refused.status_code in {400, 422}, refused.text
    kept = await reader.put(
        f"/api/v1/months/{MONTH}/plan", json={"revision": 1, "plan": found["plan"] | {"notice_days": 4}}
    )
    assert kept.json() == {"month": MONTH, "revision": 2}
    again = await reader.put(f"/api/v1/months/{MONTH}/plan", json={"revision": 1, "plan": found["plan"]})
    assert again.status_code == 409


async def test_the_proposer_cannot_approve_by_the_address_either(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    await reader.submit(PLAN, PLAN, form_of(await reader.read(PLAN)))
    await announcing.propose_announcement(month=MONTH, actor=cast.actor("sulan"))
    answer = await reader.submit(PLAN, f"{PLAN}/approve", {})
    assert "两个不同的人" in answer.text
    assert (await month_row(MONTH)).state == "draft"


async def test_evidence_is_kept_and_handed_to_those_whose_business_it_is(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    page, photo = f"/months/{MONTH}/activities", b"\x89PNG\r\n\x1a\n" + b"0" * 40
    with time_machine.travel(during(MONTH, 20), tick=True):
        await reader.sign_in("zhouhe")
        fields = {"activity": "likes", "unit": str(cast["P-zhouhe"]), "on": "2026-10-12", "count": "1"}
        wrong = await reader.submit(page, page, fields, files={"evidence": ("a.png", b"<html>", "image/png")})
        assert "内容须与扩展名相符" in wrong.text
        await reader.submit(page, page, fields, files={"evidence": ("盲点.png", photo, "image/png")})
        [record] = await records(MONTH)
        assert record.evidence_name == "盲点.png"
        path = f"/activities/{record.id}/evidence"
        answer = await reader.get(path)
        assert answer.content == photo
        assert answer.headers["content-disposition"].startswith("attachment")
        await reader.sign_in("linyue")
        assert (await reader.get(path)).content == photo
        await reader.sign_in("gaoyuan")
        assert (await reader.get(path)).status_code == 404

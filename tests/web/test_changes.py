"""Pages of change sets: proposed on a form, read with whom it moves, applied by a second person; nobody else gets near."""

import pytest

from leaderboards.queries.snapshots import forget
from months.changes import preview as previews
from months.changes.payloads import Kind
from months.operations import changes
from months.operations.changes import propose
from months.queries.changes import change
from months.queries.changes import changes as rows
from months.simulation.findings import Row, places_first
from tests.api.test_watching import planted
from tests.cast import MONTH, Cast, day
from tests.months.story import published
from tests.web.reader import Reader, inspected

NEW = "/changes/new/adjustment"
FIELDS = {"month": str(MONTH), "title": "抢险加分", "unit": "S3", "points": "1.5", "why": "台风期间坚持营业"}


async def proposed(reader: Reader) -> str:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, NEW, FIELDS)
    assert "预览，尚未生效" in inspected(answer)
    return str(answer.url.path)


async def test_a_proposal_shows_its_preview_when_the_worker_has_made_it(reader: Reader, story: Cast) -> None:
    path = await proposed(reader)
    assert "马上开始试算" in await reader.read(path)
    number = int(path.rsplit("/", 1)[1])
    await changes.work(number)
    html = await reader.read(f"{path}?kind=storefront&side=gains")
    for words in ("谁升谁降", "总分和名次有变的单位", "晴岚桥营业厅", "变更要由两个不同的人完成", "加减分 +1.50"):
        assert words in html
    assert (await reader.get(f"{path}/files/xlsx")).headers["content-type"].startswith("application/vnd.openxml")
    assert "总分 变更后" in (await reader.get(f"{path}/files/csv")).text.splitlines()[0]


async def test_a_second_person_applies_what_was_seen_and_it_can_be_undone(reader: Reader, story: Cast) -> None:
    path = await proposed(reader)
    number = int(path.rsplit("/", 1)[1])
    await changes.work(number)
    await reader.sign_in("baishu")
    stale = await reader.submit(path, f"{path}/apply", {"digest": "0" * 64})
    assert "预览已经过时" in inspected(stale)
    seen = (await change(number)).preview_digest or ""
    assert "变更已生效" in inspected(await reader.submit(path, f"{path}/apply", {"digest": seen}))
    forget()
    assert "已撤销" in inspected(await reader.submit(path, f"{path}/cancel", {"why": "再核"}))


async def test_a_wrong_form_keeps_what_was_written(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, NEW, {**FIELDS, "unit": "S99"})
    assert "没有编码或全称为“S99”的单位" in inspected(answer)
    assert "抢险加分" in answer.text
    assert await rows() == ()


async def test_the_form_offers_what_there_is_to_choose(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    html = await reader.read(f"/changes/new/quarantine?month={MONTH}")
    assert '<option value="VISIT">VISIT ' in html
    assert 'type="date"' in html
    assert 'name="rule_book"' in await reader.read(f"/changes/new/rules?month={MONTH}")


async def test_a_unit_is_found_by_its_full_name_too(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, NEW, {**FIELDS, "unit": "晴岚桥营业厅"})
    assert "晴岚桥营业厅" in inspected(answer)
    assert answer.url.path.startswith("/changes/")
    assert len(await rows()) == 1


async def test_whoever_proposes_a_quarantine_goes_on_to_its_change_set(reader: Reader, story: Cast) -> None:
    path = f"/months/{MONTH}/watch/{await planted(story)}"
    await reader.sign_in("sulan")
    answer = await reader.submit(path, path, {"act": "quarantine", "why": "与录像不符"})
    assert answer.url.path.startswith("/changes/")
    number = int(answer.url.path.rpartition("/")[2])
    assert f"变更 CS-{number:04d}" in await reader.read(path)
    await reader.sign_in("baishu")
    assert "有 1 个变更等待第二人决定" in await reader.read("/")


async def test_a_quarantine_of_all_that_follows_says_from_which_day_on(reader: Reader, story: Cast) -> None:
    payload = {"kpi": "VISIT", "unit_id": story["S1"], "first_on": day(1)}
    number = await propose(
        month=MONTH, kind=Kind.QUARANTINE, payload=payload, title="隔离", why="与录像不符", actor=story.actor("sulan")
    )
    await reader.sign_in("baishu")
    assert f"自 {day(1)} 起" in await reader.read(f"/changes/{number}")


async def test_a_correction_that_cannot_be_taken_in_says_why(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = "/changes/new/correction"
    record = {"unit": "S3", "kpi": "VISIT", "on": f"{MONTH // 100}-{MONTH % 100:02d}-08", "numerator": "8"}
    told = {"month": str(MONTH), "title": "更正", "why": "登记有误", **record, "denominator": "0"}
    answer = await reader.submit(path, path, told)
    await changes.work(int(answer.url.path.rsplit("/", 1)[1]))
    html = await reader.read(answer.url.path)
    assert "分母必须大于 0" in html
    assert "预览，尚未生效" not in html


@pytest.mark.parametrize("username", ["zhouhe", "linyue", "chenmo", "guwei", "fangzhi", "yaoxing"])
async def test_nobody_below_the_organisers_reads_change_sets(reader: Reader, story: Cast, username: str) -> None:
    path = await proposed(reader)
    await reader.sign_in(username)
    for address in ("/changes", path, f"{path}/progress", f"/api/v1{path}", f"/api/v1{path}/preview"):
        assert (await reader.get(address)).status_code in {403, 404}


@pytest.mark.parametrize("kind", ["adjustment", "exclusion", "red_line", "correction", "late_data", "quarantine", "membership", "rules", "naming"])  # fmt: skip
async def test_every_kind_has_a_form(reader: Reader, story: Cast, kind: str) -> None:
    await reader.sign_in("sulan")
    await reader.read(f"/changes/new/{kind}?month={MONTH}")


async def test_winners_are_named_one_a_line_and_the_page_says_who_they_are(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = f"/changes/new/naming?month={MONTH}"
    assert '<option value="star">主题之星</option>' in await reader.read(path)
    fields = {"month": str(MONTH), "title": "评定主题之星", "award": "star", "units": "T1\n", "why": "上报盲点最多"}
    answer = await reader.submit(path, "/changes/new/naming", fields)
    assert "评定奖项 · 主题之星" in inspected(answer)


async def test_the_awards_of_a_running_month_lead_the_organiser_to_naming_winners(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    assert f"/changes/new/naming?month={MONTH}" in await reader.read(f"/awards?month={MONTH}")
    await reader.sign_in("zhouhe")
    assert "/changes/new/naming" not in await reader.read(f"/awards?month={MONTH}")


async def test_a_late_import_that_nobody_chose_is_asked_for_in_words(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = "/changes/new/late_data"
    answer = await reader.submit(path, path, {"month": str(MONTH), "title": "补计", "why": "晚到"})
    assert "请选择一个迟到的导入" in inspected(answer)


async def test_points_with_three_decimals_are_refused_with_what_to_write(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    assert "请写至多两位小数的数" in inspected(await reader.submit(NEW, NEW, {**FIELDS, "points": "1.555"}))


async def test_an_import_without_a_file_is_called_by_the_way_it_came(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = "/changes/new/correction"
    record = {"unit": "S3", "kpi": "VISIT", "on": f"{MONTH // 100}-{MONTH % 100:02d}-01", "numerator": "80"}
    told = {"month": str(MONTH), "title": "更正", "why": "登记有误", **record, "denominator": "1"}
    number = int((await reader.submit(path, path, told)).url.path.rsplit("/", 1)[1])
    seen = previews.digest(await changes.preview(number))
    await changes.apply(change_id=number, preview_digest=seen, actor=story.actor("baishu"))
    assert "变更集" in await reader.read("/intake")


async def test_a_unit_that_is_left_without_a_place_is_named_among_those_who_lose(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    told = {**FIELDS, "unit": "S2", "what": "award"}
    answer = await reader.submit("/changes/new/exclusion", "/changes/new/exclusion", told)
    await changes.work(int(answer.url.path.rsplit("/", 1)[1]))
    html = await reader.read(f"{answer.url.path}?kind=storefront&side=loses")
    assert "2 → –" in html[html.index("总分和名次有变的单位") :]


def test_who_is_displaced_stands_before_small_changes_of_totals() -> None:
    small, displaced = (Row(MONTH, 1, "A", 9_000, 9_001, 5, 5), Row(MONTH, 2, "A", 9_500, 9_500, 1, 2))
    assert places_first([small, displaced]) == [displaced, small]


async def test_a_move_in_the_middle_of_a_month_says_from_when_it_counts(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = "/changes/new/membership"
    told = {"month": str(MONTH), "title": "划转", "why": "调整", "unit": "S3", "parent": "B1"}
    later = await reader.submit(path, path, {**told, "on": f"{MONTH // 100}-{MONTH % 100:02d}-15"})
    assert "下个月起生效" in inspected(later)
    first = await reader.submit(path, path, {**told, "on": f"{MONTH // 100}-{MONTH % 100:02d}-01"})
    assert "下个月起生效" not in inspected(first)


async def test_the_form_says_that_rules_of_a_published_month_stand(reader: Reader, story: Cast) -> None:
    await published(story)
    await reader.sign_in("sulan")
    assert "已公布的月份不再改规则" in await reader.read(f"/changes/new/rules?month={MONTH}")
    assert "另立重述版" in await reader.read(f"/changes/new/correction?month={MONTH}")

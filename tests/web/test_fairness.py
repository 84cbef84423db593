"""How sure places are, who is left out, what the check of rules says: as people read and write it on the pages."""

import re

from core.audit import Actor
from leaderboards.operations import range_places
from leaderboards.queries.snapshots import expire, forget
from months.operations import changes
from months.operations.changing import hearing
from months.queries.changes import change, hearings
from tests.cast import MONTH, Cast
from tests.web.reader import Reader, inspected

EXCEPTIONS = f"/months/{MONTH}/exceptions"


async def ranges() -> None:
    assert await range_places(MONTH)
    forget()
    expire()


async def test_a_board_says_how_sure_its_places_are_once_that_is_known(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = f"/boards?kind=clerk&month={MONTH}"
    assert "可能的真实名次" not in await reader.read(path)
    await ranges()
    html = await reader.read(path)
    assert "可能的真实名次（把握95%）" in html
    assert re.search(r'class="range"><span aria-hidden="true">\d+–\d+</span>', html)


async def test_a_unit_page_tells_the_margin_and_whom_it_cannot_be_told_apart_from(reader: Reader, story: Cast) -> None:
    await ranges()
    await reader.sign_in("sulan")
    html = await reader.read(f"/units/{story['S1']}?month={MONTH}")
    assert re.search(r"±\d+\.\d\d", html)
    assert "总分的抽样误差为" in html


async def test_the_interface_gives_best_worst_and_to_managers_the_margin(reader: Reader, story: Cast) -> None:
    await ranges()
    await reader.sign_in("linyue")
    rows = (await reader.get(f"/api/v1/boards/storefront?month={MONTH}")).json()["rows"]
    own = next(row for row in rows if row.get("code") == "S1")
    assert own["best"] <= own["rank"] <= own["worst"]
    assert own["margin"]
    assert not any("margin" in row for row in rows if row.get("code") != "S1")


async def test_the_tag_of_an_answer_changes_when_ranges_arrive(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = f"/api/v1/boards/storefront?month={MONTH}"
    before = (await reader.get(path)).headers["etag"]
    await ranges()
    answer = await reader.get(path, headers={"if-none-match": before})
    assert answer.status_code == 200


async def applied(reader: Reader, path: str) -> str:
    """Let the change set at an address count, as a second person after the hearing, and return its page."""
    number = int(path.rsplit("/", 1)[1])
    await changes.preview(number)
    for one in await hearings(number):
        await hearing.answer(hearing_id=one.id, agrees=True, text="", actor=Actor(1, "S2"))
    await reader.sign_in("baishu")
    seen = (await change(number)).preview_digest or ""
    return inspected(await reader.submit(path, f"{path}/apply", {"digest": seen}))


async def left_out(reader: Reader) -> str:
    await reader.sign_in("sulan")
    fields = {"unit": "S2", "what": "award", "reason": "火灾后停业"}
    answer = await reader.submit(EXCEPTIONS, f"/months/{MONTH}/exclusions", fields)
    return str(answer.url.path)


async def test_a_unit_is_left_out_by_two_people(reader: Reader, story: Cast) -> None:
    path = await left_out(reader)
    assert "火灾后停业" in await reader.read(EXCEPTIONS)
    assert "变更要由两个不同的人完成" in await reader.read(path)
    assert "变更已生效" in await applied(reader, path)
    forget()
    html = await reader.read(f"/boards?kind=storefront&month={MONTH}")
    assert "本月不参评" in html
    assert "火灾后停业（苏岚提议，白书批准）" in await reader.read(f"/units/{story['S2']}?month={MONTH}")


async def test_an_exclusion_ends_with_its_reason(reader: Reader, story: Cast) -> None:
    await applied(reader, await left_out(reader))
    await reader.sign_in("sulan")
    number = re.search(r'name="lift" value="(\d+)"', await reader.read(EXCEPTIONS))
    assert number is not None
    path = f"/months/{MONTH}/exclusions"
    fields = {"lift": number.group(1), "reason": " "}
    assert "请写明名称和理由" in inspected(await reader.submit(EXCEPTIONS, path, fields))
    answer = await reader.submit(EXCEPTIONS, path, {**fields, "reason": "提前开业"})
    await applied(reader, str(answer.url.path))
    assert "提前开业" in await reader.read(EXCEPTIONS)


async def test_points_are_added_with_a_reason_and_wrong_ones_refused_in_words(reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    path = f"/months/{MONTH}/adjustments"
    bad = await reader.submit(EXCEPTIONS, path, {"unit": "S2", "points": "很多", "reason": "好人好事"})
    assert "加减分要写成数" in inspected(bad)
    unknown = await reader.submit(EXCEPTIONS, path, {"unit": "S99", "points": "1", "reason": "好人好事"})
    assert "没有编码为" in inspected(unknown)
    good = await reader.submit(
        EXCEPTIONS, path, {"unit": "S2", "points": "-1.5", "reason": "迟报", "evidence": "通报 3 号"}
    )
    assert "\N{MINUS SIGN}1.50" in inspected(good)
    assert "-1.50" not in await reader.read(EXCEPTIONS)
    await applied(reader, str(good.url.path))
    html = await reader.read(EXCEPTIONS)
    assert "−1.50" in html
    assert "通报 3 号" in html


async def test_hr_and_auditor_may_decide_and_not_propose(reader: Reader, story: Cast) -> None:
    for username in ("heqing", "baishu"):
        await reader.sign_in(username)
        html = await reader.read(EXCEPTIONS)
        assert "本月没有排除任何单位" in html
        assert 'name="points"' not in html


async def test_those_who_write_rules_are_shown_what_the_check_says(reader: Reader, story: Cast) -> None:
    for username in ("heqing", "sulan", "baishu"):
        await reader.sign_in(username)
        assert "/rules/check?month=" in await reader.read(f"/rules?month={MONTH}")
        html = await reader.read(f"/rules/check?month={MONTH}")
        assert "能排名" in html


async def test_others_are_not_led_to_the_check(reader: Reader, story: Cast) -> None:
    await reader.sign_in("zhouhe")
    assert "/rules/check" not in await reader.read(f"/rules?month={MONTH}")
    assert (await reader.get("/rules/check")).status_code == 403


async def test_the_interface_tells_the_findings_with_their_places(reader: Reader, story: Cast) -> None:
    await reader.sign_in("heqing")
    found = (await reader.get(f"/api/v1/months/{MONTH}/rules/check")).json()["problems"]
    assert {"ranked_share", "few_ranked"} & {one["code"] for one in found}
    assert all(one["sentence"]["zh"] and one["sentence"]["en"] for one in found)

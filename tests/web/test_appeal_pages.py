"""Pages of appeals: filed with evidence from one's own line, unseen by strangers, decided elsewhere."""

from collections.abc import Iterator

import pytest
import time_machine

from months.queries.appeals import appeals, files
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, during, facts, scored
from tests.memory import forget
from tests.web.reader import Reader, inspected

SHEET = ("排队明细.csv", "票号,等候\nA1,3\n".encode(), "text/csv")


@pytest.fixture(autouse=True)
def during_the_month() -> Iterator[None]:
    """A day of the month, when it takes appeals."""
    with time_machine.travel(during(MONTH, 20), tick=True):
        yield


def new_of(cast: Cast) -> str:
    return f"/appeals/new?month={MONTH}&unit={cast.units['S1']}&kpi=VISIT"


async def filed(reader: Reader, cast: Cast, sheet: tuple[str, bytes, str] = SHEET) -> str:
    await reader.sign_in("linyue")
    fields = {
        "month": str(MONTH), "unit": str(cast.units["S1"]), "kpi": "VISIT", "ground": "data_error", "claimed": "98",
        "told": "抄错了一张表",
    }  # fmt: skip
    answer = await reader.submit(new_of(cast), "/appeals/new", fields, files=[("evidence", sheet)])
    inspected(answer)
    return str(answer.url.path)


async def test_the_form_names_the_last_day_of_appeals_by_itself(reader: Reader, story: Cast) -> None:
    await reader.sign_in("linyue")
    assert "申诉期到 11月4日 23:59。" in await reader.read(new_of(story))


async def test_an_own_line_is_disputed_with_a_file(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    html = await reader.read(path)
    for words in ("抄错了一张表", "排队明细.csv", "已提交", "98", "撤回申诉"):
        assert words in html
    number = int(path.rsplit("/", 1)[1])
    sent = await reader.get(f"{path}/evidence/{(await files(number))[0].id}")
    assert sent.content == SHEET[1]
    assert sent.headers["content-disposition"].startswith("attachment")
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert path in await reader.read("/appeals")
    assert path in await reader.read(f"/units/{story.units['S1']}/kpis/VISIT?month={MONTH}")
    assert "名次可能变动" in await reader.read(f"/units/{story.units['S1']}?month={MONTH}")


@pytest.mark.parametrize("username", ["guwei", "yaoxing"])
async def test_strangers_learn_nothing_of_an_appeal(reader: Reader, story: Cast, username: str) -> None:
    path = await filed(reader, story)
    number = int(path.rsplit("/", 1)[1])
    await reader.sign_in(username)
    for address in (path, f"{path}/evidence/{(await files(number))[0].id}", new_of(story)):
        assert (await reader.get(address)).status_code == 404
    assert path not in await reader.read("/appeals")


async def test_a_judge_takes_it_up_and_denies_it_with_a_reason(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("sulan")
    assert "提交裁定" in inspected(await reader.submit(path, f"{path}/review", {}))
    wish = {"decision": "denied", "reason": "与原表一致"}
    waiting = inspected(await reader.submit(path, f"{path}/decision", wish))
    assert "等候复核" in waiting
    assert f"{path}/second-look" not in waiting
    await reader.sign_in("heqing")
    assert "与原表一致" in inspected(await reader.submit(path, f"{path}/second-look", {"agrees": "yes"}))
    listed = await reader.read("/appeals")
    assert "已裁定 1 件，成立 0%" in listed
    assert "不成立" in listed
    assert not any(word in listed for word in ("已告知", "VISIT"))


async def test_an_upheld_appeal_leads_to_its_change_set(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("sulan")
    await reader.submit(path, f"{path}/review", {})
    wish = {"decision": "upheld", "reason": "属实", "remedy": "adjustment", "points": "0.5"}
    await reader.submit(path, f"{path}/decision", wish)
    await reader.sign_in("heqing")
    assert "+0.50" in await reader.read(path), "who confirms a decision sees what it changes"
    html = inspected(await reader.submit(path, f"{path}/second-look", {"agrees": "yes"}))
    (row,) = await appeals(month=MONTH)
    assert f"/changes/{row.change_set_id}" in html


async def test_an_upheld_appeal_without_a_value_is_sent_back(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("sulan")
    await reader.submit(path, f"{path}/review", {})
    wish = {"decision": "upheld", "reason": "属实", "remedy": "correction"}
    answer = await reader.submit(path, f"{path}/decision", wish)
    assert "请写明更正后的数值" in inspected(answer)
    assert [row.state for row in await appeals(month=MONTH)] == ["under_review"]


async def test_who_filed_it_neither_decides_nor_needs_it_any_longer(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    assert (await reader.submit(path, f"{path}/review", {})).status_code in {403, 404}
    assert "已撤回" in inspected(await reader.submit(path, f"{path}/withdrawal", {}))


async def test_a_file_that_is_not_what_its_name_says_is_refused(reader: Reader, story: Cast) -> None:
    await filed(reader, story, ("单据.pdf", b"<script>alert(1)</script>", "application/pdf"))
    assert await appeals(month=MONTH) == ()


async def test_the_board_tells_those_who_decide_whose_place_may_change_and_nobody_else(
    reader: Reader, story: Cast
) -> None:
    await filed(reader, story)
    board = f"/boards?month={MONTH}&kind=storefront"
    assert "申诉中，名次可能变动" not in await reader.read(board)
    await reader.sign_in("sulan")
    assert "申诉中，名次可能变动：听雨路营业厅" in await reader.read(board)


async def test_of_many_facts_the_newest_are_shown_and_the_others_are_counted(reader: Reader, story: Cast) -> None:
    await facts([Fact("S1", "VISIT", day(number), 90, 1) for number in range(2, 16)])
    await scored(MONTH)
    forget()
    path = await filed(reader, story)
    html = await reader.read(path)
    assert "10月15日" in html
    assert "10月2日" not in html
    assert "另有 3 条较早的" in html

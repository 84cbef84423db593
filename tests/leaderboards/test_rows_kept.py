"""A board that takes the place of another: rows on which nothing has changed are taken over, and read as if made anew."""

import itertools

import pytest

from core.steps import at_once
from leaderboards.board_rows import Ranking, Row
from leaderboards.month_board import MonthBoard
from leaderboards.operations import range_places, recompute, refresh
from leaderboards.queries.loading import load
from leaderboards.rankings import by_total
from org.visibility import Scope
from tests import factories
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october
from tests.leaderboards.test_boards import ALL

NOBODY = Scope()


def _rows(ranking: Ranking, scope: Scope) -> tuple[Row, ...]:
    return ranking.rows(scope, range(len(ranking.entries)))


def _read(board: MonthBoard, card: str, before: Ranking | None = None) -> Ranking:
    ranking = by_total(board, card, None)
    ranking.follow((), before)
    for scope in (NOBODY, ALL):
        _rows(ranking, scope)
    return ranking


async def test_what_is_scored_anew_with_the_same_result_is_not_made_anew(cast: Cast) -> None:
    await october.told(october.everything())
    before, after = await load(await recompute(MONTH), {}), await load(await recompute(MONTH), {})
    earlier = _read(before, "storefront")
    at_once(after.sharing(before))
    later = _read(after, "storefront", earlier)
    assert after.by_unit[cast["S1"]] is before.by_unit[cast["S1"]]
    assert later.full_rows[0] is earlier.full_rows[0]


@pytest.mark.parametrize("card", ["storefront", "clerk"])
@pytest.mark.parametrize(("unit", "kpi", "value"), [("S1", "VISIT", 3), ("S4", "VISIT", 100), ("P-wutong", "SAT", 1)])
async def test_after_a_change_the_rows_are_those_of_a_board_read_for_the_first_time(
    cast: Cast, card: str, unit: str, kpi: str, value: int
) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    before = await load(await refresh(MONTH, [cast["S1"]]), {})
    earlier = _read(before, card)
    await factories.facts([Fact(unit, kpi, day(12), value, 10)])
    number = await refresh(MONTH, [cast[unit]])
    after, alone = await load(number, {}), await load(number, {})
    at_once(after.sharing(before))
    later, anew = _read(after, card, earlier), _read(alone, card)
    for scope in (NOBODY, ALL):
        assert _rows(later, scope) == _rows(anew, scope)


async def test_no_chain_of_boards_is_held_in_memory(cast: Cast) -> None:
    await october.told(october.everything())
    boards = [await load(await recompute(MONTH), {}) for _ in range(3)]
    rankings = [_read(boards[0], "storefront")]
    for before, after in itertools.pairwise(boards):
        at_once(after.sharing(before))
        rankings.append(_read(after, "storefront", rankings[-1]))
    assert boards[2].before is boards[1]
    assert boards[1].before is None
    assert rankings[1].before is None


async def test_ranges_hold_over_a_board_that_was_stored_as_a_whole(cast: Cast) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    before = await load(await recompute(MONTH), {})
    before.told_ranges = (await load(await _ranged(), {})).ranges
    after = await load(await recompute(MONTH), {})
    at_once(after.sharing(before))
    assert {unit: after.told_range(unit) for unit in before.told_ranges} == before.told_ranges != {}
    assert not after.ranged


async def _ranged() -> int:
    number = await recompute(MONTH)
    await range_places(MONTH)
    return number

"""Few facts in a month that this process holds: only what changed is written, and readers see the whole."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from core.database import raw
from leaderboards.month_board import Standing
from leaderboards.operations import range_places, recompute, refresh
from leaderboards.queries import followed
from leaderboards.queries.loading import load
from leaderboards.queries.snapshots import forget, month_board
from leaderboards.queries.standings import parts_of, standings
from leaderboards.queries.stored import lines_of
from scoring.operations.events import adjust_points
from tests import factories
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october

WHOLE = "unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, breakers, processes, lines"


@pytest.fixture(autouse=True)
async def _nothing_held() -> AsyncIterator[None]:
    followed.forget()
    yield
    followed.forget()


async def _rows(snapshot_id: int) -> dict[int, tuple[object, ...]]:
    async with raw() as connection:
        return {row["unit_id"]: tuple(row.values()) for row in await standings(connection, snapshot_id, WHOLE)}


async def _parts(snapshot_id: int) -> int:
    async with raw() as connection:
        return len(await parts_of(connection, snapshot_id))


def _runs(runs: Mapping[Any, Sequence[Standing]]) -> dict[Any, list[Standing]]:
    return {key: list(run) for key, run in runs.items()}


async def _held(cast: Cast) -> None:
    """October is told, and this process holds it."""
    await october.told(october.everything())
    await refresh(MONTH, [cast["S1"]])


async def test_a_moved_month_reads_like_one_scored_anew(cast: Cast) -> None:
    await _held(cast)
    await factories.facts([Fact("P-wutong", "SAT", day(9), 70, 10)])
    moved = await refresh(MONTH, [cast["P-wutong"]])
    assert await _parts(moved) == 2
    assert await _rows(moved) == await _rows(await recompute(MONTH))


async def test_a_chain_of_moves_reads_like_one_scored_anew(cast: Cast) -> None:
    await _held(cast)
    for number in range(4):
        await factories.facts([Fact(f"S{number % 2 + 1}", "VISIT", day(10 + number), 70 + number * 7, 1)])
        moved = await refresh(MONTH, [cast[f"S{number % 2 + 1}"]])
    assert await _parts(moved) == 5
    assert await lines_of(moved) == await lines_of(await recompute(MONTH))


async def test_a_reader_that_knows_the_board_before_takes_only_what_changed(cast: Cast) -> None:
    await _held(cast)
    before = await month_board(MONTH)
    await factories.facts([Fact("S4", "VISIT", day(11), 100, 1), Fact("S4", "SMILE", day(11), 90, 90)])
    await refresh(MONTH, [cast["S4"]])
    followed_on = await month_board(MONTH)
    forget()
    anew = await month_board(MONTH)
    assert followed_on is not before
    assert dict(followed_on.by_unit) == dict(anew.by_unit)
    assert _runs(followed_on.by_card) == _runs(anew.by_card)
    assert _runs(followed_on.by_group) == _runs(anew.by_group)


async def test_other_points_beside_the_card_make_the_month_be_held_anew(cast: Cast) -> None:
    await _held(cast)
    await adjust_points(unit_id=cast["S2"], month=MONTH, points=100, reason="帮助邻厅", actor=cast.actor("sulan"))
    moved = await refresh(MONTH, [cast["S1"]])
    assert await _parts(moved) == 1
    assert await _rows(moved) == await _rows(await recompute(MONTH))


async def test_until_new_ranges_are_known_those_hold_of_whoever_has_the_same_total(cast: Cast) -> None:
    await _held(cast)
    assert await range_places(MONTH)
    forget()
    before = await month_board(MONTH)
    assert before.ranged
    await factories.facts([Fact("P-wutong", "SAT", day(9), 70, 10)])
    after = await load(await refresh(MONTH, [cast["P-wutong"]]), {before.snapshot_id: before})
    changed = {unit for unit, one in after.by_unit.items() if one.total != before.by_unit[unit].total}
    assert not after.ranged
    assert cast["P-wutong"] in changed & before.ranges.keys()
    told = {unit: after.told_range(unit) for unit in before.ranges}
    assert told == {unit: None if unit in changed else one for unit, one in before.ranges.items()}
    assert not after.ranges

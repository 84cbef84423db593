"""How sure places are: worked out beside the scoring, the same again for closed months, and told without a leak."""

import msgspec
import pytest
from msgspec import structs

from core.database import raw
from leaderboards.month_board import MonthBoard
from leaderboards.operations import range_places, recompute
from leaderboards.queries.boards import _page, board, place
from leaderboards.queries.cards import card
from leaderboards.queries.snapshots import forget, month_board
from leaderboards.queries.stored import months_without_ranges
from leaderboards.ranges import UnitRange, packed_ranges, unit_ranges
from leaderboards.rankings import by_total, by_values
from org.visibility import Scope
from tests import cast as cast_module
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.leaderboards import october, test_boards
from tests.leaderboards.test_boards import ALL, TWELVE, scope
from tests.servers import unguard


def ranged(totals: list[int], ranges: dict[int, tuple[int, int]]) -> MonthBoard:
    """Return the halls of the board tests with the places that each may truly have."""
    plain = test_boards.board(totals)
    known = {unit: UnitRange(9_000, 186, best, worst, best, worst) for unit, (best, worst) in ranges.items()}
    return MonthBoard(
        snapshot_id=plain.snapshot_id, month=plain.month, made_at="", detail=plain.detail, standings=plain.by_unit.values(), ranges=known
    )  # fmt: skip


WIDE = {unit: (max(1, unit - 3), min(12, unit + 3)) for unit in range(1, 13)}


def rows_of(of: MonthBoard, viewer: Scope) -> list[dict[str, object]]:
    return [msgspec.to_builtins(row) for row in _page(by_total(of, "hall", None), viewer, "month", "hall", 0, 50).rows]


def test_a_board_tells_the_places_that_each_unit_may_truly_have() -> None:
    told = rows_of(ranged(TWELVE, WIDE), ALL)
    assert [(row["best"], row["worst"]) for row in told[:3]] == [(1, 4), (1, 5), (1, 6)]
    assert told[0]["margin"] == "1.86"


def test_a_hidden_row_tells_neither_range_nor_margin() -> None:
    for row in rows_of(ranged(TWELVE, WIDE), scope(1))[8:]:
        assert row.keys() == {"rank", "hidden", "bottom"}


def test_the_range_of_a_named_row_never_reaches_among_hidden_names() -> None:
    told = rows_of(ranged(TWELVE, WIDE), scope(1))
    assert [row["worst"] for row in told[5:8]] == [8, 8, 8]
    assert "margin" not in told[5]


def test_what_is_hidden_moves_nothing_that_a_stranger_reads() -> None:
    seen = set()
    for shift in range(5):
        ranges = {unit: (best, min(12, worst + shift) if worst > 8 else worst) for unit, (best, worst) in WIDE.items()}
        totals = [*TWELVE[:8], *(total - shift * 10 for total in TWELVE[8:])]
        of = ranged(totals, {**ranges, **dict.fromkeys(range(9, 13), (9 - shift, 12))})
        seen.add(msgspec.json.encode(rows_of(of, scope())))
    assert len(seen) == 1


def test_a_unit_of_the_bottom_third_reads_its_own_range_whole() -> None:
    own = rows_of(ranged(TWELVE, WIDE), scope(10))[9]
    assert (own["best"], own["worst"], own["margin"]) == (7, 12, "1.86")


def test_boards_by_another_measure_tell_no_range() -> None:
    of = ranged(TWELVE, WIDE)
    found = by_values(of, "hall", None, dict(enumerate(TWELVE, 1)), "P")
    page = _page(found, ALL, "month", "hall", 0, 50)
    assert {row.worst for row in page.rows} == {None}
    assert not page.ranged


@pytest.mark.parametrize("value", [UnitRange(1, 2, 3, 4, 5, 6), UnitRange(2**50, 12_000, 1, 300_000, 1, 9)])
def test_ranges_come_back_from_their_bytes(value: UnitRange) -> None:
    assert unit_ranges([packed_ranges([(7, *structs.astuple(value))])]) == {7: value}


async def kept(snapshot_id: int) -> list[bytes]:
    async with raw() as connection:
        rows = await connection.fetch(
            "SELECT packed FROM snapshot_range WHERE snapshot_id = $1 ORDER BY card", snapshot_id
        )
    return [row[0] for row in rows]


async def test_ranges_are_there_once_somebody_has_worked_them_out(cast: Cast) -> None:
    await october.told(october.everything())
    before = await board(ALL, card="clerk", month=MONTH)
    assert not before.ranged
    assert await range_places(MONTH)
    forget()
    after = await board(ALL, card="clerk", month=MONTH)
    assert after.ranged
    assert all(row.best <= row.rank <= row.worst for row in after.rows if row.rank and row.best and row.worst)
    assert any(row.best != row.worst for row in after.rows)


async def test_the_place_the_card_and_the_board_tell_one_range(cast: Cast) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    forget()
    found, whole = await place(ALL, unit_id=cast["S1"], month=MONTH), await card(cast["S1"], month=MONTH)
    assert whole.reach is not None
    assert (found.row.best, found.row.worst) == (whole.reach.best, whole.reach.worst)
    assert whole.reach.margin > 0


async def test_the_same_facts_give_the_same_ranges(cast: Cast) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    one = await kept((await month_board(MONTH)).snapshot_id)
    second = await recompute(MONTH)
    forget()
    await range_places(MONTH)
    assert one == await kept(second)
    assert one


async def test_a_month_that_has_been_scored_anew_waits_for_new_ranges(cast: Cast) -> None:
    await october.told(october.everything())
    await range_places(MONTH)
    assert MONTH not in await months_without_ranges(during(MONTH, 300))
    snapshot_id = await recompute(MONTH)
    forget()
    assert (await months_without_ranges(during(MONTH, 3_000)))[MONTH] == snapshot_id
    assert not (await month_board(MONTH)).ranged


async def test_a_closed_month_has_its_ranges_and_gives_the_same_again(cast: Cast) -> None:
    await cast_module.plan(cast)
    await cast_module.believable()
    await october.scored(MONTH)
    await cast_module.close(cast)
    forget()
    found = await month_board(MONTH, inner=True)
    assert found.sealed
    assert found.ranged
    sealed = await kept(found.snapshot_id)
    async with raw() as connection:
        await unguard(connection, "snapshot_range")
        await connection.execute("DELETE FROM snapshot_range WHERE snapshot_id = $1", found.snapshot_id)
    assert await range_places(MONTH)
    assert await kept(found.snapshot_id) == sealed

"""Snapshots as they lie in the database: standings are made when asked for, and are those that were stored."""

import msgspec
import pytest

from core.database import copy_out, raw
from leaderboards.crowds import crowd_among
from leaderboards.moves import Move
from leaderboards.queries.snapshots import forget, month_board
from leaderboards.ranges import UnitRange
from leaderboards.rankings import by_total
from leaderboards.stored_board import StoredBoard
from leaderboards.stored_rows import COPIED, Change, stored_rows
from tests.cast import MONTH, Cast
from tests.leaderboards import october


async def _board() -> StoredBoard:
    await october.told(october.everything())
    forget()
    found = await month_board(MONTH)
    assert isinstance(found, StoredBoard)
    return found


@pytest.mark.usefixtures("cast")
async def test_what_is_known_before_standings_are_made_is_what_they_say() -> None:
    board = await _board()
    boards = [*((code, None) for code in board.by_card), *board.by_group]
    before = {key: board.crowd(*key) for key in boards}
    assert not board.units.made
    for key, known in before.items():
        anew = crowd_among(by_total(board, *key).entries)
        assert dict(known.at) == anew.at
        assert (known.ranks, known.nameless, known.ranked) == (anew.ranks, anew.nameless, anew.ranked)


async def test_a_standing_is_made_once(cast: Cast) -> None:
    board = await _board()
    assert board.by_unit[cast["S1"]] is board.by_unit[cast["S1"]]
    assert list(board.units.made) == [cast["S1"]]


async def test_nobody_has_the_standing_of_a_unit_that_is_not_there(cast: Cast) -> None:
    board = await _board()
    assert 999_999 not in board.by_unit
    assert board.by_unit.get(999_999) is None
    assert board.by_unit.get(cast["S1"]) is not None


async def test_rows_that_differ_in_width_are_refused(cast: Cast) -> None:
    board = await _board()
    narrow = COPIED.replace("measures", f"CASE WHEN unit_id = {cast['S1']} THEN measures ELSE '' END")
    statement = f"SELECT {narrow} FROM standing WHERE snapshot_id = $1 AND card = $2"
    async with raw() as connection:
        copied = await copy_out(connection, statement, board.snapshot_id, board.heads["storefront"].number)
    with pytest.raises(ValueError, match="differ in width"):
        list(stored_rows(copied))


async def test_a_range_known_before_is_told_as_long_as_the_place_lies_within(cast: Cast) -> None:
    board = await _board()
    unit = cast["S1"]
    row = board.rows[unit]
    around = UnitRange(
        variance=4, margin=2, best=row.rank, worst=row.rank, peer_best=row.peer_rank, peer_worst=row.peer_rank
    )
    board.told_ranges = {unit: around}
    assert board.told_range(unit) == around
    board.told_ranges = {unit: msgspec.structs.replace(around, best=row.rank + 1, worst=row.rank + 2)}
    assert board.told_range(unit) is None


async def test_a_row_stands_where_it_was_moved_to_until_it_is_written_anew(cast: Cast) -> None:
    board = await _board()
    unit = cast["S1"]
    row = board.rows[unit]
    moved = board.rows.changed(Change({}, {unit: Move(unit, 7, 6, 5, 4, row.flags)}))
    assert (moved[unit].pos, moved[unit].rank, moved[unit].total) == (7, 6, row.total)
    assert moved.changed(Change({unit: row}, {}))[unit] == row

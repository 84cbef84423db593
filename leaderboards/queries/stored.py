"""Whole snapshots for those who close, reward, coach and export: boards that may be missing, lines of many units."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from core.database import inside_transaction, raw
from core.gathering import Gathering
from leaderboards.month_board import MonthBoard
from leaderboards.queries.known import shown_of
from leaderboards.queries.snapshots import month_board, whole
from scoring.packing import PackedLine, UnitLines

_LINES = "SELECT unit_id, lines FROM standing WHERE snapshot_id = ANY (parts_of($1))"


class Whole(NamedTuple):
    """A snapshot read whole: its board, and the lines of all units."""

    board: MonthBoard
    lines: UnitLines


async def read_whole(snapshot_id: int) -> Whole:
    """Return a snapshot as it is stored, read once for all that a closing makes of it."""
    return Whole(await whole(snapshot_id), await lines_of(snapshot_id))


async def lines_of(snapshot_id: int, unit_ids: Collection[int] | None = None) -> UnitLines:
    """Return the lines of some units, or of all, in the order of their cards."""
    async with raw() as connection:
        if unit_ids is None:
            rows = await connection.fetch(f"{_LINES} ORDER BY snapshot_id", snapshot_id)
        else:
            some = f"{_LINES} AND unit_id = ANY ($2) ORDER BY snapshot_id"
            rows = await connection.fetch(some, snapshot_id, sorted(unit_ids))
    return UnitLines(dict(map(tuple, rows)))


async def lines_of_one(snapshot_id: int, unit_id: int) -> Sequence[PackedLine]:
    """Return the lines of one unit; many who ask at once cost one question. Without such a unit there are none."""
    if inside_transaction():
        return (await lines_of(snapshot_id, [unit_id])).get(unit_id, ())
    return await _each.one((snapshot_id, unit_id)) or ()


async def _of_each(asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Sequence[PackedLine]]:
    found: dict[tuple[int, int], Sequence[PackedLine]] = {}
    for snapshot_id in {number for number, _ in asked}:
        units = [unit for number, unit in asked if number == snapshot_id]
        found |= {(snapshot_id, unit): kept for unit, kept in (await lines_of(snapshot_id, units)).items()}
    return found


_each: Gathering[tuple[int, int], Sequence[PackedLine]] = Gathering(_of_each)


async def months_without_ranges(before: datetime) -> dict[int, int]:
    """Return by month the snapshots made before a moment of which it is not known yet how sure their places are."""
    statement = """
        SELECT h.month, s.id FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id WHERE s.made_at < $1
        AND NOT EXISTS (SELECT FROM snapshot_range r WHERE r.snapshot_id = s.id) ORDER BY h.month DESC
    """
    async with raw() as connection:
        return dict(map(tuple, await connection.fetch(statement, before)))


async def shown_board(month: int) -> MonthBoard | None:
    """Return the board of a month as everybody sees it this instant: what later months are held against."""
    async with raw() as connection:
        snapshot_id = (await shown_of(connection, month)).snapshot_id
    return None if snapshot_id is None else await month_board(snapshot_id=snapshot_id)


async def board_or_none(month: int) -> MonthBoard | None:
    """Return the newest board of a month as it is this instant, whoever asks; None when it has none."""
    async with raw() as connection:
        snapshot_id = await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", month)
    return None if snapshot_id is None else await month_board(snapshot_id=snapshot_id)

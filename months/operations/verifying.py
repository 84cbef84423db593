"""Checking stored boards against the facts: scored again aside, compared, and thrown away."""

import msgspec

import leaderboards.operations
from core.database import Connection, raw, transaction
from leaderboards.queries.standings import standings
from months.queries import calendar
from scoring.operations.fold import fold_month

_COLUMNS = "unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, breakers, processes, lines"


class Difference(msgspec.Struct, frozen=True):
    """A board that does not follow from the facts, and how many of its rows differ."""

    month: int
    rows: int


class _NeverKeptError(Exception):
    """Ends the transaction of a trial, so that nothing of it stays."""


async def differing_boards() -> tuple[Difference, ...]:
    """Return the open months whose board differs from the one that their facts give now; closed ones have their digest."""
    found = [await _difference(row.month) for row in await calendar.months() if not row.final]
    return tuple(one for one in found if one is not None and one.rows)


async def _difference(month: int) -> Difference | None:
    """Fold and score a month in a transaction that never commits."""
    rows = 0
    try:
        async with transaction(), raw() as connection:
            head = await _head(connection, month)
            if head is None:
                return None
            await fold_month(month=month)
            trial = await leaderboards.operations.recompute(month)
            rows = len(await _rows(connection, head) ^ await _rows(connection, trial))
            raise _NeverKeptError  # noqa: TRY301 - ends the trial, whose answer is already known
    except _NeverKeptError:
        return Difference(month=month, rows=rows)


async def _rows(connection: Connection, snapshot_id: int) -> set[tuple[object, ...]]:
    return {tuple(row.values()) for row in await standings(connection, snapshot_id, _COLUMNS)}


async def _head(connection: Connection, month: int) -> int | None:
    found = await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", month)
    return None if found is None else int(found)

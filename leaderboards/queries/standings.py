"""Stored standings of a snapshot: whole ones as they lie, others put together from the snapshots they consist of."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.database import Connection
from leaderboards.moves import Move, moves

COLUMNS = "unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, processes"
_PARTS = "SELECT parts_of($1)"
_MOVES = "SELECT snapshot_id, moves FROM snapshot_delta WHERE snapshot_id = ANY ($1::int4[])"
Row = Mapping[str, Any]


async def parts_of(connection: Connection, snapshot_id: int) -> list[int]:
    """Return the snapshots that a snapshot consists of: a whole one, then what changed, itself last."""
    return list(await connection.fetchval(_PARTS, snapshot_id))


async def standings(connection: Connection, snapshot_id: int, columns: str = COLUMNS) -> list[Row]:
    """Return the rows of a snapshot, in no order that means anything."""
    parts = await parts_of(connection, snapshot_id)
    if len(parts) == 1:
        return list(await _rows(connection, snapshot_id, columns))
    moved = dict(map(tuple, await connection.fetch(_MOVES, parts)))
    found: dict[int, Row] = {}
    places: dict[int, Move] = {}
    for part in parts:
        fresh = {row["unit_id"]: row for row in await _rows(connection, part, columns)}
        found |= fresh
        places = {unit: move for unit, move in places.items() if unit not in fresh}
        places |= {move.unit_id: move for move in moves(moved.get(part, b""))}
    return [placed(row, places[unit]) if unit in places else row for unit, row in found.items()]


def placed(row: Row, move: Move) -> Row:
    """Return a row that stands elsewhere now."""
    ranks = {"rank": move.rank or None, "peer_rank": move.peer_rank or None}
    return {**row, **ranks, "pos": move.pos, "peer_pos": move.peer_pos, "flags": move.flags}


async def _rows(connection: Connection, snapshot_id: int, columns: str) -> Sequence[Row]:
    statement = f"SELECT {columns} FROM standing WHERE snapshot_id = $1"  # noqa: S608 - columns written in the program
    return await connection.fetch(statement, snapshot_id)  # type: ignore[no-any-return]  # asyncpg ships no types

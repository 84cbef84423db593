"""Snapshots read from the database as boards: whole, or as what changed since a board that is in memory."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from core.database import Connection, copy_out, raw
from core.errors import NotFound, problem
from core.steps import STEP, Steps, by_and_by
from leaderboards.month_board import Detail, MonthBoard
from leaderboards.moves import moves
from leaderboards.queries.known import organisation_then
from leaderboards.ranges import unit_ranges
from leaderboards.stored_board import BoardHead, StoredBoard
from leaderboards.stored_rows import COPIED, Change, Rows, StoredRow, stored_rows
from org.organisation import Organisation

_ROWS = f"SELECT {COPIED} FROM standing WHERE snapshot_id = $1"  # noqa: S608 - columns written in the program
_SNAPSHOT = """
SELECT s.id AS snapshot_id, s.month, s.made_at, s.sealed, s.through_batch, f.known_until, s.detail,
  ARRAY(SELECT packed FROM snapshot_range r WHERE r.snapshot_id = s.id ORDER BY card) AS ranges, parts_of(s.id) AS parts,
  (SELECT moves FROM snapshot_delta d WHERE d.snapshot_id = s.id) AS moves, (SELECT number FROM organisation_revision) AS revision
FROM snapshot s LEFT JOIN board_face f ON f.snapshot_id = s.id WHERE s.id = $1
"""
_MOVES = "SELECT moves FROM snapshot_delta WHERE snapshot_id = $1"


class Stored(NamedTuple):
    """What is asked of a snapshot first: its head, the snapshots it consists of, who only stands elsewhere, who is who."""

    head: BoardHead
    parts: list[int]
    moves: bytes | None
    organisation: Organisation


async def load(snapshot_id: int, known: Mapping[int, MonthBoard]) -> MonthBoard:
    """Return a snapshot; what only changed since one that is known is taken from there. NotFound when it is cleared away."""
    async with raw() as connection:
        head, parts, moved, organisation = await _stored(connection, snapshot_id)
        before = known.get(parts[-2]) if len(parts) > 1 else None
        if isinstance(before, StoredBoard):
            return _ready(before.moved(head, await _change(connection, snapshot_id, moved), organisation))
        rows = Rows(await _whole(connection, parts[0], head.detail))
        for part in parts[1:]:
            rows = rows.changed(await _change(connection, part, await connection.fetchval(_MOVES, part)))
    board = StoredBoard(head, rows, organisation)
    board.orders = await by_and_by(board.ordered())
    return _ready(board)


def _ready(board: StoredBoard) -> StoredBoard:
    """Make ready what the first reader would wait for."""
    board.arrange()
    return board


async def _stored(connection: Connection, snapshot_id: int) -> Stored:
    row = await connection.fetchrow(_SNAPSHOT, snapshot_id)
    if row is None:
        raise gone()
    said = dict(row)
    parts, moved, revision = said.pop("parts"), said.pop("moves"), said.pop("revision")
    detail, ranges = msgspec.json.decode(said.pop("detail"), type=Detail), unit_ranges(said.pop("ranges"))
    head = BoardHead(**said, detail=detail, ranges=ranges)
    return Stored(head, parts, moved, await organisation_then(head.month, head.known_until, revision))


async def _whole(connection: Connection, snapshot_id: int, detail: Detail) -> dict[int, StoredRow]:
    """Return all rows of a snapshot; those of one card are of one width."""
    copied = [await copy_out(connection, f"{_ROWS} AND card = $2", snapshot_id, card.number) for card in detail.cards]
    return await by_and_by(_by_unit(copied))


def _by_unit(copied: Iterable[bytes]) -> Steps[dict[int, StoredRow]]:
    found: dict[int, StoredRow] = {}
    for part in copied:
        rows = stored_rows(part)
        while some := list(islice(rows, STEP)):
            found |= {row.unit_id: row for row in some}
            yield
    return found


async def _change(connection: Connection, snapshot_id: int, moved: bytes | None) -> Change:
    """Return what a snapshot changes about the one before it in its chain."""
    fresh = {row[0]: StoredRow(*row) for row in await connection.fetch(_ROWS, snapshot_id)}
    return Change(fresh, {move.unit_id: move for move in moves(moved or b"")})


def gone() -> NotFound:
    sentences = ("榜单已更新，请从头翻页。", "The board has been replaced; turn its pages from the start.")
    return NotFound(problem("snapshot_gone", *sentences))

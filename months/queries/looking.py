"""One stored snapshot of a month as a change set looks at it: places, awards, and whom the triggers of coaching catch."""

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

import coaching.queries
import rewards.queries
import scoring.queries.rules
from coaching import history
from coaching.history import Month
from coaching.review import caught
from core.database import raw
from core.period import shifted
from leaderboards.queries import stored
from leaderboards.queries.snapshots import whole
from leaderboards.queries.standings import standings
from months.queries.outlooks import cards_by_line
from months.queries.readings import Reading
from rewards.queries import Evidence

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from months.simulation.compared import Outlook

_BYTES = "unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, breakers, processes, lines"


async def outlook_of(snapshot_id: int, reading: Reading) -> "Outlook":
    """Return what a stored snapshot comes to, whether anybody reads it or it is only being tried."""
    from months.simulation.compared import Outlook

    board = await whole(snapshot_id)
    book = (await scoring.queries.rules.rules_of(board.month)).book
    cards = cards_by_line(book)
    units = [one.unit_id for one in board.by_unit.values() if one.card in cards]
    newest = Month(board=board, lines=await stored.lines_of(snapshot_id, units), book=book)
    before = await stored.shown_board(shifted(board.month, -1))
    codes = reading.numbers.kpi_codes
    grants = await rewards.queries.grants(board, book, Evidence(before, newest.lines, codes))
    found: dict[int, tuple[str, ...]] = {}
    back = await _back(newest, reading)
    for card in book.coaching.kinds:
        members = await asyncio.to_thread(history.members, card, back, codes, diagnosed=False)
        found.update(caught(book, card, members))
    return Outlook(book, board, grants, found)


async def _back(newest: Month, reading: Reading) -> list[Month]:
    found, month = [newest], newest.board.month
    while len(found) <= coaching.queries.reach(found[-1].book):
        month = shifted(month, -1)
        before = await reading.stored_month(month, cards_by_line(newest.book))
        if before is None:
            break
        found.append(before)
    return found


async def standings_digest(snapshot_id: int) -> str:
    """Return the SHA-256 over every byte of all standings of a snapshot, whatever number it has."""
    seal = sha256()
    async with raw() as connection:
        rows = await standings(connection, snapshot_id, _BYTES)
    for row in sorted(rows, key=lambda one: int(one["unit_id"])):
        seal.update(repr(tuple(row.values())).encode())
    return seal.hexdigest()


async def head_of(month: int) -> int | None:
    """Return the snapshot that organisers read now."""
    async with raw() as connection:
        found = await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", month)
    return None if found is None else int(found)

"""Which snapshot of a month is read now, and snapshots held whole in the memory of this process."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec

from core.database import inside_transaction, raw
from core.errors import NotFound, problem
from core.language import Text
from leaderboards.month_board import CardHead, Detail, MonthBoard, Standing, standing
from leaderboards.ranges import unit_ranges
from org.organisation import Organisation
from org.queries import organisation_of_month
from scoring.packing import numbers
from scoring.queries.rules import Rules, book_of

FRESH_SECONDS = 0.05
"""For so long the answer to "which snapshot?" serves all requests of a process: one question, not one a request."""
KEPT = 24
_COLUMNS = "unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage, measures, processes"
_HEADS = """
SELECT h.month, h.snapshot_id, EXISTS (SELECT FROM snapshot_range r WHERE r.snapshot_id = h.snapshot_id) AS ranged
FROM board_head h ORDER BY h.month
"""
_RANGES = "SELECT packed FROM snapshot_range WHERE snapshot_id = $1 ORDER BY card"
_OPEN = "SELECT h.month FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id WHERE NOT s.sealed ORDER BY h.month"
_SNAPSHOT = "SELECT id, month, made_at, sealed, through_batch, detail FROM snapshot WHERE id = $1"


class Heads(msgspec.Struct, frozen=True):
    """The current snapshot of every month that has one."""

    by_month: dict[int, int]
    ranged: frozenset[int] = frozenset()
    """The snapshots of which it is known how sure their places are."""

    @property
    def latest(self) -> int | None:
        """Return the last month that has a board."""
        return max(self.by_month, default=None)


class _Memory:
    """What this process remembers; nothing in it is ever altered, only replaced."""

    def __init__(self) -> None:
        self.heads = Heads({})
        self.asked_at = -FRESH_SECONDS
        self.boards: OrderedDict[int, MonthBoard] = OrderedDict()
        self.loading: dict[int, asyncio.Task[MonthBoard]] = {}
        self.asking: asyncio.Task[Heads] | None = None


_memory = _Memory()


def forget() -> None:
    """Forget everything: another process may have scored, or a test swapped the database."""
    global _memory  # noqa: PLW0603 - one memory a process, replaced whole
    _memory = _Memory()


def expire() -> None:
    """Ask anew at the next reading which snapshots are current."""
    _memory.asked_at = time.monotonic() - FRESH_SECONDS


async def heads() -> Heads:
    """Return which snapshot of each month is read now; many who ask at once cost one question."""
    if inside_transaction():
        return await _asked()
    memory = _memory
    if time.monotonic() - memory.asked_at < FRESH_SECONDS:
        return memory.heads
    if memory.asking is None or memory.asking.done():
        memory.asking = asyncio.ensure_future(_remembered(memory))
    return await asyncio.shield(memory.asking)


async def _remembered(memory: _Memory) -> Heads:
    begun = time.monotonic()
    found = await _asked()
    if found != memory.heads:
        memory.heads = found
    memory.asked_at = begun
    return memory.heads


async def _asked() -> Heads:
    async with raw() as connection:
        rows = await connection.fetch(_HEADS)
    ranged = frozenset(row["snapshot_id"] for row in rows if row["ranged"])
    return Heads({row["month"]: row["snapshot_id"] for row in rows}, ranged)


async def open_months() -> tuple[int, ...]:
    """Return the months that have places and are not closed, oldest first."""
    async with raw() as connection:
        return tuple(row[0] for row in await connection.fetch(_OPEN))


async def month_board(month: int | None = None, snapshot_id: int | None = None) -> MonthBoard:
    """Return the board of a month (the latest when none is named), or one certain snapshot of it.

    Raises NotFound when there is no board, or the snapshot has been cleared away.
    """
    if snapshot_id is None:
        current = await heads()
        chosen = current.latest if month is None else month
        snapshot_id = current.by_month.get(chosen) if chosen is not None else None
        if snapshot_id is None:
            raise no_board()
    held = _memory.boards.get(snapshot_id)
    if held is not None and (held.ranged or snapshot_id not in _memory.heads.ranged):
        return held
    return await (_load(snapshot_id) if inside_transaction() else _loaded(snapshot_id))


def heads_at_hand() -> Heads | None:
    """Return which snapshots are current if this process knows it without asking."""
    memory = _memory
    fresh = time.monotonic() - memory.asked_at < FRESH_SECONDS
    return memory.heads if fresh and not inside_transaction() else None


def board_at_hand(month: int | None) -> MonthBoard | None:
    """Return the current board of a month (or of the latest) if it is in memory."""
    memory = _memory
    chosen = memory.heads.latest if month is None else month
    return memory.boards.get(memory.heads.by_month.get(chosen or 0, 0))


def no_board() -> NotFound:
    """Return the refusal for a month without a board."""
    return NotFound(problem("no_board", "这个月还没有榜单。", "There is no board for this month yet."))


async def _loaded(snapshot_id: int) -> MonthBoard:
    memory = _memory
    task = memory.loading.get(snapshot_id)
    if task is None:
        task = memory.loading[snapshot_id] = asyncio.ensure_future(_load(snapshot_id))
        task.add_done_callback(lambda _: memory.loading.pop(snapshot_id, None))
    board = await asyncio.shield(task)
    memory.boards[snapshot_id] = board
    while len(memory.boards) > KEPT:
        memory.boards.popitem(last=False)
    return board


async def _load(snapshot_id: int) -> MonthBoard:
    async with raw() as connection:
        head = await connection.fetchrow(_SNAPSHOT, snapshot_id)
        if head is None:
            sentences = ("榜单已更新,请从头翻页。", "The board has been replaced; turn its pages from the start.")
            raise NotFound(problem("snapshot_gone", *sentences))
        statement = f"SELECT {_COLUMNS} FROM standing WHERE snapshot_id = $1 ORDER BY card, pos"  # noqa: S608 - columns written above
        rows = await connection.fetch(statement, snapshot_id)
        ranges = [row[0] for row in await connection.fetch(_RANGES, snapshot_id)]
    detail = msgspec.json.decode(head["detail"], type=Detail)
    organisation = await organisation_of_month(head["month"])
    by_number = {card.number: card for card in detail.cards}
    standings = [_standing(row, by_number[row["card"]], organisation) for row in rows]
    return MonthBoard(
        snapshot_id=snapshot_id,
        month=head["month"],
        made_at=head["made_at"].isoformat(),
        sealed=head["sealed"],
        through_batch=head["through_batch"],
        detail=detail,
        standings=standings,
        ranges=unit_ranges(ranges),
    )


def _standing(row: Mapping[str, Any], head: CardHead, organisation: Organisation) -> Standing:
    unit = organisation.units.get(row["unit_id"])
    code = unit.code if unit else f"#{row['unit_id']}"
    name = Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=code, en=code)
    return standing(row, head, code, name, numbers(row["measures"]), numbers(row["processes"]))


async def whole(snapshot_id: int) -> MonthBoard:
    """Return a snapshot read anew and not kept: for the transaction that is making or checking it."""
    return await _load(snapshot_id)


async def rules_of_board(found: MonthBoard) -> Rules:
    """Return the rules by which a snapshot was scored; asked once, they are at hand."""
    book = await book_of(found.detail.rule_book)
    return Rules(
        month=found.month, rule_book_id=0, fingerprint=found.detail.rule_book, theme=found.detail.theme, book=book
    )

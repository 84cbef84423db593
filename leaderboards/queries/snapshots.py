"""Which snapshot of a month is read now, and snapshots held whole in the memory of this process."""

import asyncio
import contextlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from core.database import inside_transaction, raw
from core.errors import NotFound, problem
from core.log import logger
from core.steps import by_and_by
from leaderboards.faces import showing, shown
from leaderboards.month_board import MonthBoard
from leaderboards.queries.current import Heads, asked_heads
from leaderboards.queries.loading import gone, load
from org.visibility import Face
from scoring.queries.rules import Rules, book_of

FRESH_SECONDS = 0.05
"""For so long the answer to "which snapshot?" serves all requests of a process: one question, not one a request."""
HEARING_SECONDS = 1.0
"""The same where the process is called at every change: then it is asked beside the readers, no more than a safeguard."""
LATE_SECONDS = 10.0
"""From then on readers wait for the answer even so."""
KEPT_BEFORE = 4
"""So many boards stay that are no longer the current ones: their pages are still being turned."""
KEPT = 24


class _Memory:
    """What this process remembers; nothing in it is ever altered, only replaced."""

    def __init__(self) -> None:
        self.heads = dict.fromkeys(Face, Heads({}))
        self.asked_at = -math.inf
        self.calls = 0
        self.answered = 0
        """The last call that was heard before the question behind these heads was put."""
        self.wanted = 0
        """The last call that no reader may miss."""
        self.boards: OrderedDict[int, MonthBoard] = OrderedDict()
        self.loading: dict[int, asyncio.Task[MonthBoard]] = {}
        self.asking: asyncio.Task[None] | None = None
        self.following: asyncio.Task[None] | None = None


_memory = _Memory()
_listeners: list[Callable[[], None]] = []
_patience = FRESH_SECONDS


def forget() -> None:
    """Forget everything: another process may have scored, or a test swapped the database."""
    global _memory  # noqa: PLW0603 - one memory a process, replaced whole
    _memory = _Memory()


def expire() -> None:
    """Ask anew at the next reading which snapshots are current."""
    _memory.calls += 1
    _memory.wanted = _memory.calls


def called() -> None:
    """Hear that a board may have changed: what is new is made ready first, and shown to all at once then."""
    memory = _memory
    memory.calls += 1
    if memory.following is None or memory.following.done():
        memory.following = asyncio.ensure_future(_followed(memory))


async def _followed(memory: _Memory) -> None:
    """Ask until nothing new was heard of meanwhile; nobody who reads has to wait for it."""
    calls = -1
    while calls != memory.calls:
        calls = memory.calls
        try:
            await _remembered(memory)
        except Exception as failure:  # noqa: BLE001 - PostgreSQL may be away; then whoever reads is told so
            logger(__name__).warning("boards_unreachable", reason=type(failure).__name__)
            expire()
            return
    for tell in _listeners:
        tell()


def listen(tell: Callable[[], None]) -> None:
    """Tell this whenever other boards are shown than before."""
    if tell not in _listeners:
        _listeners.append(tell)


def hearing(*, calls: bool) -> None:
    """Say whether this process is called when a board changes; then it need not ask all the time."""
    global _patience  # noqa: PLW0603 - one ear a process
    _patience = HEARING_SECONDS if calls else FRESH_SECONDS
    expire()


async def heads() -> Heads:
    """Return which snapshot of each month is read now; many who ask at once cost one question.

    A month between freeze and publication shows the board as of the freeze, except to those who are let in.
    """
    if inside_transaction():
        return (await asked_heads())[shown()]
    memory = _memory
    if not _is_fresh(memory):
        asking = _asking(memory)
        if memory.answered < memory.wanted or time.monotonic() - memory.asked_at >= _longest():
            await asyncio.shield(asking)
        if memory.answered < memory.wanted:  # the question was on its way before the call came
            await asyncio.shield(_asking(memory))
    return memory.heads[shown()]


def _is_fresh(memory: _Memory) -> bool:
    return memory.answered >= memory.wanted and time.monotonic() - memory.asked_at < _patience


def _longest() -> float:
    """Return the age from which on nobody is answered without asking."""
    return LATE_SECONDS if _patience == HEARING_SECONDS else _patience


def _asking(memory: _Memory) -> "asyncio.Task[None]":
    """Return the question that is on its way, put now if there is none."""
    if memory.asking is None or memory.asking.done():
        memory.asking = asyncio.ensure_future(_remembered(memory))
        memory.asking.add_done_callback(_heard_out)
    return memory.asking


def _heard_out(asking: asyncio.Task[None]) -> None:
    """Take note of a failure that nobody may have waited for: who asks later waits, and is told."""
    if not asking.cancelled() and asking.exception() is not None:
        logger(__name__).warning("boards_unreachable", reason=type(asking.exception()).__name__)


async def _remembered(memory: _Memory) -> None:
    begun, calls = time.monotonic(), memory.calls
    asked = await asked_heads()
    await _made_ready(memory, asked)
    if begun < memory.asked_at:  # a later question was answered sooner
        return
    for face, found in asked.items():
        if found != memory.heads[face]:
            memory.heads[face] = found
    memory.asked_at, memory.answered = begun, calls


async def _made_ready(memory: _Memory, asked: Mapping[Face, Heads]) -> None:
    """Load the boards that take the place of those in memory."""
    for face, found in asked.items():
        before = memory.heads[face].by_month
        for month, number in found.by_month.items():
            if before.get(month) in memory.boards and number not in memory.boards:
                with contextlib.suppress(NotFound):
                    await _loaded(number)


async def month_board(month: int | None = None, snapshot_id: int | None = None, *, inner: bool = False) -> MonthBoard:
    """Return the board of a month (the latest when none is named), or one certain snapshot of it.

    It is the board that the running request is shown (see `leaderboards.faces`); with `inner` the newest, for what is
    worked out and for a unit's own numbers. Raises NotFound when there is no board, or the snapshot was cleared away.
    """
    if snapshot_id is None and inner:
        with showing(Face.INNER):
            return await month_board(month)
    if snapshot_id is None:
        current = await heads()
        chosen = current.latest if month is None else month
        snapshot_id = current.by_month.get(chosen) if chosen is not None else None
        if snapshot_id is None:
            raise no_board()
    held = _memory.boards.get(snapshot_id)
    if held is not None and (held.ranged or snapshot_id not in _memory.heads[shown()].ranged):
        return held
    return await (load(snapshot_id, {}) if inside_transaction() else _loaded(snapshot_id))


async def turned_board(month: int | None, snapshot_id: int | None) -> MonthBoard:
    """Return the board whose pages somebody turns; of a month held back that is the face alone, whatever number is asked for."""
    found = await month_board(month, snapshot_id)
    if snapshot_id is not None:
        known = await heads()
        current = known.by_month.get(found.month)
        if current is None or (found.month in known.held_back and current != snapshot_id):
            raise gone()
    return found


async def inner_board(month: int) -> MonthBoard | None:
    """Return the newest board of a month as it is this instant, whoever asks; None when it has none."""
    async with raw() as connection:
        snapshot_id = await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", month)
    return None if snapshot_id is None else await month_board(snapshot_id=snapshot_id)


def heads_at_hand() -> Heads | None:
    """Return which snapshots are current if this process knows it without asking."""
    memory = _memory
    return memory.heads[shown()] if _is_fresh(memory) and not inside_transaction() else None


def board_at_hand(month: int | None) -> MonthBoard | None:
    """Return the current board of a month (or of the latest) if it is in memory."""
    memory = _memory
    known = memory.heads[shown()]
    chosen = known.latest if month is None else month
    return memory.boards.get(known.by_month.get(chosen or 0, 0))


def no_board() -> NotFound:
    """Return the refusal for a month without a board."""
    return NotFound(problem("no_board", "这个月还没有榜单。", "There is no board for this month yet."))


async def _loaded(snapshot_id: int) -> MonthBoard:
    memory = _memory
    task = memory.loading.get(snapshot_id)
    if task is None:
        task = memory.loading[snapshot_id] = asyncio.ensure_future(_shared(snapshot_id, memory))
        task.add_done_callback(lambda _: memory.loading.pop(snapshot_id, None))
    board = await asyncio.shield(task)
    memory.boards[snapshot_id] = board
    _cleared(memory)
    return board


async def _shared(snapshot_id: int, memory: _Memory) -> MonthBoard:
    """Load a snapshot, with what is known already of the board that it takes the place of."""
    board = await load(snapshot_id, memory.boards)
    before = next((one for one in reversed(memory.boards.values()) if one.month == board.month), None)
    await by_and_by(board.sharing(before))
    return board


def _cleared(memory: _Memory) -> None:
    """Let go of boards that others have taken the place of, the oldest first, then of those read longest ago."""
    current = {number for found in memory.heads.values() for number in found.by_month.values()}
    replaced = [number for number in memory.boards if number not in current]
    for number in replaced[:-KEPT_BEFORE]:
        del memory.boards[number]
    while len(memory.boards) > KEPT:
        memory.boards.popitem(last=False)


async def whole(snapshot_id: int) -> MonthBoard:
    """Return a snapshot read anew and not kept: for the transaction that is making or checking it."""
    return await load(snapshot_id, {})


async def rules_of_board(found: MonthBoard) -> Rules:
    """Return the rules by which a snapshot was scored; asked once, they are at hand."""
    book = await book_of(found.detail.rule_book)
    return Rules(
        month=found.month, rule_book_id=0, fingerprint=found.detail.rule_book, theme=found.detail.theme, book=book
    )


async def rules_shown(month: int) -> Rules:
    """Return the rules by which the board was scored that the running request is shown of a month."""
    return await rules_of_board(await month_board(month))

"""A month as it was known at an instant: scored by the same engine from facts, rules and organisation known before it."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.database import Connection, inside_transaction, raw
from core.errors import NotFound
from core.period import shifted
from leaderboards.faces import shown
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.known import Shown
from leaderboards.queries.month_inputs import cells_of, frame_of, month_inputs
from leaderboards.queries.seen import Mark, Seen, mark, seen
from leaderboards.queries.snapshots import month_board, no_board, rules_of_board
from org.organisation import Organisation
from org.queries import organisation_known, organisation_of_month
from org.visibility import Face
from scoring.packing import PackedLine
from scoring.queries.refolding import cells_known
from scoring.queries.rules import Catalogue, Rules, catalogue, rules_known
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.frame import Frame
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_results import MonthResults
    from scoring.bulk import UnitCells
    from scoring.pooling import Pool

KEPT = 8
_kept: "OrderedDict[tuple[int, Mark], asyncio.Task[Known]]" = OrderedDict()


@dataclass(frozen=True)
class Known:
    """A month as it was known: a sealed snapshot, or what scoring gave, with all that it was given."""

    at: datetime
    board: MonthBoard
    rules: Rules
    organisation: Organisation
    inputs: "MonthInputs | None" = None
    results: "MonthResults | None" = None
    cells: "UnitCells | None" = None

    async def lines(self, unit_ids: Collection[int]) -> Mapping[int, Sequence[PackedLine]]:
        """Return the lines of some units."""
        if self.results is None or self.inputs is None:
            return await stored.lines_of(self.board.snapshot_id, unit_ids)
        from leaderboards.unstored import lines_of_units

        return lines_of_units(self.results, self.inputs.frame.tree.ids, unit_ids)


async def board_as_of(month: int, at: datetime) -> MonthBoard:
    """Return the board of a month as the running request's face showed it at an instant; NotFound where there was none.

    Instants after the closing give the sealed version that held; between freeze and publication only those who were let
    in see more than the board as of the freeze. What changed nothing since gives the same board object.
    """
    return (await known(month, at)).board


async def known(month: int, at: datetime) -> Known:
    """Return a month as it was known at an instant, with what it rests on; see `board_as_of`."""
    async with raw() as connection:
        state = await seen(connection, month, at, shown())
    return await sealed(state, at) if state.snapshot_id is not None else await known_before(month, state.at)


async def rules_as_of(month: int, at: datetime) -> Rules:
    """Return the rules of a month as the running request's face showed them at an instant, without scoring anything."""
    async with raw() as connection:
        state = await seen(connection, month, at, shown())
    if state.snapshot_id is not None:
        return await rules_of_board(await month_board(snapshot_id=state.snapshot_id))
    return await rules_known(month, state.at)


async def known_before(month: int, at: datetime) -> Known:
    """Return a month scored from what was known before an instant, whatever was sealed or shown then."""
    async with raw() as connection:
        last = await mark(connection, month, at)
    if last.at is None:
        raise no_board()
    if inside_transaction():
        return await _scored(month, at, last)
    task = _kept.get((month, last))
    if task is None or task.cancelled() or (task.done() and task.exception() is not None):
        task = _kept[month, last] = asyncio.ensure_future(_scored(month, at, last))
    _kept.move_to_end((month, last))
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return await asyncio.shield(task)


async def sealed(state: Seen, at: datetime) -> Known:
    """Return a sealed version as it is stored, beside the organisation as it was known just before an instant."""
    board = await month_board(snapshot_id=state.snapshot_id)
    rules = await rules_of_board(board)
    return Known(state.at, board, rules, await organisation_known(board.month, at))


async def _scored(month: int, at: datetime, last: Mark) -> Known:
    rules, organisation = await rules_known(month, at), await organisation_known(month, at)
    async with raw() as connection:
        cells = await cells_before(connection, month, at)
    inputs = await inputs_of(Parts(rules, organisation, cells, at, at))
    found = await asyncio.to_thread(_board, month, inputs, rules, last)
    return Known(at, found[0], rules, organisation, inputs, found[1], cells)


def _board(month: int, inputs: "MonthInputs", rules: Rules, last: Mark) -> "tuple[MonthBoard, MonthResults]":
    from leaderboards.month_results import month_results
    from leaderboards.unstored import board_of

    results = month_results(inputs)
    board = board_of(month, inputs, results, rules.fingerprint)
    board.made_at = last.at.isoformat() if last.at else ""
    board.through_batch = last.last_batch or 0
    return board, results


@dataclass(frozen=True)
class Parts:
    """What a month is scored from, each part as of an instant of its own."""

    rules: Rules
    organisation: Organisation
    cells: "UnitCells"
    beside_at: datetime
    """Adjustments, activities, red lines and exclusions as known before it."""
    earlier_at: datetime
    """The months before as everybody saw them then."""


async def inputs_of(parts: Parts) -> "MonthInputs":
    """Return the inputs of a month put together from parts."""
    from leaderboards.carried import carried, takes_over

    rules, numbers = parts.rules, await catalogue()
    frame = await frame_known(rules, parts.organisation)
    # Asked for first: one question holds one connection, and what the month before was may take several.
    before = await _before(shifted(rules.month, -1), parts.earlier_at) if takes_over(rules.book) else None

    async def pool(connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", month: int) -> "Pool":
        from leaderboards.pools import pool_of

        own = month == rules.month
        cells = parts.cells if own else await _cells_shown(connection, month, parts.earlier_at)
        return await asyncio.to_thread(pool_of, rules.book, numbers.kpis, frame, cells)

    async with raw() as connection:
        inputs = await month_inputs(connection, rules, numbers, frame, pool, parts.beside_at, _nothing)
    if before is None:
        return inputs
    return await asyncio.to_thread(carried, inputs, before.board, await before.lines(list(before.board.by_unit)))


async def cells_before(connection: Connection, month: int, at: datetime) -> "UnitCells":
    """Return the cells of a month folded from what was known before an instant, by the rules known then."""
    rules = await rules_known(month, at)
    return await cells_known(connection, month, at, *trimmed_kpis(rules.book, (await catalogue()).kpis))


async def _cells_shown(connection: Connection, month: int, at: datetime) -> "UnitCells":
    """Return the cells of a month before as everybody saw it at an instant; those of a closed month stand in its matrix."""
    state = await seen(connection, month, at)
    if state.snapshot_id is not None and state.snapshot_id == await connection.fetchval(_CLOSED, month):
        return await cells_of(connection, month)
    held = None if inside_transaction() else _kept.get((month, await mark(connection, month, state.at)))
    sound = held is not None and held.done() and not held.cancelled() and held.exception() is None
    cells = held.result().cells if held is not None and sound else None
    if cells is not None:
        return cells
    try:
        return await cells_before(connection, month, state.at)
    except NotFound:  # there were no rules yet, so nothing was known either
        return await cells_known(connection, month, state.at, (), {})


_CLOSED = "SELECT snapshot_id FROM closed_month WHERE month = $1"


async def _before(month: int, at: datetime) -> Known | None:
    """Return the month before as everybody saw it at an instant; None where there was no board."""
    from leaderboards.faces import showing

    async with raw() as connection:
        told = await connection.fetchval("SELECT EXISTS (SELECT FROM month_fold WHERE month = $1)", month)
    if not told:
        return None
    try:
        with showing(Face.PUBLIC):
            return await known(month, at)
    except NotFound:
        return None


async def _nothing(_connection: Connection, _month: int) -> Shown:
    """Take nothing from the board that is read now: it is taken from the one of then."""
    return Shown()


async def frame_known(rules: Rules, organisation: Organisation) -> "Frame":
    from leaderboards.frame import framed

    if organisation is await organisation_of_month(rules.month):
        return await frame_of(rules)
    return await asyncio.to_thread(framed, organisation, rules.book)


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _kept.clear()

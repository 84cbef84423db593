"""What an explanation starts from: the sheet of a snapshot, read again from the matrix and scored by the same engine."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.database import inside_transaction, raw
from core.errors import NotFound, problem
from core.period import first_day, next_first_day
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries.activities import activity_points
from leaderboards.queries.month_inputs import frame_of, month_inputs
from leaderboards.queries.snapshots import month_board, rules_of_board
from scoring.queries.rules import catalogue

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.inputs import MonthInputs
    from leaderboards.working import Working

KEPT = 2
TICK = timedelta(microseconds=1)
_ADJUSTMENTS = """
SELECT unit_id, sum(points) FROM adjustment WHERE month = $1 AND at <= $2 AND (lifted_at IS NULL OR lifted_at > $2)
GROUP BY unit_id
"""
_RED_LINES = """
SELECT code, unit_id, count(*) FROM red_line_event
WHERE on_day >= $1 AND on_day < $2 AND verified_at <= $3 AND (lifted_at IS NULL OR lifted_at > $3)
  AND NOT red_line_rests(unit_id, code, $4, $3 + interval '1 microsecond')
GROUP BY code, unit_id
"""
_kept: "OrderedDict[int, asyncio.Task[MonthInputs]]" = OrderedDict()
_workings: "OrderedDict[tuple[int, str], Working]" = OrderedDict()


@dataclass(frozen=True)
class Explained:
    """A unit in a snapshot with the working of its kind; `same` says that scoring anew gives the snapshot's own numbers."""

    board: MonthBoard
    standing: Standing
    working: "Working"
    same: bool


async def explained(unit_id: int, *, month: int | None = None) -> Explained:
    """Return the working of a unit's card in the current snapshot of a month; NotFound when it has none."""
    from leaderboards.supposed import ranked_total

    board = await month_board(month)
    standing = board.by_unit.get(unit_id)
    if standing is None:
        raise NotFound(problem("no_card", "该单位本月没有记分卡。", "This unit has no card in that month."))
    found = await _working(board, standing.card)
    if found is None or unit_id not in found.places:
        raise NotFound(problem("no_card", "该单位本月没有记分卡。", "This unit has no card in that month."))
    same = ranked_total(found, board, standing, found.scored) == standing.total
    return Explained(board, standing, found, same)


async def _working(board: MonthBoard, card: str) -> "Working | None":
    from leaderboards.working import working_of

    key = (board.snapshot_id, card)
    held = _workings.get(key)
    if held is None:
        inputs = await _inputs(board)
        held = await asyncio.to_thread(working_of, inputs, card)
        if held is not None:
            _workings[key] = held
            while len(_workings) > 2 * KEPT:
                _workings.popitem(last=False)
    return held


async def _inputs(board: MonthBoard) -> "MonthInputs":
    """Return the inputs of a snapshot, read once for all who ask at the same time."""
    if inside_transaction():
        return await _read(board)
    task = _kept.get(board.snapshot_id)
    if task is None or task.cancelled() or (task.done() and task.exception() is not None):
        task = _kept[board.snapshot_id] = asyncio.ensure_future(_read(board))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return await asyncio.shield(task)


async def _read(board: MonthBoard) -> "MonthInputs":
    from dataclasses import replace

    made_at, month = board.as_at, board.month
    rules, numbers = await rules_of_board(board), await catalogue()
    frame = await frame_of(rules, board.known_until)
    async with raw() as connection:
        inputs = await month_inputs(connection, rules, numbers, frame, known_at=board.known_until)
        adjusted = dict(map(tuple, await connection.fetch(_ADJUSTMENTS, month, made_at)))
        done = await activity_points(connection, month, rules.book, rules.theme, frame.units, made_at + TICK)
        rows = await connection.fetch(_RED_LINES, first_day(month), next_first_day(month), made_at, month)
    red_lines: dict[str, dict[int, int]] = {}
    for code, unit_id, count in rows:
        red_lines.setdefault(code, {})[unit_id] = count
    return replace(inputs, adjustments=adjusted, activities=done, red_lines=red_lines)


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _kept.clear()
    _workings.clear()

"""Reading coaching: who is helped, why, and how far the plan is; private to the unit, its managers and the organisers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

import org.queries
import scoring.queries.rules
from coaching.diagnosis import Diagnosis, Fired
from coaching.history import Month
from coaching.plan import LEVELS, ON_SITE, STEPS, TASKS, StepCode
from core.database import raw
from core.language import Text
from core.period import shifted
from leaderboards.faces import shown
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.stored import Whole
from org.organisation import Unit
from org.visibility import Face, Scope
from scoring.rulebook import RuleBook, TriggerRule

_SELECT = """
SELECT a.id, a.month, a.unit_id, a.level, a.triggers, a.diagnosis, a.coach_id, a.opened_at, a.ended_at, a.outcome
FROM coaching_assignment a
"""
# What an unpublished closing opened is nobody's yet, and what it ended goes on: both would tell its result. Closing and
# publishing belong to packages above this one; they are read here as facts.
_PUBLIC = """
SELECT a.* FROM (
  SELECT o.id, o.month, o.unit_id, o.level, o.triggers, o.diagnosis, o.coach_id, o.opened_at, o.withdrawn_at,
    CASE WHEN c.month IS NULL THEN o.ended_at END AS ended_at, CASE WHEN c.month IS NULL THEN o.outcome END AS outcome
  FROM coaching_assignment o LEFT JOIN closing c ON c.approved_at = o.ended_at
    AND NOT EXISTS (SELECT FROM publication p WHERE p.month = c.month)
  WHERE EXISTS (SELECT FROM publication p WHERE p.month = o.month)
) a
"""
_STEPS = """
SELECT assignment_id, number, step, due_on, done_at, done_by, note FROM coaching_step
WHERE assignment_id = ANY ($1::int4[]) ORDER BY assignment_id, number
"""


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a plan: what is to be done by when, and what was done."""

    number: int
    code: StepCode
    name: Text
    task: Text
    due_on: date
    done_at: datetime | None
    done_by: int | None
    note: str | None


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Help for one unit after one month; `outcome` is lifted, extended or escalated once it has ended."""

    id: int
    month: int
    unit_id: int
    unit_code: str
    unit_name: Text
    kind: str
    level: int
    level_name: Text
    triggers: tuple[Fired, ...]
    diagnosis: Diagnosis
    coach_id: int | None
    coach_name: Text | None
    opened_at: datetime
    ended_at: datetime | None
    outcome: str | None
    steps: tuple[StepRow, ...]

    @property
    def next_step(self) -> StepRow | None:
        """Return the first step that is not done, None when all are."""
        return next((step for step in self.steps if step.done_at is None), None)


async def assignments(month: int, scope: Scope) -> tuple[Assignment, ...]:
    """Return the assignments opened by the closing of a month that this viewer may see, the greatest need first."""
    rows = await _fetched(
        _shown() + " WHERE a.month = $1 AND a.withdrawn_at IS NULL ORDER BY a.level DESC, a.id", month
    )
    return await _whole([row for row in rows if scope.coaching(row["unit_id"])])


async def open_assignments(scope: Scope) -> tuple[Assignment, ...]:
    """Return all assignments not ended that this viewer may see, the greatest need first."""
    rows = await _fetched(_shown() + " WHERE a.ended_at IS NULL AND a.withdrawn_at IS NULL ORDER BY a.level DESC, a.id")
    return await _whole([row for row in rows if scope.coaching(row["unit_id"])])


async def assignment(unit_id: int, month: int | None = None) -> Assignment | None:
    """Return the assignment of a unit after a month, or its newest; whether it may be seen is the caller's to ask."""
    statement = _shown() + " WHERE a.unit_id = $1 AND ($2::int IS NULL OR a.month = $2) AND a.withdrawn_at IS NULL"
    found = await _whole(await _fetched(statement + " ORDER BY a.month DESC LIMIT 1", unit_id, month))
    return found[0] if found else None


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """The talk with which help on site begins: with whom, when, what was agreed."""

    with_whom: str
    held_on: date
    note: str
    at: datetime


async def talk_of(assignment_id: int) -> Talk | None:
    """Return the recorded talk of an assignment."""
    rows = await _fetched(
        "SELECT with_whom, held_on, note, at FROM coaching_talk WHERE assignment_id = $1", assignment_id
    )
    return Talk(**rows[0]) if rows else None


async def talks_missing(snapshot_id: int) -> tuple[Assignment, ...]:
    """Return the assignments on site opened by a closing whose talk is not recorded yet."""
    statement = _SELECT + (
        " WHERE a.snapshot_id = $1 AND a.level >= $2 AND a.withdrawn_at IS NULL"
        " AND NOT EXISTS (SELECT FROM coaching_talk t WHERE t.assignment_id = a.id) ORDER BY a.id"
    )
    return await _whole(await _fetched(statement, snapshot_id, ON_SITE))


async def assignment_by_id(assignment_id: int) -> Assignment | None:
    """Return one assignment by its number."""
    found = await _whole(await _fetched(_shown() + " WHERE a.id = $1", assignment_id))
    return found[0] if found else None


async def open_before(month: int) -> dict[int, Any]:
    """Return by unit the rows of assignments of earlier months that have not ended."""
    rows = await _fetched(
        _SELECT + " WHERE a.ended_at IS NULL AND a.withdrawn_at IS NULL AND a.month < $1 ORDER BY a.month", month
    )
    return {row["unit_id"]: row for row in rows}


async def months_back(newest: Whole) -> list[Month]:
    """Return the month under review and those before it, newest first, as far as the triggers look and boards reach."""
    found: list[Month] = []
    month: Whole | None = newest
    while month is not None:
        rules = await scoring.queries.rules.rules_of(month.board.month)
        found.append(Month(board=month.board, lines=month.lines, book=rules.book))
        if len(found) > reach(rules.book):
            break
        board = await board_of(shifted(month.board.month, -1))
        month = Whole(board, await stored.lines_of(board.snapshot_id)) if board else None
    return found


async def board_of(month: int) -> MonthBoard | None:
    """Return the board of an earlier month as everybody sees it, None when it has none."""
    return await stored.shown_board(month)


def reach(book: RuleBook) -> int:
    """Return how many months before the reviewed one the triggers look at."""
    rules = [*book.coaching.rules.values(), TriggerRule()]
    return max(max(rule.decline_months, rule.repeat_months - 1) for rule in rules)


def _shown() -> str:
    """Return which assignments there are for the running request."""
    return _SELECT if shown() is Face.INNER else _PUBLIC


async def _fetched(statement: str, *values: object) -> list[Any]:
    async with raw() as connection:
        return list(await connection.fetch(statement, *values))


async def _whole(rows: Sequence[Any]) -> tuple[Assignment, ...]:
    """Return rows with their steps and the names of units and coaches."""
    if not rows:
        return ()
    units = (await org.queries.organisation_of_month(rows[0]["month"])).units
    steps: dict[int, list[StepRow]] = {}
    for row in await _fetched(_STEPS, [row["id"] for row in rows]):
        steps.setdefault(row["assignment_id"], []).append(_step(row))
    return tuple(_assignment(row, units.get(row["unit_id"]), units.get(row["coach_id"]), steps) for row in rows)


def _assignment(row: Any, unit: Unit | None, coach: Unit | None, steps: dict[int, list[StepRow]]) -> Assignment:  # noqa: ANN401 - asyncpg ships no types
    return Assignment(
        id=row["id"],
        month=row["month"],
        unit_id=row["unit_id"],
        unit_code=unit.code if unit else str(row["unit_id"]),
        unit_name=_name(unit) or Text(zh="–", en="–"),
        kind=unit.kind if unit else "",
        level=row["level"],
        level_name=LEVELS[row["level"]],
        triggers=msgspec.json.decode(row["triggers"], type=tuple[Fired, ...]),
        diagnosis=msgspec.json.decode(row["diagnosis"], type=Diagnosis),
        coach_id=row["coach_id"],
        coach_name=_name(coach),
        opened_at=row["opened_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        steps=tuple(steps.get(row["id"], ())),
    )


def _name(unit: Unit | None) -> Text | None:
    return Text(zh=unit.name_zh, en=unit.name_en) if unit else None


def _step(row: Any) -> StepRow:  # noqa: ANN401 - asyncpg ships no types
    code = StepCode(row["step"])
    return StepRow(
        number=row["number"],
        code=code,
        name=STEPS[code],
        task=TASKS[code],
        due_on=row["due_on"],
        done_at=row["done_at"],
        done_by=row["done_by"],
        note=row["note"],
    )

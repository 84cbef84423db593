"""What departments said to the losses passed on to them: the last answer counts, the earlier ones stay readable."""

from datetime import date, datetime

import msgspec

from core.database import raw
from core.period import next_first_day
from core.workdays import working_days
from org.names import named
from scoring.rulebook import RuleBook

_ANSWERS = """
SELECT l.id, l.department_id, k.code AS kpi, l.cause, l.accepted, l.points, l.reason, l.figures, l.done_by, l.at,
  a.display_name AS by_name
FROM loss_answer l JOIN kpi k ON k.id = l.kpi_id JOIN account a ON a.id = l.by
WHERE l.month = $1 AND ($2::int4 IS NULL OR l.department_id = $2) ORDER BY l.id
"""


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """One answer; `points` are 1/10,000 points of the city as the line stood then."""

    id: int
    department_id: int
    kpi: str
    cause: str
    accepted: bool
    points: int
    reason: str | None
    figures: str | None
    done_by: date | None
    at: datetime
    by_name: str


async def answers(month: int, department_id: int | None = None) -> dict[tuple[int, str, str], tuple[AnswerRow, ...]]:
    """Return the answers of a month by department, KPI and cause, the oldest first."""
    async with raw() as connection:
        rows = await connection.fetch(named(_ANSWERS), month, department_id)
    found: dict[tuple[int, str, str], tuple[AnswerRow, ...]] = {}
    for row in rows:
        told = AnswerRow(**row)
        key = (told.department_id, told.kpi, told.cause)
        found[key] = (*found.get(key, ()), told)
    return found


def as_seen(told: tuple[AnswerRow, ...], points: int, until: datetime | None) -> tuple[AnswerRow, ...]:
    """Return answers to a line with the points that everybody sees, where they were given by somebody who saw more."""
    return tuple(
        one if until is None or one.at < until else msgspec.structs.replace(one, points=points) for one in told
    )


def due_on(book: RuleBook, month: int) -> date:
    """Return the last day on which an answer to the losses of a month is in time: so many working days after it."""
    return working_days().after(next_first_day(month), max(book.department.answer_days - 1, 0))

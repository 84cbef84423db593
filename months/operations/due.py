"""Carrying out what the time has brought about: once, late rather than never, however many workers ask."""

from datetime import datetime

import leaderboards.operations
from core import audit, outbox
from core.audit import SYSTEM
from core.database import raw, transaction
from months.due import Course, Due, due
from months.operations import releasing, telling
from months.operations.guarding import KIND, locked
from months.queries import calendar
from months.queries.calendar import MonthRow

_HAPPENED = "SELECT month, step FROM transition"
_ONCE = """
INSERT INTO transition (month, step, due_at, happened_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (month, step) DO NOTHING RETURNING id
"""
FOLDED = frozenset({Due.CUT_OFF})
"""After these the facts are folded anew: what came after the cut-off counts no longer."""
SCORED = frozenset({Due.FREEZE, Due.END})
"""After these the board as it was then is kept at once, whether facts come afterwards or not, and the month is scored."""


async def carry_out(at: datetime) -> int:
    """Carry out every transition that is due and has not happened yet; return how many that were.

    Each is one transaction that holds the month's row: the row of the transition and its effect come together or not at
    all, and of several workers one does it.
    """
    async with raw() as connection:
        happened = {(row["month"], row["step"]) for row in await connection.fetch(_HAPPENED)}
    done = 0
    for row in reversed(await calendar.months(at)):
        waiting = [step for step in due(course(row), at) if (row.month, step) not in happened]
        for step in waiting:
            done += await _carry_out(row.month, step, at)
    return done


def course(row: MonthRow) -> Course:
    """Return what decides when the transitions of a month are due."""
    waits = row.released_at is not None and row.via in (None, releasing.EMBARGO_OVER)
    return Course(
        month=row.month,
        announced_at=row.announced_at,
        cancelled_at=row.cancelled_at,
        freeze_at=row.freeze_at,
        cut_off_at=row.cut_off_at,
        appeals_until=row.appeals_until,
        embargo_until=row.embargo_until if waits else None,
        notice_until=row.notice_until,
        settled_at=row.settled_at,
    )


async def _carry_out(month: int, step: Due, at: datetime) -> bool:
    """Do one transition unless somebody else has; what was decided meanwhile is looked at again under the lock."""
    async with transaction():
        await locked(month)
        due_at = due(course(await calendar.month_row(month, at)), at).get(step)
        if due_at is None:
            return False
        async with raw() as connection:
            if await connection.fetchval(_ONCE, month, step, due_at, at) is None:
                return False
        await _effect(month, step, due_at)
        after = {"step": step, "due_at": due_at}
        await audit.record(actor=SYSTEM, action="month_transition", subject_kind=KIND, subject=month, after=after)
    return True


async def _effect(month: int, step: Due, due_at: datetime) -> None:
    if step is Due.EMBARGO_OVER:
        await releasing.end_embargo(month=month, at=due_at)
    if step in FOLDED:
        await outbox.note("fold", {"month": month, "units": None}, dedup_key=f"fold:{month}")
    if step is Due.END:
        await telling.to_sign(month, due_at)
    if step in SCORED:
        await leaderboards.operations.pin(month)
        await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")

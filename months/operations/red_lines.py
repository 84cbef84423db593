"""Red lines that rest while they are disputed: they count neither on boards nor for awards until the appeal has ended."""

from datetime import datetime

from core import outbox
from months.models.appeals import Appeal, RedLineSuspension
from scoring.queries.rules import rules_of


async def rest(row: Appeal, at: datetime) -> None:
    """Let a disputed red line rest; nothing for an appeal about anything else. Inside the caller's transaction."""
    if row.kpi not in (await rules_of(row.month)).book.red_lines:
        return
    await RedLineSuspension.create(appeal_id=row.id, unit_id=row.unit_id, month=row.month, code=row.kpi, since_at=at)
    await _score(row.month)


async def count_again(row: Appeal, at: datetime) -> None:
    """Let a red line count again, or be gone by what was decided, when its appeal has ended."""
    if await RedLineSuspension.filter(appeal_id=row.id, until_at__isnull=True).update(until_at=at):
        await _score(row.month)


async def _score(month: int) -> None:
    await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")

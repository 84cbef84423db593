"""Appeals as people read them, and how many wait."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from core.database import raw

_ROWS = """
SELECT a.id, a.month, a.unit_id, a.kpi, a.ground, a.claimed, a.told, a.recorded, a.state, a.route, a.filed_at, a.filed_by,
  a.due_at, a.escalated_at, a.decided_at, a.reason, a.change_set_id FROM appeal a
"""


class AppealRow(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal: which line, why, what was claimed, how far it has come, the reason of its decision."""

    id: int
    month: int
    unit_id: int
    kpi: str
    ground: str
    claimed: str
    told: str
    recorded: str
    state: str
    route: str
    filed_at: datetime
    filed_by: int
    due_at: datetime
    escalated_at: datetime | None
    decided_at: datetime | None
    reason: str | None
    change_set_id: int | None


class AppealStepRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an appeal."""

    step: str
    at: datetime
    by: int | None
    note: str | None


async def appeals(unit_ids: Collection[int] | None = None, month: int | None = None) -> tuple[AppealRow, ...]:
    """Return appeals of some units or of all, of one month or of all, what is due first in front."""
    condition = "WHERE ($1::int[] IS NULL OR a.unit_id = ANY($1)) AND ($2::int IS NULL OR a.month = $2)"
    wanted = None if unit_ids is None else sorted(unit_ids)
    async with raw() as connection:
        rows = await connection.fetch(
            f"{_ROWS} {condition} ORDER BY a.decided_at NULLS FIRST, a.due_at, a.id", wanted, month
        )
    return tuple(AppealRow(**row) for row in rows)


async def open_of_month(month: int) -> tuple[AppealRow, ...]:
    """Return the appeals of a month that nobody has decided."""
    return tuple(row for row in await appeals(month=month) if row.state in {"submitted", "under_review"})


async def steps(appeal_id: int) -> tuple[AppealStepRow, ...]:
    """Return what happened to an appeal, the oldest first."""
    statement = "SELECT step, at, by, note FROM appeal_step WHERE appeal_id = $1 ORDER BY id"
    async with raw() as connection:
        return tuple(AppealStepRow(**row) for row in await connection.fetch(statement, appeal_id))

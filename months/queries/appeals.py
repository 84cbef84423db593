"""Appeals as people read them, and how many wait."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from core.database import raw
from months.appealing import DECISIONS
from org.names import named

_ROWS = """
SELECT a.id, a.month, a.unit_id, a.kpi, a.ground, a.claimed, a.told, a.recorded, a.state, a.route, a.filed_at, a.filed_by,
  a.due_at, a.escalated_at, a.decided_at, a.reason, a.change_set_id, CASE WHEN a.decided_at IS NOT NULL THEN (
    SELECT s.step FROM appeal_step s WHERE s.appeal_id = a.id AND s.step = ANY ($3::text[]) ORDER BY s.id DESC LIMIT 1
  ) END AS outcome
FROM appeal a
"""

_FALLEN = """
SELECT a.id FROM appeal a JOIN change_set c ON c.id = a.change_set_id WHERE a.month = $1 AND c.state = 'cancelled'
"""


class AppealRow(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal: which line, why, what was claimed, how far it has come, how it was decided and why."""

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
    outcome: str | None = None
    """The decision that stands: inadmissible, upheld, partly or denied; None while there is none."""


class AppealStepRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an appeal."""

    step: str
    at: datetime
    by: int | None
    note: str | None
    who: str | None = None


class AppealFileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to an appeal, kept under its digest."""

    id: int
    sha256: str
    filename: str
    size: int
    at: datetime
    who: str


async def appeals(
    unit_ids: Collection[int] | None = None, month: int | None = None, filer: int | None = None
) -> tuple[AppealRow, ...]:
    """Return appeals of some units or of all, of one month or of all, what is due first in front; those of a filer in any case.

    Who filed an appeal hears of its end also after having left the unit.
    """
    condition = (
        "WHERE ($1::int[] IS NULL OR a.unit_id = ANY($1) OR a.filed_by = $4) AND ($2::int IS NULL OR a.month = $2)"
    )
    wanted = None if unit_ids is None else sorted(unit_ids)
    async with raw() as connection:
        rows = await connection.fetch(
            f"{_ROWS} {condition} ORDER BY a.decided_at NULLS FIRST, a.due_at, a.id",
            wanted,
            month,
            sorted(DECISIONS),
            filer,
        )
    return tuple(AppealRow(**row) for row in rows)


class WaitingVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that waits for its second look: what it is, why, what makes the look necessary, whose it is."""

    decision: str
    reason: str
    kind: str
    change: str | None
    stake: str
    by: int
    at: datetime
    who: str


async def open_of_month(month: int) -> tuple[AppealRow, ...]:
    """Return the appeals of a month without a decision, or whose change set was cancelled and that are to be heard again."""
    async with raw() as connection:
        fallen = {row["id"] for row in await connection.fetch(_FALLEN, month)}
    found = await appeals(month=month)
    return tuple(row for row in found if row.state in {"submitted", "under_review"} or row.id in fallen)


async def waiting_verdict(appeal_id: int) -> WaitingVerdict | None:
    """Return the decision of an appeal that waits for its second look."""
    statement = """
SELECT v.decision, v.reason, v.kind, v.change, v.stake, v.by, v.at, p.display_name AS who FROM appeal_verdict v
JOIN account p ON p.id = v.by JOIN appeal a ON a.id = v.appeal_id
WHERE v.appeal_id = $1 AND v.seen_at IS NULL AND a.state IN ('submitted', 'under_review')
"""
    async with raw() as connection:
        row = await connection.fetchrow(named(statement), appeal_id)
    return None if row is None else WaitingVerdict(**row)


async def steps(appeal_id: int) -> tuple[AppealStepRow, ...]:
    """Return what happened to an appeal, the oldest first."""
    statement = """
SELECT s.step, s.at, s.by, s.note, a.display_name AS who FROM appeal_step s LEFT JOIN account a ON a.id = s.by
WHERE s.appeal_id = $1 ORDER BY s.id
"""
    async with raw() as connection:
        return tuple(AppealStepRow(**row) for row in await connection.fetch(named(statement), appeal_id))


async def files(appeal_id: int) -> tuple[AppealFileRow, ...]:
    """Return the evidence of an appeal in the order in which it came."""
    statement = """
SELECT f.id, f.sha256, f.filename, f.size, f.at, a.display_name AS who FROM appeal_file f JOIN account a ON a.id = f.by
WHERE f.appeal_id = $1 ORDER BY f.id
"""
    async with raw() as connection:
        return tuple(AppealFileRow(**row) for row in await connection.fetch(named(statement), appeal_id))


async def may_change(month: int) -> frozenset[int]:
    """Return the units whose place may change, since an appeal of theirs is open or what it came to does not count yet.

    For the unit itself and for those who see all: to others an appeal says nothing.
    """
    statement = """
SELECT DISTINCT unit_id FROM appeal WHERE month = $1 AND state IN ('submitted', 'under_review', 'upheld', 'partly')
"""
    async with raw() as connection:
        return frozenset(row["unit_id"] for row in await connection.fetch(statement, month))


async def outcomes(month: int | None = None) -> tuple[int, int]:
    """Return how many appeals were upheld, at least in part, and how many were decided; withdrawn ones aside."""
    statement = """
SELECT count(*) FILTER (WHERE change_set_id IS NOT NULL) AS upheld, count(*) AS decided FROM appeal
WHERE decided_at IS NOT NULL AND state <> 'withdrawn' AND ($1::int IS NULL OR month = $1)
"""
    async with raw() as connection:
        row = await connection.fetchrow(statement, month)
    return (row["upheld"], row["decided"]) if row else (0, 0)

"""Facts that a change set lets in late, sets aside or brings back; every row stays, and all of it can be lifted."""

from collections.abc import Sequence
from datetime import date, datetime

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction

Key = tuple[int, int, date, int]
"""KPI, unit, day, item."""

_KEYS = """
SELECT DISTINCT kpi_id, unit_id, on_day, item FROM fact
WHERE kpi_id = $1 AND unit_id = $2 AND on_day >= $3 AND on_day < $4 AND ($5::date IS NULL OR on_day <= $5)
"""
_ASIDE = """
INSERT INTO fact_quarantine (kpi_id, unit_id, on_day, item, change_set_id, put_at)
SELECT DISTINCT f.kpi_id, f.unit_id, f.on_day, f.item, $5::int4, $6::timestamptz
FROM unnest($1::int2[], $2::int4[], $3::date[], $4::int2[]) AS wanted (kpi_id, unit_id, on_day, item)
JOIN fact f USING (kpi_id, unit_id, on_day, item)
ON CONFLICT DO NOTHING
"""
_ACCEPT = """
INSERT INTO late_acceptance (month, batch_id, change_set_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_BATCH = """
INSERT INTO import_batch (via, filename, checksum, source, rows_read, rows_taken, rows_known, rows_refused, first_on,
  last_on, reason, received_at, received_by, restores)
SELECT 'restored', filename, checksum, source, rows_read, rows_taken, 0, 0, first_on, last_on, $2, $3, $4, id
FROM import_batch WHERE id = $1 RETURNING id
"""
# Only what counted before the withdrawal counts again: a fact that another import had replaced stays replaced.
_FACTS = """
INSERT INTO fact (kpi_id, unit_id, on_day, item, revision, span_days, num, den, sample, batch_id, row_no)
SELECT f.kpi_id, f.unit_id, f.on_day, f.item, 1 + (SELECT max(revision) FROM fact o
    WHERE (o.kpi_id, o.unit_id, o.on_day, o.item) = (f.kpi_id, f.unit_id, f.on_day, f.item)),
  f.span_days, f.num, f.den, f.sample, $2::int4, f.row_no
FROM fact f WHERE f.batch_id = $1 AND NOT EXISTS (SELECT FROM fact later
  WHERE (later.kpi_id, later.unit_id, later.on_day, later.item) = (f.kpi_id, f.unit_id, f.on_day, f.item)
    AND later.revision > f.revision
    AND NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = later.batch_id))
"""


_STANDING = """
WITH RECURSIVE chain AS (
  SELECT $1::int4 AS id UNION ALL SELECT b.id FROM import_batch b JOIN chain c ON b.restores = c.id
) SELECT max(id) FROM chain
"""


async def standing(batch_id: int) -> int:
    """Return the import by which the facts of one count: itself, or the last that brought it back."""
    async with raw() as connection:
        return int(await connection.fetchval(_STANDING, batch_id))


async def keys_of(*, kpi_id: int, unit_id: int, first: date, end: date, last: date | None = None) -> list[Key]:
    """Return the facts of a KPI of a unit over a half-open span of days, up to a last day if one is given."""
    async with raw() as connection:
        rows = await connection.fetch(_KEYS, kpi_id, unit_id, first, end, last)
    return [(row["kpi_id"], row["unit_id"], row["on_day"], row["item"]) for row in rows]


async def set_aside(*, keys: Sequence[Key], change_set_id: int, at: datetime) -> int:
    """Put stored facts in quarantine; return how many were not there yet."""
    columns = [list(column) for column in zip(*keys, strict=True)] if keys else [[], [], [], []]
    async with raw() as connection:
        done: str = await connection.execute(_ASIDE, *columns, change_set_id, at)
    return int(done.rsplit(maxsplit=1)[-1])


async def release(*, change_set_id: int, at: datetime) -> None:
    """Let the facts that a change set put in quarantine count again."""
    statement = (
        "UPDATE fact_quarantine SET lifted_at = greatest($2, put_at) WHERE change_set_id = $1 AND lifted_at IS NULL"
    )
    async with raw() as connection:
        await connection.execute(statement, change_set_id, at)


async def accept_late(*, month: int, batch_id: int, change_set_id: int, at: datetime) -> None:
    """Let an import count for a month whenever it came."""
    async with raw() as connection:
        await connection.execute(_ACCEPT, month, batch_id, change_set_id, at)


async def refuse_late(*, month: int, batch_id: int, at: datetime) -> None:
    """Let a late import count no more."""
    statement = "UPDATE late_acceptance SET lifted_at = greatest($3, at) WHERE month = $1 AND batch_id = $2 AND lifted_at IS NULL"
    async with raw() as connection:
        await connection.execute(statement, month, batch_id, at)


async def bring_back(*, batch_id: int, month: int, change_set_id: int, why: str, actor: Actor, at: datetime) -> int:
    """Let what counted of a withdrawn import count again, as an import of its own; return its number."""
    async with transaction(), raw() as connection:
        number = int(await connection.fetchval(_BATCH, batch_id, why, now(), actor.account_id))
        await connection.execute(_FACTS, batch_id, number)
        await accept_late(month=month, batch_id=number, change_set_id=change_set_id, at=at)
        after = {"restores": batch_id}
        await audit.record(
            actor=actor, action="restore_batch", subject_kind="import_batch", subject=number, after=after, why=why
        )
    return number

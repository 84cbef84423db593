"""The causes told of facts, as they were known when a snapshot was made."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from core.database import raw
from scoring.causes import Sums
from scoring.queries.counted import counted_between

# Of the causes told of a fact those of the last batch that counted at the time count.
_TOLD = """
SELECT c.kpi_id, c.unit_id, c.on_day, c.item, c.cause, c.cases, c.words, c.batch_id, c.row_no, f.num, f.den, f.sample
FROM (
  SELECT f.*, rank() OVER (PARTITION BY f.kpi_id, f.unit_id, f.on_day, f.item ORDER BY f.batch_id DESC) AS turn
  FROM fact_cause f WHERE f.on_day >= $1 AND f.on_day < $2{counted}
) c JOIN LATERAL (
  SELECT f.num, f.den, f.sample FROM fact f
  WHERE (f.kpi_id, f.unit_id, f.on_day, f.item) = (c.kpi_id, c.unit_id, c.on_day, c.item){counted}
  ORDER BY f.revision DESC LIMIT 1
) f ON true
WHERE c.turn = 1 ORDER BY c.kpi_id, c.unit_id, c.on_day, c.item, c.id
"""
_SUMS = """
SELECT kpi_id, unit_id, sum(num)::numeric AS num, sum(den)::numeric AS den, sum(sample)::numeric AS sample FROM (
  SELECT DISTINCT ON (f.kpi_id, f.unit_id, f.on_day, f.item) f.kpi_id, f.unit_id, f.num, f.den, f.sample
  FROM fact f WHERE f.kpi_id = ANY ({asked}::int2[]) AND f.on_day >= $1 AND f.on_day < $2{counted}
  ORDER BY f.kpi_id, f.unit_id, f.on_day, f.item, f.revision DESC
) k GROUP BY kpi_id, unit_id
"""


class CauseRow(msgspec.Struct, frozen=True, kw_only=True):
    """One cause of one fact, with the fact's numbers (1/FACT_SCALE), where it came from, and the customer's words."""

    kpi_id: int
    unit_id: int
    on_day: date
    item: int
    cause: str
    cases: int | None
    words: str | None
    batch_id: int
    row_no: int
    num: int
    den: int
    sample: int


class KnownCauses(msgspec.Struct, frozen=True):
    """The causes of a span of days, and for the KPIs that have any what all their facts add up to, by KPI and unit."""

    rows: tuple[CauseRow, ...] = ()
    sums: dict[tuple[int, int], Sums] = {}


async def known_causes(
    *, start: date, end: date, through_batch: int, at: datetime, kpi_ids: Collection[int] | None = None
) -> KnownCauses:
    """Return the causes told of the facts of a half-open span of days, as known at a moment."""
    async with raw() as connection:
        which = await counted_between(connection, start, end, at, through_batch=through_batch, placeholder=3)
        found = await connection.fetch(_TOLD.format(counted=which.condition), start, end, *which.arguments)
        rows = tuple(CauseRow(**row) for row in found if kpi_ids is None or row["kpi_id"] in kpi_ids)
        asked = sorted({row.kpi_id for row in rows if row.cause})
        statement = _SUMS.format(counted=which.condition, asked=f"${which.free}")
        sums = await connection.fetch(statement, start, end, *which.arguments, asked) if asked else []
    return KnownCauses(
        rows,
        {(row["kpi_id"], row["unit_id"]): Sums(int(row["num"]), int(row["den"]), int(row["sample"])) for row in sums},
    )

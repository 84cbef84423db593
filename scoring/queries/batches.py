"""From which batches the facts behind a card came, as they were known when a snapshot was made."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec

from core.database import raw
from scoring.queries.counted import counted_between

# Of the revisions of a fact the last one that counted at the time counts.
_BATCHES = """
SELECT k.kpi_id, k.batch_id, count(*) AS facts, sum(k.num) AS num, sum(k.den) AS den, sum(k.sample) AS sample,
  b.via, b.filename, b.received_at
FROM (
  SELECT DISTINCT ON (f.kpi_id, f.unit_id, f.on_day, f.item) f.kpi_id, f.num, f.den, f.sample, f.batch_id
  FROM fact f WHERE f.kpi_id = ANY ($1::int2[]) AND f.unit_id = ANY ($2::int4[]) AND f.on_day >= $3 AND f.on_day < $4{counted}
  ORDER BY f.kpi_id, f.unit_id, f.on_day, f.item, f.revision DESC
) k JOIN import_batch b ON b.id = k.batch_id
GROUP BY k.kpi_id, k.batch_id, b.via, b.filename, b.received_at ORDER BY k.kpi_id, k.batch_id
"""


class BatchPart(msgspec.Struct, frozen=True, kw_only=True):
    """What one batch brought to one KPI: how many facts, their sums in 1/FACT_SCALE, and how it came."""

    batch_id: int
    facts: int
    num: int
    den: int
    sample: int
    via: str
    filename: str | None
    received_at: datetime


async def batches_behind(
    *, kpi_ids: Collection[int], unit_ids: Collection[int], start: date, end: date, through_batch: int, at: datetime
) -> dict[int, tuple[BatchPart, ...]]:
    """Return by KPI the batches behind some units over a half-open span of days, as known at a moment."""
    async with raw() as connection:
        which = await counted_between(connection, start, end, at, through_batch=through_batch, placeholder=5)
        values = (sorted(kpi_ids), sorted(unit_ids), start, end, *which.arguments)
        rows = await connection.fetch(_BATCHES.format(counted=which.condition), *values)
    found: dict[int, list[BatchPart]] = {}
    for row in rows:
        told: dict[str, Any] = {name: row[name] for name in ("batch_id", "facts", "via", "filename", "received_at")}
        told |= {name: int(row[name]) for name in ("num", "den", "sample")}
        found.setdefault(row["kpi_id"], []).append(BatchPart(**told))
    return {kpi: tuple(parts) for kpi, parts in found.items()}

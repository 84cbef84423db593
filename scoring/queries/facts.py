"""The facts behind a value, as they were known when a snapshot was made."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

from core.database import raw
from scoring.packing import Cell, cells
from scoring.queries.counted import counted_between

MOST_FACTS = 500

# Of the revisions of a fact the last one that counted at the time counts.
_KNOWN = """
SELECT DISTINCT ON (f.unit_id, f.on_day, f.item) f.unit_id, f.on_day, f.item, f.revision, f.span_days, f.num, f.den,
  f.sample, f.batch_id, f.row_no
FROM fact f WHERE f.kpi_id = $1 AND f.unit_id = ANY ($2::int4[]) AND f.on_day >= $3 AND f.on_day < $4{counted}
ORDER BY f.unit_id, f.on_day, f.item, f.revision DESC
"""
_FACTS = """
SELECT k.*, i.code AS item_code, b.via, b.filename, b.source, b.reason, b.received_at,
  count(*) OVER () AS found, sum(k.num) OVER () AS all_num, sum(k.den) OVER () AS all_den, sum(k.sample) OVER () AS all_sample
FROM ({known}) k JOIN import_batch b ON b.id = k.batch_id LEFT JOIN fact_item i ON i.id = k.item
ORDER BY k.on_day, k.unit_id, k.item LIMIT $5
"""


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """One stored fact; num and den are in 1/FACT_SCALE, `revision` above 0 marks a correction."""

    unit_id: int
    on: date
    span_days: int
    item: str | None
    num: int
    den: int
    sample: int
    revision: int
    batch_id: int
    row_no: int
    via: str
    filename: str | None
    source: str | None
    reason: str | None
    received_at: datetime


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The first facts behind a value, how many there are, and what all of them add up to."""

    rows: tuple[FactRow, ...] = ()
    found: int = 0
    num: int = 0
    den: int = 0
    sample: int = 0


async def facts_behind(
    *, kpi_id: int, unit_ids: Collection[int], start: date, end: date, through_batch: int, at: datetime
) -> Facts:
    """Return the facts of one KPI of some units over a half-open span of days, as known at a moment."""
    async with raw() as connection:
        which = await counted_between(connection, start, end, at, through_batch=through_batch, placeholder=6)
        statement = _FACTS.format(known=_KNOWN.format(counted=which.condition))
        values = (kpi_id, sorted(unit_ids), start, end, MOST_FACTS, *which.arguments)
        rows = await connection.fetch(statement, *values)
    if not rows:
        return Facts()
    told = tuple(
        FactRow(
            unit_id=row["unit_id"], on=row["on_day"], span_days=row["span_days"], item=row["item_code"], num=row["num"],
            den=row["den"], sample=row["sample"], revision=row["revision"], batch_id=row["batch_id"], row_no=row["row_no"],
            via=row["via"], filename=row["filename"], source=row["source"], reason=row["reason"],
            received_at=row["received_at"],
        )
        for row in rows
    )  # fmt: skip
    first = rows[0]
    sums = {name: int(first[f"all_{name}"]) for name in ("num", "den", "sample")}
    return Facts(rows=told, found=first["found"], **sums)


async def month_cells(month: int, unit_ids: Collection[int]) -> dict[int, list[Cell]]:
    """Return what the matrix of a month holds of some units."""
    statement = "SELECT unit_id, packed FROM month_matrix WHERE month = $1 AND unit_id = ANY ($2::int4[])"
    async with raw() as connection:
        rows = await connection.fetch(statement, month, sorted(unit_ids))
    return {row["unit_id"]: cells(row["packed"]) for row in rows}


async def folded_at(month: int) -> datetime | None:
    """Return when the matrix of a month was last folded, None when never."""
    async with raw() as connection:
        found: datetime | None = await connection.fetchval("SELECT folded_at FROM month_fold WHERE month = $1", month)
    return found

"""Reading the stored periods that new facts may run into, by key for a few facts and by their spans for many."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from core.database import Connection, raw
from core.period import first_day, month_of, next_first_day
from core.steps import aside
from scoring.queries.records import records

if TYPE_CHECKING:
    from scoring.bulk import Records
    from scoring.intake.preview import Facts, Preview

FEW = 20_000
"""Up to so many facts are held against stored ones by key; beyond that the stored spans of their months are read first."""
LIGHT = 100
"""Up to so many facts are judged between two requests; more would keep others waiting, and go into a thread."""
_STORED = "f.kpi_id, f.unit_id, (f.on_day - date '2000-01-01')::int4, f.item, f.revision, f.span_days, f.num, f.den, f.sample, f.batch_id, f.row_no"
# No span leaves its month, so that none that began 31 days before reaches a new one; the same days are a correction.
_BY_KEY = f"""
SELECT DISTINCT {_STORED} FROM unnest($1::int2[], $2::int4[], $3::date[], $4::int2[], $5::int2[]) AS new (kpi_id, unit_id, on_day, item, span)
JOIN fact f ON (f.kpi_id, f.unit_id, f.item) = (new.kpi_id, new.unit_id, new.item)
  AND f.on_day > new.on_day - 31 AND f.on_day < new.on_day + new.span AND f.on_day + f.span_days > new.on_day
  AND (f.on_day, f.span_days) <> (new.on_day, new.span)
WHERE NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = f.batch_id)
"""  # noqa: S608 - our own column names
_BATCHES = """
SELECT b.id FROM import_batch b WHERE (b.first_on IS NULL OR (b.first_on <= $2 AND b.last_on >= $1))
  AND NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = b.id)
"""
_OF_BATCHES = "FROM fact f WHERE f.batch_id = ANY ($1::int4[]) AND f.kpi_id = ANY ($2::int2[])"
_SPANS = f"SELECT DISTINCT f.on_day, f.span_days {_OF_BATCHES} AND f.on_day BETWEEN $3 AND $4"
_BY_DAY = f"SELECT {_STORED} {_OF_BATCHES} AND f.on_day = ANY ($3::date[])"


async def against_stored(found: "Preview") -> "Preview":
    """Return the preview as it stands beside the facts that are stored now."""
    async with raw() as connection:
        return await apart(connection, replace(found, facts=await numbered(connection, found)))


async def apart(connection: Connection, found: "Preview") -> "Preview":
    """Return the preview with the facts refused whose days a stored fact of another span counts already."""
    from scoring.intake.overlapping import kept_apart

    stored = await _met(connection, found.facts)
    return found if stored is None else await aside(len(found.facts) <= LIGHT, kept_apart, found, stored)


async def numbered(connection: Connection, found: "Preview") -> "Facts":
    """Return the facts with the lasting numbers of their raters; one that has none yet stays below zero."""
    import numpy as np

    if not found.raters:
        return found.facts
    rows = await connection.fetch("SELECT code, id FROM fact_item WHERE code = ANY ($1::text[])", list(found.raters))
    known = {row["code"]: row["id"] for row in rows}
    numbers = np.array([known.get(rater, -1 - place) for place, rater in enumerate(found.raters)], np.int16)
    item = found.facts.item.copy()
    item[item < 0] = numbers[-1 - item[item < 0]]
    return replace(found.facts, item=item)


async def _met(connection: Connection, facts: "Facts") -> "Records | None":
    """Return the stored facts that may be in the way; None when there are none."""
    from scoring.intake.merging import STORED
    from scoring.intake.telling import day_of

    if not len(facts):
        return None
    if len(facts) > FEW:
        return await _met_by_many(connection, facts)
    days = [day_of(day) for day in facts.on_day.tolist()]
    keys = facts.kpi_id.tolist(), facts.unit_id.tolist(), days, facts.item.tolist(), facts.span_days.tolist()
    return await records(connection, _BY_KEY, STORED, *keys, few=len(facts) <= LIGHT)


async def _met_by_many(connection: Connection, facts: "Facts") -> "Records | None":
    import numpy as np

    from scoring.intake.merging import STORED
    from scoring.intake.telling import day_of

    slots = np.unique(facts.on_day.astype(np.int64) << 16 | facts.span_days)
    new = [(day_of(slot >> 16), slot & 0xFFFF) for slot in slots.tolist()]
    first, last = first_day(month_of(new[0][0])), next_first_day(month_of(new[-1][0])) - timedelta(days=1)
    batches = [row["id"] for row in await connection.fetch(_BATCHES, first, last)]
    if not batches:
        return None
    kpis = np.unique(facts.kpi_id).tolist()
    stored = [tuple(row) for row in await connection.fetch(_SPANS, batches, kpis, first, last)]
    days = _crossed(new, stored)
    return await records(connection, _BY_DAY, STORED, batches, kpis, days, few=False) if days else None


def _crossed(new: Sequence[tuple[date, int]], stored: Iterable[tuple[date, int]]) -> list[date]:
    """Return the first days of the stored spans that share days with a new span other than themselves."""
    crossed = {
        day
        for day, days in stored
        for begun, span in new
        if (day, days) != (begun, span) and day < begun + timedelta(days=span) and begun < day + timedelta(days=days)
    }
    return sorted(crossed)

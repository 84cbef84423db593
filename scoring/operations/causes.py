"""Causes told of facts: held against what is stored, and appended with the batch that brought them."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from core.database import Connection

if TYPE_CHECKING:
    from scoring.intake.causes import FactCause
    from scoring.intake.preview import Facts

Key = tuple[int, int, int, int]

# Of the causes told of a fact those of the last batch count, and none of a batch that was withdrawn.
_STORED = """
SELECT c.kpi_id, c.unit_id, c.on_day - date '1970-01-01' AS day, c.item, c.cause, c.cases, c.words
FROM (
  SELECT f.*, rank() OVER (PARTITION BY f.kpi_id, f.unit_id, f.on_day, f.item ORDER BY f.batch_id DESC) AS turn
  FROM fact_cause f JOIN unnest($1::int2[], $2::int4[], $3::int4[], $4::int2[]) AS new (kpi_id, unit_id, day, item)
    ON (f.kpi_id, f.unit_id, f.on_day, f.item) = (new.kpi_id, new.unit_id, date '1970-01-01' + new.day, new.item)
  WHERE NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = f.batch_id)
) c WHERE c.turn = 1
"""
_NEW = """
INSERT INTO fact_cause (batch_id, row_no, kpi_id, unit_id, on_day, item, cause, cases, words)
SELECT $1, * FROM unnest($2::int4[], $3::int2[], $4::int4[], $5::date[], $6::int2[], $7::text[], $8::int8[], $9::text[])
"""


class NewCauses(msgspec.Struct, frozen=True):
    """The causes to store, and of how many facts they say something else than before."""

    causes: "Sequence[FactCause]" = ()
    changed: int = 0


async def new_causes(connection: Connection, facts: "Facts", causes: "Sequence[FactCause]") -> NewCauses:
    """Return the causes that say something new of facts that are taken in or known."""
    if not causes:
        return NewCauses()
    columns = (column.tolist() for column in (facts.kpi_id, facts.unit_id, facts.on_day, facts.item))
    kept = set(zip(*columns, strict=True))
    told = _by_fact((cause.fact, cause) for cause in causes if cause.fact in kept)
    if not told:
        return NewCauses()
    keys = list(zip(*told, strict=True))
    before: dict[Key, set[tuple[Any, ...]]] = {}
    for row in await connection.fetch(_STORED, *map(list, keys)):
        before.setdefault(tuple(row)[:4], set()).add(tuple(row)[4:])
    news = {
        key: rows
        for key, rows in told.items()
        if {(one.cause, one.cases, one.words) for one in rows} != before.get(key)
    }
    return NewCauses(tuple(one for rows in news.values() for one in rows), sum(key in before for key in news))


def _by_fact(causes: "Iterable[tuple[Key, FactCause]]") -> "dict[Key, list[FactCause]]":
    found: dict[Key, list[FactCause]] = {}
    for key, cause in causes:
        found.setdefault(key, []).append(cause)
    return found


async def store_causes(connection: Connection, batch_id: int, causes: "Sequence[FactCause]") -> None:
    """Append the causes that came with a batch."""
    if not causes:
        return
    from scoring.intake.telling import day_of

    kpis, units, days, items, rows, codes, cases, said = map(list, zip(*causes, strict=True))
    on = [day_of(day) for day in days]
    await connection.execute(_NEW, batch_id, rows, kpis, units, on, items, codes, cases, said)

"""What the watch looks at, and what it has found."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from core.clock import SHANGHAI
from core.database import Connection, copy_out, raw
from core.errors import NotFound, problem
from core.language import Text
from core.period import days_in, first_day, next_first_day, shifted
from core.points import FACT_SCALE
from months.watch.kinds import TELLING, about
from org.names import named
from org.queries import organisation_of_month
from scoring.queries.counted import counted
from scoring.queries.facts import FactRow, facts_behind
from scoring.queries.rules import catalogue, rules_of

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from months.watch.facts import MonthFacts
    from months.watch.kinds import KpiAbout

MOST = 500
AROUND = timedelta(days=3)
"""Facts so many days before and after the day of a finding are shown with it."""
_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date AND f.item = 0 AND f.kpi_id = ANY ($3::int2[])
"""
_LINES = """
SELECT s.unit_id, s.lines FROM standing s JOIN board_head h ON h.snapshot_id = s.snapshot_id WHERE h.month = $1
"""
_WORDS = """
SELECT kpi_id, unit_id, array_agg(words ORDER BY id) AS words FROM fact_cause
WHERE on_day >= $1 AND on_day < $2 AND words IS NOT NULL GROUP BY kpi_id, unit_id
"""
_ROWS = """
SELECT f.id, f.month, f.kind, f.unit_id, u.code AS unit, u.name_zh, u.name_en, k.code AS kpi, f.kpi_id, f.on_day, f.strength,
  f.detail, f.found_at, f.looked_at, a.display_name AS looked_by, f.verdict, f.why, f.change_id
FROM finding f JOIN unit u ON u.id = f.unit_id JOIN kpi k ON k.id = f.kpi_id LEFT JOIN account a ON a.id = f.looked_by
"""
_CANCELLED = """
SELECT c.id, c.cancelled_at AS at, a.display_name AS by, c.cancelled_why AS why FROM change_set c
JOIN account a ON a.id = c.cancelled_by
WHERE c.month = $1 AND c.kind = 'quarantine' AND c.state = 'cancelled' AND (c.payload::jsonb ->> 'finding_id')::int = $2
ORDER BY c.id
"""
_FOLDS = """
SELECT f.month, f.number FROM month_fold f JOIN service_month m ON m.month = f.month
LEFT JOIN watch_run w ON w.month = f.month
WHERE m.announced_at IS NOT NULL AND m.cancelled_at IS NULL AND f.folded_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM closed_month c WHERE c.month = f.month)
  AND (w.month IS NULL OR (w.fold <> f.number AND w.at <= $1)) ORDER BY f.month DESC LIMIT 1
"""


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Something odd in the facts of one unit and KPI: how strong in thousandths of the limit, and what was decided."""

    id: int
    month: int
    kind: str
    unit_id: int
    unit: str
    name: Text
    kpi: str
    kpi_name: Text
    on_day: date
    strength: int
    detail: dict[str, str]
    found_at: datetime
    looked_at: datetime | None
    looked_by: str | None
    verdict: str | None
    why: str | None
    change_id: int | None


class Dropped(msgspec.Struct, frozen=True):
    """A quarantine that was proposed for a finding and cancelled or undone."""

    id: int
    at: datetime
    by: str
    why: str


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with the facts behind it, and the quarantines that came to nothing."""

    finding: FindingRow
    dropped: tuple[Dropped, ...]
    facts: tuple[FactRow, ...]
    found: int
    first_on: date
    last_on: date


async def findings(month: int) -> tuple[FindingRow, ...]:
    """Return what was found odd in a month, what nobody has looked at first, the strongest first."""
    names = await _kpi_names(month)
    async with raw() as connection:
        rows = await connection.fetch(
            named(_ROWS) + " WHERE f.month = $1 ORDER BY f.verdict IS NOT NULL, f.strength DESC, f.id LIMIT $2",
            month,
            MOST,
        )
    return tuple(_row(row, names) for row in rows)


async def finding(finding_id: int) -> FindingRow:
    """Return one finding; NotFound for a number that nothing has."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_ROWS) + " WHERE f.id = $1", finding_id)
    if row is None:
        raise NotFound(problem("no_such_finding", "没有这条异常。", "There is no such finding."))
    return _row(row, await _kpi_names(row["month"]))


async def behind(finding_id: int) -> Behind:
    """Return a finding with the facts behind it: around its day, or of the whole month."""
    found = await finding(finding_id)
    start, end = first_day(found.month), next_first_day(found.month)
    if found.on_day > start:
        start, end = max(start, found.on_day - AROUND), min(end, found.on_day + AROUND + timedelta(days=1))
    number = (await catalogue()).kpis[found.kpi]
    organisation = await organisation_of_month(found.month)
    async with raw() as connection:
        through = await connection.fetchval("SELECT coalesce(max(id), 0) FROM import_batch")
        at = await connection.fetchval("SELECT now()")
        dropped = await connection.fetch(named(_CANCELLED), found.month, finding_id)
    units = organisation.subtree(found.unit_id) if found.unit_id in organisation else frozenset({found.unit_id})
    facts = await facts_behind(
        kpi_id=number, unit_ids=units, start=start, end=end, through_batch=through, at=at.astimezone(SHANGHAI)
    )
    return Behind(
        finding=found,
        dropped=tuple(Dropped(**row) for row in dropped),
        facts=facts.rows,
        found=facts.found,
        first_on=start,
        last_on=end - timedelta(days=1),
    )


async def not_looked_at(month: int) -> int:
    """Return how many findings of a month nobody has judged yet."""
    async with raw() as connection:
        return int(
            await connection.fetchval("SELECT count(*) FROM finding WHERE month = $1 AND verdict IS NULL", month)
        )


async def to_scan(scanned_before: datetime) -> tuple[int, int] | None:
    """Return an open month whose facts have moved on since it was looked at, with the number of its fold."""
    async with raw() as connection:
        row = await connection.fetchrow(_FOLDS, scanned_before)
    return None if row is None else (row["month"], row["number"])


async def month_facts(month: int) -> "MonthFacts":
    """Return the counted facts of a month as the watch looks at them."""
    from months.watch.facts import MonthFacts, ordered

    rules, numbers, organisation = await rules_of(month), await catalogue(), await organisation_of_month(month)
    known = about(rules.book, numbers.kpis)
    kinds = {kind: place for place, kind in enumerate(sorted({unit.kind for unit in organisation.units.values()}))}
    kind_of = {unit.id: kinds[unit.kind] for unit in organisation.units.values()}
    async with raw() as connection:
        data = await _counted(connection, month, known)
        now, before = await _values(connection, month), await _values(connection, shifted(month, -1))
        rows = await connection.fetch(_WORDS, first_day(month), next_first_day(month))
    columns = await asyncio.to_thread(_columns, data, kind_of)
    words = {(row["kpi_id"], row["unit_id"]): tuple(row["words"]) for row in rows}
    return ordered(
        MonthFacts(**columns, days=days_in(month), about=known, now=now, before=before, kinds=kind_of, words=words)
    )


async def _counted(connection: Connection, month: int, known: "Mapping[int, KpiAbout]") -> bytes:
    telling = sorted(number for number, one in known.items() if one.nature in TELLING)
    which = await counted(connection, month, placeholder=4)
    days = first_day(month), next_first_day(month)
    return await copy_out(connection, _FACTS + which.condition, *days, telling, *which.arguments)


def _columns(data: bytes, kind_of: Mapping[int, int]) -> dict[str, Any]:
    import numpy as np

    from scoring.bulk import copied_out
    from scoring.folding import FACTS, effective

    facts = effective(copied_out(data, FACTS))
    unit = facts["unit"].astype(np.int64)
    cases = np.where(facts["sample"] > 0, facts["sample"], facts["den"] // FACT_SCALE)
    size = cases.astype(np.float64)
    kept = size > 0
    kinds = np.array([kind_of.get(one, -1) for one in unit.tolist()], dtype=np.int64)
    value = facts["num"].astype(np.float64) / facts["den"].astype(np.float64)
    columns = {"kpi": facts["kpi"].astype(np.int64), "unit": unit, "day": facts["day"].astype(np.int64)}
    return {name: column[kept] for name, column in {**columns, "kind": kinds, "value": value, "size": size}.items()}


async def _values(connection: Connection, month: int) -> dict[int, dict[int, tuple[int, int]]]:
    """Return by KPI and unit the value on the newest board in millionths times its sample, and the sample."""
    from scoring.packing import lines

    found: dict[int, dict[int, tuple[int, int]]] = {}
    for row in await connection.fetch(_LINES, month):
        for line in lines(row["lines"]):
            if line.value is not None and line.sample > 0:
                found.setdefault(line.kpi_id, {})[row["unit_id"]] = (line.value * line.sample, line.sample)
    return found


async def _kpi_names(month: int) -> Mapping[str, Text]:
    return {code: kpi.name for code, kpi in (await rules_of(month)).book.kpis.items()}


def _row(row: Mapping[str, Any], names: Mapping[str, Text]) -> FindingRow:
    told = {name: row[name] for name in set(row.keys()) - {"detail", "name_zh", "name_en", "kpi_id"}}
    return FindingRow(
        **told,
        name=Text(zh=row["name_zh"], en=row["name_en"]),
        kpi_name=names.get(row["kpi"], Text(zh=row["kpi"], en=row["kpi"])),
        detail=msgspec.json.decode(row["detail"], type=dict[str, str]),
    )

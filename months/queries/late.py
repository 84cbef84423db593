"""The league of late data, as it is known to whoever reads now, with the batches that came late."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from struct import Struct

from core.clock import SHANGHAI, today
from core.database import raw
from core.period import first_day, midnight, next_first_day
from leaderboards.queries.known import known_cells
from months.queries.complete import known_until
from months.watch.lateness import Arrival, LateDepartment, late_kpis, league
from org.organisation import Organisation
from org.queries import organisation_of_month
from scoring.contributors import card_of, contributors
from scoring.packing import CELL
from scoring.queries.completeness import due_on
from scoring.queries.rules import Rules, catalogue, rules_of
from scoring.rulebook import RuleBook

_LATE_BATCHES = """
SELECT id, received_at FROM import_batch b WHERE first_on < $2 AND last_on >= $1 AND received_at >= $3
  AND ($4::timestamptz IS NULL OR received_at < $4)
  AND NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = b.id)
"""
_LATE_FACTS = """
SELECT kpi_id, unit_id, max(batch_id) AS batch FROM fact
WHERE on_day >= $1 AND on_day < $2 AND revision = 0 AND batch_id = ANY ($3::int4[]) GROUP BY kpi_id, unit_id
"""
_STAMP = """
SELECT (SELECT max(id) FROM import_batch) AS batch, (SELECT max(id) FROM batch_withdrawal) AS withdrawal,
  (SELECT max(snapshot_id) FROM board_head WHERE month = $1) AS head,
  (SELECT approved_at FROM closed_month WHERE month = $1) AS closed_at
"""
_KPI_OF_CELL = Struct(f"<h{CELL.size - 2}x")
"""The KPI number of a packed cell without the rest of it."""
MOST_KEPT = 24
_kept: OrderedDict[tuple[object, ...], tuple[LateDepartment, ...]] = OrderedDict()


async def late_league(month: int) -> tuple[LateDepartment, ...]:
    """Return the departments by what their sources' late facts cost them; stores are charged nothing.

    What never came is late until today, in a closed month until its closing. Kept until new facts are there.
    """
    rules, until = await rules_of(month), await known_until(month)
    async with raw() as connection:
        stamp = await connection.fetchrow(_STAMP, month)
    ends = _ends(until or stamp["closed_at"])
    key = (month, rules.fingerprint, until, ends, *stamp)
    if key not in _kept:
        _kept[key] = await _league(rules, until, ends)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return _kept[key]


async def late_department(month: int, code: str) -> LateDepartment | None:
    """Return what late data cost one department; None for one without a late source."""
    return next((one for one in await late_league(month) if one.code == code and one.sources), None)


def _ends(moment: datetime | None) -> date:
    return moment.astimezone(SHANGHAI).date() if moment else today()


async def _league(rules: Rules, until: datetime | None, ends: date) -> tuple[LateDepartment, ...]:
    book, numbers = rules.book, (await catalogue()).kpis
    measured = {book.kpis[code].facts for card in book.cards() for code in book.kpis_of(card)}
    due = {code: due_on(rules, book.kpis[code]) for code in sorted(measured) if book.kpis[code].source}
    if not due:
        return league(book, ())
    codes = {number: code for code, number in numbers.items()}
    arrivals = await _arrivals(rules.month, min(due.values()), until, codes)
    held = await _held(rules, until, codes)
    units = Counter(kpi for kpis in held.values() for kpi in kpis)
    overdue = frozenset(code for code, on in due.items() if on < ends and units[code])
    organisation = await organisation_of_month(rules.month)
    absent = await asyncio.to_thread(_absent, book, organisation, held, overdue)
    return league(book, late_kpis(due, arrivals, units, ends, absent))


async def _arrivals(
    month: int, earliest: date, until: datetime | None, codes: Mapping[int, str]
) -> dict[str, dict[int, Arrival]]:
    """Return by KPI and unit when and in which batch the last first-time fact came, where that was after the earliest last day."""
    days, after = (first_day(month), next_first_day(month)), midnight(date.fromordinal(earliest.toordinal() + 1))
    async with raw() as connection:
        batches = await connection.fetch(_LATE_BATCHES, *days, after, until)
        came = {row["id"]: row["received_at"].astimezone(SHANGHAI).date() for row in batches}
        rows = await connection.fetch(_LATE_FACTS, *days, list(came)) if came else []
    found: dict[str, dict[int, Arrival]] = {}
    for row in rows:
        found.setdefault(codes[row["kpi_id"]], {})[row["unit_id"]] = Arrival(came[row["batch"]], row["batch"])
    return found


async def _held(rules: Rules, until: datetime | None, codes: Mapping[int, str]) -> dict[int, frozenset[str]]:
    """Return of which KPIs each unit has facts; equal sets are one."""
    async with raw() as connection:
        if until is not None:
            known = await known_cells(connection, rules.month, until, rules, await catalogue())
            pairs: Iterable[tuple[int, int]] = zip(
                known.units.repeat(known.counts).tolist(), known.cells["kpi"].tolist(), strict=True
            )
        else:
            rows = await connection.fetch("SELECT unit_id, packed FROM month_matrix WHERE month = $1", rules.month)
            pairs = ((row["unit_id"], kpi) for row in rows for (kpi,) in _KPI_OF_CELL.iter_unpack(row["packed"]))
    return await asyncio.to_thread(_by_unit, pairs, codes)


def _by_unit(pairs: Iterable[tuple[int, int]], codes: Mapping[int, str]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for unit, kpi in pairs:
        if kpi in codes:
            found.setdefault(unit, set()).add(codes[kpi])
    alike: dict[frozenset[str], frozenset[str]] = {}
    return {unit: alike.setdefault(one, one) for unit, kpis in found.items() for one in (frozenset(kpis),)}


def _absent(
    book: RuleBook, organisation: Organisation, held: Mapping[int, frozenset[str]], overdue: frozenset[str]
) -> Counter[str]:
    """Return how many units lack facts of a KPI of their card that others of their kind have, as completeness counts them."""
    kinds = {unit.id: card_of(unit, book) for unit in organisation.units.values()}
    told = {(kind, kpi) for unit, kind in kinds.items() for kpi in held.get(unit, frozenset()) & overdue}
    wanted = {
        kind: frozenset(book.kpis[code].facts for code in book.kpis_of(kind)) & overdue
        for kind in set(kinds.values())
        if kind
    }
    found: Counter[str] = Counter()
    for unit, kind in kinds.items():
        for kpi in wanted.get(kind, frozenset()) - held.get(unit, frozenset()) if kind else ():
            if (kind, kpi) in told and not _comes_from_beneath(book, organisation, held, unit, kpi):
                found[kpi] += 1
    return found


def _comes_from_beneath(
    book: RuleBook, organisation: Organisation, held: Mapping[int, frozenset[str]], unit: int, kpi: str
) -> bool:
    stays = book.kpis[kpi].stays_with
    return any(kpi in held.get(one, ()) for one in contributors(organisation, unit, book, stays))

"""The league of late data: what each source's department lost by facts that came after their day; no store is charged."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import msgspec

from core.language import Text
from core.points import rounded_fraction
from months.watch.owners import source_owners
from scoring.rulebook import RuleBook

POINT_A_DAY = Fraction(1)
"""What one KPI of which every unit's facts are late costs its department a day."""
CENTS = 2


class LateKpi(msgspec.Struct, frozen=True):
    """The facts of one KPI that came late, or not at all: late days by unit, summed, over how many units."""

    kpi: str
    due_on: date
    days: int
    """Sum of the days over all late units."""
    late: int
    """Units whose facts were late; all of them when nothing has come."""
    units: int
    worst: int
    """Days of the latest."""
    missing: bool = False
    absent: int = 0
    """Units among the late whose facts have not come; the others' have."""
    batches: tuple[int, ...] = ()
    """The batches in which late facts came, the newest first."""


class Arrival(NamedTuple):
    """When the last of a unit's facts of a KPI came, and in which batch."""

    on: date
    batch: int


class LateSource(msgspec.Struct, frozen=True):
    """One source that was late: its KPIs, and what that costs in cents."""

    source: str
    name: Text
    cents: int
    kpis: tuple[LateKpi, ...]


class LateDepartment(msgspec.Struct, frozen=True):
    """One department of the league: points lost in cents (0 or below), its rank, its late sources; None for unknown."""

    rank: int
    code: str | None
    name: Text
    cents: int
    sources: tuple[LateSource, ...]


NOBODY = Text(zh="未指明部门", en="no department named")


def league(book: RuleBook, found: Iterable[LateKpi]) -> tuple[LateDepartment, ...]:
    """Return the departments by what their late sources cost them, the least first; those that were on time have 0.

    A KPI costs one point a day and unit, divided by its units: if a tenth of the units is late by two days, 0.20.
    Departments without any source are not in the league, nor is nobody while nothing of nobody's is late.
    """
    by_source: dict[str, list[LateKpi]] = {}
    for one in found:
        by_source.setdefault(book.kpis[one.kpi].source, []).append(one)
    owners = source_owners(book)
    costs: dict[str | None, list[LateSource]] = {department: [] for department in owners.values()}
    for source, kpis in sorted(by_source.items()):
        costs[owners[source]].append(_source(book, source, kpis))
    totals = {department: sum(one.cents for one in sources) for department, sources in costs.items()}
    order = sorted((code for code in costs if code or costs[code]), key=lambda code: (-totals[code], code or "~"))
    return tuple(
        LateDepartment(
            rank=1 + sum(other > totals[code] for other in totals.values()),
            code=code,
            name=book.departments[code].name if code else NOBODY,
            cents=totals[code],
            sources=tuple(costs[code]),
        )
        for code in order
    )


def _source(book: RuleBook, source: str, kpis: list[LateKpi]) -> LateSource:
    lost = sum((Fraction(one.days, max(one.units, 1)) for one in kpis), Fraction(0)) * POINT_A_DAY
    known = book.sources.get(source)
    return LateSource(
        source=source,
        name=known.name if known else Text(zh=source, en=source),
        cents=-rounded_fraction(lost, CENTS),
        kpis=tuple(sorted(kpis, key=lambda one: (-Fraction(one.days, max(one.units, 1)), one.kpi))),
    )


def days_late(arrived_on: date, due_on: date) -> int:
    """Return how many days after its last day something came; 0 when in time."""
    return max((arrived_on - due_on).days, 0)


def late_kpis(
    due: Mapping[str, date],
    arrivals: Mapping[str, Mapping[int, Arrival]],
    units: Mapping[str, int],
    until: date,
    absent: Mapping[str, int] | None = None,
) -> list[LateKpi]:
    """Return the KPIs that were late: `arrivals` are the days on which late facts came by unit, `units` how many have any.

    A KPI without any unit has not come at all; `absent` counts the units that lack one which others have. Both are late
    until the day `until`; nothing is later than that.
    """
    found = []
    for kpi, due_on in due.items():
        overdue = days_late(until, due_on)
        if not units.get(kpi) and not arrivals.get(kpi):
            found += [LateKpi(kpi, due_on, overdue, 1, 1, overdue, missing=True)] if overdue else []
            continue
        came = [one for one in arrivals.get(kpi, {}).values() if days_late(min(one.on, until), due_on)]
        waits = (absent or {}).get(kpi, 0) if overdue else 0
        late = [days_late(min(one.on, until), due_on) for one in came] + [overdue] * waits
        if late:
            batches = tuple(sorted({one.batch for one in came}, reverse=True))
            among = max(units.get(kpi, 0), len(came)) + waits
            found.append(LateKpi(kpi, due_on, sum(late), len(late), among, max(late), absent=waits, batches=batches))
    return found

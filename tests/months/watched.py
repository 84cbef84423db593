"""The seeded company as the watch sees it, straight from its generator, with anomalies planted where a test wants them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from core.period import days_in, first_day
from core.points import FACT_SCALE
from months.watch.detectors import suspicions
from months.watch.facts import MonthFacts, ordered
from months.watch.kinds import TELLING, KpiAbout, Suspicion, about
from months.watch.limits import DEFAULTS
from scoring.rulebook import parsed
from seeds import facts as made_up
from seeds.calendar import Calendar, calendar
from seeds.counts import counts_for
from seeds.flows import story
from seeds.organisation import MONTHS, company
from seeds.units import Company

TODAY = date(2026, 11, 21)
MICRO = 1_000_000
Sums = dict[int, dict[int, tuple[int, int]]]


@dataclass(frozen=True)
class World:
    """A seeded company: its units, months, KPIs by number."""

    seed: int
    company: Company
    calendar: Calendar
    numbers: Mapping[str, int]
    known: Mapping[int, KpiAbout]

    def of_kind(self, kind: str) -> list[int]:
        return [place for place, unit in enumerate(self.company.units) if unit.kind == kind]


@cache
def world(seed: int = 1, size: int = 400) -> World:
    book = parsed(Path("seeds/rulebook.toml").read_text(encoding="utf-8"))
    numbers = {code: number for number, code in enumerate(book.kpis, start=1)}
    months = calendar(TODAY, MONTHS)
    made = company(seed=seed, counts=counts_for(size), first_on=months.first_on, months=MONTHS)
    return World(seed, made, months, numbers, about(book, numbers))


@cache
def month(number: int, world_of: int = 1, size: int = 400) -> MonthFacts:
    """Return a month of a seeded company, its values added up the tree as its boards have them, and those of the month before."""
    here = world(world_of, size)
    columns, sums = _drawn(world_of, size, number)
    before = _drawn(world_of, size, _before(here, number))[1] if number != here.calendar.months[0] else {}
    kinds = {kind: place for place, kind in enumerate(sorted({unit.kind for unit in here.company.units}))}
    kind_of = {place: kinds[unit.kind] for place, unit in enumerate(here.company.units)}
    kind = np.array([kind_of[unit] for unit in columns["unit"].tolist()], dtype=np.int64)
    rest = {"days": days_in(number), "about": here.known, "kinds": kind_of}
    return ordered(
        MonthFacts(**columns, kind=kind, now=_pooled(here, sums), before=_pooled(here, before), **rest)  # type: ignore[arg-type]  # columns by name
    )


def planted(
    facts: MonthFacts, kpi: int, unit: int, change: Callable[[MonthFacts, np.ndarray], MonthFacts]
) -> MonthFacts:
    """Return the facts with the series of one KPI and unit changed; `change` gets the rows of it."""
    return change(facts, (facts.kpi == kpi) & (facts.unit == unit))


def changed(facts: MonthFacts, **columns: np.ndarray) -> MonthFacts:
    return replace(facts, **columns)


def found(facts: MonthFacts) -> set[tuple[str, int, int]]:
    """Return what the watch finds with its defaults: kind, KPI, unit."""
    return {(one.kind, one.kpi, one.unit) for one in suspicions(facts, DEFAULTS)}


def all_of(facts: MonthFacts) -> list[Suspicion]:
    return suspicions(facts, DEFAULTS)


def _before(here: World, number: int) -> int:
    months = list(here.calendar.months)
    return months[months.index(number) - 1]


@cache
def _drawn(seed: int, size: int, number: int) -> tuple[dict[str, np.ndarray], Sums]:
    here = world(seed, size)
    telling = [one.number for one in here.known.values() if one.nature in TELLING]
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("kpi", "unit", "day", "value", "size")}
    sums: Sums = {}
    first = first_day(number).toordinal()
    for part in made_up.facts(here.company, here.calendar.month(number, frozenset()), story()):
        kpi = np.array([here.numbers[code] for code in part.kpis])[part.kpi]
        plain = np.array([code == "" for code in part.items])[part.item]
        for k, unit, num, den in zip(
            kpi.tolist(), part.unit.tolist(), part.num.tolist(), part.den.tolist(), strict=True
        ):
            held = sums.setdefault(k, {}).get(unit, (0, 0))
            sums[k][unit] = (held[0] + num, held[1] + den)
        kept = plain & (part.sample > 0) & np.isin(kpi, telling)
        told = (kpi, part.unit, part.day - first, part.num / part.den, part.sample.astype(np.float64))
        for name, column in zip(columns, told, strict=True):
            columns[name].append(column[kept])
    return {name: np.concatenate(parts) for name, parts in columns.items()}, sums


def _pooled(here: World, sums: Sums) -> Sums:
    """Return values times sample and sample, in millionths, of each unit over all beneath it."""
    place = {unit.code: number for number, unit in enumerate(here.company.units)}
    parent = [place[unit.parent] if unit.parent else -1 for unit in here.company.units]
    pooled: Sums = {}
    for kpi, by_unit in sums.items():
        whole: dict[int, tuple[int, int]] = {}
        for unit, (num, den) in by_unit.items():
            at = unit
            while at >= 0:
                held = whole.get(at, (0, 0))
                whole[at] = (held[0] + num, held[1] + den)
                at = parent[at]
        pooled[kpi] = {
            unit: (num * MICRO // den * max(den // FACT_SCALE, 1), max(den // FACT_SCALE, 1))
            for unit, (num, den) in whole.items()
            if den > 0
        }
    return pooled

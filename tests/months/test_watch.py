"""The watch finds planted anomalies in the seeded company and leaves what is ordinary alone."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from months.watch.detectors import suspicions
from months.watch.facts import MonthFacts
from months.watch.kinds import BEGGING, BURST, FLAT, GAP, JUMP, TENS
from months.watch.limits import DEFAULTS, Limits
from tests.months.watched import World, all_of, changed, found, month, world

SIZE = 1400
MONTHS = 6


@pytest.fixture(scope="module")
def here() -> World:
    return world(1, SIZE)


@pytest.fixture(scope="module")
def facts(here: World) -> MonthFacts:
    return month(here.calendar.months[-2], 1, SIZE)


def series(facts: MonthFacts, kpi: int, least: int = 12) -> list[int]:
    """Return the units that have so many facts of a KPI."""
    units, counts = np.unique(facts.unit[facts.kpi == kpi], return_counts=True)
    return [int(unit) for unit in units[counts >= least]]


def rating(facts: MonthFacts) -> int:
    """Return the number of the KPI with the most single facts among the ratings."""
    ratings = [number for number, one in facts.about.items() if one.full is not None]
    return max(ratings, key=lambda number: int((facts.kpi == number).sum()))


def put(facts: MonthFacts, kpi: int, unit: int, give: Callable[[np.ndarray], np.ndarray]) -> MonthFacts:
    rows = (facts.kpi == kpi) & (facts.unit == unit)
    values = facts.value.copy()
    values[rows] = give(values[rows])
    return changed(facts, value=values)


def test_ordinary_months_raise_few_alarms(here: World) -> None:
    alarms: Counter[str] = Counter()
    looked_at = 0
    for number in here.calendar.months:
        one = month(number, 1, SIZE)
        looked_at += one.by_unit().size
        alarms += Counter(each.kind for each in all_of(one))
    assert looked_at > 30_000
    assert alarms.total() <= 20, alarms


def test_a_fact_far_from_the_units_others_is_a_jump(facts: MonthFacts) -> None:
    kpi = rating(facts)

    def collapse(values: np.ndarray) -> np.ndarray:
        given = values.copy()
        given[len(given) // 2] = 1
        return given

    units = series(facts, kpi)[:30]
    hits = sum((JUMP, kpi, unit) in found(put(facts, kpi, unit, collapse)) for unit in units)
    assert hits >= 24


def test_facts_that_never_vary_are_too_even(facts: MonthFacts) -> None:
    kpi = rating(facts)
    units = series(facts, kpi)[:30]
    hits = sum(
        (FLAT, kpi, unit) in found(put(facts, kpi, unit, lambda values: np.full_like(values, np.median(values) - 1)))
        for unit in units
    )
    assert hits == 30


def test_full_marks_and_nothing_else_are_straight_tens(facts: MonthFacts) -> None:
    kpi = rating(facts)
    full = facts.about[kpi].full or 0
    units = series(facts, kpi)[:30]
    hits = sum(
        (TENS, kpi, unit) in found(put(facts, kpi, unit, lambda values: np.full_like(values, full))) for unit in units
    )
    assert hits >= 28


def test_hardly_anything_but_full_marks_looks_like_begging(facts: MonthFacts) -> None:
    kpi = rating(facts)
    units = series(facts, kpi)[:30]
    hits = sum(
        (BEGGING, kpi, unit)
        in found(put(facts, kpi, unit, lambda values: np.where(np.arange(len(values)) % 7, 10, 9.6)))
        for unit in units
    )
    assert hits >= 24


def test_a_remark_that_tells_of_begging_is_found_and_others_are_not(facts: MonthFacts) -> None:
    kpi = rating(facts)
    one, other = series(facts, kpi)[:2]
    told = replace(facts, words={(kpi, one): ("店员让我给10分",), (kpi, other): ("服务很好，给我讲清楚了",)})
    begging = {unit for kind, _, unit in found(told) if kind == BEGGING}
    assert one in begging
    assert other not in begging


def test_many_cases_in_the_last_days_are_a_burst(facts: MonthFacts) -> None:
    kpi = rating(facts)
    hits = 0
    units = [unit for unit in series(facts, kpi) if ((facts.unit == unit) & (facts.day >= facts.days - 2)).any()][:20]
    for unit in units:
        late = (facts.kpi == kpi) & (facts.unit == unit) & (facts.day >= facts.days - 2)
        size = np.where(late, facts.size * 30, facts.size)
        hits += (BURST, kpi, unit) in found(changed(facts, size=size))
    assert hits >= 16


def test_customers_who_praise_what_visits_find_bad_are_a_gap(here: World, facts: MonthFacts) -> None:
    process = facts.about[rating(facts)].process
    visits = [number for number, one in facts.about.items() if one.visited and one.process == process]
    hall = here.of_kind("storefront")[5]
    now = {number: dict(values) for number, values in facts.now.items()}
    for number in visits:
        if hall in now.get(number, {}):
            value, sample = now[number][hall]
            now[number][hall] = (value * 6 // 10, sample)
    value, sample = now[rating(facts)][hall]
    now[rating(facts)][hall] = (max(value, 9_700_000 * sample), sample)
    kinds = {kind for kind, _, unit in found(replace(facts, now=now)) if unit == hall}
    assert GAP in kinds


def test_a_value_that_leaps_from_month_to_month_is_a_jump(here: World, facts: MonthFacts) -> None:
    hall = here.of_kind("storefront")[3]
    number = next(
        n for n, values in facts.now.items() if n in facts.about and hall in values and hall in facts.before.get(n, {})
    )
    value, sample = facts.now[number][hall]
    moved = {**facts.now, number: {**facts.now[number], hall: (value // 8, sample)}}
    assert (JUMP, number, hall) in found(replace(facts, now=moved))


def test_the_order_of_the_facts_does_not_matter(facts: MonthFacts) -> None:
    from months.watch.facts import ordered

    shuffled = np.random.default_rng(7).permutation(len(facts.kpi))
    columns = {name: getattr(facts, name)[shuffled] for name in ("kpi", "unit", "kind", "day", "value", "size")}
    assert suspicions(ordered(changed(facts, **columns)), DEFAULTS) == suspicions(facts, DEFAULTS)


def test_a_month_without_facts_is_not_odd(facts: MonthFacts) -> None:
    none = {name: getattr(facts, name)[:0] for name in ("kpi", "unit", "kind", "day", "value", "size")}
    assert suspicions(replace(facts, **none, now={}, before={}), Limits()) == []

"""Which part of a loss came of which cause: cases with a cause held against all cases that went wrong, exactly."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby

import msgspec

from core.points import FACT_SCALE
from scoring.book_parts import Kpi

COUNTED = ("rate_of_sums", "sum", "ratio_of_sums")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One cause of one fact with the fact's numbers (1/FACT_SCALE); cases None: all that the other causes leave."""

    fact: tuple[int, int, object, int]
    cause: str
    cases: int | None
    num: int
    den: int
    sample: int


class Sums(msgspec.Struct, frozen=True):
    """All facts of a KPI and some units added up: numerators and denominators in 1/FACT_SCALE, samples."""

    num: int = 0
    den: int = 0
    sample: int = 0


def cases_in(kpi: Kpi, sums: Sums) -> Fraction:
    """Return how many cases in these facts cost points.

    Where few are good (complaints, minutes lost) each counts; where many are good (checks passed) those that failed;
    of marks and means, which have no good and bad, every answer.
    """
    if kpi.aggregation in COUNTED and kpi.direction == "lower":
        return Fraction(max(sums.num, 0), FACT_SCALE)
    if kpi.aggregation == "ratio_of_sums":
        return Fraction(max(sums.den - sums.num, 0), FACT_SCALE)
    return Fraction(max(sums.sample, 0))


def cases_by_cause(kpi: Kpi, told: Iterable[Told]) -> dict[str, Fraction]:
    """Return the cases of each cause; of one fact never more than went wrong in it, counts shrinking alike."""
    found: dict[str, Fraction] = {}
    ordered = sorted(told, key=lambda one: (str(one.fact), one.cause))
    for _, causes in groupby(ordered, key=lambda one: one.fact):
        for cause, cases in _of_fact(kpi, list(causes)):
            found[cause] = found.get(cause, Fraction(0)) + cases
    return {cause: cases for cause, cases in found.items() if cause and cases}


def _of_fact(kpi: Kpi, causes: Sequence[Told]) -> list[tuple[str, Fraction]]:
    first = causes[0]
    whole = cases_in(kpi, Sums(first.num, first.den, first.sample))
    told = sum((Fraction(one.cases, FACT_SCALE) for one in causes if one.cases is not None), Fraction(0))
    shrink = whole / told if told > whole else Fraction(1)
    open_ones = sum(one.cases is None and bool(one.cause) for one in causes)
    rest = max(whole - told, Fraction(0)) / open_ones if open_ones else Fraction(0)
    return [
        (one.cause, rest if one.cases is None else Fraction(one.cases, FACT_SCALE) * shrink)
        for one in causes
        if one.cause
    ]


def parts_of(kpi: Kpi, sums: Sums, cases: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return which part of 1 of a KPI's loss came of each cause; the rest has none."""
    whole = max(cases_in(kpi, sums), sum(cases.values(), Fraction(0)))
    return {cause: part / whole for cause, part in cases.items()} if whole else {}

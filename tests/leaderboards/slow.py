"""The same month by hand: recursion over units, fractions, no columns; slow, and written from the rules' words alone."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from core.points import FACT_SCALE, rounded_fraction
from org.organisation import Organisation
from scoring.contributors import card_of
from scoring.rulebook import Kpi, RuleBook

FACTORS = {"ratio_of_sums": 100, "rate_of_sums": 10_000, "sample_mean": 1, "weighted_mean": 1}
Sums = tuple[int, int, int]


@dataclass(frozen=True)
class Facts:
    """Own facts by unit and KPI."""

    own: dict[tuple[int, str], list[Sums]]


def total(book: RuleBook, theme: str, organisation: Organisation, facts: Facts, unit_id: int) -> int | None:
    """Return a unit's card total in cents, None when nothing was measured."""
    kind = card_of(organisation.units[unit_id], book)
    card = book.scorecards[kind]
    scores = {
        code: _score(book.kpis[code], kind, gathered(organisation, facts, unit_id, book.kpis[code])) for code in card
    }
    doubled = book.themes[theme].doubled
    weights = {code: Fraction(weight) * (2 if code in doubled else 1) for code, weight in card.items()}
    there = [code for code, score in scores.items() if score is not None]
    if not there:
        return None
    points = Fraction(0)
    alive = {book.kpis[code].process for code in there}
    whole = sum(weight for code, weight in weights.items() if book.kpis[code].process in alive)
    for code in there:
        process = [other for other in card if book.kpis[other].process == book.kpis[code].process]
        share = sum(weights[other] for other in process) / sum(weights[other] for other in process if other in there)
        line = weights[code] * share * 100 / whole * (scores[code] or 0) / 100
        points += Fraction(rounded_fraction(line, 4), 10_000)
    return rounded_fraction(points, 2)


def gathered(organisation: Organisation, facts: Facts, unit_id: int, kpi: Kpi) -> Sums | None:
    """Return everything measured of a KPI in a unit and beneath it."""
    found = list(facts.own.get((unit_id, kpi.code), ()))
    for child in (*organisation.children(unit_id), *organisation.employed(unit_id)):
        part = gathered(organisation, facts, child, kpi)
        if part is not None and organisation.units[child].kind not in kpi.stays_with:
            found.append(part)
    return (sum(one[0] for one in found), sum(one[1] for one in found), sum(one[2] for one in found)) if found else None


def _score(kpi: Kpi, kind: str, sums: Sums | None) -> Fraction | None:
    if sums is None or sums[2] < kpi.least_sample(kind):
        return None
    value = Fraction(sums[0] * FACTORS[kpi.aggregation], sums[1])
    exact = {"linear": _linear, "ratio": _ratio, "band": _band}[kpi.method](kpi.params, value)
    return Fraction(rounded_fraction(min(max(exact, Fraction(0)), Fraction(120)), 2), 100)


def _linear(params: dict[str, Any], value: Fraction) -> Fraction:
    points = sorted((Fraction(x), Fraction(y)) for x, y in params["anchors"])
    (low_x, low_y), (mid_x, mid_y), (high_x, high_y) = points
    if value <= mid_x:
        return low_y + (value - low_x) * (mid_y - low_y) / (mid_x - low_x)
    return mid_y + (value - mid_x) * (high_y - mid_y) / (high_x - mid_x)


def _ratio(params: dict[str, Any], value: Fraction) -> Fraction:
    return 100 * value / Fraction(params["target"])


def _band(params: dict[str, Any], value: Fraction) -> Fraction:
    for band in params["bands"]:
        if ("lo" not in band or value > Fraction(band["lo"])) and ("hi" not in band or value <= Fraction(band["hi"])):
            return Fraction(band["score"])
    raise AssertionError(value)


def scaled(number: object) -> int:
    """Return a told number as it is stored."""
    return int(Fraction(str(number)) * FACT_SCALE)

"""What samples leave open: the variance of every score and of every total.

Every value is shifted by √3 standard errors up and down and scored by the rules themselves, as units that count in no
statistics; two thirds of the score as it is and one sixth of each shifted one give mean and variance, exactly for
curves up to the third degree. Variances are added with the squares of the weights: samples of different KPIs are taken
to be independent. Whole numbers throughout; a root is rounded correctly and once, at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import isqrt

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from core.points import CENTS, FACT_SCALE, exact
from scoring.apart import FINE
from scoring.book_parts import Kpi
from scoring.columns import Column, Ints, Sums, rounded_to
from scoring.engine import scored as scored_card
from scoring.factors import FACTORS
from scoring.nature import nature
from scoring.noise import PLACES, shifts
from scoring.rulebook import RuleBook
from scoring.scored import Scored
from scoring.sheet import Sheet
from scoring.statuses import SCORED

SIXTHS = 36
"""A variance of scores is held in 1/36: two sums over six parts."""
SHARE = 1_000_000
"""Weights are cut to millionths of the total."""


@dataclass(frozen=True)
class Noise:
    """Variances of the scores of n units on k KPIs, in 1/36 of the square of the last place of a score."""

    variances: Ints
    places: int


def noise(book: RuleBook, card: str, sheet: Sheet, scored: Scored, theme: str | None = None) -> Noise:
    """Return how uncertain every score of a card is; 0 where nothing is left to chance or a policy filled it in."""
    size, kpis = len(sheet.group), [book.kpis[code] for code in scored.kpis]
    moved = [_shifts(kpi, sheet, scored, row) for row, kpi in enumerate(kpis)]
    variances = np.zeros((len(kpis), size), dtype=np.int64)
    open_rows = [row for row, shift in enumerate(moved) if shift.any()]
    if not open_rows:
        return Noise(variances, scored.places)
    plain = structs.replace(book, kpis={**book.kpis, **{kpis[row].code: _plain(kpis[row]) for row in open_rows}})
    spread = _spread(sheet, [(kpis[row], moved[row], scored.values[row]) for row in open_rows])
    found = scored_card(plain, card, spread, theme)
    for row in open_rows:
        middle, above, below = (found.scores[row, at * size : (at + 1) * size] for at in range(3))
        sure = (found.statuses[row].reshape(3, size) == SCORED).all(axis=0) & (scored.statuses[row] == SCORED)
        squares = 6 * (above**2 + 4 * middle**2 + below**2) - (above + 4 * middle + below) ** 2
        variances[row] = np.where(sure & (moved[row] > 0), squares, 0)
    return Noise(variances, found.places)


def _shifts(kpi: Kpi, sheet: Sheet, scored: Scored, row: int) -> Ints:
    sums = sheet.sums.get(kpi.code)
    if sums is None or nature(kpi) == "none":
        return np.zeros(len(sheet.group), dtype=np.int64)
    drawn = scored.values[row]
    if kpi.aggregation == "sum":
        drawn = Column(np.where(sums.known, sums.num, 0), np.full(len(sums.num), FACT_SCALE), sums.known & drawn.known)
    return shifts(kpi, sums, scored.measured[row], drawn, sheet.group)


def _plain(kpi: Kpi) -> Kpi:
    """Return the KPI without what has been done to its value already."""
    return structs.replace(
        kpi, shrink=None, prior=None, min_sample={}, min_denominator={}, missing="reweight", reads=None
    )


def _spread(sheet: Sheet, moved: list[tuple[Kpi, Ints, Column]]) -> Sheet:
    """Return a sheet of thrice the units: as they are, shifted up, shifted down; only the first count in statistics."""
    size = len(sheet.group)
    counted = np.ones(size, dtype=bool) if sheet.population is None else sheet.population
    sums = {code: _thrice(found) for code, found in sheet.sums.items()}
    items = {code: {item: _thrice(one) for item, one in found.items()} for code, found in sheet.items.items()}
    for kpi, shift, value in moved:
        sums[kpi.code] = _moved(kpi, sheet.sums[kpi.code], shift, value)
        if kpi.code in sheet.items:
            items[kpi.code] = _moved_items(sheet.items[kpi.code], sheet.sums[kpi.code], shift)
    return replace(
        sheet,
        group=np.tile(sheet.group, 3),
        sums=sums,
        items=items,
        previous={code: _thrice(found) for code, found in sheet.previous.items()},
        not_applicable={code: np.tile(found, 3) for code, found in sheet.not_applicable.items()},
        held={code: np.tile(found, 3) for code, found in sheet.held.items()},
        constants={code: _columns(found) for code, found in sheet.constants.items()},
        units=sheet.units * 3,
        own_groups=sheet.own_groups * 3,
        exposures=_columns(sheet.exposures),
        population=np.concatenate((counted, np.zeros(2 * size, dtype=bool))),
    )


def _columns(found: Mapping[str, Column]) -> dict[str, Column]:
    return {
        name: Column(np.tile(one.num, 3), np.tile(one.den, 3), np.tile(one.known, 3)) for name, one in found.items()
    }


def _thrice(sums: Sums) -> Sums:
    return Sums(np.tile(sums.num, 3), np.tile(sums.den, 3), np.tile(sums.sample, 3), np.tile(sums.known, 3))


def _moved(kpi: Kpi, sums: Sums, shift: Ints, value: Column) -> Sums:
    """Return the facts of a KPI so that its value is the drawn one, then shifted up and down, held within its limits."""
    summed = kpi.aggregation == "sum"
    middle = sums.num if summed else rounded_to(value, PLACES)
    up, down = middle + shift, middle - shift
    low, high = (None if limit is None else int(exact(limit) * FACT_SCALE) for limit in (kpi.minimum, kpi.maximum))
    low = 0 if low is None and (middle >= 0).all() else low
    if not summed and high is not None:
        up = np.maximum(np.minimum(up, high), middle)
    if low is not None:
        down = np.minimum(np.maximum(down, low), middle)
    den = FACT_SCALE if summed else int(FACTORS[kpi.aggregation] * FACT_SCALE)
    known = np.tile(sums.known & value.known, 3)
    num = np.concatenate((middle, up, down)).astype(np.int64)
    return Sums(num, np.full(len(num), den, dtype=np.int64), np.tile(sums.sample, 3), known)


def _moved_items(items: Mapping[str, Sums], sums: Sums, shift: Ints) -> dict[str, Sums]:
    """Return counts by kind of event, the shift shared out by what each kind has, one event more to all alike."""
    whole = np.maximum(sums.num, 0) + FACT_SCALE
    found = {}
    for code, one in items.items():
        part = np.maximum(one.num, 0) + FACT_SCALE // len(items)
        share = np.array(
            [int(a) * int(b) // int(c) for a, b, c in zip(part, shift, whole, strict=True)], dtype=np.int64
        )
        num = np.concatenate((one.num, one.num + share, np.maximum(one.num - share, np.minimum(one.num, 0))))
        found[code] = Sums(num, np.tile(one.den, 3), np.tile(one.sample, 3), np.ones(len(num), dtype=bool))
    return found


def shares(scored: Scored) -> Ints:
    """Return the weight of every score in the card's total in millionths, int64[k, n]."""
    counted = np.where(scored.counted, scored.weight_num, 0)
    return np.asarray(counted * (SHARE // 100) // scored.weight_den, dtype=np.int64)


def total_variance(found: Noise, weights: Ints) -> NDArray[np.int64]:
    """Return the variance of Σ weight · score in thousandths of a square cent; weights are millionths, int[k, n]."""
    if not len(found.variances):
        return np.zeros(found.variances.shape[1], dtype=np.int64)
    squares = np.asarray(weights, dtype=object) ** 2 * found.variances
    unit = SIXTHS * SHARE * SHARE * (10**found.places // CENTS) ** 2
    return np.array([int(one) * FINE // unit for one in squares.sum(axis=0)], dtype=np.int64)


def margin(variance: int, certainty: Decimal | Fraction) -> int:
    """Return so many standard errors in cents, rounded half away from zero; the variance is in thousandths."""
    top, bottom = exact(certainty).as_integer_ratio()
    return (isqrt(4 * top * top * variance // (bottom * bottom * FINE)) + 1) // 2

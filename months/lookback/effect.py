"""What a theme achieved: change of its KPIs less the change of what was outside it, with an interval; within noise nothing is shown."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import isqrt
from typing import Literal

import msgspec

from core.points import rounded_fraction

TO_CENTS = 100
"""Changes are whole ten-thousandths of a point of score; what is told are cents."""
MANY = 100
FEWEST = 5
"""Fewer units would tell the number of one of them, and nothing about the theme."""
QUANTILES: tuple[tuple[int, Decimal], ...] = tuple(
    (freedom, Decimal(text))
    for freedom, text in (
        (1, "12.706"), (2, "4.303"), (3, "3.182"), (4, "2.776"), (5, "2.571"), (6, "2.447"), (7, "2.365"), (8, "2.306"),
        (9, "2.262"), (10, "2.228"), (12, "2.179"), (15, "2.131"), (20, "2.086"), (30, "2.042"), (60, "2.000"),
    )
)  # fmt: skip
"""Student's t for 95 % by degrees of freedom; between two of them the smaller number of degrees counts, the wider interval."""
ENDLESS = Decimal("1.984")
"""From a hundred degrees of freedom on; the normal 1.960 is never quite reached."""
Verdict = Literal["better", "worse", "none"]


class Estimate(msgspec.Struct, frozen=True):
    """A difference in cents of score with the bounds of its 95 % interval, and of how many units."""

    cents: int
    low: int
    high: int
    units: int

    @property
    def verdict(self) -> Verdict:
        """Return better or worse where the interval lies on one side of nought, else none."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "none"


def within(differences: Sequence[int]) -> Estimate | None:
    """Return the mean of differences found in each unit by itself; None for too few units."""
    if len(differences) < FEWEST:
        return None
    mean, spread = _moments(differences)
    return _estimate(mean, spread, len(differences) - 1, len(differences))


def between(inside: Sequence[int], outside: Sequence[int]) -> Estimate | None:
    """Return the mean of one group less the mean of another; None when either is too small."""
    if min(len(inside), len(outside)) < FEWEST:
        return None
    (one, first), (two, second) = _moments(inside), _moments(outside)
    return _estimate(one - two, first + second, min(len(inside), len(outside)) - 1, len(inside))


def _moments(values: Sequence[int]) -> tuple[Fraction, Fraction]:
    """Return the mean and the variance of the mean."""
    count, total = len(values), sum(values)
    squares = sum(value * value for value in values)
    variance = Fraction(count * squares - total * total, count * (count - 1))
    return Fraction(total, count), variance / count


def _estimate(mean: Fraction, variance: Fraction, freedom: int, units: int) -> Estimate:
    half = _root(variance) * Fraction(quantile(freedom))
    low, high, middle = (rounded_fraction(value / TO_CENTS, 0) for value in (mean - half, mean + half, mean))
    return Estimate(cents=middle, low=low, high=high, units=units)


def _root(value: Fraction) -> Fraction:
    """Return a square root to six decimals, rounded down."""
    places = 10**12
    return Fraction(isqrt(value.numerator * places // value.denominator), 10**6)


def quantile(freedom: int) -> Decimal:
    """Return Student's t for a 95 % interval."""
    if freedom >= MANY:
        return ENDLESS
    return next(value for least, value in reversed(QUANTILES) if least <= max(freedom, 1))


class Faded(msgspec.Struct, frozen=True):
    """How much of an effect was left so many months later, in per cent; None where there was none to fade."""

    months: int
    left: int | None


def fading(effect: Estimate, later: Sequence[tuple[int, Estimate]]) -> tuple[Faded, ...]:
    """Return what was left of an effect month by month; of one that was not shown nothing can fade."""
    shown = effect.verdict != "none" and effect.cents != 0
    return tuple(
        Faded(months, rounded_fraction(Fraction(100 * one.cents, effect.cents), 0) if shown else None)
        for months, one in later
    )

"""Whether two totals can be told apart, given what chance stands in each; read without numpy."""

from decimal import Decimal
from fractions import Fraction

from core.points import exact

FINE = 1_000
"""Variances of totals are held in thousandths of a square cent."""


def told_apart(one: tuple[int, int], other: tuple[int, int], certainty: Decimal | Fraction) -> bool:
    """Return whether two totals (cents, with their variances) differ by more than chance explains."""
    times = exact(certainty)
    return (one[0] - other[0]) ** 2 * FINE > times * times * (one[1] + other[1])

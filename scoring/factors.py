"""By what a quotient of sums is multiplied, so that it is read in the unit of its KPI."""

from collections.abc import Mapping
from fractions import Fraction

from core.points import FACT_SCALE

FACTORS: Mapping[str, Fraction] = {
    "ratio_of_sums": Fraction(100),
    "rate_of_sums": Fraction(10_000),
    "nps": Fraction(100),
    "sample_mean": Fraction(1),
    "weighted_mean": Fraction(1),
    "trimmed_mean": Fraction(1),
    "sum": Fraction(1, FACT_SCALE),
}
"""What numerator / denominator is multiplied by: per cent, per 10,000, or nothing."""


def factor(aggregation: str) -> Fraction:
    """Return what numerator / denominator is multiplied by."""
    return FACTORS[aggregation]

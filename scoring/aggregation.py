"""Facts of a period become one exact value: numerators and denominators are added, never percentages averaged."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from core.points import FACT_SCALE
from scoring.columns import Column, Sums, scaled
from scoring.factors import FACTORS
from scoring.ratings import TRIM_FROM, trimmed


def parts(sums: Sums, aggregation: str) -> Column:
    """Return numerator / denominator of every unit, before the factor; no denominator means nothing was measured."""
    if aggregation == "sum":
        return Column(np.where(sums.known, sums.num, 0), np.full(len(sums.num), sums.finer), sums.known)
    known = sums.known & (sums.den > 0)
    return Column(np.where(known, sums.num, 0), np.where(known, sums.den, 1), known)


def value(sums: Sums, aggregation: str) -> Column:
    """Return the value of every unit in the KPI's own unit of measure."""
    return scaled(parts(sums, aggregation), FACTORS[aggregation])


def gathered(
    aggregation: str, rows: Sequence[tuple[int, int, int]], trim_from: int | None = TRIM_FROM
) -> tuple[int, int, int, bool]:
    """Return numerator, denominator, sample and whether anything was measured, from rows of the same three.

    Only `trimmed_mean` needs the single rows: each is one rating, and its sample counts the raters.
    """
    sample = sum(row[2] for row in rows)
    if aggregation != "trimmed_mean":
        den = sum(row[1] for row in rows)
        return sum(row[0] for row in rows), den, sample, bool(rows) and (aggregation == "sum" or den > 0)
    ratings = [Fraction(num, den) for num, den, _ in rows if den > 0]
    if not ratings:
        return 0, 0, 0, False
    kept = trimmed(ratings, trim_from)
    total = sum(kept, Fraction(0))
    return total.numerator * FACT_SCALE, len(kept) * total.denominator * FACT_SCALE, len(ratings), True

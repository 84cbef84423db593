"""How far chance alone can have moved a value: its standard error, from the sample behind it.

Values are read to six decimals; all steps from there on are whole numbers. A share of n answers has the variance
p(1 − p)/n, events of a rate or a count that of Poisson, a mean of answers σ²/n. Where the rule draws a value to its
peers as by k more answers, n + k stands for n, which is the mean square error of the drawn value; where it does not,
shares and events are held away from their ends by a few invented answers (Agresti–Coull), so that nought of five is
not certainty.
"""

from fractions import Fraction
from math import isqrt

import numpy as np

from core.points import FACT_SCALE, exact, rounded
from scoring.book_parts import Kpi
from scoring.columns import Column, Ints, Sums, rounded_to
from scoring.factors import FACTORS
from scoring.nature import nature
from scoring.shrinkage import peer_means

MICRO = 1_000_000
PLACES = 6
NODES = 3
"""A shift is √3 standard errors: with one sixth either way and two thirds in the middle it gives the variance exactly."""
INVENTED = 4
"""Answers added to a share that is not drawn to anybody: two good ones, two bad ones."""
FEWEST = 5
"""Units below which their own scatter tells nothing about the answers."""


def shifts(kpi: Kpi, sums: Sums, measured: Column, drawn: Column, group: Ints) -> Ints:
    """Return √3 standard errors of every value in millionths of its unit, 0 where there is none.

    `measured` and `drawn` are the values before and after shrinkage; a sum without exposure is shifted in its count.
    """
    kind = nature(kpi)
    known = drawn.known
    if kind == "none" or not known.any():
        return np.zeros(len(known), dtype=np.int64)
    value = [int(one) for one in rounded_to(drawn, PLACES)]
    size = [int(one) for one in answers(kpi, sums)]
    more = int(exact(kpi.shrink or 0) * MICRO)
    if kind == "proportion":
        found = _proportions(kpi, value, size, more)
    elif kind == "events":
        found = _events(kpi, value, size, more)
    else:
        found = _answers(kpi, sums, measured, value, size, more, group)
    roots = [isqrt(NODES * square) if sure else 0 for square, sure in zip(found, known.tolist(), strict=True)]
    return np.array(roots, dtype=np.int64)


def answers(kpi: Kpi, sums: Sums) -> Ints:
    """Return how many answers (or how much exposure) stand behind each value, in millionths."""
    if kpi.aggregation in {"rate_of_sums", "sum"}:
        return sums.den
    counted = sums.sample.astype(np.int64) * FACT_SCALE
    return np.where(counted > 0, counted, sums.den)


def _proportions(kpi: Kpi, value: list[int], size: list[int], more: int) -> list[int]:
    """Return the variances of shares in per cent, or of a net score between −100 and 100."""
    top = int(FACTORS[kpi.aggregation]) * MICRO
    low = -top if kpi.aggregation == "nps" else 0
    middle, added = (top + low) // 2, 0 if more else INVENTED * MICRO
    found = []
    for own, n in zip(value, size, strict=True):
        whole = n + more + added
        held = min(max((own * (n + more) + middle * added) // whole if added else own, low), top)
        found.append((top - held) * (held - low) * MICRO // whole if n else 0)
    return found


def _events(kpi: Kpi, value: list[int], size: list[int], more: int) -> list[int]:
    """Return the variances of a rate (one event more than was seen, unless it is drawn to its peers) or of a count."""
    if kpi.aggregation == "sum":
        return [(abs(own) + MICRO) * MICRO for own in value]
    scale = int(FACTORS[kpi.aggregation])
    added = 0 if more else 1
    return [
        (max(own, 0) * scale * MICRO * MICRO // (n + more) + added * (scale * MICRO * MICRO // n) ** 2) if n else 0
        for own, n in zip(value, size, strict=True)
    ]


def _answers(
    kpi: Kpi, sums: Sums, measured: Column, value: list[int], size: list[int], more: int, group: Ints
) -> list[int]:
    """Return the variances of means: by the spread the rule tells, else by the peers, else the widest on the scale."""
    told, limits = spread(kpi, sums, measured, group), _limits(kpi)
    if told is not None:
        each = [min(told, (limits[1] - limits[0]) ** 2 // 4) if limits else told] * len(value)
    else:
        each = [_widest(limits, own) for own in value] if limits else [0] * len(value)
    return [one * MICRO // (n + more) if n else 0 for one, n in zip(each, size, strict=True)]


def spread(kpi: Kpi, sums: Sums, measured: Column, group: Ints) -> int | None:
    """Return the variance of one answer in millionths squared, None where neither the rule nor the peers tell it.

    With k = variance of answers ÷ variance of units, as shrinkage has it, a unit with n answers lies σ²(1/k + 1/n) from
    the mean of its group; all units of the card together tell σ².
    """
    if kpi.spread is not None:
        return int(exact(kpi.spread) ** 2 * MICRO * MICRO)
    if not kpi.shrink:
        return None
    apart, expected = Fraction(0), Fraction(0)
    weight = 1 / exact(kpi.shrink)
    means = peer_means(measured, np.asarray(group, dtype=np.intp))
    size = answers(kpi, sums)
    for number, mean in enumerate(means):
        members = np.flatnonzero(measured.known & (group == number) & (size > 0))
        if mean is None or len(members) < FEWEST:
            continue
        middle = rounded(mean.numerator * MICRO, mean.denominator)
        values = rounded_to(Column(measured.num[members], measured.den[members], measured.known[members]), PLACES)
        apart += sum((int(one) - middle) ** 2 for one in values)
        share = Fraction(len(members) - 1, len(members))
        expected += share * (
            weight * len(members) + Fraction(sum(MICRO * MICRO // int(n) for n in size[members]), MICRO)
        )
    return int(apart / expected) if expected else None


def _limits(kpi: Kpi) -> tuple[int, int] | None:
    """Return the ends of the scale in millionths, None where it has none."""
    if kpi.minimum is None or kpi.maximum is None:
        return None
    return int(exact(kpi.minimum) * MICRO), int(exact(kpi.maximum) * MICRO)


def _widest(limits: tuple[int, int], value: int) -> int:
    """Return the largest variance that answers between two limits can have around a mean (Bhatia–Davis)."""
    return max(limits[1] - value, 0) * max(value - limits[0], 0)

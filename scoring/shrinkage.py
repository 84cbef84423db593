"""Small samples lean on their peers: (num + k·μ) / (den + k), so that three lucky answers decide nothing."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.points import FACT_SCALE
from scoring.columns import SAFE, Column, most, total


def peer_means(values: Column, group: NDArray[np.intp]) -> list[Fraction | None]:
    """Return the pooled numerator / denominator of each peer group, None where nobody was measured."""
    groups = int(group.max(initial=-1)) + 1
    members = [np.flatnonzero(values.known & (group == index)) for index in range(groups)]
    nums, dens = ([total(numbers[some]) for some in members] for numbers in (values.num, values.den))
    return [Fraction(num, den) if some.size else None for num, den, some in zip(nums, dens, members, strict=True)]


def shrunk(values: Column, group: NDArray[np.intp], answers: Fraction, priors: Sequence[Fraction | None]) -> Column:
    """Return numerator / denominator drawn towards the prior of each group as by so many more answers of it.

    Numerators and denominators are in 1/FACT_SCALE; a group without a prior stays as it is.
    """
    if answers == 0:
        return values
    divisor = int(np.gcd(np.gcd.reduce(values.num), np.gcd.reduce(values.den[values.known], initial=0))) or 1
    extra = answers * FACT_SCALE / divisor
    # With extra = e/f and prior = m/p: (num·f·p + e·m) / (den·f·p + e·p).
    times = [1 if prior is None else extra.denominator * prior.denominator for prior in priors]
    up = [0 if prior is None else extra.numerator * prior.numerator for prior in priors]
    more = [0 if prior is None else extra.numerator * prior.denominator for prior in priors]
    num, den = values.num // divisor, np.where(values.known, values.den // divisor, 1)
    bound = max(most(num), most(den)) * max(times) + max(map(abs, (*up, *more)))
    if bound >= SAFE:
        num, den = num.astype(object), den.astype(object)
    each = [np.array(numbers, dtype=num.dtype)[group] for numbers in (times, up, more)]
    num, den = num * each[0] + each[1], den * each[0] + each[2]
    return Column(num=np.where(values.known, num, 0), den=np.where(values.known, den, 1), known=values.known)

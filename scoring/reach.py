"""Which places units may truly have: those told apart from one are above or below it for sure.

Two totals are told apart when they differ by more than so many standard errors of their difference. That is asked of
all pairs, but hardly any pair is looked at: among units of nearly the same variance, sorted by total, a gap is surely
wide enough from one bound on and surely too narrow below another; only what lies between is compared one by one.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.apart import FINE
from scoring.columns import Bools, Ints

FEW = 64
"""So many units make one class of nearly the same variance, and at most so many classes are made."""


@dataclass(frozen=True)
class Reach:
    """The best and the worst place that each unit may truly have, from 1; 0 where it has none."""

    best: NDArray[np.int64]
    worst: NDArray[np.int64]


def reach(
    totals: Ints, variances: Ints, ranked: Bools, certainty: Decimal | Fraction, shared: tuple[Ints, Ints] | None = None
) -> Reach:
    """Return the best and worst place of each ranked unit; totals in cents, variances in thousandths of a square cent.

    `shared` gives what units have in common: a variance, and the number of whom they have it from (-1 = nobody); it
    falls out of the difference of two that have it from the same one.
    """
    best, worst = np.zeros(len(totals), dtype=np.int64), np.zeros(len(totals), dtype=np.int64)
    members = np.flatnonzero(ranked)
    if not len(members):
        return Reach(best, worst)
    test = _Test(exact(certainty))
    points, own = totals[members].astype(np.int64), variances[members].astype(np.int64)
    common, source = (column[members] for column in shared) if shared else (np.zeros_like(own), np.full_like(own, -1))
    above, below = _counted(points, own + common, test)
    for number in np.unique(source[source >= 0]):
        _reconsider(np.flatnonzero(source == number), points, own, common, test, above, below)
    best[members], worst[members] = 1 + above, len(members) - below
    return Reach(best, worst)


@dataclass(frozen=True)
class _Test:
    """Tells whether a gap in cents is more than chance explains."""

    times: Fraction

    def passed(self, gap: Ints, variance: Ints) -> Bools:
        """Return whether gap² exceeds times² · variance."""
        up, down = self.times.numerator**2, self.times.denominator**2
        return np.asarray(gap * gap * (FINE * down) > variance * up, dtype=bool)

    def least_gap(self, variance: Ints) -> Ints:
        """Return the smallest whole gap that passes; the root is only a guess, whole numbers decide."""
        up, down = self.times.numerator**2, self.times.denominator**2 * FINE
        gap: Ints = np.sqrt(variance * up // down).astype(np.int64)
        while (short := ~self.passed(gap, variance)).any():
            gap = gap + short
        while (long := (gap > 0) & self.passed(gap - 1, variance)).any():
            gap = gap - long
        return gap


def _counted(points: Ints, variances: Ints, test: _Test) -> tuple[Ints, Ints]:
    """Return how many units are surely above and surely below each."""
    above, below = np.zeros(len(points), dtype=np.int64), np.zeros(len(points), dtype=np.int64)
    by_variance = np.argsort(variances, kind="stable")
    for part in np.array_split(by_variance, min(FEW, max(1, len(points) // FEW))):
        some = part[np.argsort(points[part], kind="stable")]
        totals, low, high = points[some], int(variances[part[0]]), int(variances[part[-1]])
        narrow, wide = test.least_gap(variances + low), test.least_gap(variances + high)
        start, end = (np.searchsorted(totals, points + gap, "left") for gap in (narrow, wide))
        above += len(some) - end + _between(start, end, some, points, variances, test)
        end, start = (np.searchsorted(totals, points - gap, "right") for gap in (narrow, wide))
        below += start + _between(start, end, some, points, variances, test)
    return above, below


def _between(start: Ints, end: Ints, some: Ints, points: Ints, variances: Ints, test: _Test) -> Ints:
    """Return how many of those between two bounds are told apart from each unit, compared one by one."""
    lengths = np.maximum(end - start, 0)
    one = np.repeat(np.arange(len(points)), lengths)
    step = np.arange(len(one)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    other = some[np.repeat(start, lengths) + step]
    apart = test.passed(points[one] - points[other], variances[one] + variances[other])
    return np.bincount(one[apart], minlength=len(points))


def _reconsider(members: Ints, points: Ints, own: Ints, common: Ints, test: _Test, above: Ints, below: Ints) -> None:
    """Compare those who share something once more without it, and put the counts right."""
    gap = points[members][None, :] - points[members][:, None]
    told, whole = own[members], (own + common)[members]
    change = test.passed(gap, told[None, :] + told[:, None]).astype(np.int64)
    change -= test.passed(gap, whole[None, :] + whole[:, None])
    above[members] += (change * (gap > 0)).sum(axis=1)
    below[members] += (change * (gap < 0)).sum(axis=1)

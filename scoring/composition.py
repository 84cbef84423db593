"""Scores of KPIs become one card: weights move where a score is missing, points are rounded, points are added.

Three roundings and no other: the score before, the points of each line (4 decimals), the total (2 decimals).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from core.points import CENTS, POINTS, rounded
from scoring.columns import SAFE, Bools, Ints, most

PER_CENT = 100
CENT_PLACES = 2
POINT_PLACES = 4
NONE = -1
"""Stands in columns of cents for “no score”."""


@dataclass(frozen=True)
class CardRows:
    """What a card is made of: one row per KPI, one column per unit."""

    scores: NDArray[np.int64]
    """int64[k, n], in 10^-places."""
    counted: Bools
    """bool[k, n]: the score enters the total."""
    covered: Bools
    """bool[k, n]: really scored, not filled in by a policy."""
    applicable: Bools
    """bool[k, n]: False leaves the card of that unit altogether."""
    weights: Sequence[Fraction]
    process: Sequence[int]
    """Index of the process of each row."""
    multipliers: Sequence[Fraction]
    places: int = 2

    def part(self, units: slice) -> "CardRows":
        """Return the same rows for some of the units."""
        return replace(
            self,
            scores=self.scores[:, units],
            counted=self.counted[:, units],
            covered=self.covered[:, units],
            applicable=self.applicable[:, units],
        )


@dataclass(frozen=True)
class Composed:
    """A card per unit; shapes as in CardRows. Points are 1/10,000, totals cents."""

    weight_num: Ints
    weight_den: Ints
    points: NDArray[np.int64]
    bonus: NDArray[np.int64]
    totals: NDArray[np.int64]
    rounding: NDArray[np.int64]
    covered_num: NDArray[np.int64]
    covered_den: NDArray[np.int64]
    process_scores: NDArray[np.int64]
    theme_scores: NDArray[np.int64]

    def reaches(self, coverage: Fraction) -> Bools:
        """Return which units have at least that share of their weight scored."""
        enough = self.covered_num * coverage.denominator >= self.covered_den * coverage.numerator
        return np.asarray(enough & (self.covered_num > 0), dtype=bool)


BLOCK = 4096
"""So many units are composed at a time: their matrices stay in the processor's cache."""


def composed(rows: CardRows, *, theme_bonus: bool = False, total_places: int = CENT_PLACES) -> Composed:
    """Return the cards; with `theme_bonus` multipliers add points on top instead of moving weight."""
    size = rows.scores.shape[1]
    if size <= BLOCK:
        return _composed(rows, theme_bonus=theme_bonus, total_places=total_places)
    blocks = [
        _composed(rows.part(slice(at, at + BLOCK)), theme_bonus=theme_bonus, total_places=total_places)
        for at in range(0, size, BLOCK)
    ]
    return Composed(
        **{
            field.name: np.concatenate([getattr(block, field.name) for block in blocks], axis=-1)
            for field in fields(Composed)
        }
    )


def _composed(rows: CardRows, *, theme_bonus: bool, total_places: int) -> Composed:
    unit = lcm(*((weight * times).denominator for weight, times in zip(rows.weights, rows.multipliers, strict=True)))
    unit = lcm(unit, *(weight.denominator for weight in rows.weights))
    base = _column([int(weight * unit) for weight in rows.weights])
    heavy = _column([int(w * unit * m) for w, m in zip(rows.weights, rows.multipliers, strict=True)])
    used = base if theme_bonus else heavy
    num, den = _reweighted(rows, used)
    points = _points(rows.scores, num, den, rows.places)
    extra = [times - 1 if theme_bonus else Fraction(0) for times in rows.multipliers]
    bonus = _bonus(points, extra)
    exact = points.sum(axis=0) + bonus
    totals = rounded(exact, 10 ** (POINT_PLACES - total_places)) * 10 ** (CENT_PLACES - total_places)
    doubled = [times != 1 for times in rows.multipliers]
    return Composed(
        weight_num=num,
        weight_den=den,
        points=points,
        bonus=bonus,
        totals=totals,
        rounding=totals * (POINTS // CENTS) - exact,
        covered_num=(base * rows.covered).sum(axis=0),
        covered_den=(base * rows.applicable).sum(axis=0),
        process_scores=_process_scores(rows, used),
        theme_scores=_mean(rows, used, np.flatnonzero(doubled)),
    )


def _column(numbers: list[int]) -> Ints:
    fits = sum(map(abs, numbers)) ** 2 * PER_CENT < SAFE
    return np.array(numbers, dtype=np.int64 if fits else object)[:, None]


def _reweighted(rows: CardRows, used: Ints) -> tuple[Ints, Ints]:
    """Return the exact weight of every line in per cent: inside the process first, then across processes."""
    share, whole = np.zeros_like(rows.scores, dtype=used.dtype), np.zeros_like(rows.scores, dtype=used.dtype)
    total = np.zeros(rows.scores.shape[1], dtype=used.dtype)
    for members in _members(rows.process):
        all_of_it = (used[members] * rows.applicable[members]).sum(axis=0)
        scored = (used[members] * rows.counted[members]).sum(axis=0)
        share[members], whole[members] = all_of_it, scored
        total += np.where(scored > 0, all_of_it, 0)
    counted = rows.counted & (total > 0)
    settled = bool((share == whole)[rows.counted].all())
    num = np.where(counted, used * PER_CENT if settled else used * share * PER_CENT, 0)
    den = np.where(counted, total if settled else whole * total, 1)
    return num, den


def _members(process: Sequence[int]) -> Iterable[NDArray[np.intp]]:
    index = np.asarray(process)
    return [np.flatnonzero(index == number) for number in range(int(index.max(initial=-1)) + 1)]


def _points(scores: NDArray[np.int64], num: Ints, den: Ints, places: int) -> NDArray[np.int64]:
    """Return weight × score / 100 of every line in 1/10,000, rounded half away from zero."""
    up, down = POINTS // PER_CENT, 10**places
    if up >= down:
        up, down = up // down, 1
    if 2 * most(num) * most(scores) * up + 2 * most(den) * down >= SAFE:
        num, den = num.astype(object), den.astype(object)
    return rounded(num * scores * up, den * down).astype(np.int64)


def _bonus(points: NDArray[np.int64], extra: Sequence[Fraction]) -> NDArray[np.int64]:
    total = np.zeros(points.shape[1], dtype=np.int64)
    for line, times in zip(points, extra, strict=True):
        if times:
            total += rounded(line * times.numerator, times.denominator)
    return total


def _process_scores(rows: CardRows, used: Ints) -> NDArray[np.int64]:
    means = [_mean(rows, used, members) for members in _members(rows.process)]
    return np.array(means, dtype=np.int64).reshape(len(means), rows.scores.shape[1])


def _mean(rows: CardRows, used: Ints, members: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the weighted mean of some rows in cents, NONE where none of them counted."""
    weight = (used[members] * rows.counted[members]).sum(axis=0)
    scores = np.where(rows.counted[members], rows.scores[members], 0)
    if 4 * CENTS * most(scores) * int(used[members].sum()) >= SAFE:
        scores = scores.astype(object)
    total = (used[members] * scores).sum(axis=0)
    down = 10**rows.places
    mean = rounded(total * CENTS, np.where(weight > 0, weight, 1) * down)
    return np.where(weight > 0, mean, NONE).astype(np.int64)


def lost_points(
    scores: NDArray[np.int64], counted: Bools, weights: tuple[Ints, Ints], places: int
) -> NDArray[np.int64]:
    """Return weight × (100 − score) / 100 of every counted line in 1/10,000, never negative."""
    missing = np.where(counted, np.maximum(PER_CENT * 10**places - scores, 0), 0)
    return _points(missing, *weights, places)

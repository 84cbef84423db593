"""Scores of KPIs become one card: weights move where a score is missing, points are rounded, points are added.

Three roundings and no other: the score before, the points of each line (4 decimals), the total (2 decimals).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.points import CENTS, POINTS, rounded
from scoring.columns import SAFE, Bools, Ints, most
from scoring.statuses import NOT_APPLICABLE, SCORED

PER_CENT = 100
CENT_PLACES = 2
POINT_PLACES = 4
HALF = 2**31
NONE = -1
"""Stands in columns of cents for “no score”."""


@dataclass(frozen=True)
class CardRows:
    """What a card is made of: one row per KPI, one column per unit."""

    scores: NDArray[np.int64]
    """int64[k, n], in 10^-places."""
    counted: Bools
    """bool[k, n]: the score enters the total."""
    statuses: NDArray[np.int8]
    """int8[k, n]: what became of each KPI, apart from what a policy puts in."""
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
            statuses=self.statuses[:, units],
        )


@dataclass(frozen=True)
class Weighing:
    """What each line weighs, kept as one number a process and unit: weight × share / (scored × total), in per cent.

    `used` is int[k], the rest by process or unit; where a line did not count it weighs nothing.
    """

    used: Ints
    process: NDArray[np.intp]
    counted: Bools
    """bool[k, n]"""
    share: Ints
    """int[p, n]: the whole weight of the process that applies to the unit."""
    scored: Ints
    """int[p, n]: the part of it that counted."""
    total: Ints
    """int[n]: the weight of all processes of which something counted."""

    @cached_property
    def num(self) -> Ints:
        """Return the numerators of all weights, int[k, n]."""
        return np.where(self.live, self.used[:, None] * self.share[self.process] * PER_CENT, 0)

    @cached_property
    def den(self) -> Ints:
        """Return the denominators of all weights, int[k, n]."""
        return np.where(self.live, self.scored[self.process] * self.total, 1)

    @property
    def live(self) -> Bools:
        """Return which lines weigh something."""
        return self.counted & (self.total > 0)

    def at(self, row: int, unit: int) -> Fraction:
        """Return one weight in per cent."""
        if not (self.counted[row, unit] and self.total[unit] > 0):
            return Fraction(0)
        process = self.process[row]
        up = int(self.used[row]) * int(self.share[process, unit]) * PER_CENT
        return Fraction(up, int(self.scored[process, unit]) * int(self.total[unit]))


@dataclass(frozen=True)
class Composed:
    """A card per unit; shapes as in CardRows. Points are 1/10,000, totals cents."""

    weighing: Weighing
    points: NDArray[np.int64]
    """In int32 where that is wide enough."""
    bonus: NDArray[np.int64]
    totals: NDArray[np.int64]
    rounding: NDArray[np.int64]
    covered_num: NDArray[np.int64]
    covered_den: NDArray[np.int64]
    process_scores: NDArray[np.int64]
    theme_scores: NDArray[np.int64]

    @property
    def weight_num(self) -> Ints:
        """Return the numerators of the weights, int[k, n]."""
        return self.weighing.num

    @property
    def weight_den(self) -> Ints:
        """Return the denominators of the weights, int[k, n]."""
        return self.weighing.den

    def reaches(self, coverage: Fraction) -> Bools:
        """Return which units have at least that share of their weight scored."""
        enough = self.covered_num * coverage.denominator >= self.covered_den * coverage.numerator
        return np.asarray(enough & (self.covered_num > 0), dtype=bool)


BLOCK = 4096
"""So many units are composed at a time: their matrices stay in the processor's cache."""


def composed(rows: CardRows, how: "How") -> Composed:
    """Return the cards of all units."""
    size = rows.scores.shape[1]
    if size <= BLOCK:
        return _composed(rows, how)
    return joined(size, (_composed(rows.part(slice(at, at + BLOCK)), how) for at in range(0, size, BLOCK)))


def joined(size: int, blocks: Iterable[Composed]) -> Composed:
    """Return blocks of units as one: written one after another into columns of the full length."""
    at, whole = 0, {}
    for block in blocks:
        columns = _columns(block)
        for name, column in columns.items():
            if name not in whole:
                whole[name] = np.empty((*column.shape[:-1], size), dtype=column.dtype)
            elif np.promote_types(whole[name].dtype, column.dtype) != whole[name].dtype:
                whole[name] = whole[name].astype(np.promote_types(whole[name].dtype, column.dtype))
            whole[name][..., at : at + column.shape[-1]] = column
        at, first = at + columns["totals"].shape[-1], block.weighing
    weighing = Weighing(used=first.used, process=first.process, **{name: whole.pop(name) for name in _WEIGHED})
    return Composed(weighing=weighing, **whole)


_WEIGHED = ("counted", "share", "scored", "total")


def _columns(block: Composed) -> dict[str, NDArray[Any]]:
    kept = {field.name: getattr(block, field.name) for field in fields(Composed) if field.name != "weighing"}
    return {**kept, **{name: getattr(block.weighing, name) for name in _WEIGHED}}


@dataclass(frozen=True)
class How:
    """What is the same for all units of a card: weights as whole numbers, members of the processes, multipliers."""

    base: Ints
    used: Ints
    process: NDArray[np.intp]
    alone: NDArray[np.intp]
    """The same, as if all lines stood in one process."""
    members: tuple[NDArray[np.intp], ...]
    extra: tuple[Fraction, ...]
    doubled: NDArray[np.intp]
    total_places: int

    @classmethod
    def of(cls, rows: CardRows, *, theme_bonus: bool = False, total_places: int = CENT_PLACES) -> "How":
        """Return it for such rows; with `theme_bonus` multipliers add points on top instead of moving weight."""
        heavy = [weight * times for weight, times in zip(rows.weights, rows.multipliers, strict=True)]
        unit = lcm(*(weight.denominator for weight in (*heavy, *rows.weights)))
        base, used = (_column([int(weight * unit) for weight in weights]) for weights in (rows.weights, heavy))
        return cls(
            base=base,
            used=base if theme_bonus or (base == used).all() else used,
            process=np.asarray(rows.process, dtype=np.intp),
            alone=np.zeros(len(base), dtype=np.intp),
            members=tuple(_members(rows.process)),
            extra=tuple(times - 1 if theme_bonus else Fraction(0) for times in rows.multipliers),
            doubled=np.flatnonzero([times != 1 for times in rows.multipliers]),
            total_places=total_places,
        )


def _composed(rows: CardRows, how: How) -> Composed:
    weighing, weighted = _weighed(rows, how), _weighted(rows, how.used)
    points = _points_of(rows, weighing, weighted, how)
    bonus = _bonus(points, how.extra)
    exact = points.sum(axis=0) + bonus
    totals = rounded(exact, 10 ** (POINT_PLACES - how.total_places)) * 10 ** (CENT_PLACES - how.total_places)
    return Composed(
        weighing=weighing,
        points=compact(points),
        bonus=bonus,
        totals=totals,
        rounding=totals * (POINTS // CENTS) - exact,
        covered_num=_covered(weighing.scored, rows.statuses == SCORED, rows.counted, how),
        covered_den=_covered(weighing.share, rows.statuses != NOT_APPLICABLE, None, how),
        process_scores=_process_scores(rows, weighing, weighted, how),
        theme_scores=_theme_scores(rows, weighted, how),
    )


def compact(numbers: Ints) -> NDArray[np.int64]:
    """Return numbers in half the room where they are small enough."""
    return numbers.astype(np.int32) if numbers.dtype != object and most(numbers) < HALF else numbers


def _column(numbers: list[int]) -> Ints:
    fits = sum(map(abs, numbers)) ** 2 * PER_CENT < SAFE
    return np.array(numbers, dtype=np.int64 if fits else object)


def _sum_where(weights: Ints, chosen: Bools, process: NDArray[np.intp]) -> Ints:
    """Return for each process the weight of the lines chosen, per unit: what is not chosen, which is little, off the whole."""
    left_out = ~chosen
    sums = np.zeros(int(process.max(initial=-1)) + 1, dtype=weights.dtype)
    np.add.at(sums, process, weights)
    found = np.repeat(sums[:, None], chosen.shape[1], axis=1)
    if left_out.any():
        rows, units = np.nonzero(left_out)
        np.subtract.at(found, (process[rows], units), weights[rows])
    return found


def _covered(used: Ints, chosen: Bools, counted: Bools | None, how: How) -> Ints:
    """Return the weight of the lines chosen, per unit; `used` is the same by process where it may stand for that."""
    same = counted is None or bool((chosen == counted).all())
    if same and how.base is how.used:
        return np.asarray(used.sum(axis=0, dtype=how.used.dtype))
    return np.asarray(_sum_where(how.base, chosen, how.alone)[0])


def _weighed(rows: CardRows, how: How) -> Weighing:
    """Return what each line weighs: a missing weight moves inside its process first, then across processes."""
    share = _sum_where(how.used, rows.statuses != NOT_APPLICABLE, how.process)
    scored = _sum_where(how.used, rows.counted, how.process)
    total = np.where(scored > 0, share, 0).sum(axis=0)
    return Weighing(how.used, how.process, rows.counted, compact(share), compact(scored), total)


def _weighted(rows: CardRows, used: Ints) -> Ints:
    """Return score × weight of every line that counts."""
    wide = most(used) * most(rows.scores) * POINTS * 4 >= SAFE
    kind = object if wide or used.dtype == object else np.int64
    return np.where(rows.counted, rows.scores, 0).astype(kind, copy=False) * used[:, None]


def _points_of(rows: CardRows, weighing: Weighing, weighted: Ints, how: How) -> NDArray[np.int64]:
    """Return the points of all lines: with one divisor where nothing is missing, one by one for the few others."""
    used, size = weighing.used, rows.scores.shape[1]
    whole = [int(used[members].sum()) for members in how.members]
    every = sum(whole)
    if not size or not every:
        return np.zeros(rows.scores.shape, dtype=np.int64)
    up, down = _unit_of_points(rows.places)
    points = rounded(weighted * (PER_CENT * up), every * down).astype(np.int64, copy=False)
    moved = (weighing.scored != np.array(whole, dtype=used.dtype)[:, None]) | (weighing.total != every)
    for process, members in enumerate(how.members):
        units = np.flatnonzero(moved[process])
        if len(units):
            cells = np.ix_(members, units)
            live = rows.counted[cells] & (weighing.total[units] > 0)
            num = np.where(live, used[members, None] * weighing.share[process, units] * PER_CENT, 0)
            den = np.where(live, weighing.scored[process, units] * weighing.total[units], 1)
            points[cells] = _points(rows.scores[cells], num, den, rows.places)
    return points


def _unit_of_points(places: int) -> tuple[int, int]:
    """Return what score × weight is multiplied with and divided by to be points, for scores of so many decimals."""
    up, down = POINTS // PER_CENT, 10**places
    return (up // down, 1) if up >= down else (up, down)


def _members(process: Sequence[int]) -> Iterable[NDArray[np.intp]]:
    index = np.asarray(process)
    return [np.flatnonzero(index == number) for number in range(int(index.max(initial=-1)) + 1)]


def _points(scores: NDArray[np.int64], num: Ints, den: Ints, places: int) -> NDArray[np.int64]:
    """Return weight × score / 100 of every line in 1/10,000, rounded half away from zero."""
    up, down = _unit_of_points(places)
    if 2 * most(num) * most(scores) * up + 2 * most(den) * down >= SAFE:
        num, den = num.astype(object), den.astype(object)
    return rounded(num * scores * up, den * down).astype(np.int64)


def _bonus(points: NDArray[np.int64], extra: Sequence[Fraction]) -> NDArray[np.int64]:
    total = np.zeros(points.shape[1], dtype=np.int64)
    for line, times in zip(points, extra, strict=True):
        if times:
            total += rounded(line * times.numerator, times.denominator)
    return total


def _process_scores(rows: CardRows, weighing: Weighing, weighted: Ints, how: How) -> NDArray[np.int64]:
    sums = np.array([weighted[members].sum(axis=0) for members in how.members], dtype=weighted.dtype)
    return _means(sums.reshape(weighing.scored.shape), weighing.scored, rows.places)


def _theme_scores(rows: CardRows, weighted: Ints, how: How) -> NDArray[np.int64]:
    if not len(how.doubled):
        return np.full(rows.scores.shape[1], NONE, dtype=np.int64)
    weight = (how.used[how.doubled, None] * rows.counted[how.doubled]).sum(axis=0)
    return _means(weighted[how.doubled].sum(axis=0), weight, rows.places)


def _means(sums: Ints, weights: Ints, places: int) -> NDArray[np.int64]:
    """Return weighted means in cents, NONE where nothing counted."""
    mean = rounded(sums * CENTS, np.where(weights > 0, weights, 1) * 10**places)
    return np.where(weights > 0, mean, NONE).astype(np.int64)


def lost_points(
    scores: NDArray[np.int64], counted: Bools, weights: tuple[Ints, Ints], places: int
) -> NDArray[np.int64]:
    """Return weight × (100 − score) / 100 of every counted line in 1/10,000, never negative."""
    missing = np.where(counted, np.maximum(PER_CENT * 10**places - scores, 0), 0)
    return _points(missing, *weights, places)

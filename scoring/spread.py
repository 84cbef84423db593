"""Standard scores of one group, each rounded correctly although a square root stands in them."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.columns import SAFE, Bools, Column, Ints, integers, is_wide, most, order_keys, reduced
from scoring.crowds import CROWD, crowd_scores, cut
from scoring.grid import Grid

HANDY_BITS = 1024
"""Up to such a common denominator sums are simply exact."""
BITS = (128, 512)
"""Else numbers are cut after so many binary places, with bounds for the error."""
Whole: TypeAlias = int | Fraction


@dataclass(frozen=True)
class Bell:
    """Parameters of a standard score: centre + scale × z, with z within ± clip; `towards` is −1 for lower-is-better.

    The mean is that of the population, or one given beforehand; the deviation is always the population's own.
    """

    center: Fraction
    scale: Fraction
    clip: Fraction | None
    sample: bool
    towards: int
    mean: Fraction | None = None

    def scores(self, values: Column, grid: Grid, counted: Bools | None = None) -> Ints:
        """Return the score of each unit of a group in steps of the grid; every value is known.

        `counted` names the units whose values make mean and deviation; left out: all of them.
        """
        mine = np.ones(len(values), dtype=bool) if counted is None else counted
        size = int(mine.sum())
        freedom = size - 1 if self.sample else size
        if freedom <= 0:
            return _same(grid.nearest(self.center), len(values))
        swift = self._of_crowd(values, mine, freedom, grid) if len(values) >= CROWD else None
        if swift is None:
            return self._exactly(values, mine, freedom, grid)
        scores, still_open = swift
        if still_open.any():
            scores[still_open] = self._exactly(values, mine, freedom, grid)[still_open]
        return scores

    def _of_crowd(
        self, values: Column, counted: Bools, freedom: int, grid: Grid
    ) -> tuple[NDArray[np.int64], Bools] | None:
        found = cut(values, counted, self.mean)
        if found is None or not self.scale:
            return None
        low, high = (self.law(squares, freedom, grid) for squares in found.squares)
        return crowd_scores((low, high), found)

    def _exactly(self, values: Column, mine: Bools, freedom: int, grid: Grid) -> Ints:
        # Equal values are worked out once, and in their order, so that borders can be looked up among them.
        keys = order_keys(values)
        _, first, places = np.unique(keys, return_index=True, return_inverse=True)
        lowest = reduced(values.part(first))
        times = np.bincount(places[mine], minlength=len(first))
        common = _common(lowest, self.mean)
        if common is None:
            return _Narrow(self, lowest, times, freedom, grid).scores()[places]
        whole, mean = _whole(lowest, common), self.mean
        deviations = _deviations(whole, times, None if mean is None else int(mean * common))
        own = deviations if mean is None else _deviations(whole, times, None)
        return self.law(_squares(own, times), freedom, grid).scores(deviations)[places]

    def law(self, squares: Whole, freedom: int, grid: Grid) -> "Law":
        """Return the rule from deviations (times the size of the population) to scores."""
        up = self.scale * self.towards / grid.step
        edges = None
        if self.clip is not None:
            edges = tuple(grid.nearest(self.center + side * abs(self.scale) * self.clip) for side in (-1, 1))
        spread = Fraction(squares) / (freedom * up * up) if up else Fraction(0)
        turn = 1 if up > 0 else -1
        return Law(self.center / grid.step, spread, turn, grid, (edges[0], edges[1]) if edges else None)


@dataclass(frozen=True)
class Law:
    """score = centre + deviation / √spread in steps of a grid, rounded; a spread of zero gives the centre to all."""

    center: Fraction
    spread: Fraction
    turn: int
    grid: Grid
    edges: tuple[int, int] | None

    def scores(self, deviations: Ints) -> Ints:
        """Return the scores of different whole deviations in rising order: one by one, or by borders if fewer."""
        if not self.spread:
            return _same(self.grid.nearest(self.center * self.grid.step), len(deviations))
        if self.turn < 0:
            return replace(self, turn=1).scores(-deviations[::-1])[::-1]
        rising = deviations.tolist()
        low, high = self.highest(rising[0]), self.highest(rising[-1])
        if high - low >= len(rising):
            return integers([self.highest(deviation) for deviation in rising])
        steps = [bisect_left(rising, self.least(number)) for number in range(low + 1, high + 1)]
        scores = np.cumsum(np.bincount(steps, minlength=len(rising) + 1)[:-1])
        return scores + low if abs(low) < SAFE else scores.astype(object) + low

    def score(self, deviation: int) -> int:
        """Return the score of one whole deviation."""
        return self.highest(deviation * self.turn) if self.spread else self.grid.nearest(self.center * self.grid.step)

    def highest(self, deviation: int) -> int:
        """Return the score of a deviation turned so that more is better; the spread is not zero."""
        root = isqrt(deviation * deviation * self.spread.denominator // self.spread.numerator)
        score = int(self.center // 1) + (root if deviation > 0 else -root)
        while deviation >= self.least(score + 1):
            score += 1
        while deviation < self.least(score):
            score -= 1
        return score if self.edges is None else min(max(score, self.edges[0]), self.edges[1])

    def least(self, number: int) -> int:
        """Return the least whole deviation that is rounded to this score or a higher one."""
        twice, upward = self.grid.border_twice(number)
        up, down, stretch, middle = self._whole
        way = twice * stretch - middle
        square = way * way * up
        if way > 0:
            return _root_up(square, down) if upward else isqrt(square // down) + 1
        if way < 0:
            return -isqrt(square // down) if upward else 1 - _root_up(square, down)
        return 0 if upward else 1

    @cached_property
    def _whole(self) -> tuple[int, int, int, int]:
        """Return the spread as a fraction for ways over twice the centre's denominator, and what makes these ways."""
        stretch, middle = self.center.denominator, 2 * self.center.numerator
        return self.spread.numerator, self.spread.denominator * (2 * stretch) ** 2, stretch, middle


def _same(score: int, size: int) -> Ints:
    return np.full(size, score, dtype=np.int64 if abs(score) < SAFE else object)


def _root_up(up: int, down: int) -> int:
    """Return the least whole number whose square is not below up / down, which is above zero."""
    return isqrt(-(-up // down) - 1) + 1


def _common(values: Column, mean: Fraction | None) -> int | None:
    """Return a common denominator, None when it would be too long to be handy."""
    common = 1 if mean is None else mean.denominator
    for denominator in np.unique(values.den).tolist():
        common = lcm(common, int(denominator))
        if common.bit_length() > HANDY_BITS:
            return None
    return common


def _whole(values: Column, common: int) -> Ints:
    """Return the values over a common denominator."""
    wide = is_wide(values) or most(values.num) * common >= SAFE
    num, den = (values.num.astype(object), values.den.astype(object)) if wide else (values.num, values.den)
    result: Ints = num * (common // den)
    return result


def _deviations(whole: Ints, times: NDArray[np.int64], mean: int | None) -> Ints:
    """Return size·x − total of each number: its deviation from the mean, times the size of the population."""
    size = int(times.sum())
    middle = _total(whole, times) if mean is None else size * mean
    if whole.dtype != object and size * most(whole) + abs(middle) >= SAFE:
        whole = whole.astype(object)
    result: Ints = whole * size - middle
    return result


def _total(whole: Ints, times: NDArray[np.int64]) -> int:
    if whole.dtype != object and most(whole) * int(times.sum()) < SAFE:
        return int((whole * times).sum())
    return sum(number * count for number, count in zip(whole.tolist(), times.tolist(), strict=True))


def _squares(deviations: Ints, times: NDArray[np.int64]) -> int:
    """Return the sum of squares of a population in which each number stands so many times."""
    return sum(number * number * count for number, count in zip(deviations.tolist(), times.tolist(), strict=True))


@dataclass(frozen=True)
class _Narrow:
    """Where exact sums would be too long: scores between bounds, drawn closer until both ends round alike."""

    bell: Bell
    values: Column
    times: NDArray[np.int64]
    freedom: int
    grid: Grid

    def scores(self) -> Ints:
        found: list[int | None] = [None] * len(self.numbers)
        for bits in BITS:
            self._draw(found, bits)
            if None not in found:
                break
        return integers([self._halved(at) if score is None else score for at, score in enumerate(found)])

    @cached_property
    def numbers(self) -> list[Fraction]:
        """The values as fractions."""
        return [Fraction(int(num), int(den)) for num, den in zip(self.values.num, self.values.den, strict=True)]

    def _draw(self, found: list[int | None], bits: int) -> None:
        cut = np.array([(number.numerator << bits) // number.denominator for number in self.numbers], dtype=object)
        mean = self.bell.mean
        middle = None if mean is None else (mean.numerator << bits) // mean.denominator
        deviations = _deviations(cut, self.times, middle)
        own = deviations if mean is None else _deviations(cut, self.times, None)
        size = int(self.times.sum())
        error = 2 * size  # each number is cut by less than one, and so is the mean
        squares = _squares(own, self.times)
        apart = 2 * error * _total(np.abs(own), self.times) + error * error * size
        if squares <= apart:
            return
        laws = [self.bell.law(square, self.freedom, self.grid) for square in (squares - apart, squares + apart)]
        for at, deviation in enumerate(deviations):
            if found[at] is None:
                ends = {law.score(int(deviation) + side) for law in laws for side in (-error, error)}
                found[at] = ends.pop() if len(ends) == 1 else None

    def _halved(self, at: int) -> int:
        """Return a score by long sums, the bounds never having rounded alike: it lies on a border, or as good as."""
        mine = list(zip(self.numbers, self.times.tolist(), strict=True))
        own = sum((number * times for number, times in mine), Fraction(0)) / sum(times for _, times in mine)
        squares = sum(((number - own) ** 2 * times for number, times in mine), Fraction(0))
        deviation = self.numbers[at] - (own if self.bell.mean is None else self.bell.mean)
        return self.bell.law(squares * deviation.denominator**2, self.freedom, self.grid).score(deviation.numerator)

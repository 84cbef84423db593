"""Standard scores of one group, each rounded correctly although a square root stands in them."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from typing import TypeAlias

import numpy as np

from scoring.columns import HALF_WORD, SAFE, Bools, Column, Ints, integers, is_wide, most, reduced, total
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
        lowest = reduced(values)
        common = _common(lowest, self.mean)
        if common is None:
            return _Narrow(self, lowest, mine, freedom, grid).scores()
        whole, mean = _whole(lowest, common), self.mean
        deviations = _deviations(whole, mine, None if mean is None else int(mean * common))
        own = deviations if mean is None else _deviations(whole, mine, None)
        law = self.law(_squares(own[mine]), freedom, grid)
        return law.scores(deviations)

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
        """Return the scores of whole deviations: one by one, or by borders where these are fewer."""
        if not self.spread:
            return _same(self.grid.nearest(self.center * self.grid.step), len(deviations))
        different, places = np.unique(deviations * self.turn, return_inverse=True)
        low, high = self._one(int(different[0])), self._one(int(different[-1]))
        if high - low >= len(different):
            return integers([self._one(int(deviation)) for deviation in different])[places]
        borders = [self.least(number) for number in range(low + 1, high + 1)]
        fits = different.dtype != object and all(abs(border) < SAFE for border in borders)
        steps = np.searchsorted(different, np.array(borders, dtype=np.int64 if fits else object), side="left")
        above = np.zeros(len(different) + 1, dtype=np.int64)
        np.add.at(above, steps, 1)
        scores = np.cumsum(above[:-1])
        return (scores + low if abs(low) < SAFE else scores.astype(object) + low)[places]

    def score(self, deviation: int) -> int:
        """Return the score of one whole deviation."""
        return self._one(deviation * self.turn) if self.spread else self.grid.nearest(self.center * self.grid.step)

    def _one(self, deviation: int) -> int:
        root = isqrt(int(deviation * deviation // self.spread))
        score = int(self.center // 1) + (root if deviation > 0 else -root)
        while deviation >= self.least(score + 1):
            score += 1
        while deviation < self.least(score):
            score -= 1
        return score if self.edges is None else min(max(score, self.edges[0]), self.edges[1])

    def least(self, number: int) -> int:
        """Return the least whole deviation that is rounded to this score or a higher one."""
        border, upward = self.grid.border(number)
        way = border - self.center
        square = way * way * self.spread
        if way > 0:
            return _root_up(square) if upward else isqrt(int(square // 1)) + 1
        if way < 0:
            return -isqrt(int(square // 1)) if upward else 1 - _root_up(square)
        return 0 if upward else 1


def _same(score: int, size: int) -> Ints:
    return np.full(size, score, dtype=np.int64 if abs(score) < SAFE else object)


def _root_up(square: Fraction) -> int:
    """Return the least whole number whose square is not below this one, which is above zero."""
    return isqrt(int(-(-square // 1)) - 1) + 1


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


def _deviations(whole: Ints, counted: Bools, mean: int | None) -> Ints:
    """Return size·x − total of each number: its deviation from the mean, times the size of the population."""
    size = int(counted.sum())
    middle = total(whole[counted]) if mean is None else size * mean
    if whole.dtype != object and size * most(whole) + abs(middle) >= SAFE:
        whole = whole.astype(object)
    result: Ints = whole * size - middle
    return result


def _squares(deviations: Ints) -> int:
    """Return the sum of squares, by halves of words so that 64 bits are enough for each product."""
    if deviations.dtype == object:
        return int((deviations * deviations).sum())
    high, low = np.divmod(np.abs(deviations), 2**HALF_WORD)
    return (total(high * high) << 2 * HALF_WORD) + (total(high * low) << HALF_WORD + 1) + total(low * low)


@dataclass(frozen=True)
class _Narrow:
    """Where exact sums would be too long: scores between bounds, drawn closer until both ends round alike."""

    bell: Bell
    values: Column
    counted: Bools
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
        deviations = _deviations(cut, self.counted, middle)
        own = deviations if mean is None else _deviations(cut, self.counted, None)
        error = 2 * int(self.counted.sum())  # each number is cut by less than one, and so is the mean
        squares = _squares(own[self.counted])
        apart = sum(2 * abs(int(deviation)) * error + error * error for deviation in own[self.counted])
        if squares <= apart:
            return
        laws = [self.bell.law(square, self.freedom, self.grid) for square in (squares - apart, squares + apart)]
        for at, deviation in enumerate(deviations):
            if found[at] is None:
                ends = {law.score(int(deviation) + side) for law in laws for side in (-error, error)}
                found[at] = ends.pop() if len(ends) == 1 else None

    def _halved(self, at: int) -> int:
        """Return a score by long sums, the bounds never having rounded alike: it lies on a border, or as good as."""
        mine = [number for number, taken in zip(self.numbers, self.counted, strict=True) if taken]
        own = sum(mine, Fraction(0)) / len(mine)
        squares = sum(((number - own) ** 2 for number in mine), Fraction(0))
        deviation = self.numbers[at] - (own if self.bell.mean is None else self.bell.mean)
        return self.bell.law(squares * deviation.denominator**2, self.freedom, self.grid).score(deviation.numerator)

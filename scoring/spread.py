"""Standard scores of one group, each rounded correctly although a square root stands in them."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm

from core.points import rounded_fraction
from scoring.columns import Column

HANDY_BITS = 1024
"""Up to such a common denominator sums are simply exact."""
BITS = (128, 512)
"""Else numbers are cut after so many binary places, with bounds for the error."""


@dataclass(frozen=True)
class Bell:
    """Parameters of a standard score: centre + scale × z, with z within ± clip; `towards` is −1 for lower-is-better."""

    center: Fraction
    scale: Fraction
    clip: Fraction | None
    sample: bool
    towards: int

    def scores(self, values: Column, places: int) -> list[int]:
        """Return the score of each member of a group as an integer of 10^-places, a half going away from zero."""
        numbers = [Fraction(int(num), int(den)) for num, den in zip(values.num, values.den, strict=True)]
        size = len(numbers)
        freedom = size - 1 if self.sample else size
        if freedom == 0:
            return [rounded_fraction(self.center, places)] * size
        if len(set(numbers)) == 1:
            return [rounded_fraction(self.center, places)] * size
        common = _common(numbers)
        if common is None:
            return self._narrowed(numbers, freedom, places)
        deviations = _deviations([number.numerator * (common // number.denominator) for number in numbers])
        squares = sum(deviation * deviation for deviation in deviations)
        seen = {one: self._score(one * self.towards, squares, freedom, places) for one in set(deviations)}
        return [seen[one] for one in deviations]

    def _narrowed(self, numbers: list[Fraction], freedom: int, places: int) -> list[int]:
        """Return the same where exact sums would be too long: between bounds, drawn closer until they round alike."""
        found: list[int | None] = [None] * len(numbers)
        for bits in BITS:
            deviations = _deviations([(number.numerator << bits) // number.denominator for number in numbers])
            error = 2 * len(numbers)  # each number is cut by less than one, and so is the mean
            squares = sum(deviation * deviation for deviation in deviations)
            apart = sum(2 * abs(deviation) * error + error * error for deviation in deviations)
            if squares <= apart:
                continue
            for at, deviation in enumerate(deviations):
                if found[at] is None:
                    ends = (deviation - error, deviation + error)
                    found[at] = self._alike(ends, (squares - apart, squares + apart), freedom, places)
            if None not in found:
                break
        return [self._halved(score, at, numbers, freedom, places) for at, score in enumerate(found)]

    def _alike(self, deviations: tuple[int, int], squares: tuple[int, int], freedom: int, places: int) -> int | None:
        """Return the score when it is the same at all corners of the bounds; it moves one way with each of the two."""
        scores = {self._score(one * self.towards, two, freedom, places) for one in deviations for two in squares}
        return scores.pop() if len(scores) == 1 else None

    def _halved(self, score: int | None, at: int, numbers: list[Fraction], freedom: int, places: int) -> int:
        """Return a score, by long sums where the bounds never rounded alike: it lies on a half, or as good as."""
        if score is not None:
            return score
        size = len(numbers)
        mean = sum(numbers, Fraction(0)) / size
        squares = sum(((number - mean) ** 2 for number in numbers), Fraction(0))
        deviation = (numbers[at] - mean) * self.towards
        common = deviation.denominator
        return self._score(deviation.numerator, squares * common * common, freedom, places)

    def _score(self, deviation: int, squares: int | Fraction, freedom: int, places: int) -> int:
        """Return round(center + scale · clip(deviation · √(freedom / squares))) at so many places, exactly."""
        if squares == 0:
            return rounded_fraction(self.center, places)
        ratio = Fraction(deviation * deviation * freedom) / squares
        if self.clip is not None and ratio >= self.clip * self.clip:
            edge = self.clip if deviation > 0 else -self.clip
            return rounded_fraction(self.center + self.scale * edge, places)
        sign = 1 if (deviation > 0) == (self.scale > 0) else -1
        size = ratio * self.scale * self.scale  # the square of the distance from the centre
        return _rounded_root(self.center, sign, size, places)


def _deviations(whole: list[int]) -> list[int]:
    """Return size·x − total for each number: the deviation, times the size of the group."""
    size, total = len(whole), sum(whole)
    return [size * number - total for number in whole]


def _common(numbers: list[Fraction]) -> int | None:
    """Return a common denominator, None when it would be too long to be handy."""
    common = 1
    for number in numbers:
        common = lcm(common, number.denominator)
        if common.bit_length() > HANDY_BITS:
            return None
    return common


def _rounded_root(center: Fraction, sign: int, square: Fraction, places: int) -> int:
    """Return center + sign·√square as an integer of 10^-places, a half going away from zero."""
    unit = 10**places
    # Twice the result, cut to a whole number below it, shows between which half steps it lies.
    scaled = square * 4 * unit * unit
    shift = 2 * unit * center
    down = _floor_of(shift, sign, scaled)
    exact = _equals(shift, sign, scaled, down)
    if down >= 0:
        return (down + 1) // 2
    return -((-down + 1) // 2) if exact else -((-down) // 2)


def _floor_of(shift: Fraction, sign: int, square: Fraction) -> int:
    """Return the largest whole number ≤ shift + sign·√square."""
    root = isqrt(square.numerator // square.denominator)
    guess = (shift.numerator // shift.denominator) + sign * root + (1 if sign > 0 else 0)
    guess += 1
    while not _at_least(shift, sign, square, guess):
        guess -= 1
    return guess


def _at_least(shift: Fraction, sign: int, square: Fraction, bound: int) -> bool:
    """Return whether shift + sign·√square ≥ bound, by comparing squares."""
    need = bound - shift
    if sign > 0:
        return need <= 0 or square >= need * need
    return need <= 0 and square <= need * need


def _equals(shift: Fraction, sign: int, square: Fraction, bound: int) -> bool:
    need = bound - shift
    return square == need * need and (need == 0 or (need > 0) == (sign > 0))

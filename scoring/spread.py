"""Standard scores of one group, each rounded correctly although a square root stands in them."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm

from core.points import rounded_fraction
from scoring.columns import Column


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
        common = lcm(*(number.denominator for number in numbers))
        whole = [number.numerator * (common // number.denominator) for number in numbers]
        total = sum(whole)
        # With every number times size: deviation d = size·x − total, variance = Σd² / (size² · freedom).
        deviations = [size * number - total for number in whole]
        squares = sum(deviation * deviation for deviation in deviations)
        seen: dict[int, int] = {}
        for deviation in set(deviations):
            seen[deviation] = self._score(deviation * self.towards, squares, freedom, places)
        return [seen[deviation] for deviation in deviations]

    def _score(self, deviation: int, squares: int, freedom: int, places: int) -> int:
        """Return round(center + scale · clip(deviation · √(freedom / squares))) at so many places, exactly."""
        if squares == 0:
            return rounded_fraction(self.center, places)
        ratio = Fraction(deviation * deviation * freedom, squares)
        if self.clip is not None and ratio >= self.clip * self.clip:
            edge = self.clip if deviation > 0 else -self.clip
            return rounded_fraction(self.center + self.scale * edge, places)
        sign = 1 if (deviation > 0) == (self.scale > 0) else -1
        size = ratio * self.scale * self.scale  # the square of the distance from the centre
        return _rounded_root(self.center, sign, size, places)


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

"""Columns of exact fractions over units: int64 while bounds prove that nothing overflows, whole Python numbers beyond."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.points import fraction_text, rounded

Ints: TypeAlias = NDArray[Any]
"""int64, or object holding Python ints."""
Bools: TypeAlias = NDArray[np.bool_]
SAFE = 2**62
HALF_WORD = 31


@dataclass(frozen=True)
class Sums:
    """Facts of one KPI over n units, added up over the period.

    Numerators and denominators are in 1/FACT_SCALE, those of plain files also finer by a whole number of times; the
    sample counts whole answers; a unit that is not `known` is missing, which is never zero.
    """

    num: NDArray[np.int64]
    den: NDArray[np.int64]
    sample: NDArray[np.int64]
    known: Bools
    finer: int = 1


@dataclass(frozen=True)
class Column:
    """Exact values num / den over n units with den > 0; where not `known`, both hold a harmless 0 / 1."""

    num: Ints
    den: Ints
    known: Bools

    def __len__(self) -> int:
        return len(self.known)

    def part(self, units: Any) -> "Column":  # noqa: ANN401 any index of numpy
        """Return the values of some units."""
        return Column(num=self.num[units], den=self.den[units], known=self.known[units])

    def at(self, unit: int) -> Fraction | None:
        """Return one exact value, None where unknown."""
        return Fraction(int(self.num[unit]), int(self.den[unit])) if self.known[unit] else None


def text(column: Column, unit: int, places: int) -> str | None:
    """Return one value for show, rounded half away from zero; None where unknown."""
    value = column.at(unit)
    return None if value is None else fraction_text(value, places)


def whole(numbers: Ints, known: Bools | None = None) -> Column:
    """Return whole numbers as a column."""
    sure = np.ones(len(numbers), dtype=bool) if known is None else known
    return Column(num=np.where(sure, numbers, 0), den=np.ones(len(numbers), dtype=np.int64), known=sure)


def constant(value: Fraction, size: int) -> Column:
    """Return one value for every unit."""
    kind = np.int64 if max(abs(value.numerator), value.denominator) < SAFE else object
    return Column(
        num=np.full(size, value.numerator, dtype=kind),
        den=np.full(size, value.denominator, dtype=kind),
        known=np.ones(size, dtype=bool),
    )


def of_fractions(values: list[Fraction | None]) -> Column:
    """Return a column from exact values, None for unknown."""
    num = [0 if value is None else value.numerator for value in values]
    den = [1 if value is None else value.denominator for value in values]
    return Column(
        num=integers(num), den=integers(den), known=np.array([value is not None for value in values], dtype=bool)
    )


def integers(numbers: Sequence[int]) -> Ints:
    """Return whole numbers as int64 where they fit, else as Python numbers."""
    fits = max((abs(number) for number in numbers), default=0) < SAFE
    return np.array(numbers, dtype=np.int64 if fits else object)


def is_wide(column: Column) -> bool:
    """Tell whether any part of a column is held in Python numbers."""
    return "O" in {column.num.dtype.kind, column.den.dtype.kind}


def most(numbers: Ints) -> int:
    """Return the largest absolute value."""
    if not numbers.size:
        return 0
    return max(abs(int(numbers.max())), abs(int(numbers.min())))


def total(numbers: Ints) -> int:
    """Return the exact sum, in two halves so that 64 bits are enough for each."""
    if numbers.dtype == object:
        return int(sum(numbers))
    high, low = numbers >> HALF_WORD, numbers & (2**HALF_WORD - 1)
    return (int(high.sum()) << HALF_WORD) + int(low.sum())


def roomy(column: Column, need: Callable[[int, int], int]) -> Column:
    """Return the same values so that `need(largest num, largest den)`, a bound of the coming step, fits its integers.

    Tries the common divisor of the whole column, then of each fraction; only then turns to Python numbers. A column
    of zeros counts as one of ones: a step multiplies by numbers that must fit as well.
    """
    if is_wide(column):
        return Column(num=column.num.astype(object), den=column.den.astype(object), known=column.known)
    if need(most(column.num) or 1, most(column.den)) < SAFE:
        return column
    for slimmer in (_by_common_divisor, reduced):
        column = slimmer(column)
        if need(most(column.num) or 1, most(column.den)) < SAFE:
            return column
    return Column(num=column.num.astype(object), den=column.den.astype(object), known=column.known)


def _by_common_divisor(column: Column) -> Column:
    known_dens = column.den[column.known]
    divisor = int(np.gcd(np.gcd.reduce(column.num), np.gcd.reduce(known_dens))) if len(known_dens) else 1
    if divisor <= 1:
        return column
    return Column(num=column.num // divisor, den=np.where(column.known, column.den // divisor, 1), known=column.known)


def reduced(column: Column) -> Column:
    """Return the same values in lowest terms, back in int64 where they fit."""
    num, den = column.num, column.den
    if is_wide(column):
        num, den = num.astype(object), den.astype(object)
    divisors = np.gcd(num, den)
    num, den = num // divisors, den // divisors
    if num.dtype == object and max(most(num), most(den)) < SAFE:
        num, den = num.astype(np.int64), den.astype(np.int64)
    return Column(num=num, den=den, known=column.known)


def rounded_to(column: Column, places: int) -> Ints:
    """Return the values as integers of 10^-places, a half going away from zero; 0 where unknown."""
    scale = 10**places
    fitted = roomy(column, lambda num, den: 2 * num * scale + 2 * den)
    result = rounded(fitted.num * scale, fitted.den)
    return result.astype(np.int64) if result.dtype == object and most(result) < SAFE else result


def scaled(column: Column, factor: Fraction) -> Column:
    """Return every value times a factor."""
    if factor == 1:
        return column
    up, down = factor.numerator, factor.denominator
    fitted = roomy(column, lambda num, den: max(num * abs(up), den * down))
    return Column(num=fitted.num * up, den=fitted.den * down if down > 1 else fitted.den, known=column.known)


def both_fitted(left: Column, right: Column, need: Callable[[int, int, int, int], int]) -> tuple[Column, Column]:
    """Return two columns roomy enough for a step that multiplies one by the other."""
    right_most = (most(right.num), most(right.den))
    fitted = roomy(left, lambda num, den: need(num, den, *right_most))
    if fitted.num.dtype != object:
        return fitted, right
    left_least = reduced(left)
    left_most = (most(left_least.num), most(left_least.den))
    other = roomy(reduced(right), lambda num, den: need(*left_most, num, den))
    if other.num.dtype != object:
        return left_least, other
    return fitted, Column(num=right.num.astype(object), den=right.den.astype(object), known=right.known)


def product(left: Column, right: Column) -> Column:
    """Return left × right, unknown where either is."""
    a, b = both_fitted(left, right, lambda an, ad, bn, bd: max(an * bn, ad * bd))
    return _sure(a.num * b.num, a.den * b.den, left.known & right.known)


def added(left: Column, right: Column) -> Column:
    """Return left + right, unknown where either is; equal denominators stay as they are."""
    return difference(left, Column(-right.num, right.den, right.known))


def difference(left: Column, right: Column) -> Column:
    """Return left - right, unknown where either is; equal denominators stay as they are."""
    known = left.known & right.known
    if most(left.num) + most(right.num) < SAFE and np.array_equal(left.den, right.den):
        return _sure(left.num - right.num, left.den, known)
    a, b = both_fitted(left, right, lambda an, ad, bn, bd: max(an * bd + bn * ad, ad * bd))
    return _sure(a.num * b.den - b.num * a.den, a.den * b.den, known)


def quotient(left: Column, right: Column) -> Column:
    """Return left / |right|, unknown where either is or where right is zero."""
    a, b = both_fitted(left, right, lambda an, ad, bn, bd: max(an * bd, ad * bn))
    return _sure(a.num * b.den, a.den * np.abs(b.num), left.known & right.known & (right.num != 0))


def _sure(num: Ints, den: Ints, known: Bools) -> Column:
    return Column(num=np.where(known, num, 0), den=np.where(known, den, 1), known=known)


def sign_against(column: Column, value: Fraction) -> Ints:
    """Return a number of the sign of (value of the column - value): negative, zero or positive."""
    up, down = value.numerator, value.denominator
    fitted = roomy(column, lambda num, den: num * down + den * abs(up))
    apart: Ints = fitted.num * down - fitted.den * up
    return apart


def chosen(condition: Bools, yes: Column, no: Column) -> Column:
    """Return yes where the condition holds, else no."""
    return Column(
        num=np.where(condition, yes.num, no.num),
        den=np.where(condition, yes.den, no.den),
        known=np.where(condition, yes.known, no.known),
    )


def placed(size: int, parts: Sequence[tuple[NDArray[np.intp], Column]]) -> Column:
    """Return a column of n units put together from columns of some of them; unknown where none has a unit."""
    wide = any(is_wide(column) for _, column in parts)
    num, den = (np.full(size, filler, dtype=object if wide else np.int64) for filler in (0, 1))
    known = np.zeros(size, dtype=bool)
    for units, column in parts:
        num[units], den[units], known[units] = column.num, column.den, column.known
    return Column(num=num, den=den, known=known)


def limited(column: Column, floor: Fraction | None, cap: Fraction | None) -> Column:
    """Return the values held between two bounds; None is no bound, and the cap wins over a floor above it."""
    for bound, side in ((floor, 1), (cap, -1)):
        if bound is not None:
            beyond = column.known & (sign_against(column, bound) * side < 0)
            if beyond.any():
                column = chosen(beyond, constant(bound, len(column)), column)
    return column


def order_keys(column: Column) -> Ints:
    """Return integers that stand in the order of the values and are equal exactly where the values are.

    Two different fractions with denominators up to d lie at least 1/d² apart, so the whole part of value × 2^s with
    2^s > d² tells them apart.
    """
    dens = column.den[column.known]
    if dens.dtype != object and len(dens) and dens.min() == dens.max():  # one denominator: the numerators tell
        return column.num
    lowest = reduced(column)
    shift = 2 * most(lowest.den).bit_length()
    wide = roomy(lowest, lambda num, den: max(num, den) << shift)
    return wide.num * (1 << shift) // wide.den

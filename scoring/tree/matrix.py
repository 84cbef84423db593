"""The children of one node side by side: whole numbers over one denominator a unit, so that they add and compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from scoring.columns import SAFE, Bools, Column, Ints, most, reduced

SLIM = 2**20
"""Denominators up to this are left as they are: they cost later steps nothing."""


@dataclass(frozen=True)
class Matrix:
    """m children of n units: value = nums[i] / den, 0 where not known."""

    nums: Ints
    den: Ints
    known: Bools

    @property
    def size(self) -> int:
        """Return the number of units."""
        return len(self.den)

    @property
    def some(self) -> Bools:
        """Return which units have any known child."""
        return np.asarray(self.known.any(axis=0), dtype=bool)


def aligned(columns: Sequence[Column]) -> Matrix:
    """Return columns over one common denominator for each unit."""
    slim = [tidy(column) for column in columns]
    first = _one_denominator(slim)
    known = np.array([column.known for column in slim], dtype=bool)
    if first is not None:
        nums = [column.num for column in slim]
        return Matrix(_stacked(nums), np.full(len(slim[0]), first, dtype=np.int64), known)
    den = slim[0].den
    for column in slim[1:]:
        den = _common(den, column.den)
    return Matrix(_stacked([_widened(column, den) for column in slim]), den, known)


def _one_denominator(columns: Sequence[Column]) -> int | None:
    """Return the denominator that all known values have, None where they differ."""
    found: set[int] = set()
    for column in columns:
        dens = column.den[column.known]
        if dens.dtype == object:
            return None
        if len(dens):
            found |= {int(dens.min()), int(dens.max())}
        if len(found) > 1:
            return None
    return found.pop() if found else 1


def _common(left: Ints, right: Ints) -> Ints:
    if most(left) * most(right) >= SAFE:
        left, right = left.astype(object), right.astype(object)
    return narrowed(np.lcm(left, right))


def _widened(column: Column, den: Ints) -> Ints:
    times = den // column.den
    if most(column.num) * most(times) >= SAFE:
        return np.asarray(column.num.astype(object) * times)
    return np.asarray(column.num * times)


def _stacked(rows: Sequence[Ints]) -> Ints:
    kind = object if any(row.dtype == object for row in rows) else np.int64
    return np.array([row.astype(kind, copy=False) for row in rows], dtype=kind)


def narrowed(numbers: Ints) -> Ints:
    """Return whole numbers in 64 bits where they fit."""
    return numbers.astype(np.int64) if numbers.dtype == object and most(numbers) < SAFE else numbers


def tidy(column: Column) -> Column:
    """Return the same values small enough to go on with: in lowest terms where the numbers have grown."""
    if object not in {column.num.dtype, column.den.dtype} and most(column.den) <= SLIM:
        return column
    return reduced(column)


def fraction(num: Ints, den: Ints, known: Bools) -> Column:
    """Return num / den with a positive denominator, unknown where told."""
    return tidy(Column(num=np.where(known, num, 0), den=np.where(known, den, 1), known=known))


def whole_weights(weights: Sequence[Fraction]) -> tuple[list[int], int]:
    """Return weights as whole numbers over one denominator."""
    scale = lcm(1, *(weight.denominator for weight in weights))
    return [int(weight * scale) for weight in weights], scale


def multiplied(left: Ints, right: Ints) -> Ints:
    """Return a product that cannot overflow."""
    if most(left) * most(right) >= SAFE:
        left = left.astype(object)
    return left * right


def added_up(rows: Ints) -> Ints:
    """Return the sum over the first axis; it cannot overflow."""
    if most(rows) * max(len(rows), 1) >= SAFE:
        rows = rows.astype(object)
    return np.asarray(rows.sum(axis=0))


def times(left: Column, right: Column) -> Column:
    """Return left × right, unknown where either is."""
    known = left.known & right.known
    return fraction(multiplied(left.num, right.num), multiplied(left.den, right.den), known)


def plus(left: Column, right: Column) -> Column:
    """Return left + right, unknown where either is."""
    both = aligned((left, right))
    return fraction(added_up(both.nums), both.den, left.known & right.known)


def total_of(columns: Sequence[Column], size: int) -> Column:
    """Return the sum of what is known of some columns; unknown counts nothing, and the sum is always known."""
    everywhere = np.ones(size, dtype=bool)
    if not columns:
        return Column(np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64), everywhere)
    rows = aligned(columns)
    return fraction(added_up(rows.nums), rows.den, everywhere)


def shifted(column: Column, factor: Fraction, offset: Fraction) -> Column:
    """Return value × factor + offset."""
    if factor == 1 and offset == 0:
        return column
    down = factor.denominator * offset.denominator
    up, more = factor.numerator * offset.denominator, offset.numerator * factor.denominator
    num, den = column.num, column.den
    if most(num) * abs(up) + most(den) * abs(more) >= SAFE or most(den) * down >= SAFE:
        num, den = num.astype(object), den.astype(object)
    return fraction(num * up + den * more, den * down, column.known)

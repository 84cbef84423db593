"""Exact columns rounded as a rule book says: to decimals or to steps, the rest going where its mode sends it."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np

from core.points import exact
from scoring.book_parts import Rounding
from scoring.columns import SAFE, Column, Ints, most, roomy


def step_of(rounding: Rounding) -> Fraction:
    """Return the distance between two results of a rounding."""
    if rounding.step is not None:
        return exact(rounding.step)
    return Fraction(1, 10 ** (rounding.places or 0))


def rounded_by(column: Column, rounding: Rounding | None) -> Column:
    """Return the values rounded; None rounds nothing."""
    if rounding is None:
        return column
    step = step_of(rounding)
    up, down = step.denominator, step.numerator
    fitted = roomy(column, lambda num, den: 2 * num * up + 2 * den * down)
    wholes = MODES[rounding.mode](fitted.num * up, fitted.den * down)
    if most(wholes) * down >= SAFE:
        wholes = wholes.astype(object)
    elif wholes.dtype == object:
        wholes = wholes.astype(np.int64)
    num = wholes * down
    den = np.array(up, dtype=np.int64 if up < SAFE else object)
    # One number stands for all denominators: they take no room.
    return Column(np.where(column.known, num, 0), np.broadcast_to(den, len(column)), column.known)


def _half(num: Ints, den: Ints, *, up_at_half: Ints) -> Ints:
    """Return num / den to the nearest whole number; a half goes up where told, else down."""
    whole = num // den
    twice = 2 * (num - whole * den)
    return whole + np.where((twice > den) | ((twice == den) & up_at_half), 1, 0)


def _half_away(num: Ints, den: Ints) -> Ints:
    return _half(num, den, up_at_half=num >= 0)


def _half_up(num: Ints, den: Ints) -> Ints:
    return _half(num, den, up_at_half=num == num)  # noqa: PLR0124 everywhere, in the shape of the column


def _half_down(num: Ints, den: Ints) -> Ints:
    return _half(num, den, up_at_half=num != num)  # noqa: PLR0124 nowhere, in the shape of the column


def _half_even(num: Ints, den: Ints) -> Ints:
    return _half(num, den, up_at_half=(num // den) % 2 != 0)


def _floor(num: Ints, den: Ints) -> Ints:
    return num // den


def _ceil(num: Ints, den: Ints) -> Ints:
    return -(-num // den)


def _up(num: Ints, den: Ints) -> Ints:
    return np.where(num < 0, _floor(num, den), _ceil(num, den))


def _down(num: Ints, den: Ints) -> Ints:
    return np.where(num < 0, _ceil(num, den), _floor(num, den))


MODES: Mapping[str, Callable[[Ints, Ints], Ints]] = {
    "half_away": _half_away,
    "half_even": _half_even,
    "half_up": _half_up,
    "half_down": _half_down,
    "up": _up,
    "down": _down,
    "floor": _floor,
    "ceil": _ceil,
}
"""Away from zero: half_away, up; towards plus infinity: half_up, ceil; towards zero: down; half_even as bankers do.

`half_down` sends a half to minus infinity, as `half_up` sends it to plus infinity.
"""

"""Standard scores of a large group in 64 bits: values are cut, errors bounded, and what lies too near a border left open."""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.columns import SAFE, Bools, Column, Ints, is_wide, most, total

if TYPE_CHECKING:
    from scoring.spread import Law

CROWD = 256
"""From so many units on it is worth the while."""
LEAST_BITS = 16
"""With fewer binary places left, too much would lie near a border."""
HALF_WORD = 31


@dataclass(frozen=True)
class Cut:
    """Deviations of all units, each less than `error` from the true one, and bounds of the sum of their squares."""

    deviations: NDArray[np.int64]
    error: int
    squares: tuple[int, int]


def cut(values: Column, counted: Bools, mean: Fraction | None) -> Cut | None:
    """Return deviations in units of 2^-bits, times the size of the population; None where they do not fit 64 bits."""
    if is_wide(values):
        return None
    size = int(counted.sum())
    whole, rest = np.divmod(values.num, values.den)
    highest = max(most(whole), 0 if mean is None else abs(int(mean // 1))) + 1
    bits = min(60 - size.bit_length() - highest.bit_length(), 61 - most(values.den).bit_length())
    if bits < LEAST_BITS:
        return None
    numbers: Ints = (whole << bits) + (rest << bits) // values.den
    own = numbers * size - total(numbers[counted])
    deviations = own if mean is None else numbers * size - size * int((mean * 2**bits) // 1)
    error = 2 * size  # each number is cut by less than one, and so is the mean
    squares = _squares(own[counted])
    apart = 2 * error * total(np.abs(own[counted])) + error * error * size
    return Cut(deviations, error, (squares - apart, squares + apart)) if squares > apart else None


def _squares(deviations: NDArray[np.int64]) -> int:
    """Return the sum of squares, by halves of words so that 64 bits are enough for each product."""
    high, low = np.divmod(np.abs(deviations), 2**HALF_WORD)
    return (total(high * high) << 2 * HALF_WORD) + (total(high * low) << HALF_WORD + 1) + total(low * low)


def crowd_scores(laws: tuple["Law", "Law"], found: Cut) -> tuple[NDArray[np.int64], Bools] | None:
    """Return scores, and which of them are still open; None where there would be more borders than units.

    The laws are those of the least and of the greatest sum of squares that there can be.
    """
    deviations, error = found.deviations * laws[0].turn, found.error
    ends = int(deviations.min()) - error, int(deviations.max()) + error
    low = min(law.highest(ends[0]) for law in laws)
    high = max(law.highest(ends[1]) for law in laws)
    if high - low >= len(deviations):
        return None
    borders = _borders(laws, low, high)
    if borders is None:
        return None
    perhaps, surely = borders[0] - error, borders[1] + error
    reached = np.searchsorted(surely, deviations, side="right")
    nearly = np.append(perhaps, np.iinfo(np.int64).max)[reached]
    return low + reached, deviations >= nearly


def _borders(laws: tuple["Law", "Law"], low: int, high: int) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """Return bounds of the deviations from which on there is each score above the lowest; None beyond 64 bits.

    A border lies as many times the root of the spread from the mean as there are steps from the centre to it.
    """
    grid, center = laws[0].grid, laws[0].center
    ways = [
        grid.border_twice(number)[0] * center.denominator - 2 * center.numerator for number in range(low + 1, high + 1)
    ]
    unit = (2 * center.denominator) ** 2
    least = isqrt(int(laws[0].spread // unit))
    most_of = isqrt(int(laws[1].spread // unit) + 1) + 1
    if max([1, *map(abs, ways)]) * most_of >= SAFE // 2:
        return None
    steps = np.array(ways, dtype=np.int64)
    return np.minimum(steps * least, steps * most_of), np.maximum(steps * least, steps * most_of)

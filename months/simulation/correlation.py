"""How alike two rankings are: Spearman's rho and Kendall's tau-b, ties and all, exact to the last digit that is shown."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from months.simulation.coefficient import Correlation

CHUNK = 512
"""Rows compared with all others at a time."""
FEWEST = 2


def spearman(one: Sequence[int], other: Sequence[int]) -> Correlation | None:
    """Return the correlation of places, tied ones at the mean of theirs; None where one ranking is all one tie."""
    return _pearson(_doubled_places(one), _doubled_places(other))


def kendall(one: Sequence[int], other: Sequence[int]) -> Correlation | None:
    """Return tau-b: pairs in the same order less pairs turned round, ties counted in neither; None as above."""
    if len(one) < FEWEST:
        return None
    first, second = _numbered(one), _numbered(other)
    agreeing = first_pairs = second_pairs = 0
    for start in range(0, len(first), CHUNK):
        left, right = (_signs(values, start) for values in (first, second))
        agreeing += int((left * right).sum(dtype=np.int64))
        first_pairs += int(np.abs(left).sum(dtype=np.int64))
        second_pairs += int(np.abs(right).sum(dtype=np.int64))
    return Correlation(agreeing, first_pairs * second_pairs) if first_pairs and second_pairs else None


def _numbered(values: Sequence[int]) -> NDArray[np.int32]:
    """Return whole numbers in the same order that are small: only the order counts."""
    return np.unique(np.asarray(values, dtype=np.int64), return_inverse=True)[1].astype(np.int32)


def _signs(values: NDArray[np.int32], start: int) -> NDArray[np.int8]:
    signs: NDArray[np.int8] = np.sign(values[start : start + CHUNK, None] - values[None, :]).astype(np.int8)
    return signs


def _doubled_places(values: Sequence[int]) -> list[int]:
    """Return twice the mean place of each value from the lowest, so that halves are whole."""
    order = sorted(values)
    ends: dict[int, tuple[int, int]] = {}
    for place, value in enumerate(order, start=1):
        ends[value] = (ends.get(value, (place, place))[0], place)
    return [sum(ends[value]) for value in values]


def _pearson(one: Sequence[int], other: Sequence[int]) -> Correlation | None:
    n = len(one)
    left, right = sum(one), sum(other)
    together = n * sum(a * b for a, b in zip(one, other, strict=True)) - left * right
    alone = n * sum(a * a for a in one) - left * left, n * sum(b * b for b in other) - right * right
    return Correlation(together, alone[0] * alone[1]) if n >= FEWEST and all(alone) else None


def mean(values: Sequence[int]) -> Fraction | None:
    """Return the exact mean, None of nothing."""
    return Fraction(sum(values), len(values)) if values else None

"""Facts of a month as series by KPI and unit, with their medians and scatter, in columns.

Oddness is a statistic, not points: it is worked out in floating columns by fixed steps, and only whole numbers leave.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Reals: TypeAlias = NDArray[np.float64]
MAD = 14826
"""A standard deviation in 1/10,000 of the median distance from the median, for what is bell-shaped."""
TEN_THOUSAND = 10_000
THOUSAND = 1_000


@dataclass(frozen=True)
class Groups:
    """Rows ordered by group: where each group starts, how long it is, and the group of each row."""

    starts: Ints
    counts: Ints
    of_row: Ints

    @property
    def size(self) -> int:
        """Return how many groups there are."""
        return len(self.starts)


def groups(*keys: Any) -> Groups:  # noqa: ANN401 - columns of numpy
    """Return the groups of rows that are already ordered by these keys."""
    size = len(keys[0])
    fresh = np.zeros(size, dtype=bool)
    if size:
        fresh[0] = True
    for key in keys:
        fresh[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(fresh)
    counts = np.diff(np.append(starts, size))
    return Groups(starts, counts, np.repeat(np.arange(len(starts)), counts))


def medians(values: Reals, by: Groups) -> Reals:
    """Return the median of each group, the lower of the middle two where their number is even."""
    if not by.size:
        return np.zeros(0)
    order = np.lexsort((values, by.of_row))
    found: Reals = values[order][by.starts + (by.counts - 1) // 2]
    return found


def sums(values: Any, by: Groups) -> Any:  # noqa: ANN401 - columns of numpy
    """Return the sum of each group."""
    return np.add.reduceat(values, by.starts) if by.size else values[:0]


def scatter(distances: Reals, by: Groups) -> Reals:
    """Return the robust standard deviation of each group from distances from its middle; 0 where most are 0."""
    found: Reals = medians(np.abs(distances), by) * MAD / TEN_THOUSAND
    return found


def thousandths(value: float) -> int:
    """Return a number as whole thousandths, toward zero."""
    return int(value * THOUSAND)

"""The lines of a card while it is scored: KPI by KPI, in as little room as their numbers need."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Bools, most
from scoring.leaf import OneKpi

NARROW = 2**31


class Cells:
    """Scores of k KPIs over n units with what became of each; shapes [k, n], `barred` is [n]."""

    def __init__(self, count: int, size: int) -> None:
        shape = (count, size)
        self.scores: NDArray[np.int64] = np.zeros(shape, dtype=np.int32)
        self.statuses = np.zeros(shape, dtype=np.int8)
        self.policies = np.zeros(shape, dtype=np.int8)
        self.counted: Bools = np.zeros(shape, dtype=bool)
        self.barred: Bools = np.zeros(size, dtype=bool)

    @classmethod
    def of(cls, outcomes: Iterable[OneKpi], count: int, size: int) -> "Cells":
        """Return the cells of KPIs that come one after another, none of them kept."""
        cells = cls(count, size)
        for row, one in enumerate(outcomes):
            cells.put(row, one)
        return cells

    def put(self, row: int, one: OneKpi) -> None:
        """Write one KPI down."""
        fill = one.fill
        if self.scores.dtype != np.int64 and most(fill.scores) >= NARROW:
            self.scores = self.scores.astype(np.int64)
        self.scores[row], self.counted[row] = fill.scores, fill.counted
        self.statuses[row], self.policies[row] = one.statuses, fill.policies
        self.barred |= fill.barred

"""Links of the tie-break chain that a scorecard itself holds: its nodes, processes, KPIs, and counts of items."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Column, Sums
from scoring.engine import Scored
from scoring.quantities import quantity, ranked_codes
from scoring.rulebook import Breaker

Ints = NDArray[np.int64]
CARD_FIELDS = frozenset({"node", "process", "kpi", "key", "countback"})


def card_columns(breaker: Breaker, scored: Scored, total: Column, items: Mapping[str, Sums]) -> list[Ints]:
    """Return what a link compares, most telling first; who has no such number stands last.

    `items` are the counts of the KPI that a countback looks at.
    """
    if breaker.field == "countback":
        return [_counts(items.get(item), len(scored.totals)) for item in breaker.items]
    name = breaker.node or breaker.process or f"kpi:{breaker.kpi}"
    codes = ranked_codes(quantity(name, scored, total))
    return [codes if breaker.order == "desc" else np.where(codes < 0, np.iinfo(np.int64).max, codes)]


def _counts(sums: Sums | None, size: int) -> Ints:
    return np.zeros(size, dtype=np.int64) if sums is None else np.where(sums.known, sums.num, 0)


def printed(breaker: Breaker) -> str:
    """Return a link as one word: its field, and what it names."""
    named = breaker.node or breaker.process or breaker.kpi or breaker.items_of
    return f"{breaker.field}:{named}" if named else breaker.field


def told(chain: Sequence[Breaker]) -> tuple[str, ...]:
    """Return a chain as words, in its order."""
    return tuple(printed(breaker) for breaker in chain)

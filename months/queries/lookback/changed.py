"""How much the KPI scores of units have changed against the months before, as columns."""

from collections.abc import Sequence

import numpy as np

from core.points import rounded
from leaderboards.month_board import MonthBoard
from leaderboards.queries.kpi_columns import KpiColumns, kpi_columns
from scoring.columns import Ints

TO_FINE = 100
"""From cents to ten-thousandths of a point."""
NOTHING = np.iinfo(np.int64).min


def told(changes: Ints) -> list[int]:
    """Return the changes that are known."""
    known: list[int] = changes[changes != NOTHING].tolist()
    return known


def differences(theme: Ints, others: Ints) -> list[int]:
    """Return where both are known by how much the first has changed more than the second."""
    both = (theme != NOTHING) & (others != NOTHING)
    differences: list[int] = (theme[both] - others[both]).tolist()
    return differences


async def changed(
    board: MonthBoard,
    before: Sequence[MonthBoard],
    card: str,
    inside: frozenset[str],
    lifted: dict[int, frozenset[str]],
) -> tuple[Ints, Ints]:
    """Return for each unit the mean change of the theme's KPIs and of the others against the base, NOTHING where there is none.

    A KPI that another of the compared months lifts is no measure of what lies outside a theme.
    """
    if card not in board.heads:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    now = await kpi_columns(board, card)
    sums, counts = np.zeros_like(now.scores), np.zeros_like(now.scores)
    for one in before:
        if card in one.heads:
            score, known = _aligned(await kpi_columns(one, card), now.units, now.kpis)
            sums, counts = sums + score, counts + known
    both = now.known & (counts > 0)
    change = np.where(both, rounded((now.scores * counts - sums) * TO_FINE, np.maximum(counts, 1)), 0)
    lifts = lifted[board.month].union(*(lifted[one.month] for one in before))
    is_inside = np.array([code in inside for code in now.kpis], dtype=bool)
    is_outside = np.array([code not in inside and code not in lifts for code in now.kpis], dtype=bool)
    return _mean(change, both & is_inside), _mean(change, both & is_outside)


def _aligned(columns: KpiColumns, units: Ints, kpis: Sequence[str]) -> tuple[Ints, Ints]:
    """Return scores and whether they are known for other units and KPIs than the columns were made for."""
    scores, known = np.zeros((2, len(units), len(kpis)), dtype=np.int64)
    rows = np.searchsorted(columns.units, units)
    there = rows < len(columns.units)
    there[there] = columns.units[rows[there]] == units[there]
    for at, kpi in enumerate(kpis):
        if kpi in columns.kpis:
            column = columns.kpis.index(kpi)
            known[there, at] = columns.known[rows[there], column]
            scores[there, at] = columns.scores[rows[there], column] * known[there, at]
    return scores, known


def _mean(change: Ints, where: Ints) -> Ints:
    counts = where.sum(axis=1)
    means = rounded((change * where).sum(axis=1), np.maximum(counts, 1))
    found: Ints = np.where(counts > 0, means, NOTHING)
    return found

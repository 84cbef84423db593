"""Cells of a month added up the tree, as the rules say."""

from collections.abc import Mapping

import numpy as np

from leaderboards.frame import Frame
from scoring.bulk import UnitCells
from scoring.pooling import Bools, Pool, pooled
from scoring.rulebook import RuleBook


def pool_of(book: RuleBook, numbers: Mapping[str, int], frame: Frame, cells: UnitCells) -> Pool:
    """Return the facts of a month added up the tree; `numbers` are those of the KPIs by code."""
    return pooled(frame.tree, cells, *rising(book, numbers, frame))


def rising(book: RuleBook, numbers: Mapping[str, int], frame: Frame) -> tuple[dict[int, Bools], frozenset[int]]:
    """Return which kinds hand the facts of a KPI upward where not all do, and which KPIs are wanted above at all."""
    stays = {numbers[code]: kpi.stays_with for code, kpi in book.kpis.items() if code in numbers}
    passing = {
        number: np.array([kind not in kinds for kind in frame.tree.kind_codes])
        for number, kinds in stays.items()
        if kinds
    }
    wanted = {code for card in frame.rising for code in book.kpis_of(card)}
    facts = {book.kpis[code].facts for code in wanted}
    return passing, frozenset(numbers[code] for code in facts if code in numbers)

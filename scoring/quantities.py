"""Any number of a scored card by its name: the total, a node, a process, a KPI; for seasons, classes and tie-breaks."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.points import CENTS
from scoring.book_result_checks import KPI
from scoring.columns import Bools, Column, order_keys
from scoring.composition import NONE
from scoring.engine import Scored
from scoring.measures import measured_totals
from scoring.rulebook import RuleBook
from scoring.statuses import SCORED


def total_of(book: RuleBook, kind: str, scored: Scored, parents: Mapping[str, NDArray[np.int64]]) -> Column:
    """Return the number that units are ranked by: the exact total of a tree, else the published one."""
    if scored.exact is not None and book.measure_of(kind) is None:
        return scored.exact
    return _of_cents(measured_totals(book, kind, scored, parents))


def quantity(name: str, scored: Scored, total: Column) -> Column:
    """Return a number of every unit by name; a name that the card does not have is known of nobody."""
    if name == "total":
        return total
    node = next((node for node in scored.nodes if node.node.code == name), None)
    if node is not None:
        return node.value
    if name in scored.processes:
        return _of_cents(scored.process_scores[scored.processes.index(name)])
    code = name.removeprefix(KPI)
    if code != name and code in scored.kpis:
        return kpi_scores(scored, scored.kpis.index(code))
    return _of_cents(np.full(len(scored.totals), NONE, dtype=np.int64))


def kpi_scores(scored: Scored, row: int) -> Column:
    """Return the exact scores of one KPI, known where it was scored or filled in."""
    if row < len(scored.leaves):
        return scored.leaves[row]
    known = (scored.statuses[row] == SCORED) | scored.counted[row]
    return _shared(scored.scores[row], 10**scored.places, known)


def _of_cents(cents: NDArray[np.int64]) -> Column:
    return _shared(cents, CENTS, cents != NONE)


def _shared(numbers: NDArray[np.int64], scale: int, known: Bools) -> Column:
    return Column(np.where(known, numbers, 0), np.where(known, scale, 1), known)


def ranked_codes(column: Column) -> NDArray[np.int64]:
    """Return whole numbers that stand in the order of the values, equal where they are; -1 where unknown."""
    _, codes = np.unique(order_keys(column), return_inverse=True)
    return np.where(column.known, codes.reshape(-1), NONE).astype(np.int64)

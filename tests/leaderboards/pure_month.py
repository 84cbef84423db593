"""A whole month scored without a database, printed as one digest: `python -m tests.leaderboards.pure_month [turned]`."""

import hashlib
import sys
from datetime import date

import numpy as np

from leaderboards.frame import framed
from leaderboards.inputs import MonthInputs
from leaderboards.month_results import month_results
from leaderboards.standing_rows import standing_rows
from org.organisation import Organisation, Unit
from scoring.bulk import CELLS, UnitCells
from scoring.pooling import pooled
from scoring.rulebook import parsed
from tests.bench.data import KPIS, company, kpi_code, rule_book, unit_code

UNITS = 300


def units(*, turned: bool) -> list[Unit]:
    """Return halls of three classes, in the order of their numbers or turned round."""
    found = [
        Unit(
            id=number + 1,
            code=unit_code(number),
            name_zh="厅",
            name_en="Hall",
            kind="storefront",
            peer_group="ABC"[number % 3],
        )
        for number in range(UNITS)
    ]
    return found[::-1] if turned else found


def cells(*, turned: bool) -> UnitCells:
    """Return the month of all halls as cells, the halls in one order or the other."""
    data = company(UNITS)
    order = np.arange(UNITS)[::-1] if turned else np.arange(UNITS)
    counts = data.known[order].sum(axis=1)
    rows, kpis = np.nonzero(data.known[order])
    packed = np.zeros(len(rows), dtype=CELLS)
    packed["kpi"], packed["num"] = kpis + 1, data.values[order][rows, kpis] * 10_000
    packed["den"], packed["sample"] = 1_000_000, 1
    return UnitCells(units=order + 1, counts=counts, cells=packed)


def digest(*, turned: bool) -> str:
    """Return the SHA-256 of the month's standings as they would be written."""
    book = parsed(rule_book())
    frame = framed(Organisation(date(2026, 10, 1), units(turned=turned)), book)
    pool = pooled(frame.tree, cells(turned=turned), {}, frozenset())
    kpi_ids = {kpi_code(number): number + 1 for number in range(KPIS)}
    results = month_results(MonthInputs(book=book, theme=None, frame=frame, kpi_ids=kpi_ids, item_ids={}, pool=pool))
    return hashlib.sha256(standing_rows(1, results.cards, frame.tree.ids)).hexdigest()


if __name__ == "__main__":
    print(digest(turned="turned" in sys.argv))

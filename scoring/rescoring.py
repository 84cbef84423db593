"""A card scored once and then again where facts have moved: touched KPIs over all units, totals only of units they moved.

What a fact moves elsewhere (a mean of the peers, a rank, a stand-in) is moved too, since a touched KPI is scored over
everybody; the result is what scoring the whole card gives, to the last digit.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from scoring.cells import Cells
from scoring.columns import Bools
from scoring.engine import CardOfMonth, outcome_of, put_together
from scoring.leaf import OneKpi, values_of
from scoring.rulebook import RuleBook
from scoring.scored import Lazily, Scored
from scoring.sheet import Sheet

if TYPE_CHECKING:
    from scoring.composition import Weighing

PER_UNIT = (
    "score_cells", "statuses", "policies", "counted", "point_cells", "bonus", "process_scores", "theme_scores",
    "totals", "rounding", "covered_num", "covered_den", "ranked",
)  # fmt: skip
"""Columns of a scored card whose last axis is the units."""
WEIGHED = ("counted", "share", "scored", "total")


@dataclass
class HeldCard:
    """A flat card with what it was put together from; it is moved in place, so that a small change costs little."""

    month: CardOfMonth
    sheet: Sheet
    cells: Cells
    barred: Bools
    """bool[k, n]: who may not be ranked for which KPI."""
    scored: Scored

    @classmethod
    def of(cls, book: RuleBook, card: str, sheet: Sheet, theme: str | None) -> "HeldCard":
        """Return a card scored and held."""
        month = CardOfMonth.of(book, card, theme)
        shape = (len(month.codes), len(sheet.group))
        cells, barred = Cells(*shape), np.zeros(shape, dtype=bool)
        for row, code in enumerate(month.codes):
            one = outcome_of(book, card, sheet, code, month.shown)
            cells.put(row, one)
            barred[row] = one.fill.barred
        return cls(month, sheet, cells, barred, put_together(month, cells, sheet))

    def move(self, sheet: Sheet, codes: Collection[str]) -> NDArray[np.intp]:
        """Score some KPIs anew on a sheet that differs in them alone; return the units whose cards have moved."""
        moved = np.zeros(len(sheet.group), dtype=bool)
        book, card = self.month.book, self.month.card
        for row, code in enumerate(self.month.codes):
            if code in codes:
                moved |= self._put(row, outcome_of(book, card, sheet, code, self.month.shown))
        self.sheet = sheet
        units = np.flatnonzero(moved)
        self.cells.barred[units] = self.barred[:, units].any(axis=0)
        self.scored = self._joined(sheet, units)
        return units

    def _put(self, row: int, one: OneKpi) -> Bools:
        """Write one KPI down and return the units at which something of it has changed."""
        cells, fill = self.cells, one.fill
        moved = (
            (cells.scores[row] != fill.scores)
            | (cells.counted[row] != fill.counted)
            | (cells.statuses[row] != one.statuses)
            | (cells.policies[row] != fill.policies)
            | (self.barred[row] != fill.barred)
        )
        cells.put(row, one)
        self.barred[row] = fill.barred
        return np.asarray(moved, dtype=bool)

    def _joined(self, sheet: Sheet, units: NDArray[np.intp]) -> Scored:
        """Return the card with some of its units put together anew."""
        book, card, codes = self.month.book, self.month.card, self.month.codes
        values: dict[str, Any] = {
            "measured": Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[0]),
            "values": Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[1]),
        }
        if not len(units):
            return replace(self.scored, **values)
        part = put_together(self.month, _part(self.cells, units), sheet)
        old, weighing = self.scored, cast("Weighing", self.scored.weighing)
        columns: dict[str, Any] = {name: _written(getattr(old, name), units, getattr(part, name)) for name in PER_UNIT}
        weights: dict[str, Any] = {
            name: _written(getattr(weighing, name), units, getattr(part.weighing, name)) for name in WEIGHED
        }
        columns["score_cells"] = self.cells.scores
        return replace(old, **values, **columns, weighing=replace(weighing, **weights))


def _part(cells: Cells, units: NDArray[np.intp]) -> Cells:
    """Return the cells of some units."""
    part = Cells(0, 0)
    part.scores, part.counted = cells.scores[:, units], cells.counted[:, units]
    part.statuses, part.policies = cells.statuses[:, units], cells.policies[:, units]
    part.barred = cells.barred[units]
    return part


def _written(target: NDArray[Any], units: NDArray[np.intp], values: NDArray[Any]) -> NDArray[Any]:
    """Write the columns of some units, into a wider array where they need one."""
    wide = np.promote_types(target.dtype, values.dtype)
    if wide != target.dtype:
        target = target.astype(wide)
    target[..., units] = values
    return target

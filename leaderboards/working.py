"""One kind of unit as it was scored in a snapshot: the sheet, what the engine made of it, and who is who."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import overload

from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.sheets import sheet_of
from scoring.columns import Column
from scoring.engine import outcome_of, scored
from scoring.leaf import OneKpi
from scoring.rulebook import RuleBook
from scoring.scored import Scored
from scoring.sheet import Sheet
from scoring.steps.lines import Table, line_steps
from scoring.steps.telling import Step

MOST_KEPT = 20_000
"""Units of a kind whose KPIs are kept scored."""


@dataclass(frozen=True)
class Working:
    """What every explanation of a card starts from."""

    inputs: MonthInputs
    run: CardRun
    sheet: Sheet
    scored: Scored

    @property
    def book(self) -> RuleBook:
        """Return the rules that held."""
        return self.inputs.book

    @cached_property
    def table(self) -> Table:
        """Return the same for the one who tells the steps."""
        return Table(self.book, self.run.code, self.inputs.theme, self.sheet, self.scored)

    @cached_property
    def outcomes(self) -> Mapping[str, OneKpi]:
        """Return every KPI as it was scored, for tries that change only some; none where they would be too many to keep."""
        if self.run.size > MOST_KEPT:
            return {}
        codes = self.book.kpis_of(self.run.code)
        return {code: outcome_of(self.book, self.run.code, self.sheet, code) for code in codes}

    @cached_property
    def places(self) -> dict[int, int]:
        """Return the place of each unit in the columns of its kind."""
        ids = self.inputs.frame.tree.ids[self.run.units].tolist()
        return {unit_id: place for place, unit_id in enumerate(ids)}


def working_of(inputs: MonthInputs, card: str) -> Working | None:
    """Return a kind as the engine scores it, None when nobody is of that kind."""
    run = inputs.frame.cards.get(card)
    if run is None:
        return None
    sheet = sheet_of(inputs, run, inputs.book)
    found = scored(inputs.book, card, sheet, inputs.theme)
    return Working(inputs, run, sheet, replace(found, measured=Kept(found.measured), values=Kept(found.values)))


class Kept(Sequence[Column]):
    """Columns that are worked out when first asked for, and kept: explanations ask for the same ones again and again."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._kept: dict[int, Column] = {}

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, row: int) -> Column: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Column]: ...
    def __getitem__(self, row: int | slice) -> Column | Sequence[Column]:
        """Return one column, or some."""
        if isinstance(row, slice):
            return [self[one] for one in range(*row.indices(len(self)))]
        found = self._kept.get(row)
        if found is None:
            found = self._kept[row] = self._columns[row]
        return found


def steps_of(working: Working, row: int, place: int) -> tuple[Step, ...]:
    """Return the steps of one KPI at one unit, under the parameters that hold for it."""
    return line_steps(working.table, row, place)

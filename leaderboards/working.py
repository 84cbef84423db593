"""One kind of unit as it was scored in a snapshot: the sheet, what the engine made of it, and who is who."""

from dataclasses import dataclass
from functools import cached_property

from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.sheets import sheet_of
from scoring.engine import scored
from scoring.rulebook import RuleBook
from scoring.scored import Scored
from scoring.sheet import Sheet
from scoring.steps.lines import Table, line_steps
from scoring.steps.telling import Step


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
    return Working(inputs, run, sheet, scored(inputs.book, card, sheet, inputs.theme))


def steps_of(working: Working, row: int, place: int) -> tuple[Step, ...]:
    """Return the steps of one KPI at one unit, under the parameters that hold for it."""
    return line_steps(working.table, row, place)

"""How good everybody really is: a hidden quality per unit and KPI that drifts slowly, in thousandths of a deviation."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from core.period import MONTHS_A_YEAR
from seeds import draw
from seeds.draw import Wholes
from seeds.flows import Effect, Flow
from seeds.units import Company

OWN, ABOVE, SPECIAL, DRIFT, SEASON = 620, 330, 420, 130, 110
"""Shares, in thousandths, of the unit itself, of the places above it, of its gift for this KPI, of the drift, of the season."""
THEME_LIFT = 220
"""What the attention of a theme month adds."""
LAST = 5


class Month(NamedTuple):
    """Which month, its place in the story, through which day it is known, and the KPIs its theme lifts."""

    month: int
    number: int
    through: date
    lifted: frozenset[str]


class People:
    """The company as columns: for each unit its parent, its kind and the unit numbers of a kind."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.number = {unit.code: place for place, unit in enumerate(company.units)}
        self._below: dict[str, np.ndarray] = {}
        self.parent = np.array(
            [self.number[unit.parent] if unit.parent else 0 for unit in company.units], dtype=np.int64
        )

    def of_kind(self, kind: str) -> Wholes:
        """Return the numbers of the units of one kind."""
        return np.array([place for place, unit in enumerate(self.company.units) if unit.kind == kind], dtype=np.int64)

    def below(self, code: str) -> np.ndarray:
        """Return whether each unit is the named one or lies under it; all False for a unit that does not exist."""
        if code not in self._below:
            self._below[code] = self._under(code)
        return self._below[code]

    def _under(self, code: str) -> np.ndarray:
        inside = np.zeros(len(self.parent), dtype=bool)
        if code in self.number:
            inside[self.number[code]] = True
            while not np.array_equal(inside, grown := inside | inside[self.parent]):
                inside = grown
        return inside

    @cached_property
    def exposure(self) -> Wholes:
        """Return the customers of each unit, 1 where it has none of its own."""
        return np.array([unit.customers or 1 for unit in self.company.units], dtype=np.int64)

    @cached_property
    def traffic(self) -> Wholes:
        """Return the visits a month of each unit."""
        return np.array([unit.traffic or 1 for unit in self.company.units], dtype=np.int64)

    @cached_property
    def opened(self) -> Wholes:
        """Return the ordinal of the day on which each unit opened."""
        return np.array([unit.opened_on.toordinal() for unit in self.company.units], dtype=np.int64)


def quality(people: People, units: Wholes, flow: Flow, month: Month, effects: Sequence[Effect]) -> Wholes:
    """Return the quality of some units in one flow and month."""
    seed = people.company.seed
    months = month.month // 100 * MONTHS_A_YEAR + month.month % 100
    own = draw.key(seed, "own")
    total = OWN * draw.normal(draw.keys(own, units))
    above = people.parent[units]
    while above.any():
        total = total + np.where(above > 0, ABOVE * draw.normal(draw.keys(own, above)), 0)
        above = people.parent[above]
    total += SPECIAL * draw.normal(draw.keys(draw.key(seed, "gift", flow.kpi), units))
    for back in range(3):
        total += DRIFT * draw.normal(draw.keys(draw.key(seed, "drift", months - back), units))
    total += SEASON * draw.normal(draw.keys(draw.key(seed, "season", flow.kpi, months), np.zeros_like(units)))
    shifts = (
        _shift(effect, month.number) * people.below(effect.unit)[units]
        for effect in effects
        if flow.kpi in (effect.kpis or (flow.kpi,))
    )
    return total // draw.THOUSAND + sum(
        shifts, np.full(len(units), THEME_LIFT if flow.kpi in month.lifted else 0, dtype=np.int64)
    )


def _shift(effect: Effect, number: int) -> int:
    """Return the shift of one month: constant, or on the straight line to its end."""
    if effect.to is None:
        return effect.shift
    return effect.shift + (effect.to - effect.shift) * min(max(number, 0), LAST) // LAST

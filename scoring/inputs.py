"""What a scoring method is given and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.book_parts import Rounding
from scoring.columns import Bools, Column

HUNDREDTHS = Rounding(places=2)


@dataclass(frozen=True)
class Inputs:
    """One KPI over n units: the value, and what some methods need besides."""

    value: Column
    group: NDArray[np.intp]
    """Index of the peer group of each unit, for methods that compare."""
    rounding: Rounding = HUNDREDTHS
    """How the score is rounded, for methods whose exact result is no fraction."""
    counted: Bools | None = None
    """True counts in statistics over a group; None: everybody does."""
    previous: Column | None = None
    items: Mapping[str, Column] = field(default_factory=dict)
    """Counts by kind of event."""
    times: Column | None = None
    """What the points of events are multiplied by, where units differ in size."""
    constants: Mapping[str, Column] = field(default_factory=dict)
    """Parameters that differ from unit to unit, by name."""
    sample: NDArray[np.int64] | None = None
    num: Column | None = None
    """Numerator and denominator as they were recorded, for formulas."""
    den: Column | None = None

    def part(self, units: NDArray[np.intp]) -> "Inputs":
        """Return the inputs of some units."""
        columns = ("value", "previous", "times", "num", "den")
        found = {name: column.part(units) for name in columns if (column := getattr(self, name)) is not None}
        return replace(
            self,
            **found,
            group=self.group[units],
            counted=None if self.counted is None else self.counted[units],
            items={code: column.part(units) for code, column in self.items.items()},
            constants={code: column.part(units) for code, column in self.constants.items()},
            sample=None if self.sample is None else self.sample[units],
        )


@dataclass(frozen=True)
class Outcome:
    """Exact scores before cap and floor, known where scored; `statuses` says why not, where it is not simply missing."""

    scores: Column
    statuses: NDArray[np.int8] | None = None


Rule: TypeAlias = Callable[[Inputs], Outcome]
"""A method with its parameters read."""


def alone(value: Column) -> Inputs:
    """Return inputs for units that all stand in one group."""
    return Inputs(value=value, group=np.zeros(len(value), dtype=np.intp))

"""What a scoring method is given and what it gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Column


@dataclass(frozen=True)
class Inputs:
    """One KPI over n units: the value, and what some methods need besides."""

    value: Column
    group: NDArray[np.intp]
    """Index of the peer group of each unit, for methods that compare."""
    places: int = 2
    """Decimals of the score, for methods whose exact result is no fraction."""
    previous: Column | None = None
    items: Mapping[str, Column] = field(default_factory=dict)
    """Counts by kind of event."""
    constants: Mapping[str, Column] = field(default_factory=dict)
    """Parameters that differ from unit to unit, by name."""
    sample: NDArray[np.int64] | None = None


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

"""What the engine gives back: scores, points and totals of one unit kind, as columns."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.language import Text
from scoring.columns import Bools, Column, Ints
from scoring.composition import lost_points

CENT_PLACES = 2


@dataclass(frozen=True)
class NodeResult:
    """One node of a scorecard's tree over n units."""

    code: str
    name: Text
    value: Column
    """Exact; unknown where too few children were scored."""
    scored: NDArray[np.int64]
    """How many children have a value of their own, not put in by a policy."""
    of: NDArray[np.int64]
    """How many children apply to the unit."""


@dataclass(frozen=True)
class Scored:
    """Scores of n units on k KPIs (card order, the last `extras` of them outside the total) and p processes."""

    card: str
    kpis: tuple[str, ...]
    extras: int
    measured: tuple[Column, ...]
    """Exact values before shrinkage."""
    values: tuple[Column, ...]
    """Exact values that were scored."""
    scores: NDArray[np.int64]
    """int64[k, n] cents (finer where the rule book rounds scores finer), 0 where not scored."""
    statuses: NDArray[np.int8]
    policies: NDArray[np.int8]
    counted: Bools
    weights: NDArray[np.int64]
    """int64[k] weight before, in 1/100 of a per cent; 0 for extras."""
    weight_num: Ints
    weight_den: Ints
    points: NDArray[np.int64]
    bonus: NDArray[np.int64]
    processes: tuple[str, ...]
    process_scores: NDArray[np.int64]
    """int64[p, n] cents, -1 for none."""
    theme_scores: NDArray[np.int64]
    totals: NDArray[np.int64]
    rounding: NDArray[np.int64]
    covered_num: NDArray[np.int64]
    covered_den: NDArray[np.int64]
    ranked: Bools
    places: int = CENT_PLACES
    exact: Column | None = None
    """The total before it is cut to cents for show, of a card that is a tree; None on a flat card."""
    nodes: tuple[NodeResult, ...] = ()
    """Every node of the tree, children before the nodes they stand under."""
    rest: Column | None = None
    """What the total holds beyond the exact points of the lines: caps, roundings, offsets, formulas."""
    leaves: tuple[Column, ...] = ()
    """Exact values of the KPIs of a tree as they entered it, in the order of `kpis`."""
    shares: tuple[Column, ...] = ()
    """Exact effective weight of each KPI of a tree: total = sum of share x leaf + rest."""
    full: tuple[Fraction, ...] = ()
    """What each KPI of a tree can bring at most, for the points lost; 100 each on a flat card."""

    @cached_property
    def lost(self) -> NDArray[np.int64]:
        """Return what each line falls short of 100, in 1/10,000 points, never negative."""
        return lost_points(self.scores, self.counted, (self.weight_num, self.weight_den), self.places)

    @property
    def coverage(self) -> NDArray[np.int64]:
        """Return the share of weight scored in 1/10,000, cut, for show."""
        return np.asarray(self.covered_num * 10_000 // np.maximum(self.covered_den, 1), dtype=np.int64)

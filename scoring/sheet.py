"""What the engine is given: the facts of one unit kind over one period, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Bools, Column, Sums


@dataclass(frozen=True)
class Sheet:
    """What was measured: n units of one kind over one period; every mapping is by KPI code, absent = nothing."""

    group: NDArray[np.intp]
    """Index of the peer group of each unit, from 0."""
    sums: Mapping[str, Sums]
    previous: Mapping[str, Sums] = field(default_factory=dict)
    """The same KPI one period earlier, for growth."""
    items: Mapping[str, Mapping[str, Sums]] = field(default_factory=dict)
    """Counts by kind of event, for event KPIs of more than one kind."""
    not_applicable: Mapping[str, Bools] = field(default_factory=dict)
    """True leaves the card of that unit and the base of its coverage."""
    held: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    """Last period's score in cents, -1 for none, for the policy hold_last."""
    kept: Mapping[str, Column] = field(default_factory=dict)
    """Last period's exact values of KPIs and nodes, for hold_last in trees; they go before `held`."""
    priors: Mapping[str, Fraction] = field(default_factory=dict)
    """Shrinkage priors fixed beforehand, as numerator / denominator before the factor; else pooled per peer group."""
    constants: Mapping[str, Mapping[str, Column]] = field(default_factory=dict)
    """Parameters that differ from unit to unit, by KPI and name."""
    units: tuple[str, ...] = ()
    """Code of each unit, for targets of single units; empty where none are told."""
    month: int | str | None = None
    """The month as yyyymm, or the period of a file, for targets of some months."""
    own_groups: tuple[str | None, ...] = ()
    """Peer group of each unit before small ones were merged, for targets of groups; empty where none are told."""
    population: Bools | None = None
    """True counts in statistics (relative methods, population parameters, group means); None: everybody does."""
    exposures: Mapping[str, Column] = field(default_factory=dict)
    """How large each unit is, by name (customers, traffic), for counts that are scaled by size."""
    days: Mapping[str, int] = field(default_factory=dict)
    """How many days the period has, by name (calendar, working), for sums that are compared per day."""

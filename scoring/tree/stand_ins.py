"""What stands in for a child without a value, exactly: nothing mostly, or what the policy puts there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Bools, Column, chosen, constant, of_fractions

CENTS = 100


@dataclass(frozen=True)
class Peers:
    """Who is compared with whom: the group of each unit, who counts in statistics, and last period's values in cents."""

    group: NDArray[np.intp]
    population: Bools | None = None
    held: Mapping[str, NDArray[np.int64]] | None = None
    """By code of a KPI, -1 for none."""
    kept: Mapping[str, Column] | None = None
    """Last period's exact values, by code of a KPI or node."""

    def part(self, units: slice) -> "Peers":
        """Return the same for some units."""
        return Peers(
            group=self.group[units],
            population=None if self.population is None else self.population[units],
            held={code: column[units] for code, column in (self.held or {}).items()},
            kept={code: column.part(units) for code, column in (self.kept or {}).items()},
        )


@dataclass(frozen=True)
class Gap:
    """A column with gaps: what is its own, and where a stand-in is wanted."""

    code: str
    values: Column
    own: Bools
    """True where the value was measured, not put in."""
    wanted: Bools


def filled(policy: str, gap: Gap, peers: Peers, value: Fraction | None = None) -> Column:
    """Return the values with the policy's stand-ins; still unknown where it has none to give."""
    if policy not in _POLICIES and policy != "value":
        return gap.values
    if not gap.wanted.any():
        return gap.values
    size = len(gap.values)
    stand_in = constant(value or Fraction(0), size) if policy in {"zero", "value"} else _POLICIES[policy](gap, peers)
    return chosen(gap.wanted & stand_in.known, stand_in, gap.values)


def _held(gap: Gap, peers: Peers) -> Column:
    kept = (peers.kept or {}).get(gap.code)
    if kept is not None:
        return kept
    held = (peers.held or {}).get(gap.code)
    if held is None:
        held = np.full(len(gap.values), -1, dtype=np.int64)
    known = held >= 0
    return Column(np.where(known, held, 0), np.where(known, CENTS, 1), known)


def _per_group(gap: Gap, peers: Peers, judged: Callable[[Column], Fraction]) -> Column:
    """Return for every unit what is judged from the own values of its group; unknown where nobody has one."""
    counted = gap.own & gap.values.known
    if peers.population is not None:
        counted = counted & peers.population
    found: list[Fraction | None] = []
    for index in range(int(peers.group.max(initial=-1)) + 1):
        members = np.flatnonzero(counted & (peers.group == index))
        some = Column(gap.values.num[members], gap.values.den[members], gap.values.known[members])
        found.append(judged(some) if len(members) else None)
    groups = of_fractions(found)
    return Column(groups.num[peers.group], groups.den[peers.group], groups.known[peers.group])


def _worst(values: Column) -> Fraction:
    # Whole parts of value x 2^s would do, but a group's lowest is wanted once, not for every unit.
    return min(_fractions(values))


def _mean(values: Column) -> Fraction:
    return sum(_fractions(values), Fraction(0)) / len(values)


def _fractions(values: Column) -> list[Fraction]:
    return [Fraction(int(num), int(den)) for num, den in zip(values.num, values.den, strict=True)]


_POLICIES: Mapping[str, Callable[[Gap, Peers], Column]] = {
    "zero": lambda gap, _: constant(Fraction(0), len(gap.values)),
    "hold_last": _held,
    "group_worst": lambda gap, peers: _per_group(gap, peers, _worst),
    "group_mean": lambda gap, peers: _per_group(gap, peers, _mean),
}

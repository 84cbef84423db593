"""Quantiles of a population, exact, under the four definitions that rules and programs mean by the word."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from scoring.columns import Bools, Column, order_keys

Definition: TypeAlias = Literal["nearest_rank", "inclusive", "exclusive", "averaged"]
DEFINITIONS: tuple[Definition, ...] = ("nearest_rank", "inclusive", "exclusive", "averaged")
INCLUSIVE: Definition = "inclusive"


class Ordered:
    """The known values of a column from the least to the greatest; only those asked for become fractions."""

    def __init__(self, values: Column, counted: Bools | None = None) -> None:
        taken = np.flatnonzero(values.known if counted is None else values.known & counted)
        some = Column(values.num[taken], values.den[taken], values.known[taken])
        order = np.argsort(order_keys(some), kind="stable") if len(taken) else taken
        self._num, self._den = some.num[order], some.den[order]

    def __len__(self) -> int:
        return len(self._num)

    def nth(self, number: int) -> Fraction:
        """Return the value at a place, counted from 1 and held within the places there are."""
        at = min(max(number, 1), len(self)) - 1
        return Fraction(int(self._num[at]), int(self._den[at]))

    def mean(self) -> Fraction:
        """Return the arithmetic mean."""
        nums, dens = self._num.tolist(), self._den.tolist()
        if len(set(dens)) == 1:
            return Fraction(sum(nums), dens[0] * len(self))
        return added(list(map(Fraction, nums, dens))) / len(self)


def added(numbers: Sequence[Fraction]) -> Fraction:
    """Return the sum of fractions, half with half, so that long denominators meet late."""
    level = list(numbers) or [Fraction(0)]
    while len(level) > 1:
        level = [sum(level[at : at + 2], Fraction(0)) for at in range(0, len(level), 2)]
    return level[0]


def quantile(
    values: Column, share: Fraction, definition: Definition = INCLUSIVE, counted: Bools | None = None
) -> Fraction | None:
    """Return the value that so large a share (0…1) of the known values lies at or below; None where none is known.

    `counted` names the units that belong to the population; left out: all of them.
    """
    ordered = Ordered(values, counted)
    return _RULES[definition](ordered, share) if len(ordered) else None


def _nearest_rank(ordered: Ordered, share: Fraction) -> Fraction:
    """The least value with at least that share at or below it."""
    return ordered.nth(_ceiling(share * len(ordered)))


def _inclusive(ordered: Ordered, share: Fraction) -> Fraction:
    """On the line through the values, the least at 0 and the greatest at 1 (spreadsheets: PERCENTILE, PERCENTILE.INC)."""
    return _between(ordered, 1 + share * (len(ordered) - 1))


def _exclusive(ordered: Ordered, share: Fraction) -> Fraction:
    """On the line with room beyond both ends (PERCENTILE.EXC); beyond the values themselves, the outermost holds."""
    return _between(ordered, share * (len(ordered) + 1))


def _averaged(ordered: Ordered, share: Fraction) -> Fraction:
    """The nearest rank, but the middle of two neighbours where the share falls between them (SAS definition 5)."""
    place = share * len(ordered)
    if place.denominator == 1:
        return (ordered.nth(place.numerator) + ordered.nth(place.numerator + 1)) / 2
    return ordered.nth(_ceiling(place))


def _between(ordered: Ordered, place: Fraction) -> Fraction:
    whole = place.numerator // place.denominator
    low, high = ordered.nth(whole), ordered.nth(whole + 1)
    return low + (place - whole) * (high - low)


def _ceiling(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


_RULES: Mapping[Definition, Callable[[Ordered, Fraction], Fraction]] = {
    "nearest_rank": _nearest_rank,
    "inclusive": _inclusive,
    "exclusive": _exclusive,
    "averaged": _averaged,
}

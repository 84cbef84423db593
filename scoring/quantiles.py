"""Quantiles of a population, exact, under the four definitions that rules and programs mean by the word."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Literal, TypeAlias

import numpy as np

from core.points import rounded_fraction
from scoring.columns import Bools, Column, order_keys

Definition: TypeAlias = Literal["nearest_rank", "inclusive", "exclusive", "averaged"]
DEFINITIONS: tuple[Definition, ...] = ("nearest_rank", "inclusive", "exclusive", "averaged")
INCLUSIVE: Definition = "inclusive"
LONGEST = 4096
"""Binary digits that the denominator of a mean may have before it is rounded."""
MEAN_PLACES = 30
CERTAIN = 2**17
"""Ends that have not rounded alike at so many digits lie on a half."""


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
        """Return the arithmetic mean; one whose denominator would be endlessly long is rounded to MEAN_PLACES."""
        sums: dict[int, int] = {}
        for num, den in zip(self._num.tolist(), self._den.tolist(), strict=True):
            sums[den] = sums.get(den, 0) + num
        parts = [Fraction(num, den) for den, num in sorted(sums.items())]
        common = 1
        for part in parts:
            common = lcm(common, part.denominator)
            if common.bit_length() > LONGEST:
                return _rounded_mean(parts, len(self))
        return Fraction(sum(part.numerator * (common // part.denominator) for part in parts), common * len(self))


def _rounded_mean(parts: Sequence[Fraction], size: int) -> Fraction:
    """Return a mean correctly rounded: its parts are cut ever later until both ends of the error round alike."""
    bits = LONGEST // 16
    while bits < CERTAIN:
        low = sum((part.numerator << bits) // part.denominator for part in parts)
        ends = {rounded_fraction(Fraction(end, size << bits), MEAN_PLACES) for end in (low, low + len(parts))}
        if len(ends) == 1:
            return Fraction(ends.pop(), 10**MEAN_PLACES)
        bits *= 2
    return Fraction(rounded_fraction(sum(parts, Fraction(0)) / size, MEAN_PLACES), 10**MEAN_PLACES)  # on a half


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

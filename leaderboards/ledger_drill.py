"""A unit's loss on one KPI taken down to the units beneath it: values are re-aggregated, not added, so a rest remains."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from core.points import rounded_fraction

FULL = 100
PLACES = 4


class Member(msgspec.Struct, frozen=True):
    """One unit beneath: its share of what was measured (0…1), and what its own value would score (None: nothing to tell)."""

    unit_id: int
    exposure: Fraction
    score: Fraction | None


class Drilled(msgspec.Struct, frozen=True):
    """What each member cost in 1/10,000 points, and the rest: mix and offsets (结构与抵消), which may be negative."""

    lost: int
    members: tuple[tuple[int, int], ...]
    rest: int


def drilled(lost: int, weight: Fraction, members: Sequence[Member]) -> Drilled:
    """Return a loss member by member: weight × exposure × what its own value misses to 100; `weight` in per cent.

    What the members come to and the loss differ where some are above full marks, where the rule bends, where small
    samples are drawn to the group, and where nothing can be told of a member: that is the rest, and the sum closes.
    """
    told = tuple((member.unit_id, _cost(weight, member)) for member in members)
    return Drilled(lost, told, lost - sum(cost for _, cost in told))


def _cost(weight: Fraction, member: Member) -> int:
    if member.score is None:
        return 0
    missed = max(FULL - member.score, Fraction(0))
    return rounded_fraction(weight * member.exposure * missed / FULL, PLACES)

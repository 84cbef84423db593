"""What lies between two states of a month: the change of a total split over its causes without a rest, and of a place."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from leaderboards.month_board import MonthBoard, Standing

Totals = Mapping[int, int | None]
"""Totals in cents by unit; None for a unit without one."""


class Cause(StrEnum):
    """Why a total changed; the values are public words of the API."""

    FACTS = "facts"
    CORRECTIONS = "corrections"
    OTHERS = "others"
    RULES = "rules"
    ORGANISATION = "organisation"
    DECISIONS = "decisions"
    EARLIER = "earlier"
    SEALED = "sealed"


class Part(msgspec.Struct, frozen=True):
    """How many cents of a change have one cause."""

    cause: Cause
    cents: int


class Places(msgspec.Struct, frozen=True):
    """Where a unit stood and stands, and how many places up (+) or down (-) are its own doing and that of others."""

    before: int | None
    after: int | None
    own: int = 0
    others: int = 0


def split(unit_id: int, before: Totals, steps: Sequence[tuple[Cause, Totals]]) -> tuple[Part, ...]:
    """Return what each step changed of a unit's total, in order; without the steps that changed nothing.

    The parts add up to the last total less the first; a unit without a total counts as one with nought.
    """
    found: dict[Cause, int] = {}
    last = before.get(unit_id) or 0
    for cause, totals in steps:
        now = totals.get(unit_id) or 0
        found[cause] = found.get(cause, 0) + now - last
        last = now
    return tuple(Part(cause, cents) for cause, cents in found.items() if cents)


def places(before: MonthBoard, after: MonthBoard, unit_id: int) -> Places:
    """Return how a unit's place on its whole board moved: as its own total alone would have moved it, and the rest."""
    was, now = before.by_unit.get(unit_id), after.by_unit.get(unit_id)
    if was is None or now is None or was.rank is None or now.rank is None or was.card != now.card:
        return Places(was.rank if was else None, now.rank if now else None)
    alone = _alone(before.population(was.card, None), was, now.total)
    return Places(was.rank, now.rank, was.rank - alone, alone - now.rank)


def _alone(population: Sequence[Standing], was: Standing, total: int | None) -> int:
    """Return the place that a unit would have had on the former board with another total."""
    if total == was.total or total is None:
        return was.rank or 0
    others = [one.total for one in population if one.rank is not None and one.unit_id != was.unit_id]
    return 1 + sum(other is not None and other > total for other in others)

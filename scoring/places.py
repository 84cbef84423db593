"""Keys become places, smallest first; equal keys share one."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from scoring.book_results import Ties


@dataclass(frozen=True)
class Place:
    """A place from 1, and whether it is shared."""

    place: int
    tied: bool


def placed(keys: Mapping[str, Any], ties: Ties = "competition") -> dict[str, Place]:
    """Return the places of units: competition 1-2-2-4, dense 1-2-2-3, modified 1-3-3-4, ordinal 1-2-3-4 by code."""
    found: dict[str, Place] = {}
    ordered = sorted(keys, key=lambda unit: (keys[unit], unit))
    for number, (_, members) in enumerate(groupby(ordered, key=keys.__getitem__), 1):
        equal = list(members)
        before = len(found)
        place = {"competition": before + 1, "dense": number, "modified": before + len(equal), "ordinal": 0}[ties]
        for step, unit in enumerate(equal, 1):
            found[unit] = Place(place or before + step, len(equal) > 1)
    return found

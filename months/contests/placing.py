"""Places from numbers, most first: equal numbers share a place, who has no number has none."""

from collections.abc import Mapping


def places(numbers: Mapping[int, int]) -> dict[int, int]:
    """Return competition places (1-2-2-4)."""
    ordered = sorted(numbers.values(), reverse=True)
    first: dict[int, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {unit: first[value] for unit, value in numbers.items()}


def lowest_first(numbers: Mapping[int, int | None], count: int, *, tied_leave: bool) -> frozenset[int]:
    """Return the lowest so many; of those equal at the edge all are among them, or none. Who has no number is never."""
    values = sorted(value for value in numbers.values() if value is not None)
    if not values or count < 1:
        return frozenset()
    edge = values[min(count, len(values)) - 1]
    whole = sum(value <= edge for value in values) <= count
    below = [unit for unit, value in numbers.items() if value is not None and value < edge]
    at = [unit for unit, value in numbers.items() if value == edge]
    return frozenset(below + at if whole or tied_leave else below)

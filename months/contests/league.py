"""Promotion and relegation: between two classes as many go up as go down, and nobody moves who is only equal to one that stays."""

from collections.abc import Mapping, Sequence

from months.contests.placing import lowest_first, places
from months.contests.results import Member, Move, Table, Tables
from months.contests.spec import League


def tables(spec: League, numbers: Mapping[int, int | None]) -> Tables:
    """Return the classes after the round, and those of the next month; every class keeps its size."""
    classes = [{unit: numbers.get(unit) for unit in one.units} for one in spec.divisions]
    up, down = _exchanges(classes, spec.moves)
    moves: list[dict[int, Move]] = [
        {**dict.fromkeys(up[at], "up"), **dict.fromkeys(down[at], "down")} for at in range(len(classes))
    ]
    found = tuple(_table(one, moves[at]) for at, one in enumerate(classes))
    following = tuple(
        tuple(sorted(one.keys() - up[at] - down[at] | _came(up, at + 1) | _came(down, at - 1)))
        for at, one in enumerate(classes)
    )
    return Tables(found, following)


def _exchanges(
    classes: Sequence[Mapping[int, int | None]], moves: int
) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """Return by class who goes up and who goes down."""
    up: list[frozenset[int]] = [frozenset() for _ in classes]
    down: list[frozenset[int]] = [frozenset() for _ in classes]
    for upper in range(len(classes) - 1):
        for count in range(moves, 0, -1):
            falling = lowest_first(classes[upper], count, tied_leave=False) - up[upper]
            rising = _highest(classes[upper + 1], count)
            if len(falling) == len(rising) == count:
                down[upper], up[upper + 1] = falling, rising
                break
    return up, down


def _highest(numbers: Mapping[int, int | None], count: int) -> frozenset[int]:
    turned = {unit: None if value is None else -value for unit, value in numbers.items()}
    return lowest_first(turned, count, tied_leave=False)


def _came(moved: Sequence[frozenset[int]], at: int) -> frozenset[int]:
    return moved[at] if 0 <= at < len(moved) else frozenset()


def _table(numbers: Mapping[int, int | None], moves: Mapping[int, Move]) -> Table:
    ranked = places({unit: value for unit, value in numbers.items() if value is not None})
    rows = [Member(unit, value, ranked.get(unit), moves.get(unit, "stay")) for unit, value in numbers.items()]
    return Table(tuple(sorted(rows, key=lambda row: (row.place is None, row.place or 0, row.unit))))

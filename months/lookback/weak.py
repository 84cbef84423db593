"""Weak points over a year: of each unit and process the mean, and in how many months it was the unit's weakest below full marks."""

from collections.abc import Mapping, Sequence

import msgspec

from core.points import rounded

FULL_CENTS = 10_000


class WeakCell(msgspec.Struct, frozen=True):
    """One unit and one process: mean score in cents of the months that have one, how many, and in how many it was the weakest.

    `weakest` is None where the reader is not told the unit's other processes.
    """

    cents: int | None
    months: int
    weakest: int | None


def weak_cells(months: Sequence[Sequence[int | None]]) -> tuple[WeakCell, ...]:
    """Return a cell for each process from the process scores of a unit month by month (rows are months)."""
    if not months:
        return ()
    weakest = [weakest_of(row) for row in months]
    cells = []
    for process, column in enumerate(zip(*months, strict=True)):
        told = [value for value in column if value is not None]
        mean = rounded(sum(told), len(told)) if told else None
        cells.append(WeakCell(mean, len(told), sum(process in one for one in weakest)))
    return tuple(cells)


def weakest_of(scores: Sequence[int | None]) -> frozenset[int]:
    """Return which processes of a month scored lowest, if that was below full marks; equal ones all, one alone never."""
    told = [value for value in scores if value is not None]
    if len(told) <= 1 or min(told) >= FULL_CENTS:
        return frozenset()
    return frozenset(at for at, value in enumerate(scores) if value == min(told))


def weakest_first(units: Mapping[int, Sequence[WeakCell]]) -> list[int]:
    """Return units by their weakest cell, the weakest first; units without any come last."""

    def depth(unit: int) -> tuple[bool, int, int]:
        told = [cell.cents for cell in units[unit] if cell.cents is not None]
        return (not told, min(told, default=0), unit)

    return sorted(units, key=depth)

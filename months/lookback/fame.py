"""The hall of fame: who won which award how often, and who won so often in a row that the unit is a benchmark."""

from collections.abc import Iterable, Sequence

import msgspec

BENCHMARK = 3
"""Wins of the same award in a row that make a benchmark (标杆)."""


class Win(msgspec.Struct, frozen=True):
    """One award of one month."""

    month: int
    award: str
    unit_id: int


class Fame(msgspec.Struct, frozen=True):
    """One unit and one award: the months won, the longest run, the run that reaches to the last public month, runs of three."""

    award: str
    unit_id: int
    months: tuple[int, ...]
    longest: int
    running: int
    benchmark_since: int | None
    """The month in which three wins in a row were first full, None where they never were."""


def fame(wins: Iterable[Win], months: Sequence[int]) -> tuple[Fame, ...]:
    """Return the hall of fame over the public months in order; most wins first, equal ones by award and unit."""
    order = {month: at for at, month in enumerate(sorted(months))}
    won: dict[tuple[str, int], set[int]] = {}
    for win in wins:
        if win.month in order:
            won.setdefault((win.award, win.unit_id), set()).add(win.month)
    found = [_fame(award, unit, sorted(those), order) for (award, unit), those in won.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.months), -one.longest, one.award, one.unit_id)))


def _fame(award: str, unit_id: int, months: Sequence[int], order: dict[int, int]) -> Fame:
    run, longest, since, before = 0, 0, None, None
    for month in months:
        run = run + 1 if before is not None and order[month] == before + 1 else 1
        longest, before = max(longest, run), order[month]
        if run == BENCHMARK and since is None:
            since = month
    running = run if before == len(order) - 1 else 0
    return Fame(award, unit_id, tuple(months), longest, running, since)

"""What the worker does with outbox notes; every task may run twice and end the same."""

from collections.abc import Iterable, Sequence

import msgspec

from core.outbox import Note
from leaderboards import operations as leaderboards

FOLD = "fold"
KINDS = frozenset({FOLD, "score"})


class Task(msgspec.Struct, frozen=True):
    """All claimed notes about one month, done together: facts folded for the units named, then the month scored once."""

    month: int
    fold: bool
    units: tuple[int, ...] | None
    notes: tuple[int, ...]


def tasks(notes: Iterable[Note]) -> list[Task]:
    """Return the notes of known kinds grouped by month, oldest month first; units None means all of them."""
    months: dict[int, list[Note]] = {}
    for note in notes:
        if note.kind in KINDS:
            months.setdefault(int(note.payload["month"]), []).append(note)
    return [_task(month, months[month]) for month in sorted(months)]


async def perform(task: Task) -> None:
    """Fold what has arrived and build the month's places anew."""
    if task.fold:
        await leaderboards.refresh(task.month, task.units)
    else:
        await leaderboards.recompute(task.month)
        await leaderboards.prune(task.month)


def _task(month: int, notes: Sequence[Note]) -> Task:
    folds = [note for note in notes if note.kind == FOLD]
    everything = any(note.payload.get("units") is None for note in folds)
    units = sorted({unit for note in folds for unit in note.payload.get("units") or ()})
    return Task(month, bool(folds), None if everything else tuple(units), tuple(note.id for note in notes))

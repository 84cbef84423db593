"""What the worker does with outbox notes; every task may run twice and end the same."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from core import outbox
from core.clock import now
from core.database import transaction
from core.log import logger
from core.outbox import Note
from leaderboards import operations as leaderboards
from leaderboards.queries.current import open_months
from leaderboards.queries.stored import months_without_ranges
from months.operations import changes, closing_runs, proving, simulating

FOLD, SCORE, ORGANISATION = "fold", "score", "organisation"
ABOUT_A_MONTH = frozenset({FOLD, SCORE})
SIMULATION = simulating.KIND
PREVIEW = changes.PREVIEW
PROOF = proving.KIND_OF_NOTE
CLOSE = closing_runs.KIND_OF_NOTE
TRIALS = frozenset({SIMULATION, PREVIEW, PROOF, CLOSE})
KINDS = ABOUT_A_MONTH | {ORGANISATION} | TRIALS
QUIET = timedelta(seconds=2)
"""So long a board must have stood before it is worth asking how sure its places are."""

log = logger(__name__)


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
        if note.kind in ABOUT_A_MONTH:
            months.setdefault(int(note.payload["month"]), []).append(note)
    return [_task(month, months[month]) for month in sorted(months)]


async def perform(task: Task) -> None:
    """Fold what has arrived and build the month's places anew."""
    if task.fold:
        await leaderboards.refresh(task.month, task.units)
    else:
        await leaderboards.recompute(task.month)
        await leaderboards.prune(task.month)


async def range_quiet_months(failed: set[int]) -> None:
    """Work out how sure the places are of months that nothing has changed for a moment.

    It follows from what is stored, so that nothing need be noted down, and it never stands in the way of facts. A
    snapshot with which it failed is not tried again.
    """
    for month, snapshot_id in (await months_without_ranges(now() - QUIET)).items():
        if snapshot_id not in failed:
            try:
                await leaderboards.range_places(month)
            except Exception:
                log.exception("ranges_failed", month=month)
                failed.add(snapshot_id)


async def spread(note: Note) -> None:
    """Turn the news of a changed organisation into one note for each month that is still open."""
    async with transaction():
        for month in await open_months():
            await outbox.note(SCORE, {"month": month}, dedup_key=f"score:{month}")
        await outbox.finish(note.id)


async def try_out(note: Note) -> None:
    """Do a simulation, a preview, a check of a seal or a closing that was asked for."""
    if note.kind == PREVIEW:
        await changes.work(int(note.payload["change"]))
    elif note.kind == PROOF:
        await proving.work(int(note.payload["sealed"]))
    elif note.kind == CLOSE:
        await closing_runs.work(int(note.payload["closing"]))
    else:
        await simulating.work(int(note.payload["simulation"]))
    await outbox.finish(note.id)


def _task(month: int, notes: Sequence[Note]) -> Task:
    folds = [note for note in notes if note.kind == FOLD]
    everything = any(note.payload.get("units") is None for note in folds)
    units = sorted({unit for note in folds for unit in note.payload.get("units") or ()})
    return Task(month, bool(folds), None if everything else tuple(units), tuple(note.id for note in notes))

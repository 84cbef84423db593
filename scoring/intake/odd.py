"""What was odd about cells that were taken: read otherwise than they stand, or counting for less than they seem to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.intake import words
from scoring.intake.entries import Entries
from scoring.intake.index import Index
from scoring.intake.layout import FIGURES
from scoring.intake.reasons import Note, Reason

NOTHING = (Reason.EMPTY, Reason.MISSING)


@dataclass(frozen=True, slots=True)
class Odds:
    """Odd cells of entries that became facts: entry, column, note, and what was read (number, day or unit)."""

    entries: NDArray[np.int64]
    columns: NDArray[np.int16]
    notes: NDArray[np.uint8]
    read: NDArray[np.int64]

    def __getitem__(self, places: NDArray[np.bool_]) -> "Odds":
        return Odds(**{name: getattr(self, name)[places] for name in self.__slots__})


def odds_of(entries: Entries, reasons: NDArray[np.uint8], fraction: NDArray[np.bool_], index: Index) -> Odds:
    """Return what was odd about the entries that became facts."""
    good = reasons == 0
    found = []
    for role in FIGURES:
        numbers = entries.figures[role]
        notes = (
            np.where(fraction, Note.FRACTION, numbers.note).astype(np.uint8) if role == words.VALUE else numbers.note
        )
        read = np.where(fraction, numbers.micro * 100, numbers.micro) if role == words.VALUE else numbers.micro
        found.append(_odd(good & (notes > 0) & (numbers.reason == 0), entries.cells[role], notes, read))
    single = good & _single(entries, index)
    value = np.where(fraction, 100, 1) * entries.figures[words.VALUE].micro
    found.append(_odd(single, entries.cells[words.VALUE], np.full(len(good), Note.SINGLE, np.uint8), value))
    days, units = entries.days, entries.units
    found.append(_odd(good & (days.note > 0), entries.cells[words.DAY], days.note, days.start))
    found.append(_odd(good & (units.note > 0), entries.cells[words.UNIT], units.note, units.what))
    return joined_odds(found)


def _odd(
    odd: NDArray[np.bool_],
    columns: NDArray[np.int16],
    notes: NDArray[np.uint8],
    read: NDArray[np.int64] | NDArray[np.int32],
) -> Odds:
    places = np.flatnonzero(odd)
    return Odds(places, columns[places], notes[places], read[places].astype(np.int64))


def joined_odds(parts: list[Odds]) -> Odds:
    return Odds(
        np.concatenate([part.entries for part in parts]),
        np.concatenate([part.columns for part in parts]),
        np.concatenate([part.notes for part in parts]),
        np.concatenate([part.read for part in parts]),
    )


def _single(entries: Entries, index: Index) -> NDArray[np.bool_]:
    """Say which values are percentages of a sample that nobody told the size of: each counts as one observation."""
    value, denominator, sample = (entries.figures[role] for role in (words.VALUE, words.DENOMINATOR, words.SAMPLE))
    asked = np.append(index.table.shares & index.table.sampled & ~index.table.summed, False)
    told: NDArray[np.bool_] = asked[entries.kpis.what] & (value.reason == 0)
    return told & np.isin(sample.reason, NOTHING) & np.isin(denominator.reason, NOTHING)

"""Who, what and when: label columns of a sheet as places in the catalogue and days, each distinct cell looked up once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from core.period import month_of
from core.sheets.grid import Cell, Column, Sheet
from scoring.intake import words
from scoring.intake.catalogue import Choices, Item, Kpi, Window
from scoring.intake.columns import Labels, as_text, labels
from scoring.intake.days import EPOCH, Days, read_days
from scoring.intake.index import Index
from scoring.intake.names import Match
from scoring.intake.reasons import Note, Reason

MOST_NAMES = 200_000
"""A file of more different units than this is looked up by code alone: no such company exists, but such files do."""


@dataclass(frozen=True, slots=True)
class Told:
    """A label column by row: what it names (a place, or days since 1970), a reason where it names nothing, a note."""

    what: NDArray[np.int32]
    reason: NDArray[np.uint8]
    note: NDArray[np.uint8]

    def __getitem__(self, rows: NDArray[np.intp]) -> "Told":
        return Told(self.what[rows], self.reason[rows], self.note[rows])


@dataclass(frozen=True, slots=True)
class ToldDays:
    """A date column by row."""

    start: NDArray[np.int32]
    span: NDArray[np.int16]
    reason: NDArray[np.uint8]
    note: NDArray[np.uint8]

    def __getitem__(self, rows: NDArray[np.intp]) -> "ToldDays":
        return ToldDays(self.start[rows], self.span[rows], self.reason[rows], self.note[rows])


def told_units(sheet: Sheet, first: int, column: int, parents: Sequence[int], index: Index, choices: Choices) -> Told:
    """Return the units of the rows from `first`; a name shared by several is settled by the column above it."""
    found = labels(below(sheet.filled(column), first))
    chosen = {raw.strip(): index.units.codes.get(code, -1) for raw, code in choices.units.items()}
    by_code_alone = len(found.values) > MOST_NAMES
    matches = found.taken(lambda cell: _unit(as_text(cell), chosen, index, by_code_alone=by_code_alone))
    told = _spread(found, matches, Reason.NO_UNIT)
    unsure = np.flatnonzero(told.reason == Reason.AMBIGUOUS_UNIT)
    if len(unsure) and parents:
        _settle_by_parent(told, unsure, found, matches, below(carried(sheet, parents[-1]), first), index)
    return told


def _unit(text: str, chosen: dict[str, int], index: Index, *, by_code_alone: bool) -> Match:
    place = chosen.get(text.strip(), -1)
    if place >= 0:
        return Match(place, note=Note.CHOSEN_NAME)
    if by_code_alone:
        place = index.units.codes.get(text, -1)
        return Match(place, Reason.NONE if place >= 0 else Reason.UNKNOWN_UNIT)
    match = index.units.find(text)
    if match.place < 0 and words.is_total(text):
        return Match(reason=Reason.TOTAL_ROW)
    if match.place < 0 and words.is_remark(text):
        return Match(reason=Reason.NOTE_ROW)
    return match


def _settle_by_parent(
    told: Told, rows: NDArray[np.intp], found: Labels, matches: Sequence[Match], parents: Column, index: Index
) -> None:
    known: dict[tuple[int, Cell], Match] = {}
    for row in rows.tolist():
        key = (int(found.codes[row]), parents[row])
        if key not in known:
            known[key] = index.units.under(matches[key[0]], as_text(key[1]))
        told.what[row], told.reason[row] = known[key].place, known[key].reason


def told_kpis(sheet: Sheet, first: int, column: int, index: Index) -> Told:
    found = labels(below(sheet.filled(column), first))
    return _spread(found, found.taken(lambda cell: index.kpis.find(as_text(cell))), Reason.NO_KPI)


def _spread(found: Labels, matches: Sequence[Match], nothing: Reason) -> Told:
    """Return matches by row; a row without a label gets the reason `nothing`."""
    every = (*matches, Match(reason=nothing))
    return Told(
        np.array([match.place for match in every], np.int32)[found.codes],
        np.array([match.reason for match in every], np.uint8)[found.codes],
        np.array([match.note for match in every], np.uint8)[found.codes],
    )


def told_days(sheet: Sheet, first: int, column: int | None, window: Window, month: int | None) -> ToldDays:
    """Return the days of the rows; where no column or cell names one, the whole month that is reported."""
    height = sheet.height - first
    found = Labels(np.full(height, -1, np.int32), ()) if column is None else labels(below(sheet.filled(column), first))
    meant = window.month or month or (min(window.months) if len(window.months) == 1 else None)
    days = [judged(read_days(cell, meant), window) for cell in (*found.values, None)]
    return ToldDays(
        np.array([day.start for day in days], np.int32)[found.codes],
        np.array([day.span for day in days], np.int16)[found.codes],
        np.array([day.reason for day in days], np.uint8)[found.codes],
        np.array([day.note for day in days], np.uint8)[found.codes],
    )


def judged(days: Days, window: Window) -> Days:
    """Return days with the reason why they are not taken, if they are not."""
    if days.reason:
        return days
    first = EPOCH + timedelta(days=days.start)
    last = first + timedelta(days=days.span - 1)
    if month_of(first) != month_of(last):
        return days._replace(reason=Reason.TWO_MONTHS)
    if first > window.today or (days.span == 1 and last > window.today):
        return days._replace(reason=Reason.FUTURE)
    if month_of(first) not in window.months:
        return days._replace(reason=Reason.MONTH_NOT_OPEN)
    return days


def told_items(
    sheet: Sheet, first: int, column: int | None, kpis: NDArray[np.int32], index: Index
) -> tuple[Told, tuple[str, ...]]:
    """Return the items of the rows, and raters met for the first time; the n-th of these is -1 - n."""
    height = sheet.height - first
    none = np.zeros(height, np.uint8)
    told = Told(np.zeros(height, np.int32), none.copy(), none)
    known = kpis >= 0
    wanted = known & (index.itemised | index.rated)[np.where(known, kpis, 0)] if len(index.kpi_ids) else known
    if column is None:
        told.reason[wanted] = Reason.NO_ITEM
        return told, ()
    found = labels(below(sheet.filled(column), first))
    told.reason[wanted & (found.codes < 0)] = Reason.NO_ITEM
    raters: dict[str, int] = {}
    places: dict[tuple[int, int], int | None] = {}
    for row in np.flatnonzero(known & (found.codes >= 0)).tolist():
        key = (int(kpis[row]), int(found.codes[row]))
        if key not in places:
            places[key] = _item(index.catalogue.kpis[key[0]], as_text(found.values[key[1]]), raters, index)
        item = places[key]
        told.what[row] = item or 0
        if item is None:
            told.reason[row] = Reason.UNKNOWN_ITEM
    return told, tuple(raters)


def _item(kpi: Kpi, text: str, raters: dict[str, int], index: Index) -> int | None:
    flat = words.plain(text)
    for item in kpi.items:
        if flat in _names(item):
            return item.id if len(kpi.items) > 1 else 0
    if not index.rated[index.kpis.codes[words.plain(kpi.code)]] or not flat:
        return None
    match = index.units.find(text)
    rater = index.catalogue.units[match.place].code if match.place >= 0 else text.strip()[:48]
    return -1 - raters.setdefault(rater, len(raters))


def _names(item: Item) -> tuple[str, ...]:
    return words.plain(item.code), words.plain(item.name_zh), words.plain(item.name_en)


def below(column: Column, first: int) -> Column:
    """Return a column from its first row of data."""
    return column[first:]


def carried(sheet: Sheet, column: int) -> tuple[Cell, ...]:
    """Return a column in which an empty cell repeats the one above it, as people write groups of rows."""
    last: Cell = None
    cells = []
    for cell in sheet.filled(column):
        last = last if cell is None or cell == "" else cell
        cells.append(last)
    return tuple(cells)


def day_of(days: int) -> date:
    return EPOCH + timedelta(days=days)

"""The entries of a sheet: every cell, or row in long form, that may be a fact, with what is told about it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.sheets.grid import Sheet
from scoring.intake import words
from scoring.intake.catalogue import Choices, Window
from scoring.intake.columns import Numbers, as_text, empty_numbers, numbers
from scoring.intake.index import Index
from scoring.intake.layout import FIGURES, Layout
from scoring.intake.reasons import Reason
from scoring.intake.telling import Told, ToldDays, below, told_days, told_items, told_kpis, told_units

MOST_LOOKED_AT = 20_000
"""So many rows without a unit are looked at for totals and remarks; the rest simply lack a unit."""
NO_COLUMN = -1


@dataclass(frozen=True, slots=True)
class Entries:
    """One sheet's entries; rows are 0-based rows of the sheet, `cells` gives for each role the column it stands in."""

    rows: NDArray[np.int32]
    units: Told
    kpis: Told
    days: ToldDays
    items: Told
    figures: Mapping[str, Numbers]
    cells: Mapping[str, NDArray[np.int16]]
    raters: tuple[str, ...] = ()


def entries_of(
    sheet: Sheet, layout: Layout, index: Index, window: Window, choices: Choices, *, quick: bool = True
) -> Entries:
    """Return everything in the sheet that may be a fact; wholly empty rows and cells are none."""
    unit = layout.column(words.UNIT)
    told = told_units(sheet, layout.data, unit or 0, layout.parents, index, choices)
    rows = _rows(sheet, layout.data, told, index)
    days = told_days(sheet, layout.data, layout.column(words.DAY), window, layout.month)
    if layout.groups:
        return _wide(sheet, layout, told, days, rows, index, quick=quick)
    return _long(sheet, layout, told, days, rows, index, quick=quick)


def _rows(sheet: Sheet, first: int, told: Told, index: Index) -> NDArray[np.intp]:
    """Return which rows below the heading say anything; totals and remarks are marked on the way."""
    kept = np.ones(sheet.height - first, bool)
    doubtful = np.flatnonzero((told.reason == Reason.NO_UNIT) | (told.reason == Reason.UNKNOWN_UNIT))
    for row in doubtful[:MOST_LOOKED_AT].tolist():
        texts = [as_text(cell).strip() for cell in sheet.row(first + row)]
        said = [text for text in texts if text]
        if not said:
            kept[row] = False
        elif index.units.find(said[0]).place >= 0 and told.reason[row] == Reason.UNKNOWN_UNIT:
            continue
        elif words.is_total(said[0]):
            told.reason[row] = Reason.TOTAL_ROW
        elif words.is_remark(said[0]) or (len(said) == 1 and told.reason[row] == Reason.NO_UNIT and len(said[0]) > 20):  # noqa: PLR2004 - a sentence alone in its row
            told.reason[row] = Reason.NOTE_ROW
    return np.flatnonzero(kept)


def _long(
    sheet: Sheet, layout: Layout, units: Told, days: ToldDays, rows: NDArray[np.intp], index: Index, *, quick: bool
) -> Entries:
    kpis = told_kpis(sheet, layout.data, layout.column(words.KPI) or 0, index)
    items, raters = told_items(sheet, layout.data, layout.column(words.ITEM), kpis.what, index)
    whole = len(rows) == sheet.height - layout.data
    figures = {}
    for role in FIGURES:
        column = layout.column(role)
        read = _numbers(sheet, layout.data, column, quick=quick)
        figures[role] = read if whole else read[rows]
    cells = {
        role: np.full(len(rows), NO_COLUMN if layout.column(role) is None else layout.column(role), np.int16)
        for role in (*FIGURES, words.UNIT, words.KPI, words.DAY, words.ITEM)
    }
    if whole:
        return Entries((rows + layout.data).astype(np.int32), units, kpis, days, items, figures, cells, raters)
    return Entries(
        (rows + layout.data).astype(np.int32), units[rows], kpis[rows], days[rows], items[rows], figures, cells, raters
    )


def _numbers(sheet: Sheet, first: int, column: int | None, *, quick: bool) -> Numbers:
    if column is None:
        return empty_numbers(sheet.height - first)
    percents = frozenset(row - first for row in sheet.percents.get(column, ()) if row >= first)
    return numbers(below(sheet.columns[column], first), percents, quick=quick)


def _wide(
    sheet: Sheet, layout: Layout, units: Told, days: ToldDays, rows: NDArray[np.intp], index: Index, *, quick: bool
) -> Entries:
    passed = np.isin(units.reason[rows], (Reason.TOTAL_ROW, Reason.NOTE_ROW))
    open_rows = rows[~passed]
    taken: list[NDArray[np.intp]] = [rows[passed]]
    kpis = [np.full(int(passed.sum()), -1, np.int32)]
    figures: dict[str, list[Numbers]] = {role: [empty_numbers(int(passed.sum()))] for role in FIGURES}
    cells: dict[str, list[NDArray[np.int16]]] = {
        role: [np.full(int(passed.sum()), layout.column(words.UNIT), np.int16)] for role in FIGURES
    }
    for group in layout.groups:
        read = {role: _numbers(sheet, layout.data, group.columns.get(role), quick=quick)[open_rows] for role in FIGURES}
        told = np.logical_or.reduce([read[role].reason != Reason.EMPTY for role in FIGURES[:3]])
        taken.append(open_rows[told])
        kpis.append(np.full(int(told.sum()), group.kpi, np.int32))
        for role in FIGURES:
            figures[role].append(read[role][told])
            cells[role].append(np.full(int(told.sum()), group.columns.get(role, group.first), np.int16))
    every = np.concatenate(taken)
    none = np.zeros(len(every), np.uint8)
    places = np.concatenate(kpis)
    joined = {role: np.concatenate(cells[role]) for role in FIGURES}
    for role in (words.UNIT, words.DAY):
        column = layout.column(role)
        joined[role] = np.full(len(every), NO_COLUMN if column is None else column, np.int16)
    joined[words.KPI] = joined[words.ITEM] = joined[words.VALUE]
    wanted = (places >= 0) & (index.itemised | index.rated)[places] if len(index.kpi_ids) else places >= 0
    return Entries(
        rows=(every + layout.data).astype(np.int32),
        units=units[every],
        kpis=Told(places, none, none),
        days=days[every],
        items=Told(np.zeros(len(every), np.int32), np.where(wanted, Reason.NO_ITEM, 0).astype(np.uint8), none),
        figures={role: _joined(figures[role]) for role in FIGURES},
        cells=joined,
    )


def _joined(parts: list[Numbers]) -> Numbers:
    return Numbers(
        np.concatenate([part.micro for part in parts]),
        np.concatenate([part.mark for part in parts]),
        np.concatenate([part.reason for part in parts]),
        np.concatenate([part.note for part in parts]),
    )

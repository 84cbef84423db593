"""Each entry judged: a fact, passed over, or refused with the cell to blame; then the whole file held against itself."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.sheets.grid import Sheet, column_number
from scoring.intake import words
from scoring.intake.catalogue import MICRO, Choices
from scoring.intake.columns import Numbers, empty_numbers
from scoring.intake.entries import NO_COLUMN, Entries
from scoring.intake.index import Index
from scoring.intake.layout import FIGURES
from scoring.intake.numerals import Mark
from scoring.intake.odd import Odds, odds_of
from scoring.intake.reasons import Reason
from scoring.intake.settling import BLAMED, FigureColumns, settled_columns

WIDEST, LONGEST_COLUMN, LONGEST_ROW = 1 << 16, 3, 7
"""Bounds of a cell's name: columns of a sheet, letters and digits."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Entries of one sheet, or of all, with their verdicts; units and KPIs are places in the catalogue, -1 none."""

    sheets: NDArray[np.int16]
    rows: NDArray[np.int32]
    units: NDArray[np.int32]
    kpis: NDArray[np.int32]
    starts: NDArray[np.int32]
    spans: NDArray[np.int16]
    items: NDArray[np.int32]
    num: NDArray[np.int64]
    den: NDArray[np.int64]
    sample: NDArray[np.int32]
    reasons: NDArray[np.uint8]
    blamed: NDArray[np.int16]
    others: NDArray[np.int32]

    def __getitem__(self, places: NDArray[np.intp] | NDArray[np.bool_]) -> "Judged":
        return Judged(**{name: getattr(self, name)[places] for name in self.__slots__})


def judged(
    entries: Entries, number: int, sheet: Sheet, index: Index, choices: Choices, *, quick: bool = True
) -> tuple[Judged, Odds]:
    """Return the verdicts on one sheet's entries and what was odd about them."""
    reasons = np.zeros(len(entries.rows), np.uint8)
    blamed = np.full(len(entries.rows), -1, np.int16)
    _told(entries, index, choices, reasons, blamed)
    _misread(entries, sheet, choices, reasons, blamed)
    fraction = _fractions(entries, reasons, index)
    found = _settle(entries, index, fraction, reasons, blamed, quick=quick)
    result = Judged(
        sheets=np.full(len(reasons), number, np.int16),
        rows=entries.rows,
        units=entries.units.what,
        kpis=entries.kpis.what,
        starts=entries.days.start,
        spans=entries.days.span,
        items=entries.items.what,
        num=found[0],
        den=found[1],
        sample=found[2],
        reasons=reasons,
        blamed=blamed,
        others=np.zeros(len(reasons), np.int32),
    )
    return result, odds_of(entries, reasons, fraction, index)


def _blame(
    reasons: NDArray[np.uint8],
    blamed: NDArray[np.int16],
    wrong: NDArray[np.bool_],
    reason: NDArray[np.uint8] | Reason,
    cell: NDArray[np.int16],
) -> None:
    """Give the entries that are still good and now wrong their reason and the cell to blame."""
    now = wrong & (reasons == 0)
    reasons[now] = reason if isinstance(reason, Reason) else reason[now]
    blamed[now] = cell[now]


def _told(
    entries: Entries, index: Index, choices: Choices, reasons: NDArray[np.uint8], blamed: NDArray[np.int16]
) -> None:
    cells = entries.cells
    _blame(reasons, blamed, entries.units.reason > 0, entries.units.reason, cells[words.UNIT])
    _blame(reasons, blamed, entries.kpis.reason > 0, entries.kpis.reason, cells[words.KPI])
    nothing = np.logical_and.reduce(
        [(entries.figures[role].reason > 0) & (entries.figures[role].reason < Reason.NO_UNIT) for role in FIGURES[:3]]
    )
    _blame(reasons, blamed, nothing, Reason.MISSING, cells[words.VALUE])
    _blame(reasons, blamed, entries.days.reason > 0, entries.days.reason, cells[words.DAY])
    good = np.flatnonzero(reasons == 0)
    kpis, units = entries.kpis.what[good], entries.units.what[good]
    if choices.source:
        other = np.array([kpi.source != choices.source for kpi in index.catalogue.kpis], bool)
        _blame_some(reasons, blamed, good[other[kpis]], Reason.OTHER_SOURCE, cells[words.KPI])
    away = ~index.recorded[kpis, index.unit_kinds[units]] if len(good) else np.zeros(0, bool)
    _blame_some(reasons, blamed, good[away], Reason.WRONG_KIND, cells[words.UNIT])
    _blame(reasons, blamed, entries.items.reason > 0, entries.items.reason, cells[words.ITEM])


def _blame_some(
    reasons: NDArray[np.uint8],
    blamed: NDArray[np.int16],
    places: NDArray[np.intp],
    reason: Reason,
    cell: NDArray[np.int16],
) -> None:
    open_places = places[reasons[places] == 0]
    reasons[open_places] = reason
    blamed[open_places] = cell[open_places]


def _misread(
    entries: Entries, sheet: Sheet, choices: Choices, reasons: NDArray[np.uint8], blamed: NDArray[np.int16]
) -> None:
    """Refuse the entries of cells that a person marked as read wrongly."""
    keys = []
    for name, cell in choices.misread:
        letters = cell.rstrip("0123456789")
        named = letters.isascii() and letters.isalpha() and 0 < len(cell) - len(letters) <= LONGEST_ROW
        if named and len(letters) <= LONGEST_COLUMN and name == sheet.name:
            keys.append((int(cell[len(letters) :]) - 1) * WIDEST + column_number(letters))
    if not keys:
        return
    rows = entries.rows.astype(np.int64) * WIDEST
    for columns in entries.cells.values():
        touched = np.isin(rows + columns, keys)
        reasons[touched] = Reason.MISREAD
        blamed[touched] = columns[touched]


def _fractions(entries: Entries, reasons: NDArray[np.uint8], index: Index) -> NDArray[np.bool_]:
    """Say which bare values such as 0.972 of a percentage stand for 97.2 per cent.

    The other values of the KPI in this sheet (written with %, or above 1) tell: their lower median, else the KPI's
    target, is ten times the value or more. Where nothing tells, a number is what it says: per cent.
    """
    value = entries.figures[words.VALUE]
    bare = (reasons == 0) & (value.reason == 0) & (value.mark == Mark.BARE) & (value.micro > 0) & (value.micro <= MICRO)
    fraction = np.zeros(len(reasons), bool)
    places = np.flatnonzero(bare)
    places = places[index.shares[entries.kpis.what[places]]]
    if not len(places):
        return fraction
    asked = np.unique(entries.kpis.what[places])
    usual = _usual(entries, reasons, asked, index)
    fraction[places] = value.micro[places] * 10 < usual[entries.kpis.what[places]]
    return fraction


def _usual(entries: Entries, reasons: NDArray[np.uint8], asked: NDArray[np.int32], index: Index) -> NDArray[np.int64]:
    value = entries.figures[words.VALUE]
    usual = np.zeros(len(index.kpi_ids), np.int64)
    for kpi in asked.tolist():
        usual[kpi] = index.catalogue.kpis[kpi].typical or 0
    certain = (reasons == 0) & (value.reason == 0) & ((value.mark == Mark.PERCENT) | (value.micro > MICRO))
    certain &= np.isin(entries.kpis.what, asked)
    frame = pl.DataFrame({"kpi": entries.kpis.what[certain], "micro": value.micro[certain]})
    medians = frame.group_by("kpi").agg(pl.col("micro").sort().gather((pl.len() - 1) // 2).first())
    usual[medians["kpi"].to_numpy()] = medians["micro"].to_numpy()
    return usual


def _settle(
    entries: Entries,
    index: Index,
    fraction: NDArray[np.bool_],
    reasons: NDArray[np.uint8],
    blamed: NDArray[np.int16],
    *,
    quick: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    size = len(reasons)
    good = np.flatnonzero(reasons == 0)
    num, den, sample = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int32)
    all_good = len(good) == size
    figures = entries.figures if all_good else {role: _some(entries, role, good) for role in FIGURES}
    value, numerator, denominator, sample_size = (figures[role] for role in BLAMED)
    columns = FigureColumns(value, numerator, denominator, sample_size, fraction if all_good else fraction[good])
    found = settled_columns(index.catalogue.kpis, index.table, entries.kpis.what[good], columns, quick=quick)
    num[good], den[good], sample[good], reasons[good] = found.num, found.den, found.sample, found.reason
    for place, role in enumerate(BLAMED):
        wrong = good[(found.reason > 0) & (found.blamed == place)]
        blamed[wrong] = entries.cells[role][wrong]
    return num, den, sample


def _some(entries: Entries, role: str, places: NDArray[np.intp]) -> Numbers:
    """Return a figure of some entries; a column that is not there needs no copying."""
    absent = not len(entries.rows) or bool((entries.cells[role] == NO_COLUMN).all())
    return empty_numbers(len(places)) if absent else entries.figures[role][places]


def joined(parts: list[Judged]) -> Judged:
    if len(parts) == 1:
        return parts[0]
    return Judged(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Judged.__slots__})


def in_order(entries: Judged, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places sorted by KPI, unit, day and item: the order of the table of facts."""
    keys = _keys(entries, places)
    if len(keys) < 2 or bool((keys[1:] > keys[:-1]).all()):  # noqa: PLR2004 - nothing to sort
        return places
    return places[np.argsort(keys, kind="stable")]


def _keys(entries: Judged, places: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return one number for KPI, unit, day and item: 10, 22, 15 and 16 bits of it."""
    starts = entries.starts[places].astype(np.int64)
    days = starts - (starts.min() if len(starts) else 0)
    kpis, units = entries.kpis[places].astype(np.int64), entries.units[places].astype(np.int64)
    return (((kpis << 22 | units) << 15) | days) << 16 | (entries.items[places].astype(np.int64) + 32_768)


def without_repeats(entries: Judged) -> NDArray[np.intp]:
    """Return the places of the facts in table order; what is told twice is marked in `entries`.

    Told twice alike, the first counts and the others are passed over. Told twice differently, all are refused, since
    which one is right cannot be known.
    """
    places = in_order(entries, np.flatnonzero(entries.reasons == 0))
    keys = _keys(entries, places)
    again = keys[1:] == keys[:-1]
    if not again.any():
        return places
    bounds = np.flatnonzero(np.concatenate(([True], ~again, [True])))
    sizes = np.diff(bounds)
    for group in np.flatnonzero(sizes > 1).tolist():
        _judge_repeats(entries, places[bounds[group] : bounds[group + 1]])
    kept: NDArray[np.intp] = places[entries.reasons[places] == 0]
    return kept


def _judge_repeats(entries: Judged, places: NDArray[np.intp]) -> None:
    told = {
        (int(entries.num[at]), int(entries.den[at]), int(entries.sample[at]), int(entries.spans[at])) for at in places
    }
    first = places[0]
    if len(told) == 1:
        entries.reasons[places[1:]] = Reason.SAME_AS_ROW
        entries.others[places[1:]] = entries.rows[first] + 1
        return
    entries.reasons[places] = Reason.CONTRADICTION
    entries.others[places] = entries.rows[first] + 1
    entries.others[first] = entries.rows[places[1]] + 1

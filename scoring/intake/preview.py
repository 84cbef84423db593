"""What a file would bring in, before anything is stored: facts, refusals, oddities, and a tally that closes."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.language import Text
from core.sheets.grid import Book, Sheet
from scoring.intake.catalogue import NO_CHOICES, Choices, Window
from scoring.intake.causes import Column, FactCause, column_of, refuse, told
from scoring.intake.entries import entries_of
from scoring.intake.index import Index
from scoring.intake.judging import Judged, joined, judged, without_repeats
from scoring.intake.layout import Layout, layout_of
from scoring.intake.odd import Odds, joined_odds
from scoring.intake.periods import without_overlaps
from scoring.intake.reasons import FIRST_REFUSAL, Reason
from scoring.intake.telling import below

NO_DATA = Text(
    zh="工作表“{name}”没有表头，也没有数字，没有读取。",
    en='Sheet "{name}" has neither heading nor numbers and was not read.',
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts as columns in the order of their table; num and den in 1/1,000,000, days since 1970-01-01, rows from 1.

    An item below zero is a rater met for the first time: -1 - n is the n-th of `Preview.raters`.
    """

    unit_id: NDArray[np.int32]
    kpi_id: NDArray[np.int16]
    on_day: NDArray[np.int32]
    span_days: NDArray[np.int16]
    item: NDArray[np.int16]
    num: NDArray[np.int64]
    den: NDArray[np.int64]
    sample: NDArray[np.int32]
    row_no: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.unit_id)


class Span(NamedTuple):
    """A stored period that new facts run into: its first day since 1970-01-01, its days and its batch."""

    day: int
    days: int
    batch: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as it was understood. An entry is a row in long form, a cell in wide form: read = good + refused + skipped.

    `places` are the entries of the facts; `spans` are the stored periods that refused entries name by `others`.
    """

    sheets: tuple[Sheet, ...]
    layouts: tuple[Layout | None, ...]
    entries: Judged
    odds: Odds
    facts: Facts
    good: int
    refused: int
    skipped: int
    raters: tuple[str, ...]
    notes: tuple[Text, ...]
    places: NDArray[np.intp]
    spans: tuple[Span, ...] = ()
    causes: tuple[FactCause, ...] = ()

    @property
    def read(self) -> int:
        return self.good + self.refused + self.skipped


def preview(book: Book, index: Index, window: Window, choices: Choices = NO_CHOICES, *, quick: bool = True) -> Preview:
    """Return what the file would bring in; never raises for what stands in its cells."""
    layouts = tuple(layout_of(sheet, index.kpis, choices, window.month) for sheet in book.sheets)
    notes = list(book.notes)
    parts: list[Judged] = []
    odds: list[Odds] = []
    raters: list[str] = []
    columns: list[Column | None] = [None] * len(book.sheets)
    for number, (sheet, layout) in enumerate(zip(book.sheets, layouts, strict=True)):
        if layout is not None:
            entries = entries_of(sheet, layout, index, window, choices, quick=quick)
            part, odd = judged(entries, number, sheet, index, choices, quick=quick)
            part = _with_raters(part, entries.raters, raters)
            columns[number] = column_of(sheet, layout, index, choices)
            if (found := columns[number]) is not None:
                refuse(part, found, index)
        elif any(layouts) and not _has_numbers(sheet):
            notes.append(NO_DATA.format(name=sheet.name))
            continue
        else:
            part, odd = _without_heading(number), _no_odds()
        before = sum(len(other.rows) for other in parts)
        parts.append(part)
        odds.append(Odds(odd.entries + before, odd.columns, odd.notes, odd.read))
    entries_all = joined(parts) if parts else _nothing()
    places = without_overlaps(entries_all, without_repeats(entries_all))
    odds_all = joined_odds(odds) if odds else _no_odds()
    kept = entries_all.reasons[odds_all.entries] == 0
    refused = int((entries_all.reasons >= FIRST_REFUSAL).sum())
    return Preview(
        sheets=book.sheets,
        layouts=layouts,
        entries=entries_all,
        odds=odds_all[kept],
        facts=_facts(entries_all, places, index),
        good=len(places),
        refused=refused,
        skipped=len(entries_all.rows) - len(places) - refused,
        raters=tuple(raters),
        notes=tuple(notes),
        places=places,
        causes=tuple(told(entries_all, places, columns, index)),
    )


def _facts(entries: Judged, places: NDArray[np.intp], index: Index) -> Facts:
    return Facts(
        unit_id=index.unit_ids[entries.units[places]],
        kpi_id=index.kpi_ids[entries.kpis[places]],
        on_day=entries.starts[places],
        span_days=entries.spans[places],
        item=entries.items[places].astype(np.int16),
        num=entries.num[places],
        den=entries.den[places],
        sample=entries.sample[places],
        row_no=entries.rows[places] + 1,
    )


def _with_raters(part: Judged, found: tuple[str, ...], raters: list[str]) -> Judged:
    """Renumber one sheet's new raters into the file's list."""
    if not found:
        return part
    for rater in found:
        if rater not in raters:
            raters.append(rater)
    numbers = np.array([-1 - raters.index(rater) for rater in found], np.int32)
    new = part.items < 0
    part.items[new] = numbers[-1 - part.items[new]]
    return part


def _has_numbers(sheet: Sheet) -> bool:
    return any(isinstance(cell, float | int) for column in sheet.columns for cell in below(column, 0))


def _without_heading(number: int) -> Judged:
    """Return the one refusal that stands for a sheet whose heading was not found."""
    part = _nothing()
    one = {name: np.resize(getattr(part, name), 1) for name in Judged.__slots__}
    for name, value in {
        "sheets": number,
        "rows": 0,
        "units": -1,
        "kpis": -1,
        "reasons": Reason.NO_HEADER,
        "blamed": 0,
    }.items():
        one[name][:] = value
    return Judged(**one)


def _nothing() -> Judged:
    types = {
        "sheets": np.int16, "rows": np.int32, "units": np.int32, "kpis": np.int32, "starts": np.int32, "spans": np.int16,
        "items": np.int32, "num": np.int64, "den": np.int64, "sample": np.int32, "reasons": np.uint8, "blamed": np.int16,
        "others": np.int32,
    }  # fmt: skip
    return Judged(**{name: np.zeros(0, kind) for name, kind in types.items()})


def _no_odds() -> Odds:
    return Odds(np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.uint8), np.zeros(0, np.int64))

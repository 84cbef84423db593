"""A preview told to people: each refusal with its cell, reason and nearest valid name; causes rather than rows."""

from collections.abc import Sequence
from itertools import islice

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.language import Text
from core.points import decimal_text
from core.sheets.grid import cell_name, letters
from scoring.intake.catalogue import Kpi
from scoring.intake.causes import CauseDirectory
from scoring.intake.columns import as_text
from scoring.intake.index import Index
from scoring.intake.names import Nearest, suggested
from scoring.intake.preview import Preview
from scoring.intake.reasons import FIRST_REFUSAL, NOTES, SENTENCES, Note, Reason
from scoring.intake.telling import day_of
from scoring.intake.told import Cause, ColumnUse, Near, Oddity, Refusal
from scoring.intake.words import plain

MOST_EXPLAINED = 20_000
"""So many refusals are looked at one by one; beyond, causes are counted without their cells."""
MOST_GUESSED = 40
MOST_CELLS = 2_000
"""So many odd cells of one cause are named."""
LONGEST_RAW = 120
OF_KPI = frozenset(
    {
        Reason.OUT_OF_RANGE,
        Reason.WRONG_KIND,
        Reason.WRONG_UNIT,
        Reason.UNKNOWN_ITEM,
        Reason.NO_ITEM,
        Reason.OTHER_SOURCE,
        Reason.WRONG_CAUSE,
        Reason.OVERLAP,
        Reason.STORED_OVERLAP,
    }
)
BY_ROW = frozenset({Reason.CONTRADICTION, Reason.SAME_AS_ROW, Reason.OVERLAP})


def refusals(found: Preview, index: Index, start: int = 0, count: int = MOST_EXPLAINED) -> tuple[Refusal, ...]:
    """Return refused entries in the order of sheet and row."""
    return _told(found, index, np.flatnonzero(found.entries.reasons >= FIRST_REFUSAL)[start : start + count].tolist())


def skipped(found: Preview, index: Index, start: int = 0, count: int = MOST_EXPLAINED) -> tuple[Refusal, ...]:
    """Return the entries passed over, each with its reason."""
    reasons = found.entries.reasons
    return _told(
        found, index, np.flatnonzero((reasons > 0) & (reasons < FIRST_REFUSAL))[start : start + count].tolist()
    )


def causes(found: Preview, index: Index, known: Sequence[Refusal] | None = None) -> tuple[Cause, ...]:
    """Return the refusals grouped by reason and written value, the most frequent first; their counts add up.

    `known` are the refusals if the caller has them already.
    """
    wrong = np.flatnonzero(found.entries.reasons >= FIRST_REFUSAL)
    groups: dict[tuple[str, str, str], list[Refusal]] = {}
    for told in refusals(found, index) if known is None else known:
        groups.setdefault((told.code, _decided_by(told), told.kpi), []).append(told)
    ordered = sorted(groups.values(), key=lambda group: -len(group))
    near = {id(group): _nearest(group[0], index) for group in islice(filter(_guessable, ordered), MOST_GUESSED)}
    return (
        *(_cause(group, near.get(id(group), ())) for group in ordered),
        *_rest(found, wrong[MOST_EXPLAINED:].tolist()),
    )


def _decided_by(told: Refusal) -> str:
    """Return what refusals of one cause share: what stands in the cell, the stored period, or neither."""
    if told.code == Reason.STORED_OVERLAP.code:
        return told.sentence.en
    return "" if told.code in {reason.code for reason in BY_ROW} else told.raw


def oddities(found: Preview, index: Index, most: int = 200) -> tuple[Oddity, ...]:
    """Return odd cells grouped by note and column, each group by its first cell; `most` groups."""
    odds, entries = found.odds, found.entries
    if not len(odds.entries):
        return ()
    keys = pl.DataFrame({"sheet": entries.sheets[odds.entries], "column": odds.columns, "note": odds.notes})
    groups = (
        keys.with_row_index("place")
        .group_by("sheet", "column", "note", maintain_order=True)
        .agg(pl.len(), pl.col("place").head(MOST_CELLS))
        .head(most)
    )
    return tuple(
        oddity(found, index, places[0], count, _cells(found, np.array(places)) if count <= MOST_CELLS else ())
        for count, places in groups.select("len", "place").iter_rows()
    )


def _cells(found: Preview, places: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the names of odd cells."""
    rows, columns = found.entries.rows[found.odds.entries[places]], found.odds.columns[places]
    return tuple(dict.fromkeys(map(cell_name, rows.tolist(), columns.tolist())))


def oddity(found: Preview, index: Index, place: int, count: int = 1, cells: tuple[str, ...] = ()) -> Oddity:
    """Return one odd cell with what it was read as."""
    entry, column = int(found.odds.entries[place]), int(found.odds.columns[place])
    note = Note(found.odds.notes[place])
    number, row = int(found.entries.sheets[entry]), int(found.entries.rows[entry])
    sheet = found.sheets[number]
    return Oddity(
        code=note.code,
        sheet=sheet.name,
        cell=cell_name(row, column),
        raw=as_text(sheet.cell(row, column))[:LONGEST_RAW],
        read_as=_read_as(note, int(found.odds.read[place]), index.catalogue.kpis[found.entries.kpis[entry]], index),
        sentence=NOTES[note],
        count=count,
        cells=cells,
    )


def column_uses(found: Preview, index: Index) -> tuple[ColumnUse, ...]:
    """Return what each column with a heading was taken for."""
    uses = []
    for sheet, layout in zip(found.sheets, found.layouts, strict=True):
        if layout is None:
            continue
        kpis = {column: group.kpi for group in layout.groups for column in group.columns.values()}
        for column, heading in enumerate(layout.headings):
            kpi = kpis.get(column)
            role = f"kpi:{index.catalogue.kpis[kpi].code}" if kpi is not None else layout.roles.get(column, "ignored")
            uses.append(ColumnUse(sheet.name, letters(column), heading, role))
    return tuple(uses)


def _told(found: Preview, index: Index, places: Sequence[int]) -> tuple[Refusal, ...]:
    return tuple(_refusal(found, index, place) for place in places)


def _refusal(found: Preview, index: Index, place: int) -> Refusal:
    entries = found.entries
    reason = Reason(entries.reasons[place])
    row, column = int(entries.rows[place]), max(int(entries.blamed[place]), 0)
    sheet = found.sheets[entries.sheets[place]]
    kpi = index.catalogue.kpis[entries.kpis[place]] if entries.kpis[place] >= 0 else None
    return Refusal(
        sheet=sheet.name,
        cell=cell_name(row, column),
        row=row + 1,
        raw=as_text(sheet.cell(row, column))[:LONGEST_RAW],
        code=reason.code,
        sentence=_stored(found, int(entries.others[place]))
        if reason is Reason.STORED_OVERLAP
        else _sentence(reason, kpi, int(entries.others[place]), index),
        kpi=kpi.code if kpi and reason in OF_KPI else "",
    )


def _stored(found: Preview, number: int) -> Text:
    """Return the refusal that names the stored period in the way and its batch."""
    span = found.spans[number]
    first, last = day_of(span.day), day_of(span.day + span.days - 1)
    return SENTENCES[Reason.STORED_OVERLAP].format(first=first.isoformat(), last=last.isoformat(), batch=span.batch)


def _sentence(reason: Reason, kpi: Kpi | None, other: int, index: Index) -> Text:
    sentence = SENTENCES[reason]
    if reason is Reason.UNKNOWN_CAUSE:
        return sentence.format(example=_example(index))
    if reason in BY_ROW:
        return sentence.format(other=other)
    if kpi is None or reason not in OF_KPI:
        return sentence
    return sentence.format(
        kpi=Text(zh=f"{kpi.code} {kpi.name_zh}", en=f"{kpi.code} {kpi.name_en}"),
        kinds=index.catalogue.kind_names(kpi.recorded_by),
        low=_bound(kpi.minimum),
        high=_bound(kpi.maximum),
    )


def _example(index: Index) -> Text:
    """Return a cause that there is, to show how one is written."""
    first = next(iter(index.catalogue.causes), None)
    return Text(zh=first.name_zh, en=first.code) if first else Text(zh="原因", en="cause")


def _bound(value: int | None) -> str:
    return "…" if value is None else _short(value)


def _short(micro: int) -> str:
    text = decimal_text(micro, 6)
    return text.rstrip("0").rstrip(".").replace("-", "−")


def _read_as(note: Note, read: int, kpi: Kpi, index: Index) -> str:
    if note is Note.SERIAL_DATE:
        return day_of(read).isoformat()
    if note in (Note.SIMILAR_NAME, Note.CHOSEN_NAME):
        unit = index.catalogue.units[read]
        return f"{unit.code} {unit.name_zh}"
    return _short(read) + (
        "%" if kpi.measure == "pct" and note in (Note.FRACTION, Note.PER_THOUSAND, Note.SINGLE) else ""
    )


def _guessable(group: Sequence[Refusal]) -> bool:
    codes = (Reason.UNKNOWN_UNIT.code, Reason.AMBIGUOUS_UNIT.code, Reason.UNKNOWN_KPI.code, Reason.UNKNOWN_CAUSE.code)
    return group[0].code in codes and 0 < len(plain(group[0].raw)) <= LONGEST_RAW


def _nearest(refusal: Refusal, index: Index) -> tuple[Nearest, ...]:
    if refusal.code == Reason.UNKNOWN_KPI.code:
        return index.kpis.nearest(refusal.raw)
    if refusal.code == Reason.UNKNOWN_CAUSE.code:
        return CauseDirectory(index.catalogue.causes).nearest(refusal.raw)
    if refusal.code == Reason.AMBIGUOUS_UNIT.code:
        match = index.units.find(refusal.raw)
        units = [index.catalogue.units[place] for place in match.candidates]
        return tuple(Nearest(unit.code, f"{unit.name_zh} · {unit.parent}", unit.name_en, 100) for unit in units)
    return index.units.nearest(refusal.raw)


def _cause(group: Sequence[Refusal], nearest: Sequence[Nearest]) -> Cause:
    first = group[0]
    return Cause(
        code=first.code,
        raw=first.raw,
        sentence=first.sentence,
        sheet=first.sheet,
        cell=first.cell,
        count=len(group),
        kpi=first.kpi,
        nearest=tuple(Near(near.code, Text(zh=near.name_zh, en=near.name_en), near.similarity) for near in nearest),
        suggestion=suggested(nearest),
    )


def _rest(found: Preview, places: Sequence[int]) -> tuple[Cause, ...]:
    """Return the causes of the refusals beyond those explained one by one, by reason alone."""
    reasons, counts = np.unique(found.entries.reasons[places], return_counts=True)
    more = Text(zh="另有：{reason}", en="further: {reason}")
    return tuple(
        Cause(
            code=Reason(reason).code,
            raw="",
            sentence=more.format(reason=_general(Reason(reason))),
            sheet="",
            cell="",
            count=count,
        )
        for reason, count in zip(reasons.tolist(), counts.tolist(), strict=True)
    )


def _general(reason: Reason) -> Text:
    blank = Text(zh="指标", en="the KPI")
    period = dict.fromkeys(("first", "last", "batch"), "…")
    return SENTENCES[reason].format(other="…", kpi=blank, kinds="…", example="…", low="…", high="…", **period)

"""New facts held against the periods that are stored: days that another fact counts already are refused."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.bulk import Records
from scoring.intake import words
from scoring.intake.layout import Layout
from scoring.intake.merging import COLUMNS, EPOCH_SHIFT, taken
from scoring.intake.preview import Facts, Preview, Span
from scoring.intake.reasons import Reason

_WHAT = ["kpi_id", "unit_id", "item"]
_WAS = ["day_was", "span_was", "batch_id"]


def kept_apart(found: Preview, stored: Records) -> Preview:
    """Return the preview with the facts refused that share days with a stored fact of another span.

    `stored` are all revisions, none withdrawn, of facts that may meet the new ones, days counted from 2000. The same
    day with the same span is a correction or known, which is judged elsewhere.
    """
    if not len(stored) or not len(found.facts):
        return found
    met = _met(found.facts, stored)
    return _refused(found, met) if len(met) else found


def _met(facts: Facts, stored: Records) -> pl.DataFrame:
    """Return for each fact that shares days with another span its place and the first such span with its batch."""
    old = pl.DataFrame({name: stored[name].astype(stored[name].dtype.newbyteorder("=")) for name in COLUMNS})
    old = old.sort("revision").unique([*_WHAT, "on_day"], keep="last")
    old = old.select(*_WHAT, pl.col("on_day").alias("day_was"), pl.col("span_days").alias("span_was"), "batch_id")
    new = pl.DataFrame({name: getattr(facts, name) for name in (*_WHAT, "on_day", "span_days")}).with_row_index("place")
    new = new.with_columns(pl.col("on_day") - EPOCH_SHIFT)
    day, span, day_was, span_was = (pl.col(name) for name in ("on_day", "span_days", "day_was", "span_was"))
    shared = (day < day_was + span_was) & (day_was < day + span) & ((day != day_was) | (span != span_was))
    met = new.join(old, on=_WHAT).filter(shared).sort("place", "day_was")
    return met.unique("place", keep="first", maintain_order=True)


def _refused(found: Preview, met: pl.DataFrame) -> Preview:
    """Return the preview with these facts refused; its own columns are copied, since another thread may read them."""
    places = met["place"].to_numpy()
    entries = replace(
        found.entries,
        reasons=found.entries.reasons.copy(),
        blamed=found.entries.blamed.copy(),
        others=found.entries.others.copy(),
    )
    wrong = found.places[places]
    spans = met.select(_WAS).unique(maintain_order=True).with_row_index("number")
    entries.reasons[wrong] = Reason.STORED_OVERLAP
    entries.others[wrong] = met.join(spans, on=_WAS, maintain_order="left")["number"].to_numpy()
    entries.blamed[wrong] = _cells(found, wrong)
    good = np.ones(len(found.places), bool)
    good[places] = False
    odd = entries.reasons[found.odds.entries] == 0
    return replace(
        found,
        entries=entries,
        odds=found.odds[odd],
        facts=taken(found.facts, good),
        places=found.places[good],
        spans=tuple(Span(day + EPOCH_SHIFT, days, batch) for _, day, days, batch in spans.iter_rows()),
        good=found.good - len(places),
        refused=found.refused + len(places),
    )


def _cells(found: Preview, wrong: NDArray[np.intp]) -> NDArray[np.int16]:
    """Return the column to blame: that of the KPI in a wide sheet, else that of the days, else that of the figure."""
    columns = np.zeros(len(wrong), np.int16)
    sheets, kpis = found.entries.sheets[wrong], found.entries.kpis[wrong]
    for number, layout in enumerate(found.layouts):
        here = sheets == number
        if layout is not None and here.any():
            told = map(layout.column, (words.DAY, words.VALUE, words.NUMERATOR))
            columns[here] = next((column for column in told if column is not None), 0)
            for kpi, column in _by_kpi(layout).items():
                columns[here & (kpis == kpi)] = column
    return columns


def _by_kpi(layout: Layout) -> Mapping[int, int]:
    return {group.kpi: group.first for group in layout.groups}

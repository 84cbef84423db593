"""Periods within one file: two spans of the same unit, KPI and item that share a day would count it twice."""

import numpy as np
from numpy.typing import NDArray

from scoring.intake.judging import Judged
from scoring.intake.reasons import Reason

LATER = 1 << 20
"""Further apart than any two days of two different unit-KPI-items."""


def without_overlaps(entries: Judged, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the places of facts whose days no other fact of the file has; `entries` tells why the others are refused.

    Which of two overlapping spans is right cannot be known, so all of them are refused.
    """
    told = np.flatnonzero((entries.reasons == 0) | (entries.reasons == Reason.CONTRADICTION))
    starts, spans = entries.starts[told], entries.spans[told]
    if not len(told) or spans.max() == 1 or bool((starts == starts[0]).all() and (spans == spans[0]).all()):
        return places
    order = np.lexsort((starts, entries.items[told], entries.units[told], entries.kpis[told]))
    by_day = told[order]
    bounds = np.flatnonzero(np.append(_apart(entries, by_day), True))
    for group in np.flatnonzero(np.diff(bounds) > 1).tolist():
        _refuse(entries, by_day[bounds[group] : bounds[group + 1]])
    kept: NDArray[np.intp] = places[entries.reasons[places] == 0]
    return kept


def _apart(entries: Judged, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say which facts, sorted by KPI, unit, item and day, begin after all before them of the same three have ended."""
    keys = np.stack([entries.kpis[places], entries.units[places], entries.items[places]])
    other = np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0))
    starts = entries.starts[places] + np.cumsum(other) * LATER
    reached = np.maximum.accumulate(starts + entries.spans[places])
    apart: NDArray[np.bool_] = other | np.append(True, starts[1:] >= reached[:-1])
    return apart


def _refuse(entries: Judged, places: NDArray[np.intp]) -> None:
    first, spans = places[0], entries.spans[places]
    if (entries.starts[places] == entries.starts[first]).all() and (spans == spans[0]).all():
        return  # one span told in different ways: refused for that
    entries.reasons[places] = Reason.OVERLAP
    entries.others[places] = entries.rows[first] + 1
    entries.others[first] = entries.rows[places[1]] + 1

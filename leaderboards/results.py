"""What a month came to for the units of one card, in columns, before it is stored."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboards.frame import CardRun
from scoring.bulk import Ints

NONE = -1
"""Stands in columns of cents for "no number"."""


@dataclass(frozen=True)
class CardLines:
    """The lines of n units over k KPIs: what `scoring.packing.LINE` holds, as columns."""

    kpi_ids: tuple[int, ...]
    states: NDArray[np.uint8]
    scores: Ints
    points: Ints
    values: Ints
    samples: Ints


@dataclass(frozen=True)
class CardResult:
    """One card of a month. Totals and measures are cents; processes int64[n, p] cents, NONE where there is none."""

    run: CardRun
    lines: CardLines
    statuses: NDArray[np.int16]
    flags: NDArray[np.int16]
    totals: Ints
    has_total: NDArray[np.bool_]
    coverage: Ints
    measures: Ints
    processes: Ints
    breakers: Ints
    places: Ints
    ranks: Ints
    peer_places: Ints
    peer_ranks: Ints

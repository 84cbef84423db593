"""Everything that a sealed month follows from, as values, and how the cells of a month are told by a digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from scoring.bulk import CELLS, Ints, Records, UnitCells
from scoring.folding import folded

DIGESTED_AT_MOST = 4
"""Bytes of the unit's number that stand before its cells in the digest."""


@dataclass(frozen=True)
class Bundle:
    """A sealed month with what it was made from.

    `document` is the sealed document and `digest` the one it is said to have; `facts` are the counted facts of the
    month in the columns of `scoring.folding.FACTS`, `earlier` the cells of the months before that its windows need.
    """

    document: Mapping[str, Any]
    digest: str
    rules: str
    kpis: Mapping[str, int]
    items: Mapping[str, int]
    facts: Records
    earlier: Mapping[int, UnitCells] = field(default_factory=dict)
    version: int = 1

    @property
    def month(self) -> int:
        """Return the month that is proved."""
        return int(self.document["month"])


def cells_of_facts(facts: Records, trimmed: list[int], corrected: Mapping[int, int]) -> UnitCells:
    """Return the cells that facts fold to."""
    units, cells = folded(facts, trimmed, corrected)
    numbers, counts = np.unique(units, return_counts=True)
    return UnitCells(units=numbers, counts=counts, cells=cells)


def cells_digest(cells: UnitCells) -> str:
    """Return the digest of a month's cells: of each unit its number (4 bytes, big-endian) and its cells, by number."""
    found = hashlib.sha256()
    raw, width, start = cells.cells.tobytes(), CELLS.itemsize, 0
    order = np.argsort(cells.units, kind="stable").tolist()
    starts = _starts(cells.counts)
    for place in order:
        start = starts[place] * width
        found.update(int(cells.units[place]).to_bytes(DIGESTED_AT_MOST, "big"))
        found.update(raw[start : start + int(cells.counts[place]) * width])
    return found.hexdigest()


def _starts(counts: Ints) -> list[int]:
    return [0, *np.cumsum(counts).tolist()]

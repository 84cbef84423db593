"""Packed records: the month of one unit as cells of facts, its standing as lines; read here without numpy."""

import struct
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

CELL = struct.Struct("<hhqqi")
"""One cell of the month matrix: KPI number, item number, numerator, denominator (both 1/FACT_SCALE), sample."""
LINE = struct.Struct("<hBiiqi")
"""One line of a standing: KPI number, state, score (cents), points (1e-4), value (1e-6), sample."""
NONE = -(2**31)
"""Stands for "no number" among packed 32-bit integers."""
NO_VALUE = -(2**63)
"""Stands for "no value" in a line."""
POLICY_SHIFT = 4


class Cell(NamedTuple):
    """What the facts of a month add up to for one unit, KPI and item."""

    kpi_id: int
    item: int
    num: int
    den: int
    sample: int


class PackedLine(NamedTuple):
    """One KPI of a standing; where it has none its score is -1, and an unknown value is None."""

    kpi_id: int
    status: int
    policy: int
    counted: bool
    score: int
    points: int
    value: int | None
    sample: int

    @property
    def has_score(self) -> bool:
        """Tell whether there is a score, measured or put in by a policy; it may lie below zero."""
        return self.counted or self.status == 0


COUNTED_BIT, STATUS_BITS = 0x80, 0x0F
STATES = [(state & STATUS_BITS, state >> POLICY_SHIFT & 0x07, bool(state & COUNTED_BIT)) for state in range(256)]
"""Status, policy, and whether it counted, by packed state."""


def cells(packed: bytes) -> list[Cell]:
    """Return the cells of one unit, sorted by KPI and item."""
    return [Cell._make(record) for record in CELL.iter_unpack(packed)]


def packed_cells(records: Iterable[Cell]) -> bytes:
    """Return cells as bytes, sorted by KPI and item."""
    return b"".join(CELL.pack(*record) for record in sorted(records))


def lines(packed: bytes) -> list[PackedLine]:
    """Return the lines of a standing in the order of its card."""
    make, states = tuple.__new__, STATES  # millions of them: no call of our own for each
    return [
        make(PackedLine, (kpi_id, *states[state], score, points, None if value == NO_VALUE else value, sample))
        for kpi_id, state, score, points, value, sample in LINE.iter_unpack(packed)
    ]


def line_tuples(packed: bytes) -> Iterator[tuple[int, int, int, bool, int, int, int | None, int]]:
    """Yield the same as plain tuples, for those who only pass them on."""
    states = STATES
    for kpi_id, state, score, points, value, sample in LINE.iter_unpack(packed):
        yield kpi_id, *states[state], score, points, None if value == NO_VALUE else value, sample


class UnitLines(Mapping[int, Sequence[PackedLine]]):
    """The lines of many units, each unpacked when it is first asked for."""

    def __init__(self, packed: dict[int, bytes]) -> None:
        self.packed = packed
        self._unpacked: dict[int, list[PackedLine]] = {}

    def __getitem__(self, unit_id: int) -> Sequence[PackedLine]:
        found = self._unpacked.get(unit_id)
        if found is None:
            found = self._unpacked[unit_id] = lines(self.packed[unit_id])
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self.packed)

    def __len__(self) -> int:
        return len(self.packed)


def numbers(packed: bytes) -> tuple[int | None, ...]:
    """Return packed 32-bit integers, None where there is no number."""
    values = array("i", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(None if value == NONE else value for value in values) if NONE in values else tuple(values)


def packed_numbers(values: Sequence[int | None]) -> bytes:
    """Return numbers as packed 32-bit integers."""
    return struct.pack(f"<{len(values)}i", *(NONE if value is None else value for value in values))


def long_numbers(packed: bytes) -> tuple[int, ...]:
    """Return packed 64-bit integers, such as a chain of tie-breaks."""
    values = array("q", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return tuple(values)

"""How sure one place is, as it is kept beside a snapshot and read without numpy."""

import struct
from collections.abc import Iterable, Mapping

import msgspec

RECORD = struct.Struct("<iqiiiii")
"""Unit number, variance of the total, margin, best and worst place on the whole board and in the peer group."""


class UnitRange(msgspec.Struct, frozen=True, gc=False):
    """What samples leave open for one unit: variance (1/1,000 square cent), margin (cents), places from 1, 0 = none."""

    variance: int
    margin: int
    best: int
    worst: int
    peer_best: int
    peer_worst: int

    def places(self, *, in_group: bool) -> tuple[int, int] | None:
        """Return the best and the worst place on a board, None for a unit without a place."""
        found = (self.peer_best, self.peer_worst) if in_group else (self.best, self.worst)
        return found if found[0] else None


def packed_ranges(rows: Iterable[tuple[int, ...]]) -> bytes:
    """Return ranges as bytes; a row is unit number, then what a `UnitRange` holds."""
    return b"".join(RECORD.pack(*row) for row in rows)


def unit_ranges(packed: Iterable[bytes]) -> Mapping[int, UnitRange]:
    """Return the ranges of all cards by unit."""
    return {row[0]: UnitRange(*row[1:]) for part in packed for row in RECORD.iter_unpack(part)}

"""Rows of a snapshot as they lie in the database: plain numbers, and the orders in which they stand."""

import struct
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import starmap
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

import msgspec

from leaderboards.flags import BOTTOM, PEER_BOTTOM, RANKED
from leaderboards.moves import Move
from scoring.packing import NONE

SIGNATURE = len(b"PGCOPY\n\xff\r\n\0") + 8
TRAILER = 2
COPIED = (
    f"unit_id, card, peer, status, flags, pos, coalesce(rank, 0), peer_pos, coalesce(peer_rank, 0), coalesce(total, {NONE}),"
    " coverage, measures, processes"
)
"""Columns of `standing` as a binary COPY of one width; no rank is 0, as in `leaderboards.moves`."""
_WIDTHS = struct.Struct(">i")
_FIXED = "4xi4xh4xh4xh4xh4xi4xi4xi4xi4xi4xi"
MOVABLE = ("pos", "rank", "peer_pos", "peer_rank", "flags")
_BEFORE_MEASURES = 2 + struct.calcsize(">" + _FIXED)

Key: TypeAlias = tuple[int, int | None]
"""The number of a card and of a peer group in it, None for all of the card."""


class StoredRow(msgspec.Struct, frozen=True, gc=False):
    """One standing as numbers, in the order of `COPIED`."""

    unit_id: int
    card: int
    peer: int
    status: int
    flags: int
    pos: int
    rank: int
    peer_pos: int
    peer_rank: int
    total: int
    coverage: int
    measures: bytes
    processes: bytes

    def moved(self, move: Move) -> "StoredRow":
        """Return the row at another place."""
        places = {name: getattr(move, name) for name in MOVABLE}
        return msgspec.structs.replace(self, **places)

    def place(self, *, in_group: bool) -> int:
        """Return the position on a board, from 1."""
        return self.peer_pos if in_group else self.pos

    def rank_in(self, *, in_group: bool) -> int:
        """Return the rank on a board, 0 without one."""
        return (self.peer_rank if in_group else self.rank) if self.status == RANKED else 0

    def hidden(self, *, in_group: bool) -> bool:
        """Tell whether a board names the unit only to itself and its managers."""
        return bool(self.flags & (PEER_BOTTOM if in_group else BOTTOM | PEER_BOTTOM))


class Rows(Mapping[int, StoredRow]):
    """The rows of a snapshot by unit; of units that only stand elsewhere than their row says, the move lies beside it.

    A change moves thousands of units, and readers look at few of them: a row is moved when it is asked for.
    """

    def __init__(self, own: Mapping[int, StoredRow], moved: Mapping[int, Move] = MappingProxyType({})) -> None:
        self.own = own
        self.moved = moved

    def __getitem__(self, unit_id: int) -> StoredRow:
        row, move = self.own[unit_id], self.moved.get(unit_id)
        return row if move is None else row.moved(move)

    def __iter__(self) -> Iterator[int]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self.own

    def changed(self, change: "Change") -> "Rows":
        """Return the rows after a change."""
        moved = {**self.moved, **change.moved}
        for unit_id in change.fresh:
            moved.pop(unit_id, None)
        return Rows({**self.own, **change.fresh}, moved)


class Change(NamedTuple):
    """What a snapshot changes about the one before: rows written anew, and other units that only stand elsewhere."""

    fresh: Mapping[int, StoredRow]
    moved: Mapping[int, Move]


class Order(NamedTuple):
    """The units of a board in order of place, with the rank of each (0 for none) and whether its name is hidden.

    As arrays, not lists: the collector of garbage would walk through millions of numbers while readers wait.
    """

    units: "array[int]"
    ranks: "array[int]"
    nameless: bytearray

    @classmethod
    def of(cls, size: int) -> "Order":
        """Return an order of so many units of which none is known yet."""
        return cls(array("i", bytes(4 * size)), array("i", bytes(4 * size)), bytearray(size))

    def copy(self) -> "Order":
        """Return the same, to be changed."""
        return Order(self.units[:], self.ranks[:], self.nameless[:])

    def put(self, row: StoredRow, *, in_group: bool) -> None:
        """Put a unit at its place."""
        at = row.place(in_group=in_group) - 1
        self.units[at] = row.unit_id
        self.ranks[at] = row.rank_in(in_group=in_group)
        self.nameless[at] = row.hidden(in_group=in_group)

    def move(self, moved: Iterable[tuple[int, int, int, int]]) -> None:
        """Put many units at other places: number, place from 1, rank, whether its name is hidden."""
        units, ranks, nameless = self
        for unit_id, place, rank, hidden in moved:
            units[place - 1], ranks[place - 1], nameless[place - 1] = unit_id, rank, hidden > 0


Orders: TypeAlias = Mapping[Key, Order]
NOBODY = Order.of(0)


class At(Mapping[int, int]):
    """Where the units of a board stand, from 0."""

    def __init__(self, rows: Mapping[int, StoredRow], key: Key, order: Order) -> None:
        self.rows = rows
        self.key = key
        self.order = order

    def __getitem__(self, unit_id: int) -> int:
        row, (card, peer) = self.rows[unit_id], self.key
        if row.card != card or peer not in (None, row.peer):
            raise KeyError(unit_id)
        return row.place(in_group=peer is not None) - 1

    def __iter__(self) -> Iterator[int]:
        return iter(self.order.units)

    def __len__(self) -> int:
        return len(self.order.units)


def stored_rows(copied: bytes) -> Iterator[StoredRow]:
    """Yield the rows of a binary COPY of `COPIED`, all of one card; ValueError when they are not of one width."""
    body = memoryview(copied)[SIGNATURE:-TRAILER]
    if not body:
        return iter(())
    (measures,) = _WIDTHS.unpack_from(body, _BEFORE_MEASURES)
    (processes,) = _WIDTHS.unpack_from(body, _BEFORE_MEASURES + 4 + measures)
    row = struct.Struct(f">2x{_FIXED}4x{measures}s4x{processes}s")
    if len(body) % row.size or {*body[1 :: row.size]} != {len(StoredRow.__struct_fields__)}:
        raise ValueError("standings of one card that differ in width")
    return starmap(StoredRow, row.iter_unpack(body))

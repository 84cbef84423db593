"""Where units stand of which nothing but the place has changed since the snapshot before: packed, one record a unit."""

import struct
from collections.abc import Iterator
from itertools import starmap

import msgspec

RECORD = struct.Struct("<iiiiih")


class Move(msgspec.Struct, frozen=True, gc=False):
    """The new place of one unit; no rank is 0."""

    unit_id: int
    pos: int
    rank: int
    peer_pos: int
    peer_rank: int
    flags: int


def moves(packed: bytes) -> Iterator[Move]:
    """Yield the moves of one snapshot."""
    return starmap(Move, RECORD.iter_unpack(packed))

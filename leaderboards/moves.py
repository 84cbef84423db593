"""Where units stand of which nothing but the place has changed since the snapshot before: packed, one record a unit."""

import struct
from collections.abc import Iterator

import msgspec

RECORD = struct.Struct("<iiiiih")


class Move(msgspec.Struct, frozen=True, gc=False):
    """The new place of one unit; no rank is None."""

    unit_id: int
    pos: int
    rank: int | None
    peer_pos: int
    peer_rank: int | None
    flags: int


def moves(packed: bytes) -> Iterator[Move]:
    """Yield the moves of one snapshot."""
    for unit_id, pos, rank, peer_pos, peer_rank, flags in RECORD.iter_unpack(packed):
        yield Move(unit_id, pos, rank or None, peer_pos, peer_rank or None, flags)

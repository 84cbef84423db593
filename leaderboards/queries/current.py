"""Which snapshot of each month is the current one, as PostgreSQL says it this instant and as each face is shown it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.database import raw
from leaderboards.month_board import version_of
from org.visibility import Face

# Release and publication belong to a package above this one; whether a month is public is read here as a fact.
_HEADS = """
SELECT h.month, h.snapshot_id, s.sealed, f.snapshot_id AS face,
  EXISTS (SELECT FROM release r JOIN closed_month c ON c.closing_id = r.closing_id WHERE c.month = h.month) AS released,
  p.month IS NULL AND m.month IS NOT NULL AS unpublished,
  EXISTS (SELECT FROM snapshot_range r WHERE r.snapshot_id = h.snapshot_id) AS ranged,
  EXISTS (SELECT FROM snapshot_range r WHERE r.snapshot_id = f.snapshot_id) AS face_ranged
FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id LEFT JOIN board_face f ON f.month = h.month
LEFT JOIN publication p ON p.month = h.month LEFT JOIN service_month m ON m.month = h.month ORDER BY h.month
"""
_OPEN = "SELECT h.month FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id WHERE NOT s.sealed ORDER BY h.month"


class Heads(msgspec.Struct, frozen=True):
    """The snapshot of every month that has one, as one face shows it."""

    by_month: dict[int, int]
    ranged: frozenset[int] = frozenset()
    """The snapshots of which it is known how sure their places are."""
    held_back: frozenset[int] = frozenset()
    """The months of which this face shows the board as of the freeze."""

    def version(self, month: int) -> str:
        """Return by which a page knows what it shows of a month: the snapshot, and whether its ranges are known."""
        number = self.by_month.get(month, 0)
        return version_of(number, ranged=number in self.ranged)

    @property
    def latest(self) -> int | None:
        """Return the last month that has a board."""
        return max(self.by_month, default=None)


async def asked_heads() -> dict[Face, Heads]:
    """Ask which snapshots are current, for all faces at once."""
    async with raw() as connection:
        rows = await connection.fetch(_HEADS)
    return {face: heads_of(face, rows) for face in Face}


def heads_of(face: Face, rows: Sequence[Mapping[str, Any]]) -> Heads:
    """Return the heads of one face; a closed month that was never frozen has none before its publication."""
    by_month: dict[int, int] = {}
    ranged: set[int] = set()
    held_back: set[int] = set()
    for row in rows:
        inner = not row["unpublished"] or face is Face.INNER or (face is Face.HOST and row["released"])
        behind = not inner and row["face"] is not None
        if behind:
            held_back.add(row["month"])
        if inner or behind or not row["sealed"]:
            by_month[row["month"]] = number = row["face"] if behind else row["snapshot_id"]
            ranged |= {number} if row["face_ranged" if behind else "ranged"] else set()
    return Heads(by_month, frozenset(ranged), frozenset(held_back))


async def open_months() -> tuple[int, ...]:
    """Return the months that have places and are not closed, oldest first."""
    async with raw() as connection:
        return tuple(row[0] for row in await connection.fetch(_OPEN))

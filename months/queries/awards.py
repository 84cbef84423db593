"""The awards of a month as far as somebody may know them: all of them, or those revealed so far."""

from collections.abc import Collection

import msgspec

import rewards.queries
from core.database import raw
from months.disclosure import sees_results
from months.lifecycle import State
from months.queries.calendar import MonthRow
from org.roles import Role
from rewards.queries import Winner


class Revealed(msgspec.Struct, frozen=True):
    """What the host has made public: whole awards, and single winners of others."""

    awards: frozenset[str] = frozenset()
    winners: frozenset[tuple[str, int]] = frozenset()

    def shows(self, award: str, unit_id: int) -> bool:
        """Say whether everybody knows of this winner."""
        return award in self.awards or (award, unit_id) in self.winners


async def revealed(month: int) -> Revealed:
    """Return what was revealed of a month during its embargo."""
    async with raw() as connection:
        rows = await connection.fetch("SELECT award, unit_id FROM revelation WHERE month = $1", month)
    return Revealed(
        awards=frozenset(row["award"] for row in rows if row["unit_id"] is None),
        winners=frozenset((row["award"], row["unit_id"]) for row in rows if row["unit_id"] is not None),
    )


async def known_winners(row: MonthRow, roles: Collection[Role]) -> tuple[Winner, ...] | None:
    """Return the winners that somebody with these roles may know; None while nothing of them is known."""
    if sees_results(row.state, roles):
        return await rewards.queries.winners(row.month)
    if row.state is not State.EMBARGOED:
        return None
    known = await revealed(row.month)
    found = [one for one in await rewards.queries.winners(row.month) if known.shows(one.award, one.unit_id)]
    return tuple(found) or None

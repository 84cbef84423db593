"""The public notice (公示) of a month: which lines it shows, what was objected to, what may be paid."""

from datetime import datetime

import msgspec

import rewards.queries
from core.clock import now
from core.database import raw
from months.queries import calendar, closing
from org.names import named
from rewards.queries import Winner

_OBJECTIONS = """
SELECT o.id, o.month, o.award, o.unit_id, o.by, p.display_name AS objector, o.text, o.at, o.decision, o.decided_at,
  d.display_name AS decider, o.reason
FROM objection o JOIN account p ON p.id = o.by LEFT JOIN account d ON d.id = o.decided_by
WHERE o.month = $1 ORDER BY o.id
"""
UPHELD = "upheld"


class ObjectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """An objection to one line of the notice; `decision` is upheld, rejected, or None while it waits."""

    id: int
    month: int
    award: str
    unit_id: int
    by: int
    objector: str
    text: str
    at: datetime
    decision: str | None
    decided_at: datetime | None
    decider: str | None
    reason: str | None


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One award of one unit as it is held before everybody, with the objections to it."""

    winner: Winner
    objections: tuple[ObjectionRow, ...] = ()

    @property
    def held_back(self) -> bool:
        """Say whether an objection keeps the line from being paid: one not decided, or one upheld."""
        return any(one.decision in (None, UPHELD) for one in self.objections)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The notice of a published month: since when, until when (UTC), whether it is over, its lines."""

    month: int
    since_at: datetime
    until: datetime
    over: bool
    lines: tuple[NoticeLine, ...]


async def notice(month: int, at: datetime | None = None) -> Notice | None:
    """Return the notice of a month, None before its publication."""
    moment = at or now()
    row = await calendar.month_row(month, moment)
    if row.published_at is None or row.notice_until is None or not row.public:
        return None
    said = await objections(month)
    lines = tuple(
        NoticeLine(
            winner=one,
            objections=tuple(made for made in said if (made.award, made.unit_id) == (one.award, one.unit_id)),
        )
        for one in await rewards.queries.winners(month)
    )
    return Notice(
        month=month, since_at=row.published_at, until=row.notice_until, over=moment >= row.notice_until, lines=lines
    )


async def read_by(found: Notice, account_id: int, *, judges: bool) -> Notice:
    """Return a notice as somebody may read it: who objected and why is for those who decide, never about an own unit.

    Everybody reads that there is an objection and what became of it; one's own is read whole.
    """
    own = (await closing.party(account_id, found.month)).own_units if judges else frozenset()
    lines = tuple(
        line
        if judges and line.winner.unit_id not in own
        else msgspec.structs.replace(line, objections=tuple(_without_words(one, account_id) for one in line.objections))
        for line in found.lines
    )
    return msgspec.structs.replace(found, lines=lines)


def _without_words(one: ObjectionRow, account_id: int) -> ObjectionRow:
    return one if one.by == account_id else msgspec.structs.replace(one, by=0, objector="", text="")


async def objections(month: int) -> tuple[ObjectionRow, ...]:
    """Return all objections of a month in their order."""
    async with raw() as connection:
        return tuple(ObjectionRow(**row) for row in await connection.fetch(named(_OBJECTIONS), month))


async def objection(objection_id: int) -> ObjectionRow | None:
    """Return one objection."""
    async with raw() as connection:
        month = await connection.fetchval("SELECT month FROM objection WHERE id = $1", objection_id)
    return next((one for one in await objections(month or 0) if one.id == objection_id), None)


async def payable(month: int, at: datetime | None = None) -> tuple[Winner, ...]:
    """Return the awards of a month that may be paid: the notice over, no objection to the line open or upheld."""
    found = await notice(month, at)
    if found is None or not found.over:
        return ()
    return tuple(line.winner for line in found.lines if not line.held_back)

"""Looking back: boards and cards as they were known at an instant, and what changed since then, with its causes."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from api.answers import Req
from api.boards import Group, OptionalMonth
from api.schemas import First, Limit, PathMonth, UnitId, month_or_none
from api.schemas import month as checked
from core.clock import now
from core.instants import aware, past
from core.language import Text
from core.points import cents_text
from leaderboards import difference_words
from leaderboards.differences import Cause, Places
from leaderboards.queries import since, then
from leaderboards.queries.snapshots import heads, no_board
from leaderboards.queries.then import BoardThen, CardThen
from org.roles import Action
from scoring.queries.counted import TICK

UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
At = Annotated[
    datetime, QueryParameter(description="What was known before this instant counts; without a zone it is Shanghai's.")
]
Since = Annotated[datetime | None, QueryParameter(description="The first instant; the end of yesterday when left out.")]
Until = Annotated[datetime | None, QueryParameter(description="The second instant; now when left out.")]
CardKind = Annotated[
    str | None, QueryParameter(max_length=32, pattern=r"^[a-z0-9_]+$", description="Kind of unit; the first board when left out.")
]  # fmt: skip


class CausePart(msgspec.Struct, frozen=True):
    """How much of the change of a total has one cause: cents, the same as points, and the cause in words."""

    cause: Cause
    cents: int
    points: str
    name: Text


class LineChange(msgspec.Struct, frozen=True):
    """A KPI whose points changed."""

    kpi: str
    name: Text
    points: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What changed for a unit between two instants; the parts add up to the change of the total."""

    unit_id: int
    month: int
    since: datetime
    until: datetime
    total_before: str | None
    total_after: str | None
    change: str
    parts: tuple[CausePart, ...]
    places: Places
    lines: tuple[LineChange, ...]
    sentence: Text


@get("/api/v1/months/{month:int}/as-of", opt={"action": Action.SEE_BOARD}, tags=["looking back"])
async def board_as_of(
    request: Req, month: PathMonth, at: At, card: CardKind = None, group: Group = None, first: First = 0,
    limit: Limit = 50,
) -> BoardThen:  # fmt: skip
    """Return a board, with the rules that held, as it was known just before an instant.

    While a month is frozen and not published nobody below the organisers sees more than the board as of the freeze.
    """
    return await then.board_then(
        request.state.scope, month=checked(month), at=aware(at), card=card, group=group, first=first, limit=limit
    )


@get("/api/v1/units/{unit_id:int}/as-of", opt=UNIT, tags=["looking back"])
async def card_as_of(unit_id: UnitId, at: At, month: OptionalMonth = None) -> CardThen:
    """Return a unit's card with its place in the tree and the rules that held, as it was known just before an instant."""
    return await then.card_then(unit_id, month=await chosen(month), at=aware(at))


@get("/api/v1/units/{unit_id:int}/since", opt=UNIT, tags=["looking back"])
async def changed(unit_id: UnitId, month: OptionalMonth = None, since: Since = None, until: Until = None) -> Changed:
    """Return what changed for a unit since yesterday, or between two instants, split over its causes without a rest."""
    begun = past(since, "since") if since else then.start_of_today()
    ended = min(aware(until), now() + TICK) if until else now() + TICK
    return await told(unit_id, await chosen(month), begun, ended)


async def told(unit_id: int, month: int, begun: datetime, ended: datetime) -> Changed:
    """Return the answer for two instants."""
    found = await since.moved(await since.difference(month, begun, ended), unit_id)
    return Changed(
        unit_id=unit_id,
        month=month,
        since=begun,
        until=ended,
        total_before=None if found.before is None else cents_text(found.before),
        total_after=None if found.after is None else cents_text(found.after),
        change=cents_text((found.after or 0) - (found.before or 0)),
        parts=tuple(
            CausePart(part.cause, part.cents, cents_text(part.cents), difference_words.CAUSES[part.cause])
            for part in found.parts
        ),
        places=found.places,
        lines=tuple(LineChange(line.kpi, line.name, line.change) for line in found.lines),
        sentence=difference_words.sentence(found.before, found.after, found.parts, found.places),
    )


async def chosen(month: int | None) -> int:
    """Return the month asked for, else the latest that has a board."""
    asked = month_or_none(month)
    found = asked if asked is not None else (await heads()).latest
    if found is None:
        raise no_board()
    return found


HANDLERS = (board_as_of, card_as_of, changed)

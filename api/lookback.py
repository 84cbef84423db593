"""Looking back: the season, histories, weak points, the hall of fame, what a theme achieved."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from api.answers import Req
from api.schemas import First, Limit, Month, PathCode, PathMonth, UnitId, month_or_none
from api.schemas import month as checked
from leaderboards.queries.looking_back import SeasonMonths, season_months
from months.queries.lookback.effect import ThemeEffect, theme_effect
from months.queries.lookback.hall import Hall, hall_of_fame
from months.queries.lookback.unit import HistoryRow, history
from months.queries.lookback.weak import UnitWeakness, WeakPoints, unit_weakness, weak_points
from org.roles import Action

SEE = {"action": Action.SEE_HISTORY}
OF_UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
UpTo = Annotated[Month | None, QueryParameter(description="Up to this month (yyyymm); the latest when left out.")]
Group = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[A-Za-z0-9_.-]+$", description="Peer group.")]
Cursor = Annotated[
    str | None, QueryParameter(max_length=24, pattern=r"^\d+\.\d+$", description="`after` of the page before.")
]
Kind = Annotated[str | None, QueryParameter(max_length=24, pattern=r"^[A-Za-z0-9_.-]+$", description="Kind of unit.")]
Award = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[A-Za-z0-9_.-]+$", description="One award.")]


@get("/api/v1/season/{card:str}", opt=SEE, tags=["looking back"])
async def season(
    request: Req, card: PathCode, month: UpTo = None, group: Group = None, after: Cursor = None, limit: Limit = 50
) -> SeasonMonths:
    """Return the season of a kind with each of its months, as each month's board shows and hides."""
    return await season_months(
        request.state.scope, card=card, month=month_or_none(month), group=group, after=after, limit=limit
    )


@get("/api/v1/units/{unit_id:int}/history", opt=OF_UNIT, tags=["looking back"])
async def unit_history(request: Req, unit_id: UnitId) -> list[HistoryRow]:
    """Return every month of a unit, the newest first."""
    return list(await history(unit_id, request.state.scope))


@get("/api/v1/units/{unit_id:int}/weak-points", opt=OF_UNIT, tags=["looking back"])
async def unit_weak_points(unit_id: UnitId) -> UnitWeakness:
    """Return a unit's processes against the last twelve published months."""
    return await unit_weakness(unit_id)


@get("/api/v1/weak-points", opt=SEE, tags=["looking back"])
async def every_weak_point(request: Req, kind: Kind = None, first: First = 0, limit: Limit = 50) -> WeakPoints:
    """Return the heat map of those units that the reader may look into, the weakest first."""
    return await weak_points(request.state.scope, kind, first=first, limit=limit)


@get("/api/v1/hall-of-fame", opt=SEE, tags=["looking back"])
async def hall(award: Award = None) -> Hall:
    """Return who won which award in the published months, and who is a benchmark."""
    return await hall_of_fame(award)


@get("/api/v1/months/{month:int}/effect", opt=SEE, tags=["looking back"])
async def effect(month: PathMonth) -> ThemeEffect:
    """Return what the theme of a published month achieved, with intervals, and how it faded."""
    return await theme_effect(checked(month))


HANDLERS = (season, unit_history, unit_weak_points, every_weak_point, hall, effect)

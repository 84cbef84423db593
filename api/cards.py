"""Scorecards taken apart down to the facts, department pages, completeness of the data."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter

from api.answers import Req, fresh
from api.boards import OptionalMonth
from api.schemas import First, Limit, PathCode, PathMonth, UnitId, month_or_none
from api.schemas import month as checked
from leaderboards.evidence import department_shown, shown
from leaderboards.queries import cards, departments
from leaderboards.queries.cards import Card, LineDetail
from leaderboards.queries.departments import DepartmentPage
from org.refusals import no_such
from org.roles import Action
from org.visibility import Scope
from scoring.queries.completeness import Completeness, completeness

UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
CardCode = Annotated[str, PathParameter(max_length=32, pattern=r"^[a-z0-9_]+$", description="Kind of unit.")]


@get("/api/v1/units/{unit_id:int}/card", opt=UNIT, tags=["cards"])
async def card(request: Req, unit_id: UnitId, month: OptionalMonth = None) -> Response[Card]:
    """Return a unit's scorecard: every line with its reason."""
    live = request.state.scope.live(unit_id)
    found = await cards.card(unit_id, month=month_or_none(month), live=live)
    return fresh(request, found, found.snapshot_id, found.sealed, found.history, found.reach, found.made_at)


@get("/api/v1/units/{unit_id:int}/card/{kpi:str}", opt=UNIT, tags=["cards"])
async def line(request: Req, unit_id: UnitId, kpi: PathCode, month: OptionalMonth = None) -> Response[LineDetail]:
    """Return one line of a card with the facts behind it; those of units that are not one's own business are counted, not shown."""
    live = request.state.scope.live(unit_id)
    found = await cards.line(unit_id, kpi, month=month_or_none(month), live=live)
    return fresh(
        request, shown(found, request.state.scope), found.card.snapshot_id, found.card.reach, found.card.made_at
    )


@get("/api/v1/departments/{unit_id:int}", opt={"action": Action.SEE_BOARD}, tags=["cards"])
async def department(request: Req, unit_id: UnitId, month: OptionalMonth = None) -> Response[DepartmentPage]:
    """Return a department's page: which processes are its own, what moved, which branches lose most in them."""
    if not request.state.scope.department(unit_id):
        raise no_such("部门", "department")
    found = await departments.department(unit_id, month=month_or_none(month))
    return fresh(
        request,
        department_shown(found, request.state.scope),
        found.card.snapshot_id,
        found.card.sealed,
        found.card.reach,
    )


@get("/api/v1/months/{month:int}/completeness/{card:str}", opt={"action": Action.SEE_COMPLETENESS}, tags=["intake"])
async def complete(request: Req, month: PathMonth, card: CardCode, first: First = 0, limit: Limit = 50) -> Completeness:
    """Return KPI by unit what is there, missing, too few or late; managers see their own units."""
    scope: Scope = request.state.scope
    reach = None if scope.sees_all else scope.own
    return await completeness(checked(month), card, unit_ids=reach, first=first, limit=limit)


HANDLERS = (card, line, department, complete)

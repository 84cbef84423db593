"""Boards: pages of places, one's own place, search; each bound to one snapshot."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from api.answers import JSON, Req, fresh, tag
from api.schemas import INT4, Limit, Month, PathCode, Search, UnitId, month_or_none
from leaderboards.board_rows import TOTAL, Row
from leaderboards.queries import boards
from leaderboards.queries.boards import BoardIndex, BoardPage, Place, Reading
from org.roles import Action

BOARD = {"action": Action.SEE_BOARD, "public": True}
OptionalMonth = Annotated[Month | None, QueryParameter(description="Month as yyyymm; the latest when left out.")]
Group = Annotated[str | None, QueryParameter(max_length=32, pattern=r"^[A-Za-z0-9_.-]+$", description="Peer group.")]
Measure = Annotated[
    str, QueryParameter(max_length=24, pattern=r"^[A-Za-z0-9_.-]+$", description="total, a process or a KPI.")
]
Cursor = Annotated[
    str | None, QueryParameter(max_length=24, pattern=r"^\d+\.\d+$", description="`after` of the page before.")
]
Span = Annotated[Literal["month", "season"], QueryParameter(description="The month, or the season to date.")]
OwnUnit = Annotated[int | None, QueryParameter(ge=1, le=INT4, description="Number of the unit.")]

_encoder = msgspec.json.Encoder()


@get("/api/v1/boards", opt=BOARD, tags=["boards"])
async def index(request: Req, month: OptionalMonth = None) -> Response[BoardIndex]:
    """List the boards of a month."""
    found = await boards.cards(month_or_none(month))
    return fresh(request, found, found.snapshot_id, found.sealed, found.months)


@get("/api/v1/boards/{card:str}", opt=BOARD, tags=["boards"])
async def page(
    request: Req,
    card: PathCode,
    month: OptionalMonth = None,
    group: Group = None,
    measure: Measure = TOTAL,
    span: Span = "month",
    after: Cursor = None,
    limit: Limit = 50,
) -> Response[BoardPage]:
    """Return a page of a board; `after` turns it over without leaving the snapshot."""
    found = await boards.board(
        request.state.scope,
        card=card,
        month=month_or_none(month),
        group=group,
        measure=measure,
        span=span,
        after=after,
        limit=limit,
    )
    return fresh(request, found, found.snapshot_id, found.sealed, found.months)


@get("/api/v1/boards/{card:str}/reading", opt=BOARD, tags=["boards"])
async def reading(
    request: Req, card: PathCode, month: OptionalMonth = None, unit: OwnUnit = None, group: Group = None
) -> Response[Reading]:
    """Return the first 50 places and the place of one unit (one's own when none is named) with five neighbours a side."""
    state = request.state
    wanted = unit if unit is not None else (state.viewer.unit_id if state.viewer else None)
    if wanted is not None and not state.scope.detail(wanted):
        wanted = None
    found = await boards.reading(state.scope, card=card, unit_id=wanted, month=month_or_none(month), group=group)
    etag = tag(request, found.page.snapshot_id, found.page.sealed, found.page.months)
    if etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers={"etag": etag})  # type: ignore[arg-type]  # 304 has no body
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    body = _encoder.encode(found)
    return Response(body, media_type=JSON, headers=headers)  # type: ignore[arg-type]  # encoded here, once


@get("/api/v1/units/{unit_id:int}/place", opt={"action": Action.SEE_UNIT, "unit": "unit_id"}, tags=["boards"])
async def place(
    request: Req,
    unit_id: UnitId,
    month: OptionalMonth = None,
    group: Group = None,
    measure: Measure = TOTAL,
    span: Span = "month",
) -> Response[Place]:
    """Return where a unit stands: its row, its neighbours, the gap to the next better place."""
    found = await boards.place(
        request.state.scope, unit_id=unit_id, month=month_or_none(month), group=group, measure=measure, span=span
    )
    return fresh(request, found, found.snapshot_id)


@get("/api/v1/search", opt=BOARD, tags=["boards"])
async def search(request: Req, text: Search = None, month: OptionalMonth = None) -> list[Row]:
    """Find units on the boards by a part of name or code; who may not be named is not found."""
    if not text:
        return []
    return list(await boards.search(request.state.scope, text=text, month=month_or_none(month)))


HANDLERS = (index, page, reading, place, search)

"""Boards: pages of places, one's own place, search; each bound to one snapshot."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.types import ASGIApp

from api.answers import NOT_MODIFIED, Req, Sent, fresh, tag, tagged
from api.schemas import INT4, Limit, Month, PathCode, Search, UnitId, month_or_none
from api.waiting import news
from leaderboards.board_rows import TOTAL, Row
from leaderboards.queries import boards
from leaderboards.queries.boards import BoardIndex, BoardPage, Place, Reading
from org.organisation import Organisation
from org.roles import MANAGING, Action
from org.visibility import Scope, Viewer

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

    async def read() -> BoardPage:
        return await boards.board(
            request.state.scope,
            card=card,
            month=month_or_none(month),
            group=group,
            measure=measure,
            span=span,
            after=after,
            limit=limit,
        )

    found = await news(request, read, lambda read_now: _tag(request, read_now))
    return tagged(request, found, _tag(request, found))


@get(
    "/api/v1/boards/{card:str}/reading",
    opt=BOARD,
    tags=["boards"],
    responses={200: ResponseSpec(Reading, generate_examples=False, description="The board and the place.")},
)
async def reading(
    request: Req, card: PathCode, month: OptionalMonth = None, unit: OwnUnit = None, group: Group = None
) -> ASGIApp:
    """Return the first 50 places and the place of one unit (one's own when none is named) with five neighbours a side."""
    state = request.scope["state"]

    async def read() -> Reading:
        scope: Scope = state["scope"]
        wanted = unit if unit is not None else _own(state["viewer"], state["organisation"], card)
        seen = wanted if wanted is not None and scope.detail(wanted) else None
        return await boards.reading(scope, card=card, unit_id=seen, month=month_or_none(month), group=group)

    found = await news(request, read, lambda read_now: _tag(request, read_now.page))
    etag = _tag(request, found.page).encode()
    headers = [(b"etag", etag), (b"cache-control", b"private, no-cache"), (b"content-type", b"application/json")]
    if etag in request.headers.get("if-none-match", "").encode():
        return Sent(b"", headers[:2], NOT_MODIFIED)
    return Sent(_encoder.encode(found), headers)


def _tag(request: Req, found: BoardPage) -> str:
    return tag(request, found.snapshot_id, found.sealed, found.months, found.ranged, found.carried)


def _own(viewer: Viewer | None, organisation: Organisation, card: str) -> int | None:
    """Return the viewer's unit on a board: the one managed, else one's own."""
    if viewer is None:
        return None
    units = [reach for role, reach in viewer.grants if role in MANAGING]
    units += [viewer.unit_id] if viewer.unit_id is not None else []
    return next((unit for unit in units if organisation.kind(unit) == card), None)


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
    return fresh(request, found, found.snapshot_id, found.row.best)


@get("/api/v1/search", opt=BOARD, tags=["boards"])
async def search(request: Req, text: Search = None, month: OptionalMonth = None) -> list[Row]:
    """Find units on the boards by a part of name or code; who may not be named is not found."""
    if not text:
        return []
    return list(await boards.search(request.state.scope, text=text, month=month_or_none(month)))


HANDLERS = (index, page, reading, place, search)

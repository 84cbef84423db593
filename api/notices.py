"""Notices: what the reader was told, and that it has been read."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.answers import Req, once
from api.schemas import Limit
from org import queries
from org.notices import NoticeRow
from org.operations import notices
from org.refusals import no_such
from org.roles import Action

OPT = {"action": Action.ACCOUNT_SELF}
INT8 = 2**63 - 1
NoticeId = Annotated[int, PathParameter(ge=1, le=INT8, description="Number of the notice.")]
Before = Annotated[
    int | None,
    QueryParameter(ge=1, le=INT8, description="Only notices older than this one: `next` of the page before."),
]
Through = Annotated[int, msgspec.Meta(ge=1, le=INT8)]


class NoticePage(msgspec.Struct):
    """How many are not read (counted to a hundred), the newest first, and where the next page begins."""

    unread: int
    notices: list[NoticeRow]
    next: int | None = None


class Unread(msgspec.Struct):
    """How many notices are not read, counted to a hundred."""

    unread: int


class ReadWish(msgspec.Struct, forbid_unknown_fields=True):
    """The latest notice that was seen; what came after it stays unread."""

    through: Through


@get("/api/v1/notices", opt=OPT, tags=["notices"])
async def listed(request: Req, before: Before = None, limit: Limit = 50) -> NoticePage:
    """List what the reader was told, the newest first."""
    account_id = request.state.viewer.account_id
    found = await queries.notices(account_id, before, limit + 1)
    rows = found[:limit]
    onward = rows[-1].id if len(found) > limit else None
    return NoticePage(await queries.unread_notices(account_id), rows, onward)


@post("/api/v1/notices/{notice_id:int}/read", opt=OPT, status_code=200, tags=["notices"])
async def read_one(request: Req, notice_id: NoticeId) -> Response[Unread]:
    """Mark one notice as read; doing it again changes nothing."""
    account_id = request.state.viewer.account_id

    async def effect() -> Unread:
        if await notices.open_notice(account_id=account_id, notice_id=notice_id) is None:
            raise no_such("通知", "notice")
        return Unread(await queries.unread_notices(account_id))

    return await once(request, effect)


@post("/api/v1/notices/read", opt=OPT, status_code=200, tags=["notices"])
async def read_through(request: Req, data: JSONBody[ReadWish]) -> Response[Unread]:
    """Mark as read whatever was told up to a notice."""
    account_id = request.state.viewer.account_id

    async def effect() -> Unread:
        await notices.mark_read(account_id=account_id, through=data.through)
        return Unread(await queries.unread_notices(account_id))

    return await once(request, effect)


HANDLERS = (listed, read_one, read_through)

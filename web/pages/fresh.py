"""What an open page asks every few seconds: has its month been scored anew?"""

from litestar import Response, get

from leaderboards.queries.snapshots import heads
from org.roles import Action
from web.frame import Req
from web.numbers import whole


@get("/boards/fresh", opt={"action": Action.SEE_BOARD, "public": True}, status_code=204)
async def fresh(request: Req) -> Response[None]:
    """Answer nothing while the page's snapshot is the current one, else the wish that it loads itself again."""
    month, snapshot = (request.query_params.get(name, "") for name in ("month", "snapshot"))
    now_read = (await heads()).by_month.get(whole(month) or 0)
    newer = now_read is not None and str(now_read) != snapshot
    return Response(None, status_code=204, headers={"hx-refresh": "true"} if newer else {})


HANDLERS = (fresh,)

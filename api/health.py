"""Is the process alive, may traffic come here, and how much has it done."""

import hmac
from typing import Any

from litestar import Request, Response, get

from api import metrics
from core import drain, outbox
from core.addresses import is_loopback
from core.database import fault, raw
from core.errors import NotAllowed, problem
from core.settings import Settings
from org.roles import Action

OPEN = {"action": Action.ANONYMOUS, "bare": True}


@get("/healthz", opt=OPEN, include_in_schema=False)
async def health() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "ok"}


@get("/readyz", opt=OPEN, include_in_schema=False)
async def readiness() -> Response[dict[str, str]]:
    """Say 503 while the process stops or the database is away, so that a proxy sends people elsewhere."""
    if drain.draining():
        return Response({"status": "draining"}, status_code=503)
    try:
        async with raw() as connection:
            await connection.fetchval("SELECT 1")
    except Exception as failure:
        if fault(failure) is None:
            raise
        return Response({"status": "database_unreachable"}, status_code=503, headers={"retry-after": "2"})
    return Response({"status": "ready"})


@get("/metrics", opt=OPEN, include_in_schema=False)
async def numbers(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the numbers to this machine, or to whoever has the token."""
    settings: Settings = request.app.state.settings
    if not _may_collect(request, settings.metrics_token):
        raise NotAllowed(problem("not_allowed", "您没有此项权限。", "You have no right to this."))
    metrics.OUTBOX_AGE.set((await outbox.oldest_age()).total_seconds())
    metrics.OUTBOX_WAITING.set(await outbox.waiting())
    return Response(metrics.page(), media_type=metrics.CONTENT_TYPE)


def _may_collect(request: Request[Any, Any, Any], token: str) -> bool:
    if not token:
        return is_loopback(request.client.host if request.client else "")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.encode())


HANDLERS = (health, readiness, numbers)

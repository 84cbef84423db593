"""Readers who would rather wait for news than ask again and again: `If-None-Match` with `Prefer: wait=20` (RFC 7240)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from litestar.handlers import HTTPRouteHandler

from api.answers import Req
from core import drain
from web import live

T = TypeVar("T")

LONGEST = 30
"""Nobody is kept waiting longer than so many seconds, whatever was asked for."""
_WAIT = re.compile(r"(?:^|[,;])\s*wait\s*=\s*(\d{1,4})\s*(?:$|[,;])", re.IGNORECASE | re.ASCII)


async def news(request: Req, read: Callable[[], Awaitable[T]], etag: Callable[[T], str]) -> T:
    """Read; as long as the reader has that already and is willing to wait, read again at every change.

    Who may read is asked anew each time: a session may have ended meanwhile, or a right been taken away.
    """
    known = request.headers.get("if-none-match")
    if known is None:
        return await read()
    clock = asyncio.get_running_loop().time
    ends_at = clock() + patience(request)
    found = await read()
    while clock() < ends_at and etag(found) in known and not drain.draining():
        await live.rung(ends_at - clock())
        await _let_in(request)
        found = await read()
    return found


async def _let_in(request: Req) -> None:
    """Have the guard decide once more, as before the request."""
    handler = request.scope["route_handler"]
    if isinstance(handler, HTTPRouteHandler) and (guard := handler.resolve_before_request()) is not None:
        await guard(request)


def patience(request: Req) -> int:
    """Return for how many seconds the reader is willing to wait for another answer; 0 when nothing was said."""
    said = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(said[1]), LONGEST) if said else 0

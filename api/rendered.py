"""Answers to readers who have not signed in, kept as bytes as long as every board is the same."""

from collections import OrderedDict
from typing import Any

import msgspec

from leaderboards.queries.snapshots import heads, heads_at_hand

Scope = Any  # ASGI's own mappings
Key = tuple[str, bytes, bytes]

KEPT = 512
LARGEST = 1_000_000
BOARDS = ("/api/v1/boards", "/boards")


class Kept(msgspec.Struct, frozen=True, gc=False):
    """One answer, and the boards that were current when it was made."""

    heads: object
    template: str
    start: dict[str, Any]
    body: bytes


class Rendered:
    """A layer that answers board pages from memory; only where boards are public, and only without any cookie."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - an ASGI application
        self.inner = inner
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own
        """Send what is in memory, or ask the application and remember its answer."""
        key = _key(scope)
        if key is None:
            await self.inner(scope, receive, send)
            return
        kept = self._kept.get(key)
        if kept is not None and kept.heads is (heads_at_hand() or await heads()):
            scope["path_template"] = kept.template
            await send({**kept.start})
            await send({"type": "http.response.body", "body": kept.body, "more_body": False})
            return
        await self._asked(key, scope, receive, send)

    async def _asked(self, key: Key, scope: Scope, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own
        start: dict[str, Any] = {}
        parts: list[bytes] = []
        before = await heads()

        async def noted(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message, headers=list(message.get("headers") or ()))
            else:
                parts.append(message.get("body", b""))
            await send(message)

        await self.inner(scope, receive, noted)
        body = b"".join(parts)
        # Boards that changed while the answer was made leave it in doubt which of them it shows.
        same = before is await heads()
        if start.get("status") == 200 and same and len(body) <= LARGEST:  # noqa: PLR2004 - the status of success
            self._kept[key] = Kept(before, scope.get("path_template") or "-", start, body)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _key(scope: Scope) -> Key | None:
    """Return under what the answer is kept: address and language wish; None for what is not a stranger's reading."""
    if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(BOARDS):
        return None
    wish = b""
    for name, value in scope["headers"]:
        if name in {b"cookie", b"authorization", b"if-none-match", b"x-have"}:
            return None
        if name in {b"accept-language", b"x-fragment"}:
            wish += name + value
    return scope["path"], scope["query_string"], wish

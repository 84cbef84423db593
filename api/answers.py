"""Answers: what has not changed is not sent again, and what was done once is not done twice."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response

from core import idempotency
from core.database import transaction
from core.errors import Invalid, problem
from core.idempotency import Answer

Req = Request[Any, Any, Any]
T = TypeVar("T")

LONGEST_KEY = 128
NOT_MODIFIED = 304
JSON = "application/json"


class Sent:
    """A whole answer as bytes, for the roads on which a framework's own response would cost as much as the answer."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes, headers: list[tuple[bytes, bytes]], status: int = 200) -> None:
        self.body = body
        self.headers = headers
        self.status = status

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own
        """Send head and body."""
        length = (b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": [*self.headers, length]})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body, "more_body": False})


def tag(request: Req, *parts: object) -> str:
    """Return the ETag of what this viewer sees, in this language, of something identified by the parts."""
    scope = request.scope
    state = scope["state"]
    seen = (scope["path"], scope["query_string"], state["scope"].key, state["language"], parts)
    return f'W/"{sha256(repr(seen).encode()).hexdigest()[:24]}"'


def fresh(request: Req, value: T, *parts: object) -> Response[T]:
    """Return a value with its ETag, or 304 when the reader has it already."""
    return tagged(request, value, tag(request, *parts))


def tagged(request: Req, value: T, etag: str) -> Response[T]:
    """Return a value under an ETag, or 304 when the reader has it already."""
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]  # 304 has no body
    return Response(value, headers=headers)


async def once(
    request: Req, effect: Callable[[], Awaitable[T]], status: int = 200, payload: bytes | None = None
) -> Response[T]:
    """Do something and answer with its result; under an Idempotency-Key a retry gets the first answer and does nothing.

    `payload` stands for the body where the body's own bytes differ between retries (multipart).
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return _encoded(Answer(status, _json(await effect())))
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid(problem("bad_key", "Idempotency-Key 无效。", "The Idempotency-Key is not valid."))
    account_id = request.state.viewer.account_id
    body = payload if payload is not None else await request.body()
    target = f"{request.scope['path']}?{request.scope['query_string'].decode('latin-1')}"
    mark = idempotency.fingerprint(request.method, target, body)
    async with transaction():
        kept = await idempotency.begin(account_id, key, mark)
        if kept is not None:
            return _encoded(kept, replayed=True)
        answer = Answer(status, _json(await effect()))
        await idempotency.keep(account_id, key, answer)
    return _encoded(answer)


def _json(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _encoded(answer: Answer, *, replayed: bool = False) -> Response[Any]:
    headers = {"idempotency-replayed": "true"} if replayed else {}
    status = answer.status if answer.body else 204
    return Response(answer.body.encode(), status_code=status, media_type=JSON, headers=headers)

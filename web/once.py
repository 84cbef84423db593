"""A form that makes something has one effect: sent twice as it stands, it answers twice with the first result."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256

from litestar.datastructures import UploadFile
from msgspec import Struct

from core import idempotency
from core.database import transaction
from core.errors import Conflict, problem
from core.idempotency import Answer
from web.forms import Form
from web.frame import Req

FIELD = "once"
LONGEST = 64
TRIES, PAUSE_MS = 25, 200
"""A second sending waits so often, and so long each time, for the first to end."""


class Done(Struct, frozen=True):
    """Where to go on to, and whether the form had been sent before."""

    address: str
    again: bool = False


async def once(request: Req, sent: Form, effect: Callable[[], Awaitable[str]]) -> Done:
    """Do what a form asks for and return where to go on to; sent again unchanged, it does nothing more.

    A form without a key, or one that was changed since, is a wish of its own. What fails may be sent again.
    """
    key = sent.text(FIELD, LONGEST)
    if not key:
        return Done(await effect())
    mark = idempotency.fingerprint(request.method, request.scope["path"], await _told(sent))
    for _ in range(TRIES):
        try:
            return await _first(request.state.viewer.account_id, f"form:{mark}", mark, effect)
        except Conflict as refusal:
            if refusal.problem.code != "in_flight":
                raise
        await asyncio.sleep(PAUSE_MS / 1000)
    raise Conflict(
        problem("in_flight", "同一请求仍在处理，请稍后再看。", "This is still being worked on; look again later.")
    )


async def _first(account_id: int, key: str, mark: str, effect: Callable[[], Awaitable[str]]) -> Done:
    async with transaction():
        kept = await idempotency.begin(account_id, key, mark)
        if kept is not None:
            return Done(kept.body, again=True)
        address = await effect()
        await idempotency.keep(account_id, key, Answer(303, address))
        return Done(address)


async def _told(sent: Form) -> bytes:
    """Return all that stands in a form, the files by their digest."""
    parts = []
    for name, value in sent.fields.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            await value.seek(0)
            parts.append(f"{name}={value.filename}={sha256(content).hexdigest()}")
        else:
            parts.append(f"{name}={value}")
    return "\n".join(sorted(parts)).encode()

"""The stream that an open page listens to: the version of the standing that it would show now, whenever that changes."""

import asyncio
from collections.abc import AsyncIterator
from secrets import SystemRandom

from litestar import get
from litestar.response import Stream

from core import drain
from leaderboards.month_board import board_in, version_of
from leaderboards.queries.snapshots import heads
from org.roles import Action
from web import live
from web.frame import Req
from web.numbers import whole
from web.views.shell import Live

BEAT = 15.0
"""So often it says what it has said before: a phone that wakes hears that it is alive."""
GAP = 1.0
"""At least so many seconds lie between two boards: many facts at once are one piece of news. How sure places are is none."""
BACK_AFTER = (1_000, 4_000)
"""Milliseconds after which pages come back, each at its own time."""
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

_chance = SystemRandom()


@get("/boards/stream", opt={"action": Action.SEE_BOARD, "public": True})
async def stream(request: Req) -> Stream:
    """Tell the number of a month's current standing, as this reader is shown it, at once and at every change."""
    month = whole(request.query_params.get("month", "")) or 0
    lifetime = float(request.app.state.settings.stream_seconds)
    return Stream(told(month, lifetime), media_type="text/event-stream", headers=HEADERS)


async def told(month: int, lifetime: float) -> AsyncIterator[bytes]:
    """Yield the events of one stream; after its lifetime the page asks anew, and who may no longer read is told no then."""
    clock = asyncio.get_running_loop().time
    ends_at = clock() + lifetime * (1 + _chance.random() / 4)
    yield b"retry: %d\n\n" % _chance.randint(*BACK_AFTER)
    said, said_at = "", 0.0
    while not said or (clock() < ends_at and not drain.draining()):
        version = (await heads()).version(month)
        if version != said or clock() - said_at >= BEAT:
            pause = pause_after(version, said)
            said, said_at = version, clock()
            yield b"event: board\ndata: %s\n\n" % version.encode()
            await asyncio.sleep(min(pause, max(ends_at - clock(), 0)))
        else:
            await live.rung(min(BEAT, max(ends_at - clock(), 0)))


def pause_after(version: str, said: str) -> float:
    """Return how long nothing more is told: what a page hears when it begins is no news, nor how sure the places are."""
    return GAP if said and board_in(version) != board_in(said) else 0.0


async def live_of(month: int, snapshot_id: int) -> Live:
    """Return what a page about a snapshot listens for."""
    return Live(month, version_of(snapshot_id, ranged=snapshot_id in (await heads()).ranged))


HANDLERS = (stream,)

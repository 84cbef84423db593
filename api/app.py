"""The application: what it is made of, and what it opens and closes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State

from api.auth import Guard, require_declarations
from api.outer import Outer
from api.problems import answer
from api.rendered import Rendered
from api.routes import handlers
from api.schema import config
from core import database, drain, queue
from core.bell import BOARDS, PEOPLE, Bell
from core.settings import Settings, signing_secret
from leaderboards.queries import snapshots
from leaderboards.queries.warming import warmed
from months.queries.proof import closed_digests
from org.queries import identities
from web import live

LARGEST_JSON = 10 * 1024 * 1024


def create_app(settings: Settings) -> Litestar:
    """Return the application for these settings; raise ImproperlyConfiguredException for a route without an action."""
    guard = Guard(settings, signing_secret(settings))
    app = Litestar(
        route_handlers=list(handlers()),
        before_request=guard,
        exception_handlers={Exception: answer},
        lifespan=[_opened],
        request_max_body_size=LARGEST_JSON,
        openapi_config=config(),
        logging_config=None,
        state=State({"settings": settings}),
        debug=False,
    )
    require_declarations(app.routes, guard)
    inner = Rendered(app.asgi_handler) if settings.public_board else app.asgi_handler
    app.asgi_handler = Outer(inner, settings)
    return app


@asynccontextmanager
async def _opened(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    await database.init(settings)
    if settings.redis is not None:
        await queue.open_pool(settings.redis)
    bell = Bell(settings, _hearing)
    bell.hear(BOARDS, snapshots.called)
    bell.hear(BOARDS, closed_digests.forget)
    bell.hear(PEOPLE, identities.forget)
    snapshots.listen(live.ring)
    ending = asyncio.create_task(_ended())
    listening = asyncio.create_task(bell.listen())
    await warmed()
    try:
        yield
    finally:
        for one in (listening, ending):
            one.cancel()
        await asyncio.gather(listening, ending, return_exceptions=True)
        await queue.close_pool()
        await database.close()


def _hearing(bell: Bell) -> None:
    """Trust what is remembered only while calls are heard."""
    snapshots.hearing(calls=bell.connected)
    identities.hearing(calls=bell.connected)
    closed_digests.hearing(calls=bell.connected)


async def _ended() -> None:
    """Wake open streams when the process begins to stop, so that they end."""
    await drain.begun()
    live.ring()

"""What a command needs before it can work: settings, servers, tables of the right version, an open pool."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from core import database, log, settings, tables
from core.errors import BadSetup, Problem
from core.language import Text
from core.settings import Settings
from ops.embedded.pair import Addresses, servers

Work = Callable[[Settings], Awaitable[int]]


def with_database(work: Work) -> int:
    """Run work against the database, embedded or given, and return its exit code."""
    found = settings.current()
    log.configure("warning", "text")
    with servers(found) as addresses:
        return asyncio.run(_ready(pointed(found, addresses), addresses, work))


def pointed(found: Settings, addresses: Addresses) -> Settings:
    """Return the settings with the addresses of running servers in them."""
    return msgspec.structs.replace(found, database=addresses.database, owner=addresses.owner, redis=addresses.redis)


async def _ready(found: Settings, addresses: Addresses, work: Work) -> int:
    await require_tables(found, make=addresses.owned and settings.current().database is None)
    await database.init(found)
    try:
        return await work(found)
    finally:
        await database.close()


async def require_tables(found: Settings, *, make: bool) -> None:
    """See that the tables fit this program: make them on an embedded database of our own, else ask for `shifen migrate`."""
    if make:
        await tables.migrate(found)
    elif missing := await pending(found):
        sentence = Text(
            zh="数据库尚未升级(缺少 {names})。请先执行 shifen migrate。",
            en="The database is not up to date (missing {names}). Run shifen migrate first.",
        )
        raise BadSetup(Problem(code="not-migrated", sentence=sentence.format(names=", ".join(missing))))


async def pending(found: Settings) -> list[str]:
    """Return the migrations that the database lacks; raise DatabaseUnreachable or DatabaseNewer."""
    await (await database.connect(tables.as_owner(found))).close()
    return await tables.pending(found)

"""One PostgreSQL and one Valkey for a whole run of the tests, and databases cloned from a migrated template."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import msgspec

from core import database, settings
from core.addresses import Database
from core.settings import Settings
from ops.embedded.pair import Addresses, Pair

TEMPLATE = "shifen_template"
TRIES = 10
HANDED_DOWN = "SHIFEN_TEST_SERVERS"
# Every promise about a crash is tested elsewhere, on servers of its own; here the disk need not be waited for.
QUICK = {"fsync": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def running() -> Iterator[Addresses]:
    """Give the servers of this run: those of the parent process, those the environment names, or a pair of our own."""
    inherited = os.environ.get(HANDED_DOWN)
    if inherited:
        yield msgspec.json.decode(inherited, type=Addresses)
        return
    folder = Path(tempfile.mkdtemp(prefix="shifen tests "))
    pair = Pair(settings.load({**os.environ, "SHIFEN_DATA": str(folder)}), QUICK)
    try:
        addresses = pair.open()
        asyncio.run(_prepare(addresses))
        os.environ[HANDED_DOWN] = msgspec.json.encode(addresses).decode()
        yield addresses
    finally:
        os.environ.pop(HANDED_DOWN, None)
        pair.close()
        shutil.rmtree(folder, ignore_errors=True)


def settings_for(addresses: Addresses, name: str, number: int, data: Path) -> Settings:
    """Return settings that point to one database and one numbered part of the Valkey."""
    plain = settings.load(
        {
            "SHIFEN_DATA": str(data),
            "SHIFEN_BACKUPS": str(data / "backups"),
            "SHIFEN_DRAIN_SECONDS": "0",
            "SHIFEN_STREAM_SECONDS": "0",
        }
    )
    redis = msgspec.structs.replace(addresses.redis, number=number)
    return msgspec.structs.replace(plain, database=addresses.database.named(name), redis=redis)


async def clone(server: Database, name: str, template: str = TEMPLATE) -> Database:
    """Make a database from a template (0.1 s), replacing one of the same name; the template must have no visitor."""
    await drop(server, name)
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.named(name)


async def drop(server: Database, name: str) -> None:
    """Drop a database, whoever is in it; PostgreSQL's own cleaner may not be sent away and is waited for."""
    for left in reversed(range(TRIES)):
        try:
            await _execute(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except asyncpg.InsufficientPrivilegeError:
            if not left:
                raise
            await asyncio.sleep(1)
        else:
            return


async def _prepare(addresses: Addresses) -> None:
    """Make the migrated template."""
    await drop(addresses.database, TEMPLATE)
    await _execute(addresses.database, f'CREATE DATABASE "{TEMPLATE}"')
    await database.migrate(settings_for(addresses, TEMPLATE, 0, Path()))


async def _execute(server: Database, statement: str) -> None:
    connection = await asyncpg.connect(**server.credentials())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()

"""One PostgreSQL and one Valkey for a whole run of the tests, and databases cloned from a migrated template."""

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from core import roles, settings, tables
from core.addresses import Database
from core.settings import Settings
from ops.embedded.pair import Addresses, Pair

TEMPLATE = "shifen_template"
TRIES = 10
APPLICATION = "shifen_tested"
"""The application's role on a server that was given to the tests."""
HANDED_DOWN = "SHIFEN_TEST_SERVERS"
# Every promise about a crash is tested elsewhere, on servers of its own; here the disk need not be waited for.
QUICK = {"fsync": "off", "full_page_writes": "off"}

AS_OWNER = """
CREATE FUNCTION as_owner(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  EXECUTE statement;
END $$
"""
"""What the owner of the tables could do, inside the transaction of a test; in databases of the tests alone."""


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
        addresses = asyncio.run(_prepared(pair.open()))
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
    owner = addresses.owner and addresses.owner.named(name)
    return msgspec.structs.replace(plain, database=addresses.database.named(name), owner=owner, redis=redis)


def owning(addresses: Addresses) -> Database:
    """Return the database as the role that makes and drops databases and owns their tables."""
    return addresses.owner or addresses.database


async def clone(server: Database, name: str, template: str = TEMPLATE) -> Database:
    """Make a database from a template (0.1 s), replacing one of the same name; the template must have no visitor."""
    await drop(server, name)
    await _execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    await _execute(server, f'REVOKE TEMPORARY ON DATABASE "{name}" FROM PUBLIC')  # a copy has the rights of a new one
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


async def _prepared(found: Addresses) -> Addresses:
    """Make the migrated template, and the application's role on a given server whose one role may make another."""
    addresses = await _split(found)
    await drop(owning(addresses), TEMPLATE)
    await _execute(owning(addresses), f'CREATE DATABASE "{TEMPLATE}"')
    await tables.migrate(settings_for(addresses, TEMPLATE, 0, Path()))
    await _execute(owning(addresses).named(TEMPLATE), AS_OWNER)
    return addresses


async def _split(found: Addresses) -> Addresses:
    connection = await asyncpg.connect(**found.database.credentials())
    try:
        if found.owner or not await connection.fetchval(roles.MAY_MAKE_ROLES):
            return found
    finally:
        await connection.close()
    application = msgspec.structs.replace(found.database, user=APPLICATION, password=APPLICATION)
    return msgspec.structs.replace(found, database=application, owner=found.database)


async def _execute(server: Database, statement: str) -> None:
    connection = await asyncpg.connect(**server.credentials())
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def unguard(connection: Any, *names: str) -> None:
    """Do as the owner of tables could do: let their triggers rest and the application's role do everything to them."""
    for name in names:
        await connection.fetchval("SELECT as_owner($1)", f"ALTER TABLE {name} DISABLE TRIGGER USER")
        await connection.fetchval("SELECT as_owner($1)", f"GRANT ALL ON {name} TO PUBLIC")


async def allow_everything(connection: Any) -> None:
    """Let the application's role do to every table what its owner may, so that constraints and triggers stand alone."""
    await connection.fetchval("SELECT as_owner('GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC')")

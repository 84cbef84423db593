"""A measuring stand: servers of our own in a fresh folder, a company of some size, a web process as in production."""

import asyncio
import contextlib
import datetime as dt
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import numpy as np

from core import database, settings, tables
from core.addresses import Database
from core.audit import SYSTEM
from core.settings import Settings
from ops.embedded.pair import Addresses, Pair
from scoring.bulk import copied_in, copy_stream
from scoring.operations.fold import fold_month
from scoring.operations.rules import store_rule_book
from scoring.queries.rules import catalogue
from tests.bench.data import GOLDEN, MONTH, SCALE, Data, checksum, company, kpi_code, rule_book, unit_code

ROOT = Path(__file__).parents[2]
SESSIONS = 500
FACTS = ("kpi_id", "unit_id", "on_day", "item", "revision", "span_days", "num", "den", "sample", "batch_id", "row_no")
FACT_TYPES = (">i2", ">i4", ">i4", ">i2", ">i2", ">i2", ">i8", ">i8", ">i4", ">i4", ">i4")
EPOCH = dt.date(2000, 1, 1)


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[Addresses]:
    """Run PostgreSQL and Valkey in a folder, as durable as in production."""
    pair = Pair(settings.load({"SHIFEN_DATA": str(folder)}))
    try:
        found = pair.open()
        yield msgspec.structs.replace(found, database=found.owner or found.database, owner=None)
    finally:
        pair.close()


def settings_for(addresses: Addresses, name: str, folder: Path) -> Settings:
    """Return settings that point to one database of the stand."""
    plain = settings.load({"SHIFEN_DATA": str(folder), "SHIFEN_STATEMENT_TIMEOUT_MS": "600000"})
    return msgspec.structs.replace(plain, database=addresses.database.named(name), redis=addresses.redis)


async def fresh_database(address: Database, name: str) -> None:
    """Make an empty database, replacing one of the same name."""
    connection = await asyncpg.connect(**address.credentials())
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


async def dropped(address: Database, name: str) -> None:
    """Remove a database of the stand."""
    connection = await asyncpg.connect(**address.credentials())
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def exists(address: Database, name: str) -> bool:
    """Tell whether a database of the stand is there already."""
    connection = await asyncpg.connect(**address.credentials())
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name))
    finally:
        await connection.close()


async def fresh_company(addresses: Addresses, found: Settings, name: str, units: int) -> Data:
    """Make a database with a company of some size and its month; return what was drawn."""
    await fresh_database(addresses.database, name)
    await tables.migrate(found)
    data = known_data(units)
    async with opened(found):
        await stored_facts(data, await settled_company(units))
    return data


async def unit_numbers() -> dict[str, int]:
    """Return the numbers of all units by code."""
    async with database.raw() as connection:
        return dict(map(tuple, await connection.fetch("SELECT code, id FROM unit ORDER BY id")))


@contextlib.asynccontextmanager
async def opened(found: Settings) -> AsyncIterator[None]:
    """Open the pool of this process on a database of the stand."""
    from leaderboards.queries.snapshots import forget
    from org import queries as organisation

    forget()
    organisation.forget()
    await database.init(found)
    try:
        yield
    finally:
        await database.close()


def known_data(units: int) -> Data:
    """Return the month's data; refuse to measure when they are not what they always were."""
    data = company(units)
    if units in GOLDEN and checksum(data) != GOLDEN[units]:
        raise SystemExit(f"the data of {units} units have changed: {checksum(data)}")
    return data


async def settled_company(units: int) -> dict[str, int]:
    """Bring rules and units into an empty database; return the units' numbers by code."""
    await store_rule_book(text=rule_book(), actor=SYSTEM)
    async with database.raw() as connection:
        await connection.execute(
            "INSERT INTO unit (code, name_zh, name_en, kind, peer_group, opened_on) VALUES ('B1', '分公司', 'Branch', 'branch', 'all', '2020-01-01')"
        )
        await connection.execute(
            "INSERT INTO unit (code, name_zh, name_en, kind, peer_group, opened_on)"
            " SELECT 'U' || to_char(n, 'FM000000'), '第' || n || '营业厅', 'Hall ' || n, 'storefront', substr('ABC', 1 + n % 3, 1), '2020-01-01'"
            " FROM generate_series(1, $1::int) n", units,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO membership (unit_id, parent_id, relation, starts_on)"
            " SELECT id, (SELECT id FROM unit WHERE code = 'B1'), 'line', '2020-01-01' FROM unit WHERE code <> 'B1'"
        )
        await connection.execute("UPDATE organisation_revision SET number = number + 1")
    return await unit_numbers()


async def stored_facts(data: Data, units: dict[str, int], month: int = MONTH) -> None:
    """Put a month's facts into the long rows, as one batch."""
    numbers = (await catalogue()).kpis
    ids = np.array([numbers[kpi_code(number)] for number in range(data.values.shape[1])])
    unit_ids = np.array([units[unit_code(number)] for number in range(data.units)])
    rows_of, kpis = np.nonzero(data.known)
    order = np.lexsort([unit_ids[rows_of], ids[kpis]])
    rows_of, kpis = rows_of[order], kpis[order]
    async with database.raw() as connection:
        batch = await connection.fetchval(
            "INSERT INTO import_batch (via, checksum, rows_read, rows_taken, rows_refused, received_at)"
            " VALUES ('bench', $1, $2, $2, 0, now()) RETURNING id", checksum(data), len(rows_of),
        )  # fmt: skip
        rows = copied_in(list(zip(FACTS, FACT_TYPES, strict=True)), len(rows_of))
        rows["kpi_id"], rows["unit_id"], rows["batch_id"], rows["span_days"] = ids[kpis], unit_ids[rows_of], batch, 31
        rows["on_day"] = (dt.date(month // 100, month % 100, 1) - EPOCH).days
        rows["row_no"] = np.arange(len(rows_of))
        rows["num"], rows["den"], rows["sample"] = data.values[rows_of, kpis] * (SCALE // 100), SCALE, 1
        await database.copy_in(connection, "fact", FACTS, copy_stream([rows.tobytes()]))
        await connection.execute("ANALYZE fact")
    await fold_month(month=month)


async def forget_sessions() -> None:
    """Sign everybody out and remove the accounts, so that a stand can be used again."""
    async with database.raw() as connection:
        for table in ("session", "api_token", "role_grant", "account"):
            await connection.execute(f"DELETE FROM {table}")


async def sessions(units: dict[str, int], count: int = SESSIONS) -> list[str]:
    """Sign the managers of some halls in, and an organiser first; return the secrets of their cookies."""
    from org.sessions import stored

    await forget_sessions()
    codes = ["B1", *[code for code in units if code != "B1"][:: max(len(units) // count, 1)][:count]]
    found = [secrets.token_urlsafe(32) for _ in codes]
    async with database.raw() as connection:
        for code, secret in zip(codes, found, strict=True):
            role = "organiser" if code == "B1" else "store_manager"
            account = await connection.fetchval(
                "INSERT INTO account (username, display_name, unit_id, created_at) VALUES ($1, $1, $2, now()) RETURNING id",
                code.lower().replace("b1", "organiser"), units[code],
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO role_grant (account_id, role, scope_id, starts_on) VALUES ($1, $2, $3, '2020-01-01')",
                account,
                role,
                units[code],
            )
            await connection.execute(
                "INSERT INTO session (id, account_id, created_at, seen_at, expires_at) VALUES ($1, $2, now(), now(), now() + interval '11 hours')",
                stored(secret), account,
            )  # fmt: skip
        await connection.execute("UPDATE organisation_revision SET number = number + 1")
        await connection.execute("ANALYZE")
    return found


async def token(units: dict[str, int], actions: str = "import_facts") -> str:
    """Return a key of the organiser alone, by default one that takes facts in."""
    await sessions(units, 1)
    return await key(actions)


async def key(actions: str) -> str:
    """Return a key of the organiser, who has signed in."""
    from org.sessions import TOKEN_PREFIX, stored

    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    async with database.raw() as connection:
        await connection.execute(
            "INSERT INTO api_token (account_id, name, secret_hash, actions, created_at, expires_at)"
            " SELECT id, 'bench', $1, $2, now(), now() + interval '1 day' FROM account WHERE username = 'organiser'",
            stored(secret),
            actions,
        )
    return secret


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(found: Settings, port: int, **more: str) -> dict[str, str]:
    """Return the environment in which our command line serves a database of the stand."""
    address = found.database
    assert address is not None
    assert found.redis is not None
    return {
        **os.environ,
        "DATABASE_URL": address.url(),
        "REDIS_URL": found.redis.url(),
        "SHIFEN_DATA": str(found.data),
        "SHIFEN_PORT": str(port),
        "SHIFEN_LOG_LEVEL": "error",
        **more,
    }


@contextlib.contextmanager
def serving(
    command: list[str], env: dict[str, str], port: int, path: str = "/healthz"
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server and wait until it answers."""
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Ask until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own server
            if answer.status < 500:
                return
        if process.poll() is not None:
            raise SystemExit(f"the server stopped with {process.returncode}")
        time.sleep(0.02)
    raise SystemExit(f"no answer from {address}")


def ours(env: dict[str, str]) -> list[str]:
    """Return the command of our web process."""
    assert env
    return [sys.executable, "-m", "ops.cli", "serve"]


def static(port: int) -> list[str]:
    """Return the command of the limit's web process."""
    options = [
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "error",
        "--loop",
        "uvloop",
        "--http",
        "httptools",
    ]
    return [sys.executable, "-m", "uvicorn", "tests.bench.limits:static_app", *options]


def run(work: Any) -> Any:
    """Run a coroutine to its end."""
    return asyncio.run(work)

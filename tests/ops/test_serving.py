"""Web and worker as processes: ready, draining, stopped, and refusing with a sentence."""

import asyncio
import signal
import time
from pathlib import Path

import asyncpg
import msgspec
import pytest

from core.settings import Settings, load
from ops.connect import pointed as connected
from ops.embedded.pair import Pair
from ops.embedded.process import free_port
from tests.ops.programs import PATIENCE, Program, migrating, pointed, running, status, taken_port, wait_for


async def _do(settings: Settings, statement: str) -> object:
    owner = settings.owner or settings.database
    assert owner
    connection = await asyncpg.connect(**owner.credentials())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_sigterm_drains_before_it_stops(fresh_settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    with running(["serve"], pointed(fresh_settings, port), tmp_path) as web:
        wait_for(port, 200, web)
        web.process.send_signal(signal.SIGTERM)
        wait_for(port, 503, web)
        assert status(port, "/healthz") == 200
        assert web.process.wait(PATIENCE) == 0


def test_ctrl_c_stops_at_once(fresh_settings: Settings, tmp_path: Path) -> None:
    port = free_port()
    with running(["serve"], pointed(fresh_settings, port), tmp_path) as web:
        wait_for(port, 200, web)
        began = time.monotonic()
        assert web.end(signal.SIGINT) == 0
        assert time.monotonic() - began < 2


def test_a_taken_port_gets_a_sentence(fresh_settings: Settings, tmp_path: Path) -> None:
    other, port = taken_port()
    with other, running(["serve"], pointed(fresh_settings, port), tmp_path) as web:
        assert web.process.wait(PATIENCE) == 3
        assert f"Port {port} is taken" in web.said()


async def test_tables_that_are_missing_get_a_sentence(fresh_settings: Settings, tmp_path: Path) -> None:
    assert fresh_settings.database
    empty = msgspec.structs.replace(fresh_settings, database=fresh_settings.database.named("shifen"))
    with running(["serve"], pointed(empty), tmp_path) as web:
        assert web.process.wait(PATIENCE) == 3
        assert "shifen migrate" in web.said()


async def test_a_database_that_is_newer_gets_a_sentence(fresh_settings: Settings, tmp_path: Path) -> None:
    await _do(
        fresh_settings, "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('shifen', '9999_later', now())"
    )
    for command in ("serve", "work", "migrate", "verify"):
        with running([command], pointed(fresh_settings), tmp_path) as program:
            assert program.process.wait(PATIENCE) == 3
            assert "newer than this program" in program.said()


def test_the_worker_stops_when_told(fresh_settings: Settings, tmp_path: Path) -> None:
    with running(["work"], pointed(fresh_settings), tmp_path) as worker:
        time.sleep(3)
        assert worker.end() == 0
        assert "Traceback" not in worker.said()


async def _tries_what_is_asked(found: Settings, worker: Program) -> None:
    """Ask for what nobody knows to do, and wait until the worker has tried."""
    note = "INSERT INTO outbox_note (kind, payload, created_at, run_after) VALUES ('dance', '{}', now(), now())"
    number = await _do(found, f"{note} RETURNING id")
    end = time.monotonic() + PATIENCE
    while not await _do(found, f"SELECT failure FROM outbox_note WHERE id = {number}"):
        assert worker.process.poll() is None, worker.said()
        assert time.monotonic() < end, worker.said()
        await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_the_worker_outlives_both_servers(place: Path) -> None:
    pair = Pair(load({"SHIFEN_DATA": str(place / "own")}))
    addresses = pair.open()
    found = connected(load({}), addresses)
    try:
        with running(["migrate"], migrating(found), place) as tables:
            assert tables.process.wait(PATIENCE) == 0
        with running(["work"], pointed(found), place) as worker:
            await _tries_what_is_asked(found, worker)
            for half in (pair.valkey, pair.postgres):
                assert half
                assert half.child
                half.child.kill()
                half.child.wait()
            await asyncio.sleep(3)
            assert len(pair.heal()) == 2
            await _tries_what_is_asked(found, worker)
            assert worker.end() == 0
    finally:
        pair.close()

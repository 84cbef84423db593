"""The connection over which a process hears calls: when it hangs without a word, nobody trusts it for long."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from core.bell import PEOPLE, Bell
from core.settings import Settings

PATIENCE = 20
HANGS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Ear:
    """A bell and what it has said of itself."""

    def __init__(self, settings: Settings) -> None:
        self.changed = asyncio.Event()
        self.bell = Bell(settings, lambda _: self.changed.set())
        self.calls = 0
        self.bell.hear(PEOPLE, self._called)

    def _called(self) -> None:
        self.calls += 1

    async def becomes(self, *, connected: bool) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.bell.connected is not connected:
                self.changed.clear()
                await self.changed.wait()


@pytest_asyncio.fixture
async def ear(fresh_settings: Settings) -> AsyncIterator[Ear]:
    ear = Ear(fresh_settings)
    listening = asyncio.create_task(ear.bell.listen())
    await ear.becomes(connected=True)
    yield ear
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


async def test_a_connection_that_hangs_is_given_up_and_another_one_calls_everybody(
    ear: Ear, fresh_settings: Settings
) -> None:
    assert fresh_settings.database
    other = await asyncpg.connect(**fresh_settings.database.credentials())
    (hanging,) = [row["pid"] for row in await other.fetch(HANGS)]
    calls = ear.calls
    os.kill(hanging, signal.SIGSTOP)
    try:
        await ear.becomes(connected=False)
        await ear.becomes(connected=True)
        assert ear.calls > calls
    finally:
        os.kill(hanging, signal.SIGCONT)
        await other.close()


async def test_a_connection_with_nothing_to_say_is_kept(ear: Ear) -> None:
    calls = ear.calls
    ear.changed.clear()
    await asyncio.wait({asyncio.ensure_future(ear.changed.wait())}, timeout=2.5)
    assert ear.bell.connected
    assert ear.calls == calls

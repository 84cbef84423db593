"""Fixtures for every test: the servers of the run, a migrated database of its own for each worker, rollback isolation.

`settings`        settings of this worker's database and Valkey number (session)
`database`        the same, with the pool of `core.database` open (session)
`tx`              everything the test writes is rolled back
`fresh_settings`  settings of a new, empty, migrated database for this test alone; no pool is opened on it
`own_database`    the same with the pool open on it; afterwards the worker's own is open again
`browser`         the installed Chromium, driven by Playwright on the session's loop; mark such tests `browser`
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from tortoise.transactions import in_transaction

import core.database
from core.settings import Settings
from leaderboards.faces import showing
from ops.embedded.pair import Addresses
from org.visibility import Face
from tests import chromium
from tests import servers as run
from tests.memory import forget

_stack = ExitStack()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
NUMBER = int(WORKER.removeprefix("gw")) % 15 + 1


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers before the workers are: they inherit the addresses."""
    distributed = getattr(config.option, "numprocesses", None)
    if distributed and not hasattr(config, "workerinput"):
        _stack.enter_context(run.running())


def pytest_unconfigure() -> None:
    """Stop the servers after the last worker."""
    _stack.close()


@pytest.fixture(scope="session")
def servers() -> Iterator[Addresses]:
    """Give the addresses of the run's PostgreSQL and Valkey."""
    with run.running() as addresses:
        yield addresses


@pytest_asyncio.fixture(scope="session")
async def settings(servers: Addresses, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Settings]:
    """Give the settings of this worker's own migrated database."""
    name = f"shifen_{WORKER}"
    await run.clone(run.owning(servers), name)
    yield run.settings_for(servers, name, NUMBER, tmp_path_factory.mktemp("data"))
    await run.drop(run.owning(servers), name)


@pytest_asyncio.fixture(scope="session")
async def database(settings: Settings) -> AsyncIterator[Settings]:
    """Open the pool on this worker's database."""
    await core.database.init(settings)
    yield settings
    await core.database.close()


class _RollbackError(Exception):
    """Ends the transaction of a test."""


@pytest_asyncio.fixture
async def tx(database: Settings) -> AsyncIterator[None]:
    """Run the test inside a transaction that is rolled back; transactions of the code become savepoints.

    What the test reads by itself it reads as those who see a frozen month; the application shows what its readers may see.
    """
    forget()
    with suppress(_RollbackError), showing(Face.INNER):
        async with in_transaction("default"):
            yield
            raise _RollbackError


@pytest_asyncio.fixture
async def fresh_settings(servers: Addresses, tmp_path: Path) -> AsyncIterator[Settings]:
    """Give the settings of an empty migrated database made for this test."""
    name = f"shifen_{WORKER}_{uuid4().hex[:8]}"
    await run.clone(run.owning(servers), name)
    yield run.settings_for(servers, name, NUMBER, tmp_path)
    await run.drop(run.owning(servers), name)


@pytest_asyncio.fixture
async def own_database(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Open the pool on a new, empty, migrated database for this test, and on the worker's own afterwards."""
    await core.database.close()
    forget()
    await core.database.init(fresh_settings)
    with showing(Face.INNER):
        yield fresh_settings
    await core.database.close()
    forget()
    await core.database.init(database)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start the installed Chromium; without one the test is skipped, and fails where CI is set."""
    program = chromium.program()
    if program is None:
        sentence = f"no Chromium is installed: {chromium.INSTALL}"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=chromium.arguments())
        yield started
        await started.close()

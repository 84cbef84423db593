from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar

from api.app import create_app
from core.settings import Settings
from tests.cast import MONTH, Cast, cast
from tests.months.story import ran
from tests.web.reader import Reader

__all__ = ["cast"]


@pytest.fixture(scope="session")
def app(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application on the pool of the test."""
    folder: Path = tmp_path_factory.mktemp("pages")
    return create_app(msgspec.structs.replace(settings, data=folder, secret="p" * 40))


@pytest_asyncio.fixture
async def reader(app: Litestar, cast: Cast) -> AsyncIterator[Reader]:
    """Somebody with a browser, not signed in; no month has been scored."""
    async with Reader(app) as found:
        yield found


@pytest_asyncio.fixture
async def story(cast: Cast) -> Cast:
    """The cast with a month that ran and was scored."""
    await ran(cast, MONTH)
    return cast

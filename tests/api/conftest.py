from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar

from api.app import create_app
from core.settings import Settings
from tests.api.browser import Browser
from tests.cast import Cast, cast

__all__ = ["cast"]


@pytest.fixture(scope="session")
def app(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application on the pool of the test; its own opening is tested with a real server."""
    folder: Path = tmp_path_factory.mktemp("app")
    return create_app(msgspec.structs.replace(settings, data=folder, secret="s" * 40))


@pytest_asyncio.fixture
async def anybody(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with Browser(app) as browser:
        yield browser

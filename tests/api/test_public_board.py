from collections.abc import AsyncIterator

import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar

from api.app import create_app
from core.settings import Settings
from tests import factories
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.months.story import QUALITY, month_facts


@pytest.fixture(scope="session")
def opened(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    folder = tmp_path_factory.mktemp("public")
    return create_app(msgspec.structs.replace(settings, data=folder, secret="s" * 40, public_board=True))


@pytest_asyncio.fixture
async def stranger(opened: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    """Somebody from the street, in front of a board that the organisers have made public."""
    await factories.facts(month_facts(MONTH, QUALITY))
    await factories.scored(MONTH)
    async with Browser(opened) as browser:
        yield browser


async def test_a_board_is_closed_to_strangers_unless_it_was_made_public(anybody: Browser) -> None:
    assert (await anybody.get("/api/v1/boards/storefront")).status_code == 401


async def test_strangers_read_a_public_board_and_nothing_else(stranger: Browser, cast: Cast) -> None:
    answer = await stranger.get("/api/v1/boards/storefront")
    assert answer.status_code == 200, answer.text
    for path in (
        f"/api/v1/units/{cast['S1']}/card",
        "/api/v1/months",
        "/api/v1/me",
        f"/api/v1/departments/{cast['NWD']}",
    ):
        assert (await stranger.get(path)).status_code == 401, path


async def test_no_cookie_is_given_to_strangers(stranger: Browser) -> None:
    assert "set-cookie" not in (await stranger.get("/api/v1/boards/storefront")).headers


async def test_a_public_reading_tells_nobodys_own_place(stranger: Browser, cast: Cast) -> None:
    answer = await stranger.get(f"/api/v1/boards/storefront/reading?unit={cast['S1']}")
    assert answer.json()["place"] is None

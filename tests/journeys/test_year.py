"""A year is planned with one button, a month of it is altered, checked, announced by two people and read by those who take part."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import core.database
from core.clock import today
from core.settings import Settings
from tests.cast import enrol
from tests.journeys.test_browser import home, signed_in
from tests.memory import forget

__all__ = ["home"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
SOON_MS = 20_000


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Give the settings of a database with the cast and no month at all."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    await enrol()
    yield fresh_settings
    await core.database.close()
    await core.database.init(database)
    forget()


async def test_a_year_from_the_themes_to_the_rules_that_everybody_reads(browser: Browser, home: str) -> None:
    year = today().year + 1
    async with signed_in(browser, home, "sulan") as organiser:
        await organiser.goto(f"{home}/months")
        await organiser.click("main .head-tools a")
        if str(year) not in organiser.url:
            await organiser.click(f"nav a[href='/plans/{year}']")
        await organiser.click("button[name=from][value=themes]")
        await organiser.wait_for_selector(".flash")
        card = organiser.locator(".year li", has_text="可以发布").first
        await card.locator("a.btn").click()
        await organiser.wait_for_url("**/plan")
        month = organiser.url.split("/")[-2]
        await refused_without_words(organiser)
        await organiser.click("form[action$='/plan/propose'] button")
        await organiser.wait_for_selector(".flash")
    async with signed_in(browser, home, "heqing") as second:
        await second.goto(f"{home}/notices")
        await second.get_by_text("等待第二人批准").click()
        await second.wait_for_url(f"**/months/{month}/plan")
        await second.click("form[action$='/plan/approve'] button")
        await second.wait_for_selector(".flash")
    async with signed_in(browser, home, "zhouhe") as clerk:
        await clerk.goto(f"{home}/months/{month}/rules")
        assert "请客户说真话。" in await clerk.inner_text("main")
        assert "苏岚" in await clerk.inner_text("main")


async def refused_without_words(organiser: Page) -> None:
    """See the check refuse a title in one language, mend it, and save."""
    title = await organiser.input_value("#title_en")
    await organiser.fill("#title_en", "")
    await organiser.get_by_text("中文和英文都要写").first.wait_for(timeout=SOON_MS)
    await organiser.fill("#title_en", title)
    await organiser.fill("#about_zh", "请客户说真话。")
    await organiser.fill("#about_en", "We ask for the truth.")
    await organiser.click(".plan-save button")
    await organiser.wait_for_selector(".flash")

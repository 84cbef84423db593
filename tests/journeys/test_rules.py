"""Rules on their whole way in a real browser: draft, checks, trial, proposal, a second person, and the next month uses them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import core.database
from core import period
from core.clock import today
from core.settings import Settings
from scoring.queries.rules import rules_of
from tests.cast import BEFORE, MONTH, enrol
from tests.factories import SMALL_BOOK
from tests.journeys.test_browser import home, signed_in
from tests.memory import forget
from tests.months.story import closed, ran

__all__ = ["home"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEXT = SMALL_BOOK.read_text(encoding="utf-8")
OTHER = TEXT.replace('SAT = "40"\nVISIT = "30"\nSMILE', 'SAT = "20"\nVISIT = "50"\nSMILE')
SLOW_MS = 60_000
WRITE = "text => { document.getElementById('text').value = text; }"


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Give the settings of a database in which the cast has a closed month and one to close behind it."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    cast = await enrol()
    await ran(cast, BEFORE)
    await closed(cast, BEFORE)
    await ran(cast, MONTH, {"S1": 80, "S2": 88, "S3": 92, "S4": 70})
    yield fresh_settings
    await core.database.close()
    await core.database.init(database)
    forget()


async def written(page: Page, text: str) -> None:
    """Put a text into the draft and save it."""
    await page.evaluate(WRITE, text)
    await page.get_by_role("button", name="保存", exact=True).click()
    await page.wait_for_selector(".flash")


async def drafted(page: Page, home: str) -> None:
    """Begin a draft, see that a broken text is told its line, then write the other weights."""
    await page.goto(f"{home}/drafts")
    await page.fill("#name", "暗访加权")
    await page.click("form[action='/drafts'] button.primary")
    await page.wait_for_selector("#text")
    await written(page, "code = ")
    assert await page.get_by_text("不是有效的 TOML：第 1 行").count() == 1
    assert await page.get_by_role("button", name="开始试算").is_disabled()
    await written(page, OTHER)


async def tried(page: Page) -> None:
    """Try the draft on both months, wait for the report, and look at it on a telephone."""
    for wanted in (BEFORE, MONTH):
        await page.check(f"input[name=month][value='{wanted}']")
    await page.get_by_role("button", name="开始试算").click()
    await page.wait_for_selector(".said-list", timeout=SLOW_MS)
    assert "总分" in await page.inner_text(".said-list")
    assert await page.locator("svg.slope").count() == 2
    await page.set_viewport_size({"width": 390, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.set_viewport_size({"width": 1440, "height": 900})


async def proposed(page: Page, home: str, month: int) -> str:
    """Put the draft before a second person and return the address of the proposal."""
    await page.goto(f"{home}/drafts")
    await page.click("main .rows a >> nth=0")
    await page.select_option("select[name=month]", str(month))
    await page.fill("#why", "暗访更能说明服务")
    await page.get_by_role("button", name="送第二人批准").click()
    await page.wait_for_url("**/rule-proposals/*")
    assert await page.get_by_text("须由另一个人批准").count() == 1
    return page.url.partition("?")[0]


async def test_from_a_draft_to_the_rules_of_the_next_month(browser: Browser, home: str) -> None:
    month = period.shifted(period.month_of(today()), 1)
    async with signed_in(browser, home, "heqing") as page:
        await drafted(page, home)
        await tried(page)
        proposal = await proposed(page, home, month)
    async with signed_in(browser, home, "sulan") as page:
        await page.goto(proposal)
        assert await page.locator("table.difference tbody tr").count() == 2
        await page.get_by_role("button", name="批准").click()
        await page.wait_for_selector(".flash")
        assert "第 2 版" in await page.inner_text("main")
        await page.goto(f"{home}/months")
        await page.select_option("select[name=month]", str(month))
        await page.locator("form[action='/months'] button").click()
        await page.wait_for_url(f"**/months/{month}*")
    forget()
    versions = [(await rules_of(one)).book.scorecards["storefront"]["VISIT"] for one in (BEFORE, MONTH, month)]
    assert [str(one) for one in versions] == ["30", "30", "50"]

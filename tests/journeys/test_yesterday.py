"""What changed since yesterday and why, on the phone of a store manager: the causes stand there and add up, page and interface alike."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio
import time_machine
from playwright.async_api import Browser, Page

import core.database
import leaderboards.operations
from core import outbox
from core.clock import now, today
from core.database import transaction
from core.period import first_day, month_of
from core.settings import Settings
from scoring.operations.fold import fold_month
from tests import factories
from tests.cast import enrol
from tests.factories import Fact
from tests.journeys.test_browser import home, signed_in
from tests.memory import forget
from tests.months.story import QUALITY, month_facts, planned

__all__ = ["home"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
PATIENCE = 30_000


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Give the settings of a database in which a month runs today, with a board of yesterday evening."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    month = month_of(today())
    with time_machine.travel(now() - timedelta(days=1), tick=True):
        await planned(await enrol(), month)
        await factories.facts(month_facts(month, QUALITY), at=now())
        await fold_month(month=month)
        await leaderboards.operations.recompute(month)
    yield fresh_settings
    await core.database.close()
    await core.database.init(database)
    forget()


async def came(on: date) -> None:
    """Today a new visit of the own hall comes in, a correction of its smiles, and a visit of another hall."""
    first = first_day(month_of(on))
    async with transaction():
        rows = [
            Fact("S1", "VISIT", max(on, first + timedelta(days=1)), 60, 1),
            Fact("S1", "SMILE", first, 70, 100),
            Fact("S2", "VISIT", max(on, first + timedelta(days=1)), 100, 1),
        ]
        await factories.facts(rows, at=now())
        await outbox.note("fold", {"month": month_of(on), "units": None})


def number(text: str) -> Decimal:
    return Decimal(text.strip().replace("−", "-").replace("+", ""))


async def causes(page: Page, listing: str) -> dict[str, Decimal]:
    """Return what stands in a list of causes: the points by name."""
    rows = await page.locator(f"{listing} li").all()
    return {
        (await row.locator("span").first.inner_text()).strip(): number(await row.locator("b").first.inner_text())
        for row in rows
    }


async def told(page: Page, home: str) -> dict[str, Decimal]:
    """Return the causes on the home page as soon as the worker has scored what came in."""
    for _ in range(30):
        await page.goto(home)
        await page.wait_for_selector(".since", timeout=PATIENCE)
        found = await causes(page, ".since .loss-list")
        if len(found) > 1:
            return found
        await page.wait_for_timeout(500)
    return found


async def test_a_store_manager_reads_what_changed_since_yesterday_and_why(browser: Browser, home: str) -> None:
    await came(today())
    async with signed_in(browser, home, "linyue") as manager:
        await manager.set_viewport_size(PHONE)  # type: ignore[arg-type]  # playwright names the two numbers
        short = await told(manager, home)
        assert {"自己的新数据", "更正与撤回"} <= set(short)
        assert sum(short.values()) == number(await manager.inner_text(".since .card-title b"))
        await manager.click(".since a.btn")
        await manager.wait_for_url("**/since?**")
        assert await causes(manager, ".gain-list") == short
        assert "各项原因相加正好等于总分变化" in await manager.inner_text("main")
        assert await manager.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        unit = manager.url.partition("/units/")[2].partition("/")[0]
        answer = await (await manager.request.get(f"{home}/api/v1/units/{unit}/since")).json()
        assert {part["name"]["zh"]: Decimal(part["points"]) for part in answer["parts"]} == short
        assert Decimal(answer["total_after"]) - Decimal(answer["total_before"]) == sum(short.values())

"""From the sealed result to the prize: released, revealed on stage, ended by the host, shown publicly, objected to and decided."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import core.database
from core.database import raw
from core.settings import Settings
from tests.cast import MONTH, enrol
from tests.journeys.test_browser import home, press, signed_in
from tests.memory import forget
from tests.months.story import closed, ran

__all__ = ["home"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = f"/months/{MONTH}"
REVEAL, NOTICE, AWARDS = f"{PAGE}/reveal", f"{PAGE}/notice", f"/awards?month={MONTH}"
HELD = "main .chip:text-is('暂缓兑现')"
WHY = "本月有一次投诉没有计入，请核实。"


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Give the settings of a database in which the cast has a closed month whose ceremony is the day after tomorrow."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    cast = await enrol()
    await ran(cast)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = now() + interval '2 days'")
    await closed(cast)
    yield fresh_settings
    await core.database.close()
    await core.database.init(database)
    forget()


async def test_from_release_to_a_decided_objection(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "heqing") as personnel:
        await personnel.goto(home + PAGE)
        await press(personnel, f"{PAGE}/publish")
        assert "待揭晓" in await personnel.inner_text("main h1")
    async with signed_in(browser, home, "yaoxing") as host, signed_in(browser, home, "zhouhe") as clerk:
        await clerk.goto(home + AWARDS)
        assert "第 1 名" not in await clerk.inner_text("main")
        await host.goto(home + REVEAL)
        first = await host.inner_text(".reveal-next h2")
        await host.keyboard.press("Enter")
        await host.wait_for_url("**said=revealed")
        await clerk.goto(home + AWARDS)
        assert (await clerk.inner_text("main")).count("第 1 名") == 1
        assert first in await clerk.inner_text("main")
        await ended(host)
        await clerk.goto(home + AWARDS)
        assert (await clerk.inner_text("main")).count("第 1 名") > 1
    await objected(browser, home)


async def ended(host: Page) -> None:
    """End the ceremony with winners unrevealed: the host is asked first."""
    end = f"form[action='{PAGE}/ceremony/end']"
    await host.click(f"{end} button")
    assert "/reveal" in host.url
    await host.check(f"{end} input[name=sure]")
    async with host.expect_navigation():
        await host.click(f"{end} button")
    assert "已公布" in await host.inner_text("main h1")


async def objected(browser: Browser, home: str) -> None:
    """Object to one line during the notice; it is held back until the auditor has decided, and the objector is told."""
    async with signed_in(browser, home, "linyue") as manager:
        await manager.goto(home + NOTICE)
        assert await manager.locator(HELD).count() == 0
        await manager.select_option("#line", index=1)
        await manager.fill("#text", WHY)
        await press(manager, f"{PAGE}/objections")
        assert await manager.locator(HELD).count() == 1
        async with signed_in(browser, home, "baishu") as auditor:
            await auditor.goto(home + NOTICE)
            assert WHY in await auditor.inner_text("main")
            await auditor.fill("form[action^='/objections/'] textarea", "已核实，该投诉无责。")
            async with auditor.expect_navigation():
                await auditor.click("form[action^='/objections/'] button[value=rejected]")
        await manager.goto(f"{home}/notices")
        assert "异议不成立" in await manager.inner_text("main")
        await manager.goto(home + NOTICE)
        assert "已核实，该投诉无责。" in await manager.inner_text("main")

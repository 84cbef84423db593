"""A department head answers for a loss with two taps on a telephone, and the branch reads it, in a real browser."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from tests.cast import MONTH
from tests.journeys.test_browser import home, signed_in, town

__all__ = ["home", "town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE: ViewportSize = {"width": 390, "height": 844}


async def _follow(page: Page, link: str) -> None:
    """Click a link and wait for its page, since a click alone may leave the reader on the old one."""
    async with page.expect_navigation():
        await page.click(link)


async def test_two_taps_on_a_telephone_take_a_loss_on_and_the_branch_reads_it(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "guwei") as page:
        await page.set_viewport_size(PHONE)
        await page.goto(f"{home}/departments?month={MONTH}")
        await _follow(page, "text=逐条看原因并答复")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        line = page.locator("#line-1")
        await line.locator("summary", has_text="认领").click()
        await line.get_by_role("button", name="确认认领").click()
        await page.wait_for_selector("text=答复已记录")
        assert "已认领" in await page.locator("#line-1").inner_text()
        await _follow(page, "#line-1 a:has-text('看数据')")
        assert "柳渚分公司" in await page.inner_text("main")
    async with signed_in(browser, home, "gaoyuan") as page:
        await page.set_viewport_size(PHONE)
        await page.goto(f"{home}/boards?kind=branch&month={MONTH}")
        await _follow(page, "main a:has-text('柳渚分公司')")
        await _follow(page, "text=逐项看份额与答复")
        await page.evaluate("document.querySelectorAll('details.whose-kpi').forEach(kpi => { kpi.open = true })")
        assert "已认领" in await page.inner_text("main")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

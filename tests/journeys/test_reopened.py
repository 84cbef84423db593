"""A sealed month that was wrong: opened again, closed as its second version, and published though the ceremony is called off."""

import pytest
from playwright.async_api import Browser

from tests.cast import MONTH
from tests.journeys.test_browser import home, open_for, press, signed_in
from tests.journeys.test_ceremony import town

__all__ = ["home", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = f"/months/{MONTH}"


async def test_a_second_version_after_a_reopening_and_a_ceremony_that_never_was(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "heqing") as personnel:
        await personnel.goto(home + PAGE)
        await personnel.click(f"details:has(form[action='{PAGE}/reopen']) summary")
        await personnel.fill("#reopen", "一份数据登错了营业厅。")
        await press(personnel, f"{PAGE}/reopen")
        assert "核实" in await personnel.inner_text("main h1")
    async with signed_in(browser, home, "sulan") as organiser:
        await open_for(organiser, home + PAGE, f"{PAGE}/propose")
        for reason in await organiser.locator("input[name='waive']").all():
            await reason.check()
        await organiser.fill("#why", "数据已改正")
        await press(organiser, f"{PAGE}/propose")
    async with signed_in(browser, home, "baishu") as auditor:
        await auditor.goto(home + PAGE)
        await press(auditor, f"{PAGE}/approve")
        assert "第 2 版" in await auditor.inner_text("main")
        await auditor.goto(f"{home}{PAGE}/verify")
        assert await auditor.get_by_text("已重新打开").count() == 1
    async with signed_in(browser, home, "heqing") as personnel:
        await personnel.goto(home + PAGE)
        await press(personnel, f"{PAGE}/publish")
        assert "待揭晓" in await personnel.inner_text("main h1")
    async with signed_in(browser, home, "yaoxing") as host:
        await host.goto(f"{home}{PAGE}/reveal")
        await host.click(f"details:has(form[action='{PAGE}/ceremony/cancel']) summary")
        await host.fill("#why", "会场停电")
        await press(host, f"{PAGE}/ceremony/cancel")
        assert "已公布" in await host.inner_text("main h1")

"""Odd facts set aside in a real browser: found, proposed, previewed, applied by a second person, seen on the board, undone."""

import pytest
from playwright.async_api import Browser, Page

from core.clock import now
from core.database import raw
from tests.cast import MONTH, day
from tests.journeys.test_browser import FIRST, home, signed_in, town

__all__ = ["home", "town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 60_000


async def found() -> None:
    """Put there what the watch finds: the best hall's visits have leapt from the month before."""
    async with raw() as connection:
        await connection.execute(
            "INSERT INTO finding (month, kind, unit_id, kpi_id, on_day, strength, detail, found_at)"
            " SELECT $1, 'jump', u.id, k.id, $2, 2500, $3, $4 FROM unit u, kpi k WHERE u.code = 'S1' AND k.code = 'VISIT'",
            MONTH, day(1), '{"value":"93","before":"71","times":"20"}', now(),
        )  # fmt: skip


async def stored() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM fact"))


async def total(page: Page, home: str) -> str:
    """Return the total of the best hall as the board shows it now."""
    await page.goto(f"{home}/boards?month={MONTH}&kind=storefront")
    return (await page.locator("table.board tbody tr", has_text=FIRST).locator("td").last.inner_text()).strip()


async def totalled(page: Page, home: str, wanted: str) -> None:
    """Wait until the board shows a total; boards are scored inside the change, pages may hold the one before for a moment."""
    for _ in range(40):
        if await total(page, home) == wanted:
            return
        await page.wait_for_timeout(250)
    assert await total(page, home) == wanted


async def proposed(page: Page, home: str) -> tuple[str, str, str]:
    """Propose to set the facts of the finding aside; return the path of the change set, the total before and after."""
    await page.goto(f"{home}/months/{MONTH}/watch")
    await page.click(f"main a:has-text('{FIRST}')")
    await page.fill("textarea[name=why]", "与录像不符")
    await page.click("button[value=quarantine]")
    await page.wait_for_selector(".figures", timeout=PATIENCE)
    assert "变更要由两个不同的人完成" in await page.inner_text("main")
    assert await page.is_disabled("form[action$='/apply'] button")
    row = page.locator("main table tr", has_text=FIRST).filter(has_text="→").last
    before, _, after = (await row.locator("td").nth(-2).inner_text()).partition(" → ")
    return page.url.removeprefix(home).partition("?")[0], before.strip(), after.strip()


async def test_odd_facts_are_set_aside_by_two_people_and_come_back(browser: Browser, home: str) -> None:
    await found()
    facts = await stored()
    async with signed_in(browser, home, "sulan") as organiser:
        path, before, after = await proposed(organiser, home)
        assert before != after
        await totalled(organiser, home, before)
        async with signed_in(browser, home, "baishu") as auditor:
            await auditor.click("main a:has-text('去看变更')")
            await auditor.click(f"main a:has-text('{FIRST}')")
            assert auditor.url == home + path
            await auditor.click("form[action$='/apply'] button")
            await auditor.wait_for_selector(".flash")
            await totalled(organiser, home, after)
            await auditor.fill("#cancel-why", "录像核实无误")
            await auditor.click("form[action$='/cancel'] button")
            await auditor.wait_for_selector(".flash")
            assert "已撤销" in await auditor.inner_text("h1")
        await totalled(organiser, home, before)
    assert await stored() == facts

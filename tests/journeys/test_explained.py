"""What if on a phone: a thumb, the arrow keys, and a browser without script; and a receipt that fits one sheet of paper."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.cast import PASSWORD
from tests.journeys.test_browser import home, town

__all__ = ["home", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
PAGES = re.compile(rb"/Type\s*/Pages[^>]*/Count\s+(\d+)|/Count\s+(\d+)[^>]*/Type\s*/Pages")
SIXTY = """() => {
  const body = document.querySelector(".paper-table tbody")
  const rows = [...body.rows]
  for (let n = rows.length; n < 60; n++) body.append(rows[n % rows.length].cloneNode(true))
  document.querySelector(".paper").classList.add("many")
}"""
WIDE = "document.documentElement.scrollWidth"


@asynccontextmanager
async def phone(browser: Browser, home: str, *, script: bool = True) -> AsyncIterator[Page]:
    """Give a page of a phone on which a store manager has signed in; whatever it complains about fails the test."""
    context = await browser.new_context(viewport=PHONE, has_touch=True, locale="zh-CN", java_script_enabled=script)  # type: ignore[arg-type]  # playwright names the two numbers
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(f"{home}/sign-in")
    await page.fill("#username", "linyue")
    await page.fill("#password", PASSWORD)
    await page.click("form[action='/sign-in'] button.primary")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    assert complaints == []
    await context.close()


async def own(page: Page) -> str:
    """Return the address of the reader's own hall."""
    found = await page.locator("a[href^='/units/']").first.get_attribute("href")
    assert found is not None
    return found.partition("?")[0]


async def total(page: Page) -> str:
    return await page.inner_text("#outcome .try-total b")


async def test_a_slider_moves_the_total_by_keys_and_back(browser: Browser, home: str) -> None:
    async with phone(browser, home) as page:
        await page.goto(f"{home}{await own(page)}/what-if")
        assert await page.evaluate(WIDE) <= PHONE["width"]
        before = await total(page)
        slider = page.locator("input[type=range]").first
        await slider.focus()
        start = await slider.input_value()
        for _ in range(6):
            await page.keyboard.press("ArrowLeft")
        assert await slider.input_value() != start
        await expect(page.locator("#outcome .move.down")).to_be_visible()
        assert await total(page) != before
        shown = await page.locator(f"output[for='{await slider.get_attribute('id')}']").inner_text()
        assert shown == await slider.input_value()
        for _ in range(6):
            await page.keyboard.press("ArrowRight")
        await expect(page.locator("#outcome .move")).to_have_count(0)
        assert await total(page) == before


async def test_a_thumb_on_the_slider_does_the_same(browser: Browser, home: str) -> None:
    async with phone(browser, home) as page:
        await page.goto(f"{home}{await own(page)}/what-if")
        slider = page.locator("input[type=range]").nth(1)
        await slider.scroll_into_view_if_needed()
        box = await slider.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        await page.touchscreen.tap(box["x"] + 8, box["y"] + box["height"] / 2)
        await expect(page.locator("#outcome .move")).to_be_visible()
        assert await page.locator("#outcome .try-lines li").count() == 1


async def test_without_script_a_form_does_it(browser: Browser, home: str) -> None:
    async with phone(browser, home, script=False) as page:
        await page.goto(f"{home}{await own(page)}/what-if")
        before = await total(page)
        slider = page.locator("input[type=range]").first
        await slider.focus()
        for _ in range(10):
            await page.keyboard.press("ArrowLeft")
        moved = await slider.input_value()
        await page.click("form[data-sliders] button")
        await page.wait_for_url(lambda url: "v." in url)
        assert await total(page) != before
        assert await page.locator("input[type=range]").first.input_value() == moved


async def test_the_unit_page_fetches_what_lifts_it(browser: Browser, home: str) -> None:
    async with phone(browser, home) as page:
        await page.goto(f"{home}{await own(page)}")
        await expect(page.locator("#lifts")).to_be_visible()
        assert await page.evaluate(WIDE) <= PHONE["width"]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_receipt_is_one_sheet_of_paper(browser: Browser, home: str, theme: str) -> None:
    async with phone(browser, home) as page:
        for language in ("zh", "en"):
            await page.context.add_cookies([{"name": "language", "value": language, "url": home}])
            await page.goto(f"{home}{await own(page)}/receipt")
            await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            paper = await page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
            counts = [int(one or other) for one, other in PAGES.findall(paper)]
            assert counts == [1], language
            await page.go_back()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_branch_with_sixty_lines_still_has_one_sheet(browser: Browser, home: str, language: str) -> None:
    async with phone(browser, home) as page:
        await page.context.add_cookies([{"name": "language", "value": language, "url": home}])
        await page.goto(f"{home}{await own(page)}/receipt")
        await page.evaluate(SIXTY)
        paper = await page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
        assert [int(one or other) for one, other in PAGES.findall(paper)] == [1]

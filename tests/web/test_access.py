"""Nobody is shut out: axe finds nothing on any page, light and dark, on a desk and on a phone, and no page is wider than its screen."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Route

from leaderboards.operations import range_places
from leaderboards.queries.snapshots import forget
from tests.cast import MONTH, Cast
from tests.web.reader import HOME, Reader
from web.assets import assets

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WIDTHS = (1440, 390)
THEMES = ("light", "dark")
FINDINGS = """axe.run().then(found => found.violations.map(
    one => one.id + ": " + one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", ")))"""
PAGES = {
    "linyue": (
        "/",
        "/boards",
        "/units/{S1}",
        "/units/{S1}/kpis/VISIT",
        "/units/{S1}/receipt",
        "/units/{S1}/what-if",
        "/rules/compare",
        "/awards",
        "/account",
    ),
    "sulan": (
        "/",
        "/months",
        "/months/202610",
        "/intake",
        "/completeness?card=storefront",
        "/coaching",
        "/exports",
        "/rules",
        "/rules/check",
        "/months/202610/exceptions",
    ),
    "guwei": ("/departments/{NWD}",),
    "admin": ("/people", "/units", "/audit"),
}


async def shown(page: Page, html: str) -> None:
    """Show a page that was fetched before; its files come from memory and nothing else is answered."""

    async def fulfil(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = assets().get(path.removeprefix("/static/"))
        if path == "/shown":
            await route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif file is not None:
            await route.fulfill(body=file.content, content_type=file.media_type)
        else:
            await route.abort()

    await page.route("**/*", fulfil)
    await page.goto(f"{HOME}/shown")
    await page.add_script_tag(content=AXE.read_text("utf-8"))


@pytest.mark.parametrize(("username", "paths"), PAGES.items(), ids=list(PAGES))
async def test_axe_finds_nothing(
    username: str, paths: tuple[str, ...], reader: Reader, story: Cast, browser: Browser
) -> None:
    await range_places(MONTH)
    forget()
    await reader.sign_in(username)
    found = []
    for path in paths:
        address = path.format(**story.units)
        page = await browser.new_page()
        await shown(page, await reader.read(address))
        for theme in THEMES:
            await page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            for width in WIDTHS:
                await page.set_viewport_size({"width": width, "height": 900})
                found += [f"{address} {theme} {width}: {one}" for one in await page.evaluate(FINDINGS)]
                wide = await page.evaluate("document.documentElement.scrollWidth")
                found += [f"{address} {width}: {wide} px wide"] if wide > width else []
        await page.close()
    assert found == []


async def test_the_keyboard_reaches_the_content_first(reader: Reader, story: Cast, browser: Browser) -> None:
    await reader.sign_in("linyue")
    page = await browser.new_page()
    await shown(page, await reader.read("/boards"))
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    await page.close()


async def test_a_page_asks_no_other_host(reader: Reader, story: Cast, browser: Browser) -> None:
    await reader.sign_in("linyue")
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await shown(page, await reader.read("/"))
    assert [url for url in asked if not url.startswith(HOME)] == []
    await page.close()

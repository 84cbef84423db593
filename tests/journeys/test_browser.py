"""The whole way in a real browser, with server and worker as processes of their own: from upload to export."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import openpyxl
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

import core.database
from core.database import raw
from core.settings import Settings
from ops.embedded.process import free_port
from tests.cast import MONTH, PASSWORD, enrol
from tests.memory import forget
from tests.months.story import ran
from tests.ops.programs import pointed, running, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUALITY = {"S1": 93, "S2": 90, "S3": 86, "S4": 76}
VISITS = """单位编码,指标,日期,数值,有效样本
S2,VISIT,2026-10-20,100,60
S2,SMILE,2026-10-20,100,600
"""
FIRST, SECOND, LAST = "听雨路营业厅", "望舒街营业厅", "拾光里营业厅"
SOON = 20
"""Seconds within which the worker has scored what came in."""


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Settings]:
    """Give the settings of a database in which the cast has a month behind it, whose late data are awaited until tomorrow."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    await ran(await enrol(), MONTH, QUALITY)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET cut_off_at = now() + interval '1 day'")
    yield fresh_settings
    await core.database.close()
    await core.database.init(database)
    forget()


@pytest.fixture
def home(town: Settings, tmp_path: Path) -> Iterator[str]:
    """Run the server and the worker, and give the address of the pages."""
    port = free_port()
    told = pointed(town, port)
    with running(["serve"], told, tmp_path) as server, running(["work"], told, tmp_path):
        wait_for(port, 200, server)
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def signed_in(browser: Browser, home: str, username: str, *, borne: str = "\0") -> AsyncIterator[Page]:
    """Give a page on which somebody of the cast has signed in; whatever a page complains about, but what is borne, fails the test."""
    context = await browser.new_context(locale="zh-CN", accept_downloads=True)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" and borne not in said.text else None,
    )
    await page.goto(f"{home}/sign-in")
    await page.fill("#username", username)
    await page.fill("#password", PASSWORD)
    await page.click("form[action='/sign-in'] button.primary")
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    assert complaints == []
    await context.close()


async def leader(page: Page, home: str) -> str:
    """Return which of the two best halls stands first on the board."""
    await page.goto(f"{home}/boards?month={MONTH}&kind=storefront")
    text = await page.inner_text("main table")
    return min((FIRST, SECOND), key=text.index)


async def press(page: Page, action: str) -> None:
    """Send the form with this action, and wait for what comes back."""
    async with page.expect_navigation():
        await page.click(f"form[action='{action}'] button")


async def open_for(page: Page, address: str, action: str) -> None:
    """Open a page, again and again as a person would, until nothing stands against its form: a worker may still be at it."""
    for _ in range(60):
        await page.goto(address)
        if await page.locator(f"form[action='{action}'] button").is_enabled():
            return
        await page.wait_for_timeout(500)
    raise AssertionError(await page.inner_text("main"))


async def test_from_upload_to_export(browser: Browser, home: str, tmp_path: Path) -> None:
    month = f"/months/{MONTH}"
    async with signed_in(browser, home, "sulan") as organiser:
        assert await leader(organiser, home) == FIRST
        await upload(organiser, home)
        await moved(organiser, home)
        await open_for(organiser, home + month, f"{month}/propose")
        for reason in await organiser.locator("input[name='waive']").all():
            await reason.check()
        await organiser.fill("#why", "数据已经到齐,不再等待")
        await press(organiser, f"{month}/propose")
        assert await organiser.locator(f"form[action='{month}/approve'] button").is_disabled()
    async with signed_in(browser, home, "baishu") as auditor:
        await auditor.goto(home + month)
        await press(auditor, f"{month}/approve")
        digest = "".join(await auditor.locator("main .seal").all_inner_texts())
    async with signed_in(browser, home, "heqing") as personnel:
        await personnel.goto(home + month)
        await press(personnel, f"{month}/publish")
    async with signed_in(browser, home, "yaoxing") as host:
        await host.goto(f"{home}/awards?month={MONTH}")
        assert SECOND in await host.inner_text("main")
        await exported(host, home, "".join(digest.split()), tmp_path)
    await help_is_private(browser, home)


async def upload(page: Page, home: str) -> None:
    await page.goto(f"{home}/intake")
    await page.set_input_files("#file", files=[{"name": "暗访.csv", "mimeType": "text/csv", "buffer": VISITS.encode()}])
    await page.select_option("select[name='month']", str(MONTH))
    await press(page, "/intake")
    async with page.expect_navigation():
        await page.click("form[action$='/commit'] button")


async def moved(page: Page, home: str) -> None:
    """Wait until the second hall has become the first."""
    end = time.monotonic() + SOON
    while await leader(page, home) != SECOND:
        assert time.monotonic() < end, "the worker did not score the upload in time"
        await asyncio.sleep(0.3)


async def exported(page: Page, home: str, digest: str, folder: Path) -> None:
    """Take the workbook away and read it again: the digest of the month page stands on it, and the winners in it."""
    await page.goto(f"{home}/exports?month={MONTH}")
    async with page.expect_download() as coming:
        await page.click(f"a[href='/exports/{MONTH}.xlsx']")
    target = folder / "result.xlsx"
    await (await coming.value).save_as(target)
    book = openpyxl.load_workbook(target)
    told = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any(digest and cell.startswith(digest) for cell in told)
    assert SECOND in {row[4] for row in book["奖项"].iter_rows(values_only=True)}


async def help_is_private(browser: Browser, home: str) -> None:
    """The hall that lags is named to its branch manager and to no other hall."""
    async with signed_in(browser, home, "gaoyuan") as manager:
        await manager.goto(f"{home}/coaching")
        assert LAST in await manager.inner_text("main")
    async with signed_in(browser, home, "linyue") as neighbour:
        await neighbour.goto(f"{home}/coaching")
        assert LAST not in await neighbour.content()

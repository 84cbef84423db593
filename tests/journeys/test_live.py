"""An open board follows its month by itself, in a real browser: without losing filter, focus or place."""

from http import HTTPStatus

import pytest
from playwright.async_api import Browser, Route

from core import outbox
from core.database import transaction
from tests import factories
from tests.cast import MONTH, day
from tests.factories import Fact
from tests.journeys.test_browser import FIRST, SECOND, home, signed_in, town

__all__ = ["home", "town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 20_000
MINUTE_OF_PAGE = 1_000
"""Milliseconds in which a minute passes for a page whose clock is wound on."""


async def came(facts: list[Fact]) -> None:
    """Facts come in as an import brings them: stored, and noted for the worker."""
    async with transaction():
        await factories.facts(facts)
        await outbox.note("fold", {"month": MONTH, "units": None})


async def test_an_open_board_follows_its_month(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "sulan") as organiser:
        await organiser.goto(f"{home}/boards?month={MONTH}&kind=storefront")
        before = await organiser.inner_text("main table.board tbody")
        assert before.index(FIRST) < before.index(SECOND)
        await organiser.focus(f"table.board a.name:has-text('{SECOND}')")
        await organiser.evaluate("window.sameDocument = true")
        await came([Fact("S2", "VISIT", day(20), 6_000, 60), Fact("S2", "SMILE", day(20), 600, 600)])
        await organiser.wait_for_function(
            f"""() => {{
                const text = document.querySelector('table.board tbody').innerText;
                return text.indexOf('{SECOND}') < text.indexOf('{FIRST}');
            }}""",
            timeout=PATIENCE,
        )
        assert await organiser.evaluate("window.sameDocument") is True
        assert await organiser.evaluate("document.activeElement.textContent") == SECOND
        assert "kind=storefront" in organiser.url


async def test_a_later_page_of_a_board_stays_and_offers_the_newer_standing(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "sulan") as organiser:
        board = f"{home}/boards?month={MONTH}&kind=storefront"
        await organiser.goto(board)
        version = (await organiser.get_attribute("[data-live]", "data-version") or "").rstrip("r")
        await organiser.goto(f"{board}&after={version}.2")
        before = await organiser.inner_text("main table.board tbody")
        await came([Fact("S2", "VISIT", day(20), 6_000, 60), Fact("S2", "SMILE", day(20), 600, 600)])
        await organiser.wait_for_selector(".newer:not([hidden])", timeout=PATIENCE)
        assert await organiser.inner_text("main table.board tbody") == before
        await organiser.click(".newer a")
        await organiser.wait_for_url(lambda url: "after=" not in url and "kind=storefront" in url)


async def test_somebody_who_types_is_told_and_not_disturbed(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "sulan") as organiser:
        await organiser.goto(f"{home}/boards?month={MONTH}&kind=storefront")
        await organiser.fill("main input[name=q]", "望舒")
        await came([Fact("S2", "VISIT", day(20), 6_000, 60)])
        await organiser.wait_for_selector(".newer:not([hidden])", timeout=PATIENCE)
        assert await organiser.input_value("main input[name=q]") == "望舒"


async def test_a_board_whose_stream_was_refused_asks_for_it_again(browser: Browser, home: str) -> None:
    asked: list[str] = []

    async def first_refused(route: Route) -> None:
        asked.append(route.request.url)
        await (route.fulfill(status=503) if len(asked) == 1 else route.continue_())

    async with signed_in(browser, home, "sulan", borne="503") as organiser:
        await organiser.clock.install()
        await organiser.route("**/boards/stream*", first_refused)
        async with organiser.expect_response(lambda answer: answer.status == HTTPStatus.SERVICE_UNAVAILABLE):
            await organiser.goto(f"{home}/boards?month={MONTH}&kind=storefront")
        version = await organiser.get_attribute("[data-live]", "data-version")
        await came([Fact("S2", "VISIT", day(21), 6_000, 60)])
        for _ in range(PATIENCE // MINUTE_OF_PAGE):
            await organiser.clock.fast_forward(MINUTE_OF_PAGE * 60)
            await organiser.wait_for_timeout(MINUTE_OF_PAGE)
            if await organiser.get_attribute("[data-live]", "data-version") != version:
                break
        assert await organiser.get_attribute("[data-live]", "data-version") != version
        assert len(asked) > 1

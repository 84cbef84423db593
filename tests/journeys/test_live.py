"""An open board follows its month by itself, in a real browser: without losing filter, focus or place."""

import pytest
from playwright.async_api import Browser

from core import outbox
from core.database import transaction
from tests import factories
from tests.cast import MONTH, day
from tests.factories import Fact
from tests.journeys.test_browser import FIRST, SECOND, home, signed_in, town

__all__ = ["home", "town"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PATIENCE = 20_000


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


async def test_somebody_who_types_is_told_and_not_disturbed(browser: Browser, home: str) -> None:
    async with signed_in(browser, home, "sulan") as organiser:
        await organiser.goto(f"{home}/boards?month={MONTH}&kind=storefront")
        await organiser.fill("main input[name=q]", "望舒")
        await came([Fact("S2", "VISIT", day(20), 6_000, 60)])
        await organiser.wait_for_selector(".newer:not([hidden])", timeout=PATIENCE)
        assert await organiser.input_value("main input[name=q]") == "望舒"

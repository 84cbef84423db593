"""Every door, with what nobody should send: chosen by a seed, answered without one failure of the server."""

import random
from contextlib import suppress
from typing import Any

import httpx
import pytest
from litestar import Litestar

from core.database import transaction
from tests.api.browser import Browser
from tests.api.matrix import address, doors
from tests.api.test_hostile import failures
from tests.cast import MONTH, Cast
from tests.months.story import ran

WORDS: tuple[Any, ...] = (
    "", "0", "-1", "1", "999999", "2147483648", "9" * 40, "202613", str(MONTH), "1e9", "NaN", "null", "true", "中文", "á",
    "a" * 300, "'; DROP TABLE unit; --", "../../etc/passwd", "<script>", "{{7*7}}", "\u202e", "\ufeff", "＝1+1", "=1+1",
    "storefront", "total", "month", "S1", "VISIT", "zh", "2026-10-05", "6.0", "６",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *WORDS, None, True, 0, -1, 2**31, 2**63, 2**70, [], {}, [None], {"a": {"a": []}}, "\x00", "a\nb", 10**30,
)  # fmt: skip
FIELDS = (
    "username", "password", "display_name", "unit_code", "role", "language", "theme", "why", "reason", "month", "waivers",
    "rule_book_id", "text", "facts", "name", "actions", "days", "code", "name_zh", "name_en", "kind", "star", "customers",
    "parent", "on", "cents", "old", "new", "note", "only_good", "units", "misread", "columns", "disabled", "starts_on",
    "card", "group", "measure", "span", "after", "limit", "before", "first", "unit", "month", "q", "page", "sort", "view",
    "next", "back", "csrf", "idempotency", "file", "source", "form", "at", "said", "what", "scope", "until",
)  # fmt: skip


class _RollbackError(Exception):
    """Undoes what one request did."""


def query(chance: random.Random) -> dict[str, str]:
    return {chance.choice(FIELDS): chance.choice(WORDS) for _ in range(chance.randrange(6))}


def body(chance: random.Random) -> dict[str, Any]:
    return {chance.choice(FIELDS): chance.choice(VALUES) for _ in range(chance.randrange(8))}


def path_of(template: str, cast: Cast, chance: random.Random) -> str:
    """Return an address in which sometimes a part is what no address should hold."""
    parts = address(template, cast).split("/")
    places = [number for number, part in enumerate(template.split("/")) if part.startswith("{")]
    if places and chance.random() < 0.5:
        word = chance.choice([word for word in WORDS if word and "/" not in word and "\n" not in word])
        parts[chance.choice(places)] = word
    return "/".join(parts)


@pytest.mark.parametrize("username", ["sulan", "admin", "zhouhe"])
async def test_no_door_falls(app: Litestar, cast: Cast, username: str) -> None:
    await ran(cast)
    chance = random.Random(f"十分 {username}")
    failed, asked = failures(), 0
    fallen: list[str] = []
    async with Browser(app) as browser:
        await browser.sign_in(username)
        cookie = browser.cookies["shifen"]
        for method, template, _ in doors(app):
            for _ in range(3):
                path, sent = path_of(template, cast, chance), {"params": query(chance)}
                if method in {"POST", "PUT", "PATCH"}:
                    as_form = not template.startswith("/api") or chance.random() < 0.2
                    sent |= {"data": query(chance)} if as_form else {"json": body(chance)}
                answer = await knocked(browser, cookie, method, path, sent)
                asked += 1
                if answer.status_code >= 500:
                    fallen.append(f"{method} {path} {sent} {answer.text[:200]}")
    assert fallen == []
    assert failures() == failed
    assert asked > 350


async def knocked(browser: Browser, cookie: str, method: str, path: str, sent: dict[str, Any]) -> httpx.Response:
    """Send one request as somebody signed in, and undo whatever it did."""
    browser.cookies.clear()
    browser.cookies.set("shifen", cookie, domain="127.0.0.1")
    with suppress(_RollbackError):
        async with transaction():
            answer = await browser.request(method, path, **sent)
            raise _RollbackError
    return answer

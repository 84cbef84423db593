"""Who gets through which door: asked of the running application, one request for each cell."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from core.audit import SYSTEM
from core.database import transaction
from org.operations import accounts
from org.roles import Action
from tests.api.browser import Browser
from tests.cast import MONTH, Cast

VIEWERS = {
    "anonymous": None,
    "disabled": "wutong",
    "clerk": "zhouhe",
    "store_manager": "linyue",
    "service_monitor": "hanqiu",
    "service_supervisor": "songyan",
    "branch_manager": "chenmo",
    "other_branch": "gaoyuan",
    "department_head": "guwei",
    "organiser": "sulan",
    "hr": "heqing",
    "finance": "fangzhi",
    "award_host": "yaoxing",
    "auditor": "baishu",
    "administrator": "admin",
}
ABSENT = 999_999
HIDDEN = ("找不到该单位", "There is no such unit")
WORDS = {"form": "xlsx", "kpi": "SAT", "card": "storefront", "code": "S1", "source": "hall", "username": "liyi"}


class _RollbackError(Exception):
    """Undoes what one request did."""


def doors(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Return method, path template and handler of every address."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, (handler, _) in sorted(route.route_handler_map.items()):
                if method not in {"OPTIONS", "HEAD"}:
                    yield method, route.path_format, handler


def address(template: str, cast: Cast) -> str:
    """Return the template with a storefront of the first branch, the month of the cast, and things that are not there."""
    values: dict[str, Any] = {"unit_id": cast["S1"], "month": MONTH, **WORDS}
    parts = []
    for part in template.split("/"):
        name, _, kind = part.strip("{}").partition(":")
        parts.append(
            part if not part.startswith("{") else str(values.get(name, "app.css" if kind == "path" else ABSENT))
        )
    return "/".join(parts)


def verdict(answer: httpx.Response, handler: HTTPRouteHandler) -> str:
    """Return how a door answered: + through, - not allowed, h hidden, s sign in first."""
    assert answer.status_code < 500, (answer.request.method, answer.request.url, answer.text)
    turned_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    if turned_away or (answer.status_code == 401 and handler.opt["action"] is not Action.ANONYMOUS):
        return "s"
    if answer.status_code == 403:
        return "-"
    hidden = answer.status_code == 404 and "unit" in handler.opt and any(words in answer.text for words in HIDDEN)
    return "h" if hidden else "+"


async def walked(app: Litestar, cast: Cast) -> dict[str, dict[str, str]]:
    """Return the verdict of every door for every viewer; nothing that a request does stays done."""
    found: dict[str, dict[str, str]] = {f"{method} {path}": {} for method, path, _ in doors(app)}
    for viewer, username in VIEWERS.items():
        async with Browser(app) as browser:
            if username:
                await browser.sign_in(username)
            if viewer == "disabled":
                await accounts.disable_account(actor=SYSTEM, username=username or "", why="离职")
            for method, path, handler in doors(app):
                answer = await _knocked(browser, method, address(path, cast))
                found[f"{method} {path}"][viewer] = verdict(answer, handler)
    return found


async def _knocked(browser: Browser, method: str, path: str) -> httpx.Response:
    with suppress(_RollbackError):
        async with transaction():
            cookies = dict(browser.cookies)
            answer = await browser.request(method, path, json={} if method in {"POST", "PUT", "PATCH"} else None)
            browser.cookies.clear()
            for name, value in cookies.items():
                browser.cookies.set(name, value, domain="127.0.0.1")
            raise _RollbackError
    return answer


def written(found: dict[str, dict[str, str]]) -> str:
    """Return the matrix as text: a door a line, a viewer a column."""
    head = f"# {' '.join(VIEWERS)}\n# + through, - not allowed, h hidden, s sign in first\n"
    return head + "".join(f"{''.join(cells.values())} {door}\n" for door, cells in sorted(found.items()))

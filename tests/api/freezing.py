"""Two worlds that part at the freeze of a month, and everything that somebody can obtain from the application in each."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from typing import Any

import httpx
import msgspec
import time_machine
from litestar import Litestar

from core.database import raw, transaction
from leaderboards.faces import HIDDEN_FROM
from org.roles import ALLOWED, Action, Role
from tests.api.browser import Browser
from tests.api.matrix import WORDS, doors
from tests.cast import MONTH, Cast
from tests.memory import forget

AFTER = 202611
READERS = {
    "clerk": "zhouhe",
    "store_manager": "linyue",
    "service_monitor": "hanqiu",
    "service_supervisor": "songyan",
    "branch_manager": "chenmo",
    "department_head": "guwei",
    "finance": "fangzhi",
    "award_host": "yaoxing",
    "administrator": "admin",
    "organiser": "sulan",
}
"""Every role below the organisers, and who sees the difference."""
UNITS = {
    "clerk": ("P-zhouhe", "S1"),
    "store_manager": ("S1", "T1", "B1"),
    "service_monitor": ("B1", "S1"),
    "service_supervisor": ("S1",),
    "branch_manager": ("B1", "S2", "NWD", "CSD"),
    "department_head": ("NWD",),
    "finance": ("S1",),
    "award_host": ("S1",),
    "administrator": ("S1", "NWD", "CSD"),
}
"""Whose cards they ask for: the own one, one beneath, one above, and one that is not theirs."""
NOISE = frozenset({"set-cookie", "date"})


_COUNTED = """
SELECT 'DO $do$ BEGIN ' || string_agg(
  format('PERFORM setval(%L, %s, %L);', s.schemaname || '.' || s.sequencename, coalesce(s.last_value, s.start_value),
    s.last_value IS NOT NULL), ' ') || ' END $do$'
FROM pg_sequences s WHERE s.schemaname = 'public'
"""


class Page(msgspec.Struct, frozen=True):
    """What a door gave: status, headers, every byte, how many bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _UndoneError(Exception):
    """Ends a world."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """Undo everything that is done inside, what the database has counted too."""
    async with raw() as connection:
        counted = await connection.fetchval(_COUNTED)
    with suppress(_UndoneError):
        async with transaction():
            yield
            raise _UndoneError
    async with raw() as connection:
        await connection.fetchval("SELECT as_owner($1)", counted)
    forget()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be a moment, and stay it."""
    with time_machine.travel(moment, tick=False):
        yield


def addresses(app: Litestar, cast: Cast, role: str, *, named: bool) -> Iterator[tuple[str, str]]:
    """Yield template and address of every door that gives something, and that a role may open at all; a stranger tries each.

    With `named` the month is asked for by its number wherever the address has no place for it, else the latest is taken.
    """
    own = ALLOWED[Role(role)] if role in READERS else frozenset(Action)
    units = [cast[code] for code in UNITS.get(role, ("S1", "NWD"))]
    for method, template, handler in doors(app):
        action = handler.opt["action"]
        if method == "GET" and "static" not in template and (action in own or action is Action.ANONYMOUS):
            for path in _filled(template, units):
                yield template, f"{path}?month={MONTH}" if named and "{month}" not in template else path
    yield from EXTRA
    if Action.SEE_BOARD in own:
        yield from _before_and_after(units)


def _before_and_after(units: list[int]) -> Iterator[tuple[str, str]]:
    """Yield cards as of an instant before the freeze and one after it, and what moved them between days."""
    for template in ("/units/{unit_id}/as-of", "/api/v1/units/{unit_id}/as-of"):
        for unit_id in units:
            path = template.replace("{unit_id}", str(unit_id))
            for moment in ("2026-10-22T00:00:00Z", "2026-10-26T00:00:00Z"):
                yield template, f"{path}?month={MONTH}&at={moment if '/api' in template else moment[:10]}"
    for template in ("/units/{unit_id}/since", "/units/{unit_id}/since/part", "/api/v1/units/{unit_id}/since"):
        for unit_id in units:
            path, name = template.replace("{unit_id}", str(unit_id)), "since" if "/api" in template else "at"
            yield template, f"{path}?month={MONTH}&{name}=2026-10-23T00:00:00Z"


def _filled(template: str, units: list[int]) -> Iterator[str]:
    """Yield a template with each unit, with the month that is frozen, and with the first of everything that is counted."""
    for unit_id in units if "{unit_id}" in template else [0]:
        values: dict[str, Any] = {**WORDS, "unit_id": unit_id, "month": MONTH, "year": MONTH // 100}
        yield "/".join(
            str(values.get(part[1:-1].partition(":")[0], 1)) if part.startswith("{") else part
            for part in template.split("/")
        )


BOARD = f"/api/v1/boards/storefront?month={MONTH}"
EXTRA = tuple(
    (path.partition("?")[0], path)
    for path in (
        f"{BOARD}&after={HIDDEN_FROM}.0",
        f"{BOARD}&after={HIDDEN_FROM + 1}.0",
        f"{BOARD}&measure=SMILE",
        f"{BOARD}&span=season",
        f"{BOARD}&group=A",
        f"/api/v1/boards/clerk?month={MONTH}",
        "/api/v1/boards/storefront?span=season",
        "/api/v1/search?text=S",
        f"/boards?month={MONTH}&kind=storefront",
        "/boards?kind=storefront&span=season",
        "/api/v1/months",
        f"/api/v1/months/{MONTH}/as-of?at=2026-10-28T00:00:00Z",
        f"/as-of?month={MONTH}&at=2026-10-27",
    )
)


async def crawled(
    app: Litestar, cast: Cast, browsers: dict[str, Browser], *, named: bool
) -> dict[tuple[str, str, str], Page]:
    """Return everything that the readers can obtain, by reader, template and address."""
    found: dict[tuple[str, str, str], Page] = {}
    for role, browser in browsers.items():
        for template, path in addresses(app, cast, role, named=named):
            found[role, template, path] = _page(await browser.get(path))
    return found


def _page(answer: httpx.Response) -> Page:
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in NOISE))
    return Page(answer.status_code, headers, answer.content)


@asynccontextmanager
async def signed_in(app: Litestar, readers: list[str]) -> AsyncIterator[dict[str, Browser]]:
    """Sign the readers in, before the worlds part."""
    browsers = {role: await Browser(app).sign_in(READERS[role]) for role in readers}
    yield browsers
    for browser in browsers.values():
        await browser.aclose()

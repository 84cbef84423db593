"""Two worlds that part at the freeze of a month, and everything that somebody can obtain from the application in each."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import date, datetime
from typing import Any

import httpx
import msgspec
import time_machine
from litestar import Litestar

import leaderboards.operations
import org.queries
import scoring.operations.events
import scoring.operations.intake
from core.database import raw, transaction
from core.evidence import Evidence
from leaderboards.faces import HIDDEN_FROM
from months.appealing import Ground
from months.changes import preview as previews
from months.operations import changes, closing, releasing
from months.operations.activities import submit_record
from months.operations.appealing import file_appeal, withdraw_appeal
from months.queries import appeals
from months.queries.calendar import month_page
from months.queries.changes import open_of_month
from org.roles import ALLOWED, Action, Role
from org.visibility import Viewer
from tests import factories
from tests.api.browser import Browser
from tests.api.matrix import WORDS, doors
from tests.cast import BEFORE, MONTH, THEMES, Cast, believable, close, day, enrol
from tests.factories import Fact, during
from tests.memory import forget

AFTER = 202611
FROZEN_AT = during(MONTH, 24, 18)
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
    "branch_manager": ("B1", "S2", "NWD"),
    "department_head": ("NWD",),
    "finance": ("S1",),
    "award_host": ("S1",),
    "administrator": ("S1", "NWD"),
}
"""Whose cards they ask for: the own one, one beneath, one above, and one that is not theirs."""
NOISE = frozenset({"set-cookie", "date"})


class Page(msgspec.Struct, frozen=True):
    """What a door gave: status, headers, every byte, how many bytes."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _UndoneError(Exception):
    """Ends a world."""


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """Undo everything that is done inside."""
    with suppress(_UndoneError):
        async with transaction():
            yield
            raise _UndoneError
    forget()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be a moment, and stay it."""
    with time_machine.travel(moment, tick=False):
        yield


async def until_the_freeze() -> Cast:
    """Bring in a public September, an October that is frozen, and the first days of November, all before anything differs."""
    with at(during(202608, 10)):
        cast = await enrol()
    await _september(cast)
    with at(during(MONTH, 20)):
        await factories.plan(MONTH, THEMES[MONTH], cast.rule_book_id, cast.actor("sulan"))
        await believable(MONTH, {"S2": 2, "T3": 1})
        await leaderboards.operations.refresh(MONTH)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, FROZEN_AT)
    with at(during(MONTH, 24, 19)):
        assert await leaderboards.operations.pin(MONTH)
    forget()
    return cast


async def november(cast: Cast) -> None:
    """Let November begin, with facts of its own."""
    with at(during(AFTER, 1)):
        await factories.plan(AFTER, "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
        await factories.facts([Fact(hall, "SMILE", day(1, AFTER), 20 + n, 30) for n, hall in enumerate(("S1", "S2"))])
        await leaderboards.operations.refresh(AFTER)


async def _september(cast: Cast) -> None:
    with at(during(BEFORE, 25)):
        await factories.plan(BEFORE, THEMES[BEFORE], cast.rule_book_id, cast.actor("sulan"))
        await believable(BEFORE)
        await leaderboards.operations.refresh(BEFORE)
    with at(during(MONTH, 8)):
        await close(cast, BEFORE)
        await releasing.release(month=BEFORE, actor=cast.actor("heqing"))


async def world(cast: Cast, seed: int, *, closed: bool) -> None:
    """Let happen what a seed says: facts, corrections, points, red lines, a batch taken back, changes and their closing."""
    dice = random.Random(seed)
    with at(during(MONTH, 25, 9 + seed)):
        for _ in range(1 + seed):
            await believable(
                MONTH,
                {code: dice.randint(-6, 9) for code in ("S1", "B1", "T1", "NWD", "S2", "S3", "S4", "B2", "T3", "T4")},
            )
            batch = await factories.facts([Fact("P-zhouhe", "SAT", day(22), 100 + dice.randint(1, 90), 20)])
        await scoring.operations.events.adjust_points(
            month=MONTH, unit_id=cast[dice.choice(("S2", "S3", "S4"))], points=dice.randint(1, 900), reason="补报",
            actor=cast.actor("sulan"),
        )  # fmt: skip
        await scoring.operations.events.record_red_line(
            unit_id=cast[dice.choice(("S3", "S4"))],
            on=day(12),
            code="begging",
            reason="经核实",
            actor=cast.actor("sulan"),
        )
        for _ in range(seed):
            change = await changes.propose(
                month=MONTH, kind="adjustment", payload={"unit_id": cast["S3"], "points": dice.randint(1, 900)},
                title="补报", why="补报", actor=cast.actor("sulan"),
            )  # fmt: skip
        await changes.preview(change)
        await _elsewhere(cast, seed)
        if batch is not None and seed % 2:
            await scoring.operations.intake.withdraw_batch(batch_id=batch, reason="传错", actor=cast.actor("sulan"))
        for _ in range(seed):
            await leaderboards.operations.refresh(MONTH)
        await leaderboards.operations.range_places(MONTH)
    if closed:
        await _close(cast)
    forget()


async def _elsewhere(cast: Cast, seed: int) -> None:
    """Let others do what none of the readers is concerned with: an appeal, a record of an activity, changes that count, odd facts set aside."""
    manager, auditor = await _viewer("gaoyuan"), cast.actor("baishu")
    for kpi in ("VISIT", "SMILE")[:seed]:
        await file_appeal(
            month=MONTH, unit_id=cast["S3"], kpi=kpi, ground=Ground.DATA_ERROR, claimed=str(90 + seed), told="抄错了一张表",
            recorded="95", viewer=manager, actor=cast.actor("gaoyuan"),
            files=[
                Evidence(sha256=f"{n}" * 64, size=1000 * seed, media_type="application/pdf", filename=f"表{seed}.pdf")
                for n in range(seed)
            ],
        )  # fmt: skip
    for _ in range(seed):
        await submit_record(
            month=MONTH, activity="likes", unit_id=cast["T4"], on=date(2026, 10, 12), count=seed,
            viewer=manager, actor=cast.actor("gaoyuan"),
        )  # fmt: skip
    payloads: tuple[tuple[Any, dict[str, object]], ...] = (
        ("adjustment", {"unit_id": cast["S4"], "points": 10 * seed}),
        ("quarantine", {"unit_id": cast["S4"], "kpi": "SMILE"}),
    )
    for kind, payload in payloads[:seed]:
        change = await changes.propose(
            month=MONTH, kind=kind, payload=payload, title="核实后", why="核实后", actor=cast.actor("sulan")
        )
        seen = await changes.preview(change)
        await changes.apply(change_id=change, preview_digest=previews.digest(seen), actor=auditor)


async def _viewer(username: str) -> Viewer:
    account = await org.queries.account_by_username(username)
    assert account is not None
    return await org.queries.viewer(account)


async def _close(cast: Cast) -> None:
    with at(during(AFTER, 4)):
        for appeal in await appeals.open_of_month(MONTH):
            await withdraw_appeal(appeal_id=appeal.id, actor=cast.actor("gaoyuan"))
        for row in await open_of_month(MONTH):
            await changes.cancel(change_id=row.id, why="不必", actor=cast.actor("sulan"))
        await leaderboards.operations.refresh(MONTH)
        async with raw() as connection:
            await connection.execute("UPDATE outbox_note SET done_at = $1 WHERE done_at IS NULL", during(AFTER, 4))
        page = await month_page(MONTH)
        why = "all confirmed" if page.waivable else None
        await closing.propose_close(month=MONTH, actor=cast.actor("sulan"), waivers=page.waivable, why=why)
    with at(during(AFTER, 5)):
        await closing.approve_close(month=MONTH, actor=cast.actor("baishu"))


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

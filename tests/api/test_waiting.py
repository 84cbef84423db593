"""Readers who wait for another board instead of asking again and again: `If-None-Match` with `Prefer: wait=…`."""

import asyncio
import time
from types import SimpleNamespace
from typing import cast as seen_as

import pytest
import pytest_asyncio

from api.answers import Req
from api.waiting import LONGEST, patience
from core.database import raw
from leaderboards.queries.snapshots import expire
from org.queries import identities
from tests import factories
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.months.story import QUALITY, month_facts
from web import live

BOARD = f"/api/v1/boards/storefront?month={MONTH}"
READING = f"/api/v1/boards/storefront/reading?month={MONTH}"


@pytest_asyncio.fixture
async def reader(anybody: Browser, cast: Cast) -> Browser:
    await factories.facts(month_facts(MONTH, QUALITY))
    await factories.scored(MONTH)
    await anybody.sign_in("sulan")
    return anybody


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set as soon as somebody waits for the next call."""
    waiting, rung = asyncio.Event(), live.rung

    async def waits(seconds: float) -> None:
        waiting.set()
        await rung(seconds)

    monkeypatch.setattr(live, "rung", waits)
    return waiting


@pytest.mark.parametrize("path", [BOARD, READING])
async def test_who_is_willing_to_wait_is_answered_when_there_is_another_board(
    reader: Browser, path: str, waiting: asyncio.Event
) -> None:
    known = (await reader.get(path)).headers["etag"]
    asked = asyncio.ensure_future(reader.get(path, headers={"if-none-match": known, "prefer": "wait=30"}))
    await asyncio.wait_for(waiting.wait(), 20)
    number = await factories.scored(MONTH)
    expire()
    live.ring()
    answer = await asyncio.wait_for(asked, 20)
    found = answer.json()
    assert answer.headers["etag"] != known
    assert found.get("page", found)["snapshot_id"] == number


async def test_a_call_that_brings_nothing_new_is_no_answer(reader: Browser) -> None:
    known = (await reader.get(READING)).headers["etag"]
    asked = asyncio.ensure_future(reader.get(READING, headers={"if-none-match": known, "prefer": "wait=1"}))
    begun = time.monotonic()
    while not asked.done():
        live.ring()
        await asyncio.sleep(0.05)
    assert (asked.result().status_code, asked.result().content) == (304, b"")
    assert time.monotonic() - begun >= 0.9


async def test_whose_session_ends_while_waiting_is_told_nothing_more(reader: Browser, waiting: asyncio.Event) -> None:
    known = (await reader.get(READING)).headers["etag"]
    asked = asyncio.ensure_future(reader.get(READING, headers={"if-none-match": known, "prefer": "wait=30"}))
    await asyncio.wait_for(waiting.wait(), 20)
    async with raw() as connection:
        await connection.execute("DELETE FROM session")
    identities.forget()
    number = await factories.scored(MONTH)
    expire()
    while not asked.done():
        live.ring()
        await asyncio.sleep(0.05)
    assert asked.result().status_code == 401
    assert str(number) not in asked.result().text


async def test_another_board_than_the_known_one_is_answered_at_once(reader: Browser) -> None:
    answer = await asyncio.wait_for(reader.get(READING, headers={"if-none-match": "W/x", "prefer": "wait=30"}), 20)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("wait=20", 20), ("respond-async, wait=5", 5), ("WAIT = 7 ", 7), ("wait=9999", LONGEST)]
    + [(bad, 0) for bad in ("", "wait", "wait=-1", "wait=1e9", "wait=٣", "await=9", "wait=99999")],
)
def test_so_many_seconds_somebody_waits(said: str, seconds: int) -> None:
    assert patience(seen_as("Req", SimpleNamespace(headers={"prefer": said}))) == seconds

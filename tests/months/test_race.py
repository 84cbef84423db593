"""Twenty approvals at once, on a database of its own: pools and locks as in production, nothing rolled back."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

import core.database
from core.audit import Actor, broken_links
from core.database import raw
from core.errors import Refused
from core.settings import Settings
from months.operations.closing import Closed, approve_close, propose_close
from months.queries.sealed import broken_seals
from tests.cast import MONTH, Cast, enrol
from tests.memory import forget
from tests.months.story import closing_day, ran

AT_ONCE = 20


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Cast]:
    """Give the cast in a database of its own, with a month that ran."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    cast = await enrol()
    await ran(cast)
    yield cast
    await core.database.close()
    await core.database.init(database)
    forget()


async def attempt(actor: Actor) -> Closed | Refused:
    try:
        return await approve_close(month=MONTH, actor=actor, at=closing_day())
    except Refused as refusal:
        return refusal


async def test_of_twenty_approvals_at_once_one_closes_the_month(town: Cast) -> None:
    await propose_close(month=MONTH, actor=town.actor("sulan"), at=closing_day())
    answers = await asyncio.gather(*(attempt(town.actor("baishu")) for _ in range(AT_ONCE)))
    closings = [answer for answer in answers if isinstance(answer, Closed)]
    refusals = {answer.problem.code for answer in answers if isinstance(answer, Refused)}
    assert len(closings) == 1
    assert refusals == {"month_state"}
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM snapshot WHERE sealed") == 1
        assert await connection.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'approve_close'") == 1
        twice = "SELECT count(*) FROM (SELECT FROM award_grant GROUP BY award, unit_id HAVING count(*) > 1) doubled"
        assert await connection.fetchval(twice) == 0
    assert not await broken_seals()
    assert not await broken_links()

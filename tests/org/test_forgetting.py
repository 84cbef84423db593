from datetime import UTC, datetime, timedelta

import time_machine

from core import idempotency
from core.database import raw, transaction
from core.idempotency import Answer
from org.operations import sessions
from org.refusals import NotSignedIn
from tests.cast import PASSWORD, Cast, cast

__all__ = ["cast"]


async def test_what_has_ended_long_ago_is_not_kept(cast: Cast) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        await sessions.sign_in(username="zhouhe", password=PASSWORD)
        try:
            await sessions.sign_in(username="zhouhe", password="wrong")
        except NotSignedIn:
            clock.shift(timedelta(days=8))
        await sessions.sign_in(username="wutong", password=PASSWORD)
        assert await sessions.forget(datetime.now(UTC) - timedelta(days=7)) == 1
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM session") == 1
        assert await connection.fetchval("SELECT count(*) FROM sign_in_attempt") == 1


async def test_a_kept_answer_is_kept_for_its_time(cast: Cast) -> None:
    who = cast.person("sulan").account_id
    async with transaction():
        assert await idempotency.begin(who, "k", "f") is None
        await idempotency.keep(who, "k", Answer(201, "{}"))
    assert await idempotency.forget(datetime.now(UTC) - timedelta(days=7)) == 0
    assert await idempotency.begin(who, "k", "f") == Answer(201, "{}")
    assert await idempotency.forget(datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert await idempotency.begin(who, "k", "f") is None

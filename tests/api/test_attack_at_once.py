"""Two people decide the same thing at the same instant, on two connections: one of them does, the other is told plainly."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any, Literal

import pytest

from core.audit import broken_links
from core.database import raw
from core.errors import Conflict, NotFound, Refused
from core.settings import Settings
from months.appealing import AppealState
from months.changes import preview as previews
from months.lifecycle import State
from months.operations import changes
from months.operations.closing import propose_close
from months.operations.judging import decide_appeal, take_up
from months.operations.objecting import decide_objection, object_to
from months.operations.releasing import cancel_ceremony, end_ceremony, release, reveal
from months.operations.reopening import reopen
from months.queries.appeals import appeals
from months.queries.calendar import month_row
from rewards.queries import winners
from tests.cast import MONTH, Cast, enrol
from tests.factories import during
from tests.months.story import closed, closing_day, ran, talks_held
from tests.months.test_appeals import filed, judging

DECISIONS: tuple[Literal["upheld", "rejected"], ...] = ("upheld", "rejected")
CEREMONY = closing_day() + timedelta(days=2)
pytestmark = pytest.mark.usefixtures("own_database")


async def at_once(*acts: Awaitable[object]) -> tuple[int, list[str]]:
    """Return how many of the acts were done, and the codes by which the others were refused; nothing else may happen."""
    answers = await asyncio.gather(*acts, return_exceptions=True)
    refusals = [one for one in answers if isinstance(one, BaseException)]
    assert all(isinstance(one, Refused | Conflict | NotFound) for one in refusals), refusals
    return len(answers) - len(refusals), [one.problem.code for one in refusals if isinstance(one, Refused | Conflict)]


async def rows(table: str) -> int:
    async with raw() as connection:
        return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))


async def audited(action: str) -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM audit_entry WHERE action = $1", action))


async def embargoed() -> Cast:
    """Close a month with a ceremony ahead, and release it."""
    cast = await shut()
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    return cast


async def shut(ceremony_at: datetime | None = CEREMONY) -> Cast:
    """Close a month, with a ceremony ahead or without."""
    cast = await enrol()
    await ran(cast)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = $2 WHERE month = $1", MONTH, ceremony_at)
    await closed(cast)
    await talks_held(cast, closing_day())
    return cast


async def test_two_judges_decide_an_appeal_once(own_database: Settings) -> None:
    cast = await enrol()
    await ran(cast)
    number = await filed(cast)
    await take_up(appeal_id=number, **await judging(cast, "sulan"))
    acts = [
        decide_appeal(appeal_id=number, decision=decision, reason="已核对", **await judging(cast, name))
        for name, decision in (("sulan", AppealState.DENIED), ("tangyi", AppealState.INADMISSIBLE))
    ]
    done, refused = await at_once(*acts)
    assert (done, len(refused)) == (1, 1)
    assert len(await appeals(month=MONTH)) == 1


async def change_seen(cast: Cast) -> tuple[int, str]:
    number = await changes.propose(
        month=MONTH, kind="adjustment", payload={"unit_id": cast["S2"], "points": 300}, title="补报", why="补报",
        actor=cast.actor("sulan"), at=during(MONTH, 20),
    )  # fmt: skip
    return number, previews.digest(await changes.preview(number))


async def test_a_change_set_is_applied_once_by_two_who_press_at_once(own_database: Settings) -> None:
    cast = await enrol()
    await ran(cast)
    number, digest = await change_seen(cast)
    seen: dict[str, Any] = {"change_id": number, "preview_digest": digest, "at": during(MONTH, 21)}
    done, _ = await at_once(
        changes.apply(actor=cast.actor("heqing"), **seen), changes.apply(actor=cast.actor("baishu"), **seen)
    )
    assert done == 1
    assert await rows("adjustment") == 1


async def test_a_change_set_that_is_applied_and_cancelled_at_once_ends_in_one_state(own_database: Settings) -> None:
    cast = await enrol()
    await ran(cast)
    number, digest = await change_seen(cast)
    at = during(MONTH, 21)
    await at_once(
        changes.apply(change_id=number, preview_digest=digest, actor=cast.actor("baishu"), at=at),
        changes.cancel(change_id=number, why="不必", actor=cast.actor("sulan"), at=at),
    )
    async with raw() as connection:
        state = await connection.fetchval("SELECT state FROM change_set WHERE id = $1", number)
        counts = await connection.fetchval("SELECT count(*) FROM adjustment WHERE lifted_at IS NULL")
    assert (state, counts) in {("applied", 1), ("cancelled", 0)}


async def test_a_month_is_released_once(own_database: Settings) -> None:
    cast = await shut()
    done, refused = await at_once(*(release(month=MONTH, actor=cast.actor("heqing"), at=closing_day()) for _ in "12"))
    assert (done, refused) == (1, ["month_state"])


async def test_a_closed_month_is_released_or_opened_again_and_not_both(own_database: Settings) -> None:
    cast = await shut()
    done, _ = await at_once(
        release(month=MONTH, actor=cast.actor("heqing"), at=closing_day()),
        reopen(month=MONTH, why="有误", actor=cast.actor("heqing"), at=closing_day()),
    )
    row = await month_row(MONTH, closing_day())
    assert done >= 1
    assert (row.state, row.digest is None) in {(State.EMBARGOED, False), (State.VERIFYING, True)}
    assert not await broken_links()


async def test_a_winner_is_revealed_once_by_two_hosts(own_database: Settings) -> None:
    cast = await embargoed()
    won, host = (await winners(MONTH))[0], cast.actor("yaoxing")
    await at_once(
        *(reveal(month=MONTH, award=won.award, unit_id=won.unit_id, actor=host, at=CEREMONY) for _ in range(4))
    )
    assert await rows("revelation") == 1


async def test_a_ceremony_ends_or_is_cancelled_and_the_result_is_published_once(own_database: Settings) -> None:
    cast = await embargoed()
    host = cast.actor("yaoxing")
    done, refused = await at_once(
        end_ceremony(month=MONTH, actor=host, at=CEREMONY),
        cancel_ceremony(month=MONTH, why="大雨", actor=host, at=CEREMONY),
    )
    assert (done, refused) == (1, ["month_state"])
    assert await rows("publication") == 1


async def test_a_closing_is_proposed_once(own_database: Settings) -> None:
    cast = await enrol()
    await ran(cast)
    done, refused = await at_once(
        *(propose_close(month=MONTH, actor=cast.actor(name), at=closing_day()) for name in ("sulan", "heqing"))
    )
    assert (done, len(refused)) == (1, 1)
    assert await audited("propose_close") == 1


async def test_an_objection_is_decided_once(own_database: Settings) -> None:
    cast = await shut(None)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    won = (await winners(MONTH))[0]
    number = await object_to(
        month=MONTH, award=won.award, unit_id=won.unit_id, text="数据有误", actor=cast.actor("qiandan"), at=closing_day()
    )  # fmt: skip
    done, refused = await at_once(
        *(
            decide_objection(
                objection_id=number, decision=word, reason="已核对", actor=cast.actor("heqing"), at=closing_day()
            )
            for word in DECISIONS
        )
    )
    assert (done, len(refused)) == (1, 1)

"""What the time brings about in a month's life: once, late rather than never, by whichever worker asks first."""

import asyncio
from datetime import datetime, timedelta

from core.database import raw
from core.period import bounds
from leaderboards.operations import refresh
from months.due import Course, Due, due
from months.lifecycle import State
from months.models.life import ServiceMonth
from months.operations.due import carry_out
from months.operations.releasing import release
from months.queries.calendar import month_row
from org.queries import notices
from tests.cast import MONTH, Cast, enrol
from tests.factories import during, facts
from tests.months.story import QUALITY, closed, closing_day, month_facts, planned, ran

INSTANT = timedelta(microseconds=1)
LATER = bounds(MONTH)[1] + timedelta(days=200)


async def happened(month: int = MONTH) -> list[tuple[str, datetime]]:
    async with raw() as connection:
        rows = await connection.fetch("SELECT step, due_at FROM transition WHERE month = $1 ORDER BY due_at, id", month)
    return [(row["step"], row["due_at"]) for row in rows]


async def test_a_transition_happens_at_its_instant_and_not_before(cast: Cast) -> None:
    await planned(cast)
    begins_at, ends_at = bounds(MONTH)
    assert await carry_out(begins_at - INSTANT) == 0
    assert await carry_out(begins_at) == 1
    assert await carry_out(ends_at - INSTANT) == 0
    assert await carry_out(ends_at) == 1
    assert await happened() == [("begin", begins_at), ("end", ends_at)]


async def test_after_a_downtime_everything_missed_happens_once_with_the_instant_at_which_it_was_due(cast: Cast) -> None:
    await planned(cast)
    assert await carry_out(LATER) == 4
    assert await carry_out(LATER) == 0
    assert [step for step, _ in await happened()] == ["begin", "end", "cut_off", "appeals_over"]
    assert (await happened())[1][1] == bounds(MONTH)[1]


async def test_a_clock_set_back_undoes_nothing_that_has_happened(cast: Cast) -> None:
    await planned(cast)
    ends_at = bounds(MONTH)[1]
    await carry_out(ends_at)
    assert (await month_row(MONTH, ends_at - timedelta(hours=1))).state is State.VERIFYING
    assert await carry_out(ends_at - timedelta(hours=1)) == 0


async def face(month: int = MONTH) -> datetime | None:
    """Return until when the facts of the board as of the freeze were known, None while there is no such board."""
    async with raw() as connection:
        known: datetime | None = await connection.fetchval("SELECT known_until FROM board_face WHERE month = $1", month)
    return known


async def test_the_freeze_keeps_the_board_of_its_instant_though_no_fact_comes_afterwards(cast: Cast) -> None:
    await planned(cast)
    freeze_at = during(MONTH, 27)
    await ServiceMonth.filter(month=MONTH).update(freeze_at=freeze_at)
    await facts(month_facts(MONTH, QUALITY), at=during(MONTH, 20))
    await carry_out(freeze_at - INSTANT)
    assert await face() is None
    await carry_out(freeze_at)
    assert await face() == freeze_at


async def test_without_a_freeze_the_end_of_the_month_keeps_the_board(cast: Cast) -> None:
    await planned(cast)
    await carry_out(LATER)
    assert await face() == bounds(MONTH)[1]


async def test_the_freeze_and_the_scoring_of_new_facts_do_not_wait_for_each_other_for_ever(
    own_database: object,
) -> None:
    cast = await enrol()
    await planned(cast)
    await facts(month_facts(MONTH, QUALITY))
    await asyncio.gather(*(act(MONTH) for act in (refresh, refresh)), carry_out(LATER), carry_out(LATER))
    assert await face() == bounds(MONTH)[1]


async def test_a_published_month_is_settled_after_its_notice_and_archived_three_months_later(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    await carry_out(LATER)
    assert [step for step, _ in await happened()][-3:] == ["notice_over", "settle", "archive"]
    assert (await month_row(MONTH, LATER)).state is State.ARCHIVED


async def test_a_month_called_off_goes_no_further() -> None:
    begins_at, ends_at = bounds(MONTH)
    noon = ends_at + timedelta(hours=12)
    course = Course(
        month=MONTH,
        announced_at=begins_at,
        cancelled_at=begins_at + timedelta(days=3),
        cut_off_at=noon,
        appeals_until=noon,
    )
    assert list(due(course, LATER)) == [Due.BEGIN]


async def test_the_end_of_a_month_asks_the_heads_of_departments_to_sign(cast: Cast) -> None:
    await planned(cast)
    await carry_out(bounds(MONTH)[1])
    asked = [one for one in await notices(cast.person("guwei").account_id) if "请签认" in one.zh]
    assert [one.href for one in asked] == [f"/months/{MONTH}/completeness"]
    assert not any("请签认" in one.zh for one in await notices(cast.person("linyue").account_id))

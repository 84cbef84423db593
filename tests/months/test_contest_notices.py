"""Those who take part in a contest hear of its beginning, its half time and each round, once, and never more than boards tell."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest_asyncio
import time_machine

import org.queries
from core.database import raw
from core.language import Text
from core.period import first_day, midnight
from leaderboards.queries.snapshots import forget
from months.contests.spec import Division, Duel, Elimination, HeadToHead, League, Leaving, Spec
from months.operations.contests.planning import announce_contest, cancel_contest, create_contest
from months.operations.contests.rounds import settle_due
from months.operations.contests.telling import half_of, tell_stages
from months.operations.releasing import release
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import scored

EARLY = midnight(first_day(MONTH)) - timedelta(days=5)
BEGIN = midnight(first_day(MONTH))
NAME = Text(zh="十月赛", en="October contest")


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """Give the cast as it was known in the month before, and the plan of the month."""
    with time_machine.travel(EARLY - timedelta(days=5), tick=True):
        found = await told.enrol()
    with time_machine.travel(EARLY, tick=True):
        await told.plan(found)
        yield found


def halls(cast: Cast) -> tuple[int, ...]:
    return tuple(cast[code] for code in ("S1", "S2", "S3", "S4"))


def duels(cast: Cast, on: date | None) -> HeadToHead:
    return HeadToHead(card="storefront", pairs=(Duel(cast["S1"], cast["S2"]), Duel(cast["S3"], cast["S4"])), on=on)


def cup(cast: Cast) -> Elimination:
    rounds = (Leaving(leave=2, on=date(2026, 10, 10)), Leaving(leave=1, on=date(2026, 10, 20)))
    return Elimination(card="storefront", units=halls(cast), rounds=rounds)


async def announced(cast: Cast, spec: Spec) -> int:
    number = await create_contest(
        month=MONTH, name=NAME, stake=None, spec=spec, actor=cast.actor("sulan"), at=EARLY
    )  # fmt: skip
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    return number


async def ran() -> None:
    """Let the facts of the month come in on its eighth day."""
    with time_machine.travel(midnight(date(2026, 10, 8)), tick=True):
        await told.believable()
        await scored(MONTH)
    forget()


async def heard(cast: Cast, name: str = "linyue") -> list[str]:
    """Return what somebody was told of contests, the oldest first; Lin Yue manages the best hall."""
    found = await org.queries.notices(cast.person(name).account_id)
    return [one.zh for one in reversed(found) if one.kind == "contest"]


def after(day: int) -> datetime:
    return midnight(date(2026, 10, day)) + timedelta(days=1, hours=1)


async def test_the_beginning_and_the_half_time_are_told_once_each(cast: Cast) -> None:
    await announced(cast, duels(cast, None))
    assert await tell_stages(BEGIN - timedelta(hours=1)) == 0
    assert [await tell_stages(BEGIN + timedelta(hours=1)) for _ in range(2)] == [1, 0]
    assert [await tell_stages(half_of(MONTH)) for _ in range(2)] == [1, 0]
    assert await heard(cast) == ["比赛“十月赛”开始了。", "比赛“十月赛”过半，可以看目前的排名。"]


async def test_whoever_may_announce_hears_of_a_draft_until_it_is_announced(cast: Cast) -> None:
    await create_contest(
        month=MONTH, name=NAME, stake=None, spec=duels(cast, None), actor=cast.actor("sulan"), at=EARLY
    )  # fmt: skip
    asked = (await org.queries.notices(cast.person("heqing").account_id))[0]
    assert (asked.zh, asked.read_at) == ("苏岚拟定了2026年10月的比赛“十月赛”，等待第二人发布。", None)
    number = int(asked.href.rsplit("/", 1)[1])
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    assert (await org.queries.notices(cast.person("heqing").account_id))[0].read_at is not None


async def test_who_takes_no_part_hears_nothing(cast: Cast) -> None:
    await announced(cast, duels(cast, None))
    await tell_stages(BEGIN)
    assert await heard(cast, "gaoyuan") == await heard(cast, "guwei") == []


async def test_the_result_of_a_duel_is_told_to_both_sides(cast: Cast) -> None:
    await announced(cast, duels(cast, date(2026, 10, 20)))
    await ran()
    await settle_due(after(20))
    assert await tell_stages(after(20)) == 1
    assert await heard(cast) == ["比赛“十月赛”的结果：胜。"]


async def test_each_round_of_a_cup_is_told_to_those_who_are_in_it(cast: Cast) -> None:
    await announced(cast, cup(cast))
    await ran()
    for day in (10, 20):
        await settle_due(after(day))
        await tell_stages(after(day))
    sentences = [text for text in await heard(cast) if "轮" in text]
    assert sentences == ["比赛“十月赛”第 1 轮：晋级。", "比赛“十月赛”第 2 轮：留到最后。"]


async def test_promotion_and_relegation_are_told(cast: Cast) -> None:
    classes = (
        Division("甲级", "First", (cast["S3"], cast["S4"])),
        Division("乙级", "Second", (cast["S1"], cast["S2"])),
    )
    await announced(cast, League(card="storefront", divisions=classes, on=date(2026, 10, 20)))
    await ran()
    await settle_due(after(20))
    await tell_stages(after(20))
    assert await heard(cast) == ["比赛“十月赛”的结果：升级。"]


async def test_a_round_after_the_freeze_is_told_with_the_publication(cast: Cast) -> None:
    await announced(cast, duels(cast, date(2026, 10, 25)))
    await ran()
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, after(22))
    assert await settle_due(after(25)) == 1
    await tell_stages(after(25))
    assert not any("结果" in text for text in await heard(cast))
    await told.close(cast)
    published = midnight(date(2026, 11, 6))
    await release(month=MONTH, actor=cast.actor("heqing"), at=published)
    await tell_stages(published + timedelta(hours=1))
    assert "比赛“十月赛”的结果：胜。" in await heard(cast)


async def test_who_takes_part_hears_that_a_contest_is_called_off(cast: Cast) -> None:
    number = await announced(cast, duels(cast, None))
    await cancel_contest(contest_id=number, why="场地停业", actor=cast.actor("sulan"), at=EARLY)
    assert await heard(cast) == ["比赛“十月赛”已取消：场地停业"]
    assert await tell_stages(BEGIN) == 0


async def test_what_was_decided_long_ago_is_no_news(cast: Cast) -> None:
    await announced(cast, duels(cast, date(2026, 10, 9)))
    await ran()
    await settle_due(after(9))
    await tell_stages(after(30))
    assert not any("结果" in text for text in await heard(cast))

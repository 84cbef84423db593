"""A unit is closed while its contest runs: nobody is beaten by what is no more, and the next month goes on without it."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import pytest
import pytest_asyncio
import time_machine

import org.queries
from core.audit import SYSTEM
from core.errors import Invalid
from core.language import Text
from core.period import first_day, midnight
from leaderboards.queries.snapshots import forget
from months.contests.continuing import continued
from months.contests.results import Duels, Survivors
from months.contests.spec import Duel, Elimination, HeadToHead, Leaving, Spec
from months.operations.contests.planning import announce_contest, create_contest
from months.operations.contests.rounds import settle_due
from months.queries.contests.pages import ContestPage, Reader, contest_page
from months.queries.contests.rows import rounds
from org.operations.units import close_unit
from org.visibility import Scope
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import scored
from web.pages.contests.parts import standing_view
from web.pages.contests.reading import written

EARLY = midnight(first_day(MONTH)) - timedelta(days=5)
ALL = Scope(sees_all=True, key="organiser")
NEXT = 202611


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """Give the cast as it was known in the month before, and the plan of the month."""
    with time_machine.travel(EARLY - timedelta(days=5), tick=True):
        found = await told.enrol()
        await told.plan(found)
        yield found


def duels(cast: Cast) -> HeadToHead:
    pairs = (Duel(cast["S1"], cast["S4"]), Duel(cast["S2"], cast["S3"]))
    return HeadToHead(card="storefront", pairs=pairs, on=date(2026, 10, 20))


def cup(cast: Cast) -> Elimination:
    units = tuple(cast[code] for code in ("S1", "S2", "S3", "S4"))
    return Elimination(card="storefront", units=units, rounds=(Leaving(leave=1, on=date(2026, 10, 20)),))


async def announced(cast: Cast, spec: Spec) -> int:
    name = Text(zh="十月赛", en="October contest")
    number = await create_contest(month=MONTH, name=name, stake=None, spec=spec, actor=cast.actor("sulan"), at=EARLY)
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    return number


async def closed_in_mid_month(code: str = "S4", on: date = date(2026, 10, 15)) -> None:
    """Let the facts come in on the eighth day, and a hall be closed on the fifteenth."""
    with time_machine.travel(midnight(date(2026, 10, 8)), tick=True):
        await told.believable()
        await scored(MONTH)
    with time_machine.travel(midnight(date(2026, 10, 14)), tick=True):
        await close_unit(actor=SYSTEM, code=code, on=on, why="租约到期")
    forget()


def evening(day: int) -> datetime:
    return midnight(date(2026, 10, day)) + timedelta(days=1, hours=1)


async def page(number: int) -> ContestPage:
    return await contest_page(number, Reader(scope=ALL, runs=True, inner=True))


async def test_a_duel_with_a_hall_that_was_closed_does_not_count(cast: Cast) -> None:
    number = await announced(cast, duels(cast))
    await closed_in_mid_month()
    assert await settle_due(evening(20)) == 1
    (row,) = (await rounds([number]))[number]
    assert isinstance(row.result, Duels)
    assert [one.won for one in row.result.duels] == ["void", "left"]


async def test_a_hall_closed_after_the_day_of_the_round_was_beaten_before(cast: Cast) -> None:
    number = await announced(cast, duels(cast))
    await closed_in_mid_month(on=date(2026, 10, 21))
    await settle_due(evening(20))
    (row,) = (await rounds([number]))[number]
    assert isinstance(row.result, Duels)
    assert [one.won for one in row.result.duels] == ["left", "left"]


async def test_a_closed_hall_does_not_leave_in_the_place_of_another(cast: Cast) -> None:
    number = await announced(cast, cup(cast))
    await closed_in_mid_month()
    await settle_due(evening(20))
    (row,) = (await rounds([number]))[number]
    assert isinstance(row.result, Survivors)
    assert [one.unit for one in row.result.rows if one.left] == [cast["S3"]]


async def test_the_page_says_since_when_a_hall_is_closed(cast: Cast) -> None:
    duel, survivors = await announced(cast, duels(cast)), await announced(cast, cup(cast))
    await closed_in_mid_month()
    with time_machine.travel(midnight(date(2026, 10, 18)), tick=True):
        for number, words in ((duel, "拾光里营业厅 10月15日起关闭，不计"), (survivors, "10月15日起关闭")):
            found = await page(number)
            assert found.standing is not None
            view = standing_view(found.standing, found, ALL, over=False)
            assert words in [
                *(one.verdict for one in view.duels),
                *(row.mark for one in view.tables for row in one.rows),
            ]


async def test_the_next_month_is_drawn_up_without_the_closed_hall(cast: Cast) -> None:
    await closed_in_mid_month()
    organisation = await org.queries.organisation_of_month(NEXT)
    assert written(continued(cup(cast), None), organisation)["units"] == "S1 S2 S3"


async def test_a_draft_with_a_hall_that_is_no_more_is_refused_by_its_code(cast: Cast) -> None:
    name = Text(zh="十月赛", en="October contest")
    number = await create_contest(
        month=MONTH, name=name, stake=None, spec=duels(cast), actor=cast.actor("sulan"), at=EARLY
    )
    await close_unit(actor=SYSTEM, code="S4", on=date(2026, 9, 30), why="租约到期")
    with pytest.raises(Invalid) as refusal:
        await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    assert [one.sentence.zh for one in refusal.value.problems] == ["这个月没有这些单位：S4。请核对编码。"]


async def test_a_hall_closed_before_the_month_began_keeps_its_name(cast: Cast) -> None:
    number = await announced(cast, duels(cast))
    await close_unit(actor=SYSTEM, code="S4", on=date(2026, 9, 30), why="租约到期")
    found = await page(number)
    assert found.units[cast["S4"]].name.zh == "拾光里营业厅"

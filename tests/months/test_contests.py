"""Contests on a real database: announced by two, settled once, read by what each may know; the points never move."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
import pytest_asyncio
import time_machine

from core.audit import entries_before
from core.database import raw
from core.errors import Conflict, Invalid, NotFound, Refused
from core.language import Text
from core.period import first_day, midnight
from leaderboards.queries.snapshots import forget
from months.contests.spec import Duel, Elimination, HeadToHead, Leaving, Race, Spec, Team, TeamGoal
from months.operations.contests.planning import announce_contest, cancel_contest, create_contest, revise_contest
from months.operations.contests.rounds import settle_due
from months.operations.planning import plan_month
from months.queries.contests.pages import ContestPage, Reader, contest_page, contest_pages
from months.queries.contests.rows import contests, months_with_contests
from org.visibility import NOBODY, Scope
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import scored
from tests.servers import allow_everything

EARLY = midnight(first_day(MONTH)) - timedelta(days=5)
NAME = Text(zh="十月对决", en="October duels")
ALL = Scope(sees_all=True, key="organiser")


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """Give the cast as it was known in the month before."""
    with time_machine.travel(EARLY - timedelta(days=5), tick=True):
        yield await told.enrol()


def duels(cast: Cast, on: date | None = date(2026, 10, 20)) -> HeadToHead:
    pairs = (Duel(cast["S1"], cast["S2"]), Duel(cast["S3"], cast["S4"]))
    return HeadToHead(card="storefront", pairs=pairs, on=on)


def halls(cast: Cast) -> tuple[int, ...]:
    return tuple(cast[code] for code in ("S1", "S2", "S3", "S4"))


async def drawn_up(cast: Cast, spec: Spec) -> int:
    return await create_contest(month=MONTH, name=NAME, stake=None, spec=spec, actor=cast.actor("sulan"), at=EARLY)


async def announced(cast: Cast, spec: Spec) -> int:
    number = await drawn_up(cast, spec)
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    return number


async def ran(cast: Cast) -> None:
    """Let the facts of the month come in on its eighth day."""
    with time_machine.travel(midnight(date(2026, 10, 8)), tick=True):
        await told.believable()
        await scored(MONTH)
    forget()


def after(day: int, hours: int = 1) -> datetime:
    return midnight(date(2026, 10, day)) + timedelta(days=1, hours=hours)


async def page(number: int, scope: Scope = ALL, *, inner: bool = True) -> ContestPage:
    return await contest_page(number, Reader(scope=scope, runs=inner, inner=inner))


async def test_a_contest_is_announced_by_somebody_who_did_not_draw_it_up(cast: Cast) -> None:
    await told.plan(cast)
    number = await drawn_up(cast, duels(cast))
    with pytest.raises(Refused) as refusal:
        await announce_contest(contest_id=number, actor=cast.actor("sulan"), at=EARLY)
    assert refusal.value.problem.code == "same_person"
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    assert [one.announcer for one in await contests(MONTH)] == ["何青"]


async def test_the_last_who_changed_a_draft_does_not_announce_it(cast: Cast) -> None:
    await told.plan(cast)
    number = await drawn_up(cast, duels(cast))
    spec = duels(cast, date(2026, 10, 25))
    await revise_contest(contest_id=number, name=NAME, stake=None, spec=spec, actor=cast.actor("heqing"), at=EARLY)
    with pytest.raises(Refused):
        await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=EARLY)
    await announce_contest(contest_id=number, actor=cast.actor("sulan"), at=EARLY)


async def test_after_the_month_has_begun_nothing_is_announced_and_nothing_altered(cast: Cast) -> None:
    await told.plan(cast)
    number = await drawn_up(cast, duels(cast))
    begun = midnight(first_day(MONTH))
    with pytest.raises(Refused) as refusal:
        await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=begun)
    assert refusal.value.problem.code == "month_begun"
    await announce_contest(contest_id=number, actor=cast.actor("heqing"), at=begun - timedelta(microseconds=1))
    with pytest.raises(Conflict):
        await revise_contest(
            contest_id=number, name=NAME, stake=None, spec=duels(cast), actor=cast.actor("sulan"), at=EARLY
        )


async def test_the_database_itself_keeps_announced_rules_and_settled_rounds(cast: Cast) -> None:
    await told.plan(cast)
    number = await announced(cast, duels(cast))
    await ran(cast)
    assert await settle_due(after(20)) == 1
    async with raw() as connection:
        await allow_everything(connection)
    for statement in (
        "UPDATE contest SET spec = '{}' WHERE id = $1",
        "UPDATE contest_round SET result = '{}' WHERE contest_id = $1",
        "DELETE FROM contest_round WHERE contest_id = $1",
        "DELETE FROM contest WHERE id = $1",
    ):
        with pytest.raises(Exception, match=r"announced|never altered") as refusal:
            async with raw() as connection, connection.transaction():
                await connection.execute(statement, number)
        assert getattr(refusal.value, "sqlstate", None) == "SF001"


async def test_what_is_wrong_is_all_told_at_once(cast: Cast) -> None:
    await told.plan(cast)
    spec = HeadToHead(card="storefront", pairs=(Duel(cast["S1"], cast["B1"]),), on=date(2026, 11, 1))
    with pytest.raises(Invalid) as refusal:
        await create_contest(
            month=MONTH, name=Text(zh="", en="x"), stake=None, spec=spec, actor=cast.actor("sulan"), at=EARLY
        )
    assert {one.code for one in refusal.value.problems} == {"bad_length", "other_kind", "day_outside"}


async def test_a_round_is_settled_once_however_often_it_is_asked_for(cast: Cast) -> None:
    await told.plan(cast)
    number = await announced(cast, duels(cast))
    await ran(cast)
    assert await settle_due(after(20, -2)) == 0
    assert [await settle_due(after(20)) for _ in range(3)] == [1, 0, 0]
    found = await page(number)
    assert found.over
    assert found.rounds[0].told is not None
    assert [one.won for one in found.rounds[0].told.duels] == ["left", "left"]
    settled = [one for one in await entries_before(None, 20) if one.action == "settle_contest"]
    assert len(settled) == 1


async def test_settled_late_all_rounds_come_in_order(cast: Cast) -> None:
    await told.plan(cast)
    rounds = tuple(Leaving(leave=1, on=date(2026, 10, day)) for day in (10, 20, 25))
    number = await announced(cast, Elimination(card="storefront", units=halls(cast), rounds=rounds))
    await ran(cast)
    assert await settle_due(after(28)) == 3
    last = (await page(number)).rounds[-1].told
    assert last is not None
    assert [(row.code, row.mark) for row in last.tables[0].rows] == [
        ("S1", "in"), ("S2", "out"), ("S3", "out"), ("S4", "out"),
    ]  # fmt: skip


async def test_contests_change_no_byte_of_a_board(cast: Cast) -> None:
    await told.plan(cast)
    await ran(cast)
    before = await _boards()
    for spec in (
        duels(cast),
        Race(card="storefront", units=halls(cast), target=8_000, days=(date(2026, 10, 9),)),
        TeamGoal(card="storefront", teams=(Team("全部", "all", halls(cast)),), target=8_000, on=date(2026, 10, 9)),
    ):
        await announced(cast, spec)
    assert await settle_due(after(28)) == 3
    forget()
    assert await _boards() == before


async def _boards() -> list[tuple[object, ...]]:
    statement = (
        "SELECT s.unit_id, s.card, s.rank, s.total, s.lines FROM standing s JOIN board_head h USING (snapshot_id)"
        " ORDER BY s.card, s.unit_id"
    )
    async with raw() as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


async def test_others_learn_who_won_and_no_number(cast: Cast) -> None:
    await told.plan(cast)
    number = await announced(cast, duels(cast))
    await ran(cast)
    await settle_due(after(20))
    own = Scope(own=frozenset({cast["S1"]}), key="s1")
    found = (await page(number, own, inner=False)).rounds[0].told
    assert found is not None
    first, second = found.duels
    assert first.own
    assert first.left.cents is not None
    assert (second.left.cents, second.right.cents, second.won) == (None, None, "left")


async def test_a_hidden_row_tells_its_mark_and_no_name(cast: Cast) -> None:
    await told.plan(cast)
    rounds = (Leaving(leave=2, on=date(2026, 10, 20)),)
    number = await announced(cast, Elimination(card="storefront", units=halls(cast), rounds=rounds))
    await ran(cast)
    await settle_due(after(20))
    for scope in (NOBODY, Scope(own=frozenset({cast["S1"]}), key="s1")):
        rows = (await page(number, scope, inner=False)).rounds[0].told
        assert rows is not None
        assert cast["S4"] not in {row.unit_id for row in rows.tables[0].rows}
    seen = (await page(number, Scope(own=frozenset({cast["S4"]}), key="s4"), inner=False)).rounds[0].told
    assert seen is not None
    assert cast["S4"] in {row.unit_id for row in seen.tables[0].rows}


async def test_a_draft_is_for_those_who_run_contests(cast: Cast) -> None:
    await told.plan(cast)
    number = await drawn_up(cast, duels(cast))
    outsider = Reader(scope=NOBODY)
    assert await contest_pages(MONTH, outsider) == ()
    with pytest.raises(NotFound):
        await contest_page(number, outsider)


async def test_of_a_month_that_nobody_has_announced_others_know_no_contest(cast: Cast) -> None:
    plan = {"month": MONTH, "theme": told.THEMES[MONTH], "rule_book_id": cast.rule_book_id}
    await plan_month(**plan, actor=cast.actor("sulan"), at=EARLY)
    number = await announced(cast, duels(cast))
    outsider = Reader(scope=NOBODY)
    assert await contest_pages(MONTH, outsider) == await months_with_contests() == ()
    with pytest.raises(NotFound):
        await contest_page(number, outsider)
    assert len(await contest_pages(MONTH, Reader(scope=ALL, runs=True))) == 1


async def test_called_off_with_a_reason_nothing_more_is_settled(cast: Cast) -> None:
    await told.plan(cast)
    number = await announced(cast, duels(cast))
    with pytest.raises(Invalid):
        await cancel_contest(contest_id=number, why=" ", actor=cast.actor("sulan"), at=EARLY)
    await cancel_contest(contest_id=number, why="停业", actor=cast.actor("sulan"), at=EARLY)
    await ran(cast)
    assert await settle_due(after(28)) == 0
    assert (await page(number)).row.cancelled_why == "停业"


async def test_the_sealed_result_decides_a_contest_without_a_day_once_the_month_is_public(cast: Cast) -> None:
    await told.plan(cast)
    await announced(cast, duels(cast, None))
    await ran(cast)
    assert await settle_due(datetime(2026, 11, 20, tzinfo=UTC)) == 0

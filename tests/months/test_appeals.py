"""Appeals: once a line, in time, by one's own people; decided elsewhere; what was upheld becomes a change set."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import org.queries
from core.errors import Conflict, NotAllowed, Refused
from core.workdays import working_days
from months.appealing import MOVES, AppealState, Ground, due_at, moves
from months.operations.appealing import decide_appeal, file_appeal, follow_up, take_up, withdraw_appeal
from months.queries.appeals import appeals, open_of_month, steps
from org.visibility import Viewer
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.months.story import ran

AT = during(MONTH, 20)


async def viewer(cast: Cast, name: str) -> Viewer:
    account = await org.queries.account_by_username(name)
    assert account is not None
    return await org.queries.viewer(account)


async def filed(cast: Cast, name: str = "linyue", at: datetime = AT) -> int:
    return await file_appeal(
        month=MONTH, unit_id=cast.units["S1"], kpi="VISIT", ground=Ground.DATA_ERROR, claimed="98", told="抄错了一张表",
        recorded="95", viewer=await viewer(cast, name), actor=cast.actor(name), at=at,
    )  # fmt: skip


async def test_an_appeal_is_heard_once_and_stops_the_closing(cast: Cast) -> None:
    await ran(cast)
    await filed(cast)
    assert len(await open_of_month(MONTH)) == 1
    with pytest.raises(Conflict):
        await filed(cast)


async def test_nobody_appeals_for_others_or_too_late(cast: Cast) -> None:
    await ran(cast)
    with pytest.raises(NotAllowed):
        await filed(cast, "guwei")
    with pytest.raises(Refused):
        await filed(cast, at=AT + timedelta(days=40))


async def test_a_denied_appeal_is_told_with_its_reason(cast: Cast) -> None:
    await ran(cast)
    number, judge = await filed(cast), {"viewer": await viewer(cast, "sulan"), "actor": cast.actor("sulan")}
    await take_up(appeal_id=number, at=AT, **judge)
    await decide_appeal(appeal_id=number, decision=AppealState.DENIED, reason="与原表一致", at=AT, **judge)
    assert [row.state for row in await appeals(month=MONTH)] == ["notified"]
    assert [one.step for one in await steps(number)] == ["submitted", "under_review", "denied", "notified"]


async def test_an_upheld_appeal_makes_a_change_set(cast: Cast) -> None:
    await ran(cast)
    number, judge = await filed(cast), {"viewer": await viewer(cast, "sulan"), "actor": cast.actor("sulan")}
    await take_up(appeal_id=number, at=AT, **judge)
    change = {"unit_id": cast.units["S1"], "points": 10}
    made = await decide_appeal(
        appeal_id=number, decision=AppealState.UPHELD, reason="属实", kind="adjustment", change=change, at=AT, **judge
    )
    assert [row.change_set_id for row in await appeals(month=MONTH)] == [made]


async def test_what_is_not_answered_in_time_goes_to_the_next_desk(cast: Cast) -> None:
    await ran(cast)
    await filed(cast)
    assert await follow_up(AT) == 0
    assert await follow_up(AT + timedelta(days=9)) == 1
    assert [row.route for row in await appeals(month=MONTH)] == ["hr"]


async def test_who_filed_it_may_take_it_back(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    with pytest.raises(NotAllowed):
        await withdraw_appeal(appeal_id=number, actor=cast.actor("sulan"), at=AT)
    await withdraw_appeal(appeal_id=number, actor=cast.actor("linyue"), at=AT)
    assert await open_of_month(MONTH) == ()


def test_two_working_days_pass_over_a_holiday_and_count_a_day_made_up_for() -> None:
    before_national_day = datetime(2026, 9, 30, 2, tzinfo=UTC)
    assert due_at(before_national_day, working_days()) == datetime(2026, 10, 9, 16, tzinfo=UTC)


@given(st.lists(st.sampled_from(AppealState), max_size=12))
def test_an_appeal_that_has_ended_never_moves_again(wishes: list[AppealState]) -> None:
    state = AppealState.SUBMITTED
    for wish in wishes:
        before = state
        state = wish if moves(state, wish) else state
        assert MOVES[before] or state is before

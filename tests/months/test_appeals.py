"""Appeals: once a line, in time, by one's own people; decided elsewhere; what was upheld becomes a change set."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import leaderboards.operations
import org.queries
import rewards.queries
from core.audit import SYSTEM
from core.errors import Conflict, NotAllowed, NotFound, Refused
from core.workdays import working_days
from leaderboards.queries.snapshots import inner_board
from months.appealing import MOVES, AppealState, Ground, Stake, due_at, moves
from months.operations import changes
from months.operations.appealing import file_appeal, withdraw_appeal
from months.operations.judging import decide_appeal, follow_up, look_again, take_up
from months.queries.appeals import appeals, open_of_month, steps, waiting_verdict
from months.queries.judging import stake
from org.operations import accounts
from org.roles import Role
from org.visibility import Viewer
from scoring.operations.events import record_red_line
from scoring.queries.rules import rules_of
from tests.cast import MONTH, Cast
from tests.factories import OPENED, during
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


async def judging(cast: Cast, name: str) -> dict[str, Any]:
    return {"viewer": await viewer(cast, name), "actor": cast.actor(name), "at": AT}


async def decided(cast: Cast, decision: AppealState) -> int:
    """Let the customer-service department decide the appeal of a hall that stands near an award."""
    number, judge = await filed(cast), await judging(cast, "sulan")
    await take_up(appeal_id=number, **judge)
    payload = {"unit_id": cast.units["S1"], "points": 10}
    upheld: dict[str, Any] = {"kind": "adjustment", "change": payload} if decision is AppealState.UPHELD else {}
    assert await decide_appeal(appeal_id=number, decision=decision, reason="已核对原表", **upheld, **judge) is None
    return number


async def test_a_denial_that_touches_an_award_holds_when_human_resources_confirm_it(cast: Cast) -> None:
    await ran(cast)
    number = await decided(cast, AppealState.DENIED)
    assert [(row.state, row.route) for row in await appeals(month=MONTH)] == [("under_review", "hr")]
    await look_again(appeal_id=number, agrees=True, **await judging(cast, "heqing"))
    found = [(row.state, row.outcome, row.reason) for row in await appeals(month=MONTH)]
    assert found == [("notified", "denied", "已核对原表")]
    told = [one.step for one in await steps(number)]
    assert told == ["submitted", "under_review", "second_look", "confirmed", "denied", "notified"]


async def test_a_decision_that_is_sent_back_decides_nothing(cast: Cast) -> None:
    await ran(cast)
    number = await decided(cast, AppealState.DENIED)
    await look_again(appeal_id=number, agrees=False, note="没有看原始录音", **await judging(cast, "heqing"))
    assert [(row.state, row.reason) for row in await appeals(month=MONTH)] == [("under_review", None)]
    assert await waiting_verdict(number) is None


async def test_no_organiser_takes_the_second_look_and_nobody_decides_past_it(cast: Cast) -> None:
    await ran(cast)
    number = await decided(cast, AppealState.DENIED)
    with pytest.raises(NotAllowed):
        await look_again(appeal_id=number, agrees=True, **await judging(cast, "tangyi"))
    with pytest.raises(Conflict):
        await decide_appeal(
            appeal_id=number, decision=AppealState.DENIED, reason="一样", **await judging(cast, "tangyi")
        )


async def test_who_decided_does_not_look_again(cast: Cast) -> None:
    await ran(cast)
    number, judge = await filed(cast), await judging(cast, "heqing")
    await take_up(appeal_id=number, **judge)
    await decide_appeal(appeal_id=number, decision=AppealState.DENIED, reason="与原表一致", **judge)
    with pytest.raises(Refused):
        await look_again(appeal_id=number, agrees=True, **judge)
    assert [row.route for row in await appeals(month=MONTH)] == ["auditor"]
    await look_again(appeal_id=number, agrees=True, **await judging(cast, "baishu"))


async def granted(username: str, role: Role, unit: str) -> None:
    await accounts.grant(actor=SYSTEM, username=username, role=role, unit_code=unit, starts_on=OPENED)


async def test_nobody_judges_an_appeal_of_a_rival_for_the_same_award(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    await granted("qiandan", Role.ORGANISER, "YC")
    with pytest.raises(Refused, match="after the same award"):
        await take_up(appeal_id=number, **await judging(cast, "qiandan"))
    await granted("qiandan", Role.AUDITOR, "YC")
    await take_up(appeal_id=number, **await judging(cast, "qiandan"))


async def test_a_desk_where_everybody_is_concerned_is_passed_over(cast: Cast) -> None:
    await ran(cast)
    await filed(cast)
    await granted("heqing", Role.STORE_MANAGER, "S1")
    assert await follow_up(AT + timedelta(days=9)) == 1
    assert [row.route for row in await appeals(month=MONTH)] == ["auditor"]


async def test_an_upheld_appeal_makes_a_change_set(cast: Cast) -> None:
    await ran(cast)
    number = await decided(cast, AppealState.UPHELD)
    made = await look_again(appeal_id=number, agrees=True, **await judging(cast, "heqing"))
    assert made is not None
    assert [(row.state, row.change_set_id) for row in await appeals(month=MONTH)] == [("upheld", made)]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (
            "correction",
            {"records": [{"unit": "S1", "kpi": "VISIT", "on": "2026-10-05", "value": "900", "sample": "4"}]},
        ),
        ("correction", {"records": [{"unit": "S1", "kpi": "VISTI", "on": "2026-10-05", "value": "90", "sample": "4"}]}),
        ("adjustment", {"unit_id": 999_999, "points": 10}),
        ("correction", {"upload_id": 999_999}),
        ("adjustment", {"unit_id": "S2", "points": 10}),
    ],
)
async def test_what_cannot_be_corrected_is_refused_to_the_judge_before_anybody_is_told(
    cast: Cast, kind: str, change: dict[str, Any]
) -> None:
    await ran(cast)
    number, judge = await filed(cast), await judging(cast, "sulan")
    change = {name: cast.units.get(value, value) if name == "unit_id" else value for name, value in change.items()}
    await take_up(appeal_id=number, **judge)
    told = await org.queries.notices(cast.actor("linyue").account_id)
    with pytest.raises((Refused, NotFound)):
        await decide_appeal(
            appeal_id=number, decision=AppealState.UPHELD, reason="已核对原表", kind=kind, change=change, **judge
        )
    assert [(row.state, row.change_set_id) for row in await appeals(month=MONTH)] == [("under_review", None)]
    assert await waiting_verdict(number) is None
    assert await org.queries.notices(cast.actor("linyue").account_id) == told


async def test_an_appeal_whose_change_set_is_cancelled_is_heard_again(cast: Cast) -> None:
    await ran(cast)
    number = await decided(cast, AppealState.UPHELD)
    made = await look_again(appeal_id=number, agrees=True, **await judging(cast, "heqing"))
    assert made is not None
    await changes.cancel(change_id=made, why="算错了", actor=cast.actor("tangyi"), at=AT)
    assert len(await open_of_month(MONTH)) == 1
    assert await follow_up(AT) == 1
    assert [(row.state, row.change_set_id) for row in await appeals(month=MONTH)] == [("under_review", None)]
    assert await follow_up(AT) == 0


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


async def test_a_disputed_red_line_rests_until_the_appeal_has_ended(cast: Cast) -> None:
    await ran(cast)
    await record_red_line(
        unit_id=cast["S1"], on=during(MONTH, 5).date(), code="begging", reason="经核实", actor=cast.actor("sulan")
    )
    total = await scored_total(cast)
    number = await file_appeal(
        month=MONTH, unit_id=cast["S1"], kpi="begging", ground=Ground.PROCEDURE, claimed="", told="当班录音可以证明",
        recorded="1", viewer=await viewer(cast, "linyue"), actor=cast.actor("linyue"), at=AT,
    )  # fmt: skip
    assert await scored_total(cast) > total
    await withdraw_appeal(appeal_id=number, actor=cast.actor("linyue"), at=AT)
    assert await scored_total(cast) == total


async def scored_total(cast: Cast) -> int:
    """Score the month and return the total of the hall that appeals, in cents."""
    await leaderboards.operations.recompute(MONTH)
    board = await inner_board(MONTH)
    assert board is not None
    return board.by_unit[cast["S1"]].measures[0] or 0


async def test_whether_a_decision_is_looked_at_again_tells_nothing_of_what_is_hidden(cast: Cast) -> None:
    await ran(cast)
    unit = cast.units["S1"]
    assert await stake(MONTH, unit, "VISIT", "adjustment") is Stake.AWARD
    await record_red_line(
        unit_id=unit, on=AT.date(), code="begging", reason="暗访属实", actor=cast.actor("sulan"), change_set_id=None
    )
    await leaderboards.operations.recompute(MONTH)
    behind = await inner_board(MONTH)
    assert behind is not None
    outcomes = await rewards.queries.outcomes(behind, await rules_of(MONTH), named={})
    assert not any(unit == near for outcome in outcomes for near, _ in outcome.near)
    assert await stake(MONTH, unit, "VISIT", "adjustment") is Stake.AWARD

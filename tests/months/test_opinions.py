"""The department whose data are disputed speaks before the decision; everyone concerned hears the outcome."""

from datetime import datetime, timedelta

import pytest

import org.queries
from core.errors import Conflict, NotFound, Refused
from months.appealing import AppealState, Ground, Opinion
from months.operations.appealing import file_appeal
from months.operations.judging import decide_appeal, follow_up, look_again, take_up
from months.operations.opinions import give_opinion
from months.queries.appeals import appeals, steps, waiting_verdict
from months.queries.opinions import asked_of, opinion
from org.visibility import Viewer
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.months.story import ran
from web.show import until

AT = during(MONTH, 20)
LATER = AT + timedelta(days=3)


async def viewer(cast: Cast, name: str) -> Viewer:
    account = await org.queries.account_by_username(name)
    assert account is not None
    return await org.queries.viewer(account)


async def filed(cast: Cast, kpi: str = "COVER", unit: str = "B1", name: str = "chenmo", at: datetime = AT) -> int:
    """Let a branch dispute the coverage that the network department reports."""
    return await file_appeal(
        month=MONTH, unit_id=cast[unit], kpi=kpi, ground=Ground.DATA_ERROR, claimed="98", told="有三个基站漏统计",
        recorded="95", viewer=await viewer(cast, name), actor=cast.actor(name), at=at,
    )  # fmt: skip


async def notices_of(cast: Cast, name: str) -> list[tuple[str, str]]:
    return [(one.zh, one.href) for one in await org.queries.notices(cast.person(name).account_id)]


async def judge(cast: Cast, number: int, decision: AppealState, at: datetime = AT) -> None:
    """Let an organiser take an appeal up, unless it is not to be taken, and decide it."""
    judging, actor = await viewer(cast, "sulan"), cast.actor("sulan")
    if decision is not AppealState.INADMISSIBLE:
        await take_up(appeal_id=number, viewer=judging, actor=actor, at=at)
    await decide_appeal(
        appeal_id=number, decision=decision, reason="与网管数据一致", viewer=judging, actor=actor, at=at
    )


async def confirmed(cast: Cast, number: int) -> None:
    """Let human resources confirm the decision, where it waits for that."""
    if await waiting_verdict(number):
        looking, actor = await viewer(cast, "heqing"), cast.actor("heqing")
        await look_again(appeal_id=number, agrees=True, viewer=looking, actor=actor, at=AT)


async def test_the_department_that_delivers_the_data_is_asked_with_a_day(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    found = await opinion(number)
    assert found is not None
    assert (found.code, found.stand, found.due_at - AT > timedelta(days=1)) == ("NWD", None, True)
    assert [one.id for one in await asked_of(cast.person("guwei").account_id)] == [number]
    assert (await notices_of(cast, "guwei"))[0][1] == f"/appeals/{number}/opinion"


async def test_a_decision_waits_for_the_opinion_until_its_day_is_over(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    with pytest.raises(Refused) as refusal:
        await judge(cast, number, AppealState.DENIED)
    assert [one.code for one in refusal.value.problems] == ["opinion_awaited"]
    due = (await opinion(number) or pytest.fail("nobody was asked")).due_at
    for language in ("zh", "en"):
        assert until(due, language) in refusal.value.problem.sentence.read(language)
    assert [row.state for row in await appeals(month=MONTH)] == ["under_review"]


async def test_without_a_word_in_time_it_is_decided_all_the_same(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    await judge(cast, number, AppealState.DENIED, at=LATER)
    await confirmed(cast, number)
    assert "denied" in {one.step for one in await steps(number)}


async def test_the_department_speaks_once_and_the_appellant_reads_it(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    head = cast.actor("guwei")
    await give_opinion(appeal_id=number, stand=Opinion.WRONG, text="漏了三个基站", actor=head, at=AT)
    told = {one.step: one.note for one in await steps(number)}
    assert told["opinion_wrong"] == "漏了三个基站"
    with pytest.raises(Conflict):
        await give_opinion(appeal_id=number, stand=Opinion.RIGHT, text="又看了一遍", actor=head, at=AT)


async def test_nobody_else_speaks_for_the_department(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    for stranger in ("chenmo", "gaoyuan", "sulan", "heqing"):
        with pytest.raises(NotFound):
            await give_opinion(
                appeal_id=number, stand=Opinion.WRONG, text="是我们的", actor=cast.actor(stranger), at=AT
            )


async def test_a_department_without_a_head_keeps_nobody_waiting(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast, kpi="VISIT", unit="S1", name="linyue")
    assert await opinion(number) is None


async def test_everyone_concerned_hears_the_outcome_with_its_reason(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    await give_opinion(appeal_id=number, stand=Opinion.RIGHT, text="与网管一致", actor=cast.actor("guwei"), at=AT)
    await judge(cast, number, AppealState.DENIED)
    await confirmed(cast, number)
    for name, href in (("chenmo", f"/appeals/{number}"), ("guwei", f"/appeals/{number}/opinion")):
        sentence, where = (await notices_of(cast, name))[0]
        assert (where, "不成立" in sentence, "与网管数据一致" in sentence) == (href, True, True)
    assert not any("申诉" in sentence for sentence, _ in await notices_of(cast, "gaoyuan"))


async def test_the_manager_of_a_clerk_hears_what_came_of_the_clerks_appeal(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast, kpi="EXAM", unit="P-zhouhe", name="zhouhe")
    await judge(cast, number, AppealState.INADMISSIBLE)
    await confirmed(cast, number)
    for name in ("zhouhe", "linyue"):
        assert "不予受理" in (await notices_of(cast, name))[0][0]
    assert not any("申诉" in sentence for sentence, _ in await notices_of(cast, "songyan"))


async def test_what_the_last_desk_leaves_undecided_is_told_to_all_desks(cast: Cast) -> None:
    await ran(cast)
    number = await filed(cast)
    for days in (9, 18, 27):
        assert await follow_up(AT + timedelta(days=days)) == 1
    assert [one.step for one in await steps(number)][-3:] == ["escalated", "escalated", "reminded"]
    for name in ("tangyi", "heqing", "baishu"):
        assert "超期未裁定" in (await notices_of(cast, name))[0][0]
    assert await follow_up(AT + timedelta(days=27)) == 0

"""The public notice: three working days, an objection holds back its own line only, then it is paid."""

from datetime import datetime, timedelta

import pytest

from core.audit import SYSTEM, Actor
from core.errors import Conflict, NotFound, Refused
from core.period import midnight
from months.lifecycle import State
from months.operations.objecting import KIND, decide_objection, object_to
from months.operations.releasing import release
from months.queries.calendar import month_row
from months.queries.notice import notice, payable, read_by
from org.notices import NoticeRow
from org.operations import accounts
from org.queries import notices
from rewards.queries import Winner, winners
from tests.cast import MONTH, Cast
from tests.months.story import closed, closing_day, ran

DURING = closing_day() + timedelta(hours=3)


async def published(cast: Cast) -> tuple[Winner, ...]:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    return await winners(MONTH)


async def until() -> datetime:
    found = await notice(MONTH, DURING)
    assert found is not None
    return found.until


async def objected(cast: Cast, to: Winner, by: str = "linyue") -> int:
    return await object_to(
        month=MONTH, award=to.award, unit_id=to.unit_id, text="名次有误", actor=cast.actor(by), at=DURING
    )


async def decided(cast: Cast, number: int, decision: str, by: str = "baishu", at: datetime = DURING) -> None:
    said = {"objection_id": number, "decision": decision, "reason": "已复核", "actor": cast.actor(by), "at": at}
    await decide_objection(**said)  # type: ignore[arg-type]  # keywords of one call


def lines(found: tuple[Winner, ...]) -> set[tuple[str, int]]:
    return {(one.award, one.unit_id) for one in found}


async def test_the_notice_runs_for_three_working_days_after_the_publication(cast: Cast) -> None:
    await published(cast)
    assert closing_day().astimezone().date().weekday() == 2
    assert await until() == midnight((closing_day() + timedelta(days=6)).date())


async def test_nothing_is_paid_before_the_notice_is_over_and_all_of_it_afterwards(cast: Cast) -> None:
    won = await published(cast)
    assert await payable(MONTH, await until() - timedelta(microseconds=1)) == ()
    assert lines(await payable(MONTH, await until())) == lines(won)
    assert (await month_row(MONTH, await until())).state is State.SETTLED


async def test_an_objection_holds_back_its_own_line_only(cast: Cast) -> None:
    first, *others = await published(cast)
    await objected(cast, first)
    assert lines(await payable(MONTH, await until())) == lines(tuple(others))
    assert (await month_row(MONTH, await until())).state is State.PUBLISHED


async def test_a_rejected_objection_frees_its_line_and_an_upheld_one_keeps_it_back(cast: Cast) -> None:
    first, second, *others = await published(cast)
    await decided(cast, await objected(cast, first), "rejected")
    await decided(cast, await objected(cast, second), "upheld")
    assert lines(await payable(MONTH, await until())) == lines((first, *others))
    assert (await month_row(MONTH, await until())).state is State.SETTLED


async def about_objections(cast: Cast, username: str) -> list[NoticeRow]:
    return [one for one in await notices(cast.person(username).account_id) if one.kind == KIND]


async def test_whoever_objected_is_told_of_the_decision_and_nobody_else(cast: Cast) -> None:
    first, *_ = await published(cast)
    await decided(cast, await objected(cast, first), "upheld")
    told = (await about_objections(cast, "linyue"))[0]
    assert (told.zh, told.href) == ("您在公示期提出的异议成立。", f"/months/{MONTH}/notice")
    assert not any("您在公示期" in one.zh for one in await about_objections(cast, "baishu"))


async def test_who_may_decide_is_told_of_an_objection_until_it_is_decided(cast: Cast) -> None:
    first, *_ = await published(cast)
    number = await objected(cast, first)
    for judge in ("sulan", "heqing", "baishu"):
        assert [one.read_at for one in await about_objections(cast, judge) if "待裁定" in one.zh] == [None]
    await decided(cast, number, "rejected")
    assert all(one.read_at for one in await about_objections(cast, "heqing"))


async def test_the_unit_hears_that_its_award_is_held_back_and_what_came_of_it(cast: Cast) -> None:
    own = next(one for one in await published(cast) if one.unit_id == cast["S1"])
    await decided(cast, await objected(cast, own, by="gaoyuan"), "upheld")
    upheld, held = await about_objections(cast, "linyue")
    assert "裁定前暂缓兑现" in held.zh
    assert "不予兑现" in upheld.zh
    assert "高远" not in held.zh + upheld.zh


async def test_decided_late_the_month_is_settled_only_then(cast: Cast) -> None:
    first, *_ = await published(cast)
    number = await objected(cast, first)
    late = await until() + timedelta(days=2)
    await decided(cast, number, "rejected", at=late)
    assert (await month_row(MONTH, late - timedelta(minutes=1))).state is State.PUBLISHED
    assert (await month_row(MONTH, late)).state is State.SETTLED


async def test_nobody_objects_after_the_notice_or_twice_or_to_what_was_not_given(cast: Cast) -> None:
    first, *_ = await published(cast)
    await objected(cast, first)
    with pytest.raises(Conflict):
        await objected(cast, first)
    actor = cast.actor("wutong")
    with pytest.raises(NotFound):
        await object_to(month=MONTH, award=first.award, unit_id=cast["E1"], text="x", actor=actor, at=DURING)
    with pytest.raises(Refused):
        await object_to(month=MONTH, award=first.award, unit_id=first.unit_id, text="x", actor=actor, at=await until())


async def test_nobody_decides_an_own_objection_or_about_an_own_unit(cast: Cast) -> None:
    won = await published(cast)
    own = await objected(cast, won[0], by="baishu")
    with pytest.raises(Refused) as refusal:
        await decided(cast, own, "rejected")
    assert refusal.value.problem.code == "own_objection"
    department = next((one for one in won if one.unit_id == cast["HRD"]), None)
    assert department is not None
    number = await objected(cast, department)
    with pytest.raises(Refused) as refusal:
        await decided(cast, number, "rejected", by="heqing")
    assert refusal.value.problem.code == "own_unit"
    await decided(cast, number, "rejected")
    with pytest.raises(Conflict):
        await decided(cast, number, "upheld", by="tangyi")


async def test_nobody_decides_an_own_objection_under_another_account(cast: Cast) -> None:
    first, *_ = await published(cast)
    own = await objected(cast, first, by="tangyi")
    second = await accounts.create_account(actor=SYSTEM, username="tangyi2", display_name="唐弋", unit_code="P-tangyi")
    with pytest.raises(Refused) as refusal:
        await decide_objection(
            objection_id=own, decision="rejected", reason="已复核", actor=Actor(second, "tangyi2"), at=DURING
        )
    assert refusal.value.problem.code == "own_objection"


async def test_who_decides_does_not_read_who_objected_to_an_own_unit(cast: Cast) -> None:
    own = next(one for one in await published(cast) if one.unit_id == cast["HRD"])
    await objected(cast, own)
    found = await notice(MONTH, DURING)
    assert found is not None

    async def read(username: str, *, judges: bool) -> list[tuple[str, str]]:
        seen = await read_by(found, cast.person(username).account_id, judges=judges)
        return [(one.objector, one.text) for line in seen.lines for one in line.objections]

    assert await read("baishu", judges=True) == [("林悦", "名次有误")]
    assert await read("heqing", judges=True) == [("", "")]
    assert await read("linyue", judges=False) == [("林悦", "名次有误")]
    assert await read("gaoyuan", judges=False) == [("", "")]


async def test_whose_objection_was_rejected_may_object_again_while_the_notice_runs(cast: Cast) -> None:
    first, *_ = await published(cast)
    await decided(cast, await objected(cast, first), "rejected")
    await objected(cast, first)
    assert (first.award, first.unit_id) not in lines(await payable(MONTH, await until()))


async def test_a_line_with_another_objection_goes_on_waiting_for_the_judges(cast: Cast) -> None:
    first, *_ = await published(cast)
    number = await objected(cast, first)
    await objected(cast, first, by="gaoyuan")
    await decided(cast, number, "rejected")
    asked = await about_objections(cast, "heqing")
    assert any("待裁定" in one.zh and one.read_at is None for one in asked)

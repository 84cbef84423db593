"""Payout lists: after the public notice, by two people, immutable, the next one holding what is new only."""

from datetime import timedelta

import asyncpg
import msgspec
import pytest

from core.audit import SYSTEM, Actor
from core.database import raw, transaction
from core.errors import Refused
from core.period import shifted
from months.changes import preview as previews
from months.operations import changes
from months.operations.objecting import decide_objection, object_to
from months.operations.paying import approve_payout, propose_payout, withdraw_payout
from months.operations.releasing import release
from months.payouts import paid, sealed, still_due
from months.queries.payouts import MAY_CHANGE, NOTICE_RUNS, OBJECTED, RESTATED, due, lists
from org.operations import accounts
from org.roles import Role
from rewards.queries import winners
from tests import cast as told
from tests import factories
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.months.test_appeals import filed
from tests.months.test_changes import october
from tests.months.test_changes import proposed as change_proposed
from tests.months.test_notice import DURING, decided, objected, published, until

NEXT = shifted(MONTH, 1)


async def proposed(cast: Cast, by: str = "sulan") -> int:
    return await propose_payout(month=MONTH, actor=cast.actor(by), at=await until())


async def approved(cast: Cast, number: int, by: str = "baishu") -> None:
    await approve_payout(month=MONTH, number=number, actor=cast.actor(by), at=await until())


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.code for one in refusal.value.problems]


async def test_nothing_is_proposed_before_the_notice_is_over_and_every_reason_is_told(cast: Cast) -> None:
    await published(cast)
    early = await until() - timedelta(microseconds=1)
    with pytest.raises(Refused) as refusal:
        await propose_payout(month=MONTH, actor=cast.actor("sulan"), at=early)
    assert codes(refusal) == ["notice_runs", "nothing_due"]


async def test_a_list_holds_every_award_and_is_paid_once(cast: Cast) -> None:
    won = await published(cast)
    await approved(cast, await proposed(cast))
    (made,) = await lists(MONTH)
    assert {line.key for line in made.lines} == {(one.award, one.unit_id) for one in won}
    assert made.digest == sealed(MONTH, 1, made.lines)
    assert (await due(MONTH, await until())).lines == ()
    with pytest.raises(Refused) as refusal:
        await proposed(cast)
    assert codes(refusal) == ["nothing_due"]


async def test_a_line_with_an_objection_waits_with_its_reason_and_comes_in_the_next_list(cast: Cast) -> None:
    first, *_ = await published(cast)
    said = await object_to(
        month=MONTH, award=first.award, unit_id=first.unit_id, text="名次有误", actor=cast.actor("linyue"), at=DURING
    )
    assert [one.reasons for one in (await due(MONTH, await until())).waiting] == [(OBJECTED,)]
    await approved(cast, await proposed(cast))
    await decide_objection(
        objection_id=said, decision="rejected", reason="已复核", actor=cast.actor("baishu"), at=await until()
    )
    await approved(cast, await proposed(cast))
    assert [line.key for line in (await lists(MONTH))[1].lines] == [(first.award, first.unit_id)]


async def test_nobody_approves_the_own_proposal(cast: Cast) -> None:
    await published(cast)
    number = await proposed(cast)
    with pytest.raises(Refused) as refusal:
        await approved(cast, number, by="sulan")
    assert codes(refusal)[0] == "same_person"


async def test_nobody_approves_the_own_proposal_under_another_account(cast: Cast) -> None:
    await published(cast)
    number = await proposed(cast)
    second = await accounts.create_account(actor=SYSTEM, username="sulan2", display_name="苏岚", unit_code="P-sulan")
    with pytest.raises(Refused) as refusal:
        await approve_payout(month=MONTH, number=number, actor=Actor(second, "sulan2"), at=await until())
    assert codes(refusal)[0] == "same_person"


async def test_a_list_is_not_approved_when_more_is_due_by_then(cast: Cast) -> None:
    first, *_ = await published(cast)
    said = await objected(cast, first)
    number = await proposed(cast)
    await decided(cast, said, "rejected", at=await until())
    with pytest.raises(Refused) as refusal:
        await approved(cast, number)
    assert codes(refusal) == ["payout_stale"]


async def test_an_award_with_an_upheld_objection_is_neither_due_nor_waits(cast: Cast) -> None:
    first, *others = await published(cast)
    await decided(cast, await objected(cast, first), "upheld")
    found = await due(MONTH, await until())
    assert {line.key for line in found.lines} == {(one.award, one.unit_id) for one in others}
    assert found.waiting == ()


async def test_an_award_that_a_restatement_brings_is_paid_after_a_notice_of_its_own(cast: Cast) -> None:
    await october(cast)
    await told.close(cast)
    at, later = during(NEXT, 6), during(NEXT, 12)
    await release(month=MONTH, actor=cast.actor("heqing"), at=at)
    await factories.plan(NEXT, "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
    stood = {(one.award, one.unit_id) for one in await winners(MONTH)}
    number = await change_proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    seen = previews.digest(await changes.preview(number, at=at))
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=later)
    early, paid_on = await due(MONTH, later), await due(MONTH, later + timedelta(days=7))
    assert {line.key for line in early.lines} == stood
    fresh = {one.line.key for one in early.waiting if one.reasons == (NOTICE_RUNS,)}
    assert fresh
    assert {line.key for line in paid_on.lines} == stood | fresh
    assert {line.reason for line in paid_on.lines if line.key in fresh} == {RESTATED}


async def test_nobody_but_an_auditor_approves_a_list_with_an_own_award(cast: Cast) -> None:
    await published(cast)
    number = await proposed(cast)
    with pytest.raises(Refused) as refusal:
        await approved(cast, number, by="heqing")
    assert codes(refusal) == ["own_award"]
    await accounts.grant(actor=SYSTEM, username="heqing", role=Role.AUDITOR, unit_code="YC")
    await approved(cast, number, by="heqing")
    assert [one.open for one in await lists(MONTH)] == [False]


async def test_one_list_waits_at_a_time_and_may_be_taken_back(cast: Cast) -> None:
    await published(cast)
    number = await proposed(cast)
    with pytest.raises(Refused) as refusal:
        await proposed(cast)
    assert codes(refusal) == ["payout_waits"]
    await withdraw_payout(month=MONTH, number=number, actor=cast.actor("sulan"))
    assert await proposed(cast) == number + 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payout_list SET approved_at = NULL, approved_by = NULL",
        "UPDATE payout_list SET withdrawn_at = now()",
        "UPDATE payout_list SET lines = '[]'",
        "DELETE FROM payout_list",
        (
            "INSERT INTO payout_list (month, number, lines, digest, proposed_at, proposed_by, approved_at, approved_by)"
            " SELECT month, 9, lines, digest, now(), proposed_by, now(), approved_by FROM payout_list"
        ),
    ],
)
async def test_no_statement_of_the_database_changes_an_approved_list(cast: Cast, statement: str) -> None:
    await published(cast)
    await approved(cast, await proposed(cast))
    before = await lists(MONTH)
    with pytest.raises(asyncpg.PostgresError):
        async with transaction(), raw() as connection:
            await connection.execute(statement)
    assert await lists(MONTH) == before


async def test_a_changed_amount_comes_as_its_difference(cast: Cast) -> None:
    await published(cast)
    line = (await due(MONTH, await until())).lines[0]
    assert [one.points for one in still_due([line], paid([[line]]))] == []
    assert [one.points for one in still_due([line], {line.key: line.points - 30})] == [30]


async def test_what_several_lists_paid_adds_up(cast: Cast) -> None:
    await published(cast)
    line = (await due(MONTH, await until())).lines[0]
    back = msgspec.structs.replace(line, points=-30)
    assert paid([[line], [back]]) == {line.key: line.points - 30}
    assert [one.points for one in still_due([line], paid([[line], [back]]))] == [30]


async def test_the_awards_of_a_unit_wait_while_its_appeal_is_open(cast: Cast) -> None:
    won = await published(cast)
    await filed(cast, at=DURING)
    found = await due(MONTH, await until())
    assert {(one.line.unit_id, one.reasons) for one in found.waiting} == {(cast["S1"], (MAY_CHANGE,))}
    assert {line.key for line in found.lines} == {(one.award, one.unit_id) for one in won if one.unit_id != cast["S1"]}

from datetime import timedelta

import pytest
import time_machine

from core import outbox
from core.database import raw
from core.errors import NotFound, Refused
from core.period import bounds, shifted
from leaderboards.faces import showing
from leaderboards.queries.snapshots import heads, month_board
from months.lifecycle import State
from months.operations.announcing import announce
from months.operations.closing import approve_close, propose_close, withdraw_proposal
from months.operations.planning import cancel, plan_month
from months.operations.releasing import release
from months.operations.reopening import reopen
from months.operations.second_person import NOTICE
from months.queries.calendar import month_page, month_row
from months.queries.sealed import broken_seals
from org.operations import accounts
from org.queries import notices
from org.visibility import Face
from tests.cast import MONTH, Cast
from tests.factories import during, facts
from tests.months.story import QUALITY, closed, closing_day, complete, month_facts, planned, ran, worked_off

SMS = ("SAT",)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


async def propose(cast: Cast, by: str = "sulan", **more: object) -> None:
    await propose_close(month=MONTH, actor=cast.actor(by), **({"at": closing_day()} | more))  # type: ignore[arg-type]  # keywords of one call


async def approve(cast: Cast, by: str) -> None:
    await approve_close(month=MONTH, actor=cast.actor(by), at=closing_day())


async def test_two_people_close_a_month_and_its_digest_is_shown(cast: Cast) -> None:
    await ran(cast)
    sealed = await closed(cast)
    row = await month_row(MONTH, closing_day())
    assert row.state is State.CLOSED
    assert row.digest == sealed.digest
    assert not await broken_seals()


async def test_a_running_month_is_not_closed(cast: Cast) -> None:
    await ran(cast)
    last_instant = bounds(MONTH)[1] - timedelta(microseconds=1)
    with pytest.raises(Refused) as refusal:
        await propose(cast, at=last_instant)
    assert codes(refusal) == ["period_not_over"]


async def test_a_month_is_closed_early_only_with_a_written_reason(cast: Cast) -> None:
    await ran(cast)
    early = during(MONTH, 24)
    await propose(cast, at=early, waivers=["period_not_over"], why="春节前提前评奖")
    await approve_close(month=MONTH, actor=cast.actor("baishu"), at=early)
    assert (await month_row(MONTH, early)).state is State.CLOSED


async def test_closed_early_the_month_is_frozen_for_everybody_at_that_moment(cast: Cast) -> None:
    early = during(MONTH, 24)
    with time_machine.travel(early, tick=True):
        await planned(cast)
        await facts(month_facts(MONTH, QUALITY), at=during(MONTH, 20))
        await complete(cast)
        await worked_off()
        await propose(cast, at=early, waivers=["period_not_over"], why="春节前提前评奖")
        sealed = await approve_close(month=MONTH, actor=cast.actor("baishu"), at=early)
        with showing(Face.PUBLIC):
            known = await heads()
            board = await month_board(MONTH)
    assert MONTH in known.held_back
    assert known.by_month[MONTH] != sealed.snapshot_id
    assert board.known_until == early
    assert board.by_unit


async def test_opened_again_a_month_that_was_closed_early_stays_frozen(cast: Cast) -> None:
    await ran(cast)
    early = during(MONTH, 24)
    await propose(cast, at=early, waivers=["period_not_over"], why="春节前提前评奖")
    await approve_close(month=MONTH, actor=cast.actor("baishu"), at=early)
    await reopen(month=MONTH, why="漏记一批走访", actor=cast.actor("sulan"), at=early)
    assert (await month_row(MONTH, early)).state is State.FROZEN


async def test_late_facts_are_awaited_until_noon_unless_that_is_waived(cast: Cast) -> None:
    await ran(cast)
    morning = bounds(MONTH)[1] + timedelta(hours=11)
    with pytest.raises(Refused) as refusal:
        await propose(cast, at=morning)
    assert codes(refusal) == ["cut_off_ahead"]
    await propose(cast, at=morning, waivers=["cut_off_ahead"], why="两省系统检修,数据已提前交齐")


async def test_a_month_without_its_ratings_is_refused_with_every_reason(cast: Cast) -> None:
    await planned(cast)
    await facts([fact for fact in month_facts(MONTH, QUALITY) if fact.kpi not in SMS])
    await outbox.note("fold", {"month": MONTH, "units": None})
    with pytest.raises(Refused) as refusal:
        await propose(cast)
    assert {"work_waiting", "nobody_ranked", "source_missing"} <= set(codes(refusal))
    assert any("SAT" in problem.sentence.en for problem in refusal.value.problems)


async def test_a_missing_source_is_waived_by_name_and_in_writing(cast: Cast) -> None:
    from leaderboards.operations import refresh

    await planned(cast)
    await facts([fact for fact in month_facts(MONTH, QUALITY) if fact.kpi != "PROMO"])
    await refresh(MONTH)
    page = await month_page(MONTH, closing_day())
    assert "source_missing:visits" in page.waivable
    with pytest.raises(Refused) as refusal:
        await propose(cast, waivers=page.waivable)
    assert codes(refusal) == ["waiver_without_reason"]
    await propose(cast, waivers=page.waivable, why="促销检查本月停办")
    await approve(cast, "baishu")


async def test_work_that_waits_stops_the_approval_too(cast: Cast) -> None:
    await ran(cast)
    await propose(cast)
    await outbox.note("score", {"month": MONTH})
    with pytest.raises(Refused) as refusal:
        await approve(cast, "baishu")
    assert codes(refusal) == ["work_waiting"]


async def test_who_proposed_may_not_approve(cast: Cast) -> None:
    await ran(cast)
    await propose(cast)
    with pytest.raises(Refused) as refusal:
        await approve(cast, "sulan")
    assert codes(refusal) == ["same_person"]


async def test_the_same_person_under_a_second_account_may_not_approve(cast: Cast) -> None:
    from core.audit import SYSTEM, Actor

    await ran(cast)
    await propose(cast)
    second = await accounts.create_account(actor=SYSTEM, username="sulan2", display_name="苏岚", unit_code="P-sulan")
    with pytest.raises(Refused) as refusal:
        await approve_close(month=MONTH, actor=Actor(second, "sulan2"), at=closing_day())
    assert codes(refusal) == ["same_person"]


async def test_whose_own_department_wins_leaves_the_signature_to_the_auditor(cast: Cast) -> None:
    await ran(cast)
    await propose(cast)
    with pytest.raises(Refused) as refusal:
        await approve(cast, "heqing")
    assert codes(refusal) == ["own_unit_near_award"]
    assert "人力资源部" in refusal.value.problem.sentence.zh
    assert (await month_row(MONTH, closing_day())).state is State.VERIFYING
    await approve(cast, "baishu")


async def test_a_refused_approval_leaves_nothing_behind(cast: Cast) -> None:
    await ran(cast)
    await propose(cast)
    with pytest.raises(Refused):
        await approve(cast, "heqing")
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM award_grant") == 0
        assert await connection.fetchval("SELECT count(*) FROM snapshot WHERE sealed") == 0
        assert await connection.fetchval("SELECT count(*) FROM coaching_assignment") == 0


async def test_a_month_is_proposed_once_until_the_proposal_is_withdrawn(cast: Cast) -> None:
    await ran(cast)
    await propose(cast)
    with pytest.raises(Refused) as refusal:
        await propose(cast, by="tangyi")
    assert codes(refusal) == ["already_proposed"]
    await withdraw_proposal(month=MONTH, actor=cast.actor("sulan"), at=closing_day())
    await propose(cast, by="tangyi")


async def test_nothing_is_approved_that_nobody_proposed(cast: Cast) -> None:
    await ran(cast)
    with pytest.raises(Refused) as refusal:
        await approve(cast, "baishu")
    assert codes(refusal) == ["no_proposal"]


async def test_a_closed_month_is_not_closed_again(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    with pytest.raises(Refused) as refusal:
        await approve(cast, "tangyi")
    assert codes(refusal) == ["month_state"]
    with pytest.raises(Refused) as refusal:
        await propose(cast)
    assert "month_state" in codes(refusal)


async def test_a_month_is_published_after_its_closing_and_once(cast: Cast) -> None:
    await ran(cast)
    with pytest.raises(Refused):
        await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    assert (await month_row(MONTH, closing_day())).state is State.PUBLISHED
    with pytest.raises(Refused):
        await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())


async def test_a_month_that_is_over_is_no_longer_cancelled(cast: Cast) -> None:
    await planned(cast)
    with pytest.raises(Refused):
        await cancel(month=MONTH, why="改期", actor=cast.actor("sulan"), at=closing_day())
    await cancel(month=MONTH, why="改期", actor=cast.actor("sulan"), at=during(MONTH))
    assert (await month_row(MONTH)).state is State.CANCELLED


async def test_a_month_is_announced_once(cast: Cast) -> None:
    await planned(cast)
    with pytest.raises(Refused):
        await announce(month=MONTH, actor=cast.actor("sulan"), at=during(MONTH))


async def test_a_month_that_was_never_planned_is_not_there(cast: Cast) -> None:
    with pytest.raises(NotFound):
        await approve(cast, "baishu")


async def test_a_month_before_that_is_not_published_is_a_reason_that_names_it(cast: Cast) -> None:
    before = shifted(MONTH, -1)
    await ran(cast, before)
    await ran(cast)
    with pytest.raises(Refused) as refusal:
        await propose(cast)
    assert codes(refusal) == ["earlier_unpublished"]
    assert "2026年9月" in refusal.value.problem.sentence.zh
    await propose(cast, waivers=[f"earlier_unpublished:{before}"], why="九月的申诉还在听证，本月按其冻结结果先行关账")


async def test_a_published_month_before_is_no_reason(cast: Cast) -> None:
    before = shifted(MONTH, -1)
    await ran(cast, before)
    await closed(cast, before)
    await release(month=before, actor=cast.actor("heqing"), at=closing_day(before))
    await ran(cast)
    await propose(cast)


async def test_every_act_leaves_one_audit_row(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    await release(month=MONTH, actor=cast.actor("heqing"), at=closing_day())
    async with raw() as connection:
        statement = "SELECT action FROM audit_entry WHERE subject_kind = 'service_month' ORDER BY id"
        acts = [row["action"] for row in await connection.fetch(statement)]
    assert acts == [
        "plan_month",
        "propose_announcement",
        "announce_month",
        *["waive_gaps"] * 3,
        "propose_close",
        "approve_close",
        "publish_month",
    ]


async def test_the_rule_book_of_a_planned_month_is_the_one_it_was_planned_under(cast: Cast) -> None:
    at = during(MONTH)
    await plan_month(month=MONTH, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=at)
    row = await month_row(MONTH, at)
    assert (row.state, row.theme, row.rule_book_id) == (State.DRAFT, "SMILING", cast.rule_book_id)


async def test_a_closed_month_knows_how_sure_its_places_are(cast: Cast) -> None:
    await ran(cast)
    made = await closed(cast)
    async with raw() as connection:
        ranged = "SELECT count(*) FROM snapshot_range WHERE snapshot_id = $1"
        assert await connection.fetchval(ranged, made.snapshot_id) > 0


async def test_nobody_is_asked_to_approve_any_more_once_the_month_is_closed(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    asked = [one for one in await notices(cast.person("heqing").account_id) if one.kind == NOTICE]
    assert asked
    assert all(one.read_at for one in asked)

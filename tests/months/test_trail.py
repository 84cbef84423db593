"""The trail: every step of a month's life leaves one row, under the name of who took it."""

from core import audit
from core.audit import SYSTEM
from core.period import bounds
from months.appealing import AppealState
from months.changes import preview as previews
from months.operations import changes
from months.operations.branches import approve_branch, open_branch, propose_branch
from months.operations.changing import hearing
from months.operations.closing import approve_close, propose_close, withdraw_proposal
from months.operations.due import carry_out
from months.operations.judging import look_again
from months.operations.paying import approve_payout, propose_payout, withdraw_payout
from months.operations.publishing import approve_rules, reject_rules, withdraw_rules
from months.operations.releasing import cancel_ceremony, end_ceremony, reveal
from months.operations.reopening import reopen
from months.queries.changes import hearings
from rewards.queries import winners
from tests.cast import MONTH, Cast
from tests.months.story import closing_day, planned, ran
from tests.months.test_appeals import decided, judging
from tests.months.test_branches import FIRST
from tests.months.test_changes import LATER, NOON, october, proposed
from tests.months.test_embargo import CEREMONY, embargoed
from tests.months.test_notice import decided as objection_decided
from tests.months.test_notice import objected, published, until
from tests.months.test_publishing import NOW
from tests.months.test_publishing import proposed as rules_proposed

Row = tuple[str, str]


async def here() -> int:
    """Return where the trail ends now."""
    end = await audit.end()
    return end.id if end else 0


async def left(after: int) -> list[Row]:
    """Return action and name of every row since then."""
    return [(one.action, one.actor) for one in await audit.entries_after(after, 100)]


async def test_a_closing_that_was_taken_back_and_made_and_opened_again(cast: Cast) -> None:
    await ran(cast)
    start, day = await here(), closing_day()
    await propose_close(month=MONTH, actor=cast.actor("sulan"), at=day)
    await withdraw_proposal(month=MONTH, actor=cast.actor("tangyi"), at=day)
    await propose_close(month=MONTH, actor=cast.actor("tangyi"), at=day)
    await approve_close(month=MONTH, actor=cast.actor("baishu"), at=day)
    await reopen(month=MONTH, why="补报", actor=cast.actor("heqing"), at=day)
    assert await left(start) == [
        ("propose_close", "sulan"),
        ("withdraw_proposal", "tangyi"),
        ("propose_close", "tangyi"),
        ("approve_close", "baishu"),
        ("reopen_month", "heqing"),
    ]


async def test_a_ceremony_from_the_release_to_its_end(cast: Cast) -> None:
    start = await here()
    await embargoed(cast)
    won = (await winners(MONTH))[0]
    await reveal(month=MONTH, award=won.award, unit_id=won.unit_id, actor=cast.actor("yaoxing"), at=CEREMONY)
    await end_ceremony(month=MONTH, actor=cast.actor("yaoxing"), at=CEREMONY)
    assert (await left(start))[-3:] == [
        ("release_month", "heqing"),
        ("reveal_award", "yaoxing"),
        ("end_ceremony", "yaoxing"),
    ]


async def test_a_ceremony_that_was_called_off(cast: Cast) -> None:
    await embargoed(cast)
    start = await here()
    await cancel_ceremony(month=MONTH, why="台风", actor=cast.actor("heqing"), at=CEREMONY)
    assert await left(start) == [("cancel_ceremony", "heqing")]


async def test_what_the_time_brings_about(cast: Cast) -> None:
    await planned(cast)
    start = await here()
    await carry_out(bounds(MONTH)[1])
    assert await left(start) == [("month_transition", SYSTEM.name)] * 2


async def test_an_objection_and_three_payout_lists(cast: Cast) -> None:
    first, *_ = await published(cast)
    start, paid = await here(), await until()
    await objection_decided(cast, await objected(cast, first), "rejected")
    number = await propose_payout(month=MONTH, actor=cast.actor("sulan"), at=paid)
    await withdraw_payout(month=MONTH, number=number, actor=cast.actor("tangyi"), at=paid)
    number = await propose_payout(month=MONTH, actor=cast.actor("fangzhi"), at=paid)
    await approve_payout(month=MONTH, number=number, actor=cast.actor("baishu"), at=paid)
    assert await left(start) == [
        ("object_to_award", "linyue"),
        ("decide_objection", "baishu"),
        ("propose_payout", "sulan"),
        ("withdraw_payout", "tangyi"),
        ("propose_payout", "fangzhi"),
        ("approve_payout", "baishu"),
    ]


async def test_a_change_that_was_heard_applied_and_undone(cast: Cast) -> None:
    await october(cast)
    start = await here()
    number = await proposed(cast, "exclusion", unit_id=cast["S1"], what="award")
    await changes.ask_preview(change_id=number, actor=cast.actor("tangyi"), at=NOON)
    seen = previews.digest(await changes.preview(number, at=NOON))
    for one in await hearings(number):
        await hearing.answer(hearing_id=one.id, agrees=True, text="", actor=cast.actor("linyue"), at=NOON)
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor("baishu"), at=LATER)
    await changes.cancel(change_id=number, why="再查", actor=cast.actor("heqing"), at=LATER)
    assert [one for one in await left(start) if one[0] != "answer_hearing"] == [
        ("propose_change", "sulan"),
        ("ask_preview", "tangyi"),
        ("apply_change", "baishu"),
        ("undo_change", "heqing"),
    ]
    assert (await left(start)).count(("answer_hearing", "linyue")) == len(await hearings(number)) > 0


async def test_a_change_that_was_dropped(cast: Cast) -> None:
    await october(cast)
    start = await here()
    number = await proposed(cast, unit_id=cast["S1"], points=-500)
    await changes.cancel(change_id=number, why="不成立", actor=cast.actor("tangyi"), at=NOON)
    assert await left(start) == [("propose_change", "sulan"), ("cancel_change", "tangyi")]


async def test_an_appeal_through_its_second_look(cast: Cast) -> None:
    await ran(cast)
    start = await here()
    number = await decided(cast, AppealState.DENIED)
    await look_again(appeal_id=number, agrees=True, **await judging(cast, "heqing"))
    names = ["linyue", "sulan", "sulan", "heqing"]
    rows = [one for one in await left(start) if one[0] == "move_appeal"]
    assert [name for _, name in rows[:4]] == names
    assert len(rows) == len(names) + 2, "denied and notified follow by themselves"


async def test_a_branch_closed_and_opened_again(cast: Cast) -> None:
    await ran(cast)
    start = await here()
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=FIRST)
    await approve_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("heqing"), at=FIRST)
    await open_branch(month=MONTH, unit_id=cast["B2"], why="补报", actor=cast.actor("tangyi"), at=closing_day())
    assert await left(start) == [("propose_branch", "sulan"), ("close_branch", "heqing"), ("open_branch", "tangyi")]


async def test_rules_sent_back_taken_back_and_approved(cast: Cast) -> None:
    start = await here()
    await reject_rules(proposal_id=await rules_proposed(cast), reason="不清楚", actor=cast.actor("heqing"), at=NOW)
    await withdraw_rules(proposal_id=await rules_proposed(cast), actor=cast.actor("sulan"))
    await approve_rules(proposal_id=await rules_proposed(cast), actor=cast.actor("baishu"), at=NOW)
    drawn_up = [("create_draft", "sulan"), ("propose_rules", "sulan")]
    assert [one for one in await left(start) if one[0] != "store_rule_book"] == [
        *drawn_up,
        ("reject_rules", "heqing"),
        *drawn_up,
        ("withdraw_rules", "sulan"),
        *drawn_up,
        ("approve_rules", "baishu"),
    ]
    assert ("store_rule_book", "baishu") in await left(start)

"""Rules are published by two people and hold from a month on; what has begun keeps the rules it began with."""

from datetime import timedelta

import pytest

from core.database import raw
from core.errors import Conflict, Invalid, NotFound, Refused
from months.operations.announcing import announce, propose_announcement
from months.operations.planning import plan_month
from months.operations.publishing import approve_rules, propose_rules, propose_text, reject_rules, withdraw_rules
from months.queries.publishing import proposal, proposals
from scoring.operations.drafts import create_draft, discard_draft, save_draft
from scoring.queries.drafts import draft
from scoring.queries.rules import rules_of
from tests.cast import MONTH, Cast
from tests.cast import plan as planned
from tests.factories import SMALL_BOOK, during

NEXT, AFTER = 202612, 202701
NOW = during(MONTH, 20)


def text(word: str = "新规则书") -> str:
    return SMALL_BOOK.read_text(encoding="utf-8").replace("小规则书", word)


async def proposed(cast: Cast, month: int = NEXT, word: str = "新规则书", by: str = "sulan") -> int:
    number = await create_draft(name="十二月", text=text(word), base_id=cast.rule_book_id, actor=cast.actor(by))
    return await propose_rules(draft_id=number, revision=1, month=month, why="等候", actor=cast.actor(by), at=NOW)


async def announced(cast: Cast, month: int) -> None:
    await propose_announcement(month=month, actor=cast.actor("sulan"), at=NOW)
    await announce(month=month, actor=cast.actor("heqing"), at=NOW)


async def test_a_second_person_makes_the_proposal_a_version_that_holds_from_its_month_on(cast: Cast) -> None:
    number = await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=NOW)
    assert (await rules_of(MONTH)).rule_book_id == cast.rule_book_id
    assert (await rules_of(202611)).rule_book_id == cast.rule_book_id
    assert (await rules_of(NEXT)).rule_book_id == number
    assert (await rules_of(AFTER)).rule_book_id == number


async def test_nobody_approves_what_he_proposed_and_nothing_is_stored(cast: Cast) -> None:
    number = await proposed(cast)
    with pytest.raises(Refused) as refusal:
        await approve_rules(proposal_id=number, actor=cast.actor("sulan"), at=NOW)
    assert refusal.value.problem.code == "same_person"
    assert (await rules_of(NEXT)).rule_book_id == cast.rule_book_id
    assert (await proposal(number)).decision is None


async def test_a_planned_month_follows_and_an_announced_one_keeps_its_rules(cast: Cast) -> None:
    for month in (NEXT, AFTER):
        await plan_month(
            month=month, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=NOW
        )
    waiting = await proposed(cast)
    await announced(cast, AFTER)
    number = await approve_rules(proposal_id=waiting, actor=cast.actor("heqing"), at=NOW)
    assert (await rules_of(NEXT)).rule_book_id == number
    assert (await rules_of(AFTER)).rule_book_id == cast.rule_book_id


@pytest.mark.parametrize("month", [202609, MONTH])
async def test_no_rules_reach_a_month_that_has_begun(cast: Cast, month: int) -> None:
    with pytest.raises(Refused) as refusal:
        await proposed(cast, month)
    assert refusal.value.problem.code == "month_begun"


async def test_a_month_announced_while_the_proposal_waited_keeps_its_rules(cast: Cast) -> None:
    number = await proposed(cast)
    await plan_month(month=NEXT, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=NOW)
    await announced(cast, NEXT)
    with pytest.raises(Refused) as refusal:
        await approve_rules(proposal_id=number, actor=cast.actor("heqing"), at=NOW)
    assert refusal.value.problem.code == "month_announced"


async def test_a_running_month_is_not_touched(cast: Cast) -> None:
    await planned(cast)
    await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=NOW)
    assert (await rules_of(MONTH)).rule_book_id == cast.rule_book_id


async def test_a_proposal_is_decided_once(cast: Cast) -> None:
    number = await proposed(cast)
    await reject_rules(proposal_id=number, reason="权重待议", actor=cast.actor("baishu"), at=NOW)
    with pytest.raises(Conflict):
        await approve_rules(proposal_id=number, actor=cast.actor("heqing"), at=NOW)
    found = await proposal(number)
    assert (found.decision, found.reason, found.decided_by_name) == ("rejected", "权重待议", "白书")


async def test_a_rejection_needs_a_reason_and_another_person(cast: Cast) -> None:
    number = await proposed(cast)
    with pytest.raises(Invalid):
        await reject_rules(proposal_id=number, reason=" ", actor=cast.actor("baishu"))
    with pytest.raises(Refused):
        await reject_rules(proposal_id=number, reason="不好", actor=cast.actor("sulan"))


async def test_only_the_proposer_takes_a_proposal_back_and_then_there_may_be_another(cast: Cast) -> None:
    number = await proposed(cast)
    with pytest.raises(Refused):
        await proposed(cast, word="另一份")
    with pytest.raises(Refused):
        await withdraw_rules(proposal_id=number, actor=cast.actor("heqing"))
    await withdraw_rules(proposal_id=number, actor=cast.actor("sulan"))
    assert [one.decision for one in await proposals()] == ["withdrawn"]
    assert await proposed(cast, word="另一份")


async def test_what_is_approved_is_the_text_as_it_was_proposed(cast: Cast) -> None:
    number = await proposed(cast)
    row = await proposal(number)
    assert row.draft_id
    await save_draft(draft_id=row.draft_id, revision=1, text="此后改坏了", actor=cast.actor("sulan"))
    await approve_rules(proposal_id=number, actor=cast.actor("heqing"), at=NOW)
    assert (await rules_of(NEXT)).fingerprint == row.fingerprint


async def test_a_draft_that_does_not_parse_cannot_be_proposed(cast: Cast) -> None:
    number = await create_draft(name="坏", text="code = ", actor=cast.actor("sulan"))
    with pytest.raises(Invalid) as refusal:
        await propose_rules(draft_id=number, revision=1, month=NEXT, why="试", actor=cast.actor("sulan"), at=NOW)
    place = refusal.value.problem.place
    assert place
    assert place.row == 1


async def test_a_draft_that_moved_on_is_not_proposed_unseen(cast: Cast) -> None:
    number = await create_draft(name="甲", text=text(), actor=cast.actor("sulan"))
    await save_draft(draft_id=number, revision=1, text=text("又改"), actor=cast.actor("heqing"))
    with pytest.raises(Conflict):
        await propose_rules(draft_id=number, revision=1, month=NEXT, why="试", actor=cast.actor("sulan"), at=NOW)


async def test_the_rules_that_hold_already_are_no_proposal(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        await proposed(cast, word="小规则书")
    assert refusal.value.problem.code == "no_change"


async def test_an_earlier_version_can_come_back(cast: Cast) -> None:
    await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=NOW)
    back = await proposed(cast, AFTER, word="小规则书")
    assert await approve_rules(proposal_id=back, actor=cast.actor("heqing"), at=NOW) == cast.rule_book_id
    assert (await rules_of(NEXT)).rule_book_id != cast.rule_book_id
    assert (await rules_of(AFTER)).rule_book_id == cast.rule_book_id
    assert (await rules_of(MONTH)).rule_book_id == cast.rule_book_id


async def test_a_month_cannot_be_planned_around_the_rules_in_effect(cast: Cast) -> None:
    await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=NOW)
    with pytest.raises(Refused) as refusal:
        await plan_month(month=NEXT, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"))
    assert refusal.value.problem.code == "other_rules_in_effect"


async def test_rules_without_the_theme_of_a_planned_month_are_refused(cast: Cast) -> None:
    await plan_month(month=NEXT, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=NOW)
    with pytest.raises(Refused) as refusal:
        await propose_text(
            name="无主题", text=text().replace("SMILING", "SMILES"), month=NEXT, why="试", actor=cast.actor("sulan")
        )
    assert refusal.value.problem.code == "theme_missing"


async def test_a_decided_proposal_is_set_in_stone(cast: Cast) -> None:
    number = await proposed(cast)
    await withdraw_rules(proposal_id=number, actor=cast.actor("sulan"))
    with pytest.raises(Exception, match="is decided"):
        async with raw() as connection:
            await connection.execute("UPDATE rule_proposal SET why = '改' WHERE id = $1", number)


async def test_a_discarded_draft_is_gone_and_its_proposal_stays(cast: Cast) -> None:
    number = await proposed(cast)
    row = await proposal(number)
    assert row.draft_id
    await discard_draft(draft_id=row.draft_id, actor=cast.actor("sulan"))
    with pytest.raises(NotFound):
        await draft(row.draft_id)
    assert (await proposal(number)).name == "十二月"


async def told(username: str, cast: Cast, *, unread: bool = True) -> list[str]:
    """Return what somebody was told of proposals of rules, in English."""
    sql = "SELECT en FROM notice WHERE account_id = $1 AND href LIKE '/rule-proposals/%' AND ($2 OR read_at IS NULL) ORDER BY id"
    async with raw() as connection:
        return [row["en"] for row in await connection.fetch(sql, cast.actor(username).account_id, not unread)]


async def test_the_second_person_is_told_of_proposed_rules_and_the_proposer_of_the_decision(cast: Cast) -> None:
    number = await proposed(cast)
    assert [len(await told(one, cast)) for one in ("heqing", "baishu", "tangyi", "sulan", "linyue")] == [1, 1, 1, 0, 0]
    await reject_rules(proposal_id=number, reason="not {month} yet", actor=cast.actor("heqing"), at=NOW)
    assert await told("baishu", cast) == []
    assert ["not {month} yet" in one for one in await told("sulan", cast)] == [True]
    await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=NOW)
    assert "are approved and hold" in (await told("sulan", cast))[-1]


async def test_rules_without_the_theme_of_a_month_planned_meanwhile_are_not_approved(cast: Cast) -> None:
    number = await create_draft(name="改名", text=text().replace("SMILING", "GREETING"), actor=cast.actor("sulan"))
    waiting = await propose_rules(
        draft_id=number, revision=1, month=NEXT, why="等候", actor=cast.actor("sulan"), at=NOW
    )
    await plan_month(month=AFTER, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=NOW)
    with pytest.raises(Refused) as refusal:
        await approve_rules(proposal_id=waiting, actor=cast.actor("heqing"), at=NOW)
    assert refusal.value.problem.code == "theme_missing"


async def test_looking_back_a_planned_month_has_its_former_rules_until_the_new_ones_are_approved(cast: Cast) -> None:
    await plan_month(month=NEXT, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=NOW)
    later = NOW + timedelta(hours=1)
    number = await approve_rules(proposal_id=await proposed(cast), actor=cast.actor("heqing"), at=later)
    held = "SELECT rule_book_id, since_at FROM month_rules WHERE month = $1 ORDER BY id"
    async with raw() as connection:
        rows = [tuple(row) for row in await connection.fetch(held, NEXT)]
    assert rows == [(cast.rule_book_id, NOW), (number, later)]

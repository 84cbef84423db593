"""Leaving a unit out takes a reason and two people, works before places are given, and not in a closed month."""

import pytest
from tortoise.exceptions import IntegrityError

from core import audit
from core.database import raw
from core.errors import Invalid, NotFound, Refused
from leaderboards.operations import refresh
from leaderboards.queries.boards import board
from leaderboards.queries.month_inputs import frame_of, month_inputs
from leaderboards.queries.snapshots import forget
from leaderboards.sheets import sheet_of
from months.changes.preview import digest
from months.models.changes import ChangeSet
from months.models.exceptions import Exclusion
from months.operations import changes
from months.queries.exclusions import adjustments, exclusion_of, exclusions
from org.visibility import NOBODY, Scope
from rewards.queries import why_not
from scoring.operations.events import adjust_points
from scoring.queries.rules import catalogue, rules_of
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import during

ALL = Scope(sees_all=True, key="organiser")
NOON, LATER = during(MONTH, 20), during(MONTH, 23)


async def october(cast: Cast) -> None:
    await told.plan(cast)
    await told.believable()
    await scored()


async def scored() -> None:
    await refresh(MONTH)
    forget()


async def proposed(cast: Cast, payload: dict[str, object], by: str = "sulan") -> int:
    return await changes.propose(
        month=MONTH, kind="exclusion", payload=payload, title="排除", why="停业整修", actor=cast.actor(by), at=NOON
    )


async def applied(cast: Cast, number: int, by: str = "baishu") -> None:
    """Let a change set count once the hearing of its unit is over."""
    seen = digest(await changes.preview(number, at=NOON))
    await changes.apply(change_id=number, preview_digest=seen, actor=cast.actor(by), at=LATER)
    forget()


async def left_out(cast: Cast, unit: str, what: str = "award") -> int:
    """Leave a unit out and return the exclusion's number."""
    await applied(cast, await proposed(cast, {"unit_id": cast[unit], "what": what}))
    found = await exclusion_of(MONTH, cast[unit])
    assert found is not None
    return found.id


async def ranks(scope: Scope = ALL) -> dict[str | None, tuple[int | None, str]]:
    page = await board(scope, card="storefront", month=MONTH)
    return {row.code: (row.rank, row.status) for row in page.rows}


async def test_a_unit_left_out_of_the_award_has_no_place_and_the_others_move_up(cast: Cast) -> None:
    await october(cast)
    before = await ranks()
    assert before["S1"] == (1, "ranked")
    await left_out(cast, "S1")
    after = await ranks()
    assert after["S1"] == (None, "excluded")
    assert after["S2"] == (1, "ranked")


async def test_strangers_are_not_told_the_total_of_a_unit_left_out(cast: Cast) -> None:
    await october(cast)
    await left_out(cast, "S1")
    row = next(row for row in (await board(NOBODY, card="storefront", month=MONTH)).rows if row.code == "S1")
    assert (row.total, row.history[-1:], set(row.processes)) == (None, (None,), {None})


async def test_why_not_says_that_two_people_decided(cast: Cast) -> None:
    await october(cast)
    await left_out(cast, "S1")
    found = await why_not(MONTH, cast["S1"], named=False)
    assert found
    assert all("excluded" in {gate.code for gate in one.gates} for one in found)


async def test_a_unit_left_out_of_statistics_keeps_its_place(cast: Cast) -> None:
    await october(cast)
    await left_out(cast, "S1", "statistics")
    assert (await ranks())["S1"] == (1, "ranked")


async def counted(card: str) -> dict[str, bool]:
    """Return who counts in the statistics of a card."""
    async with raw() as connection:
        rules = await rules_of(MONTH)
        inputs = await month_inputs(connection, rules, await catalogue(), await frame_of(rules))
    run = inputs.frame.cards[card]
    population = sheet_of(inputs, run, inputs.book).population
    counting = [True] * run.size if population is None else population.tolist()
    return {unit.code: counts for unit, counts in zip(inputs.frame.units[run.units], counting, strict=True)}


@pytest.mark.parametrize(("what", "counts"), [("award", True), ("statistics", False), ("both", False)])
async def test_only_who_is_left_out_of_statistics_counts_in_none(cast: Cast, what: str, *, counts: bool) -> None:
    await october(cast)
    await left_out(cast, "S1", what)
    assert await counted("storefront") == {"S1": counts, "S2": True, "S3": True, "S4": True}


async def test_a_proposal_alone_changes_nothing(cast: Cast) -> None:
    await october(cast)
    await proposed(cast, {"unit_id": cast["S1"], "what": "both"})
    await scored()
    assert (await ranks())["S1"] == (1, "ranked")
    assert await exclusion_of(MONTH, cast["S1"]) is None


async def test_nobody_approves_an_own_proposal(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, {"unit_id": cast["S1"], "what": "both"})
    with pytest.raises(Refused) as refusal:
        await applied(cast, number, "sulan")
    assert refusal.value.problem.code == "same_person"
    assert await exclusions(MONTH) == ()


async def test_the_database_refuses_one_person_for_both(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, {"unit_id": cast["S1"], "what": "both"})
    sulan = cast.actor("sulan").account_id
    with pytest.raises(IntegrityError):
        await ChangeSet.filter(id=number).update(applied_at=NOON, applied_by=sulan, effects="[]")


async def test_the_database_refuses_one_person_without_a_change_set(cast: Cast) -> None:
    await october(cast)
    sulan = cast.actor("sulan").account_id
    with pytest.raises(IntegrityError):
        await Exclusion.create(
            month=MONTH, unit_id=cast["S1"], what="both", reason="搬迁", proposed_at=NOON, proposed_by=sulan,
            decision="approved", decided_at=NOON, decided_by=sulan,
        )  # fmt: skip


async def test_nobody_decides_about_an_own_unit(cast: Cast) -> None:
    await october(cast)
    number = await proposed(cast, {"unit_id": cast["CSD"], "what": "award"}, "heqing")
    with pytest.raises(Refused) as refusal:
        await applied(cast, number, "tangyi")
    assert "own_unit" in {one.code for one in refusal.value.problems}


async def test_a_unit_is_left_out_once(cast: Cast) -> None:
    await october(cast)
    await left_out(cast, "S1")
    with pytest.raises(Refused) as refusal:
        await applied(cast, await proposed(cast, {"unit_id": cast["S1"], "what": "both"}))
    assert refusal.value.problem.code == "excluded_already"


async def test_an_exclusion_that_ended_leaves_no_trace_in_the_places_and_can_be_made_again(cast: Cast) -> None:
    await october(cast)
    before = await ranks()
    number = await left_out(cast, "S1")
    await applied(cast, await proposed(cast, {"lift": number}))
    assert await ranks() == before
    await left_out(cast, "S1")
    assert (await ranks())["S1"] == (None, "excluded")


async def test_without_a_reason_nothing_is_proposed(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(Invalid):
        await changes.propose(
            month=MONTH, kind="exclusion", payload={"unit_id": cast["S1"]}, title="排除", why="  ",
            actor=cast.actor("sulan"), at=NOON,
        )  # fmt: skip


async def test_a_unit_that_is_not_there_cannot_be_left_out(cast: Cast) -> None:
    await october(cast)
    with pytest.raises(NotFound):
        await changes.preview(await proposed(cast, {"unit_id": 999_999, "what": "award"}), at=NOON)


async def test_every_step_stands_in_the_trail_with_its_person(cast: Cast) -> None:
    await october(cast)
    end = await audit.end()
    await left_out(cast, "S1")
    entries = await audit.entries_after(end.id if end else 0, 10)
    assert [(one.action, one.actor) for one in entries] == [
        ("propose_change", "sulan"),
        ("apply_change", "baishu"),
    ]


async def test_adjustments_are_listed_with_reason_and_approver(cast: Cast) -> None:
    await october(cast)
    await adjust_points(month=MONTH, unit_id=cast["S1"], points=-150, reason="迟报", actor=cast.actor("sulan"))
    (row,) = await adjustments(MONTH)
    assert (row.unit_code, row.points, row.reason, row.approver) == ("S1", "-1.50", "迟报", "苏岚")

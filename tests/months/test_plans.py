"""A plan is written as often as one likes, holds once two people agree, and its rules become a version of their own."""

from datetime import datetime

import msgspec
import pytest

from core.database import raw
from core.errors import Conflict, Refused
from core.language import Text
from core.period import first_day, midnight
from months.operations import announcing
from months.operations.plan_changes import approve_change, discard_change, propose_change
from months.operations.plans import copy_plan, plan_year, save_plan, unplanned
from months.operations.plans_held import reasons_against
from months.planning.plan import Plan
from months.queries import plans
from months.queries.calendar import month_row
from scoring.queries.rules import rules_of
from tests.cast import MONTH, Cast

AHEAD = 202611
EARLY = midnight(first_day(MONTH))


def on(day: int, month: int = MONTH) -> datetime:
    return midnight(first_day(month).replace(day=day))


async def usual(theme: str = "SMILING") -> Plan:
    return await unplanned(MONTH, theme)


async def announced(cast: Cast, plan: Plan, month: int = MONTH) -> None:
    early = on(20, 202609)
    await save_plan(month=month, plan=plan, revision=0, actor=cast.actor("sulan"), at=early)
    await announcing.propose_announcement(month=month, actor=cast.actor("sulan"), at=early)
    await announcing.announce(month=month, actor=cast.actor("heqing"), at=early)


async def test_the_usual_plan_of_a_theme_has_nothing_against_it(cast: Cast) -> None:
    base = await plans.base_of(MONTH)
    found = await plans.problems(await usual(), base, await plans.surroundings(MONTH, base.book))
    assert [one for one in found if one.grade == "error"] == []


async def test_a_month_announced_as_usual_keeps_the_rules_in_effect(cast: Cast) -> None:
    await announced(cast, await usual())
    held = await plans.plan_that_holds(MONTH)
    assert held is not None
    assert (held.version, held.rule_book_id) == (1, cast.rule_book_id)


async def test_what_the_plan_changes_becomes_a_version_of_the_rules_for_that_month_alone(cast: Cast) -> None:
    plan = msgspec.structs.replace(await usual(), doubled=("SAT",))
    await announced(cast, plan)
    own, next_one = await rules_of(MONTH), await rules_of(202611)
    assert own.book.themes["SMILING"].doubled == ("SAT",)
    assert next_one.book.themes["SMILING"].doubled == ("SMILE", "SAT")
    assert next_one.rule_book_id == cast.rule_book_id != own.rule_book_id


async def test_the_dates_of_the_plan_become_those_of_the_month(cast: Cast) -> None:
    plan = msgspec.structs.replace(await usual(), freeze_at=on(28), notice_days=5)
    await announced(cast, plan)
    row = await month_row(MONTH, on(1))
    assert (row.freeze_at, row.notice_days) == (on(28), 5)


async def test_a_month_in_which_a_kind_has_no_theme_is_refused_with_all_reasons(cast: Cast) -> None:
    plan = msgspec.structs.replace(await usual(), activities=(), budget=None, doubled=("COVER",))
    await save_plan(month=MONTH, plan=plan, revision=0, actor=cast.actor("sulan"))
    with pytest.raises(Refused) as refusal:
        await announcing.propose_announcement(month=MONTH, actor=cast.actor("sulan"), at=on(20, 202609))
    codes = [one.code for one in refusal.value.problems]
    assert codes.count("kind_without_theme") > 2
    assert set(codes) == {"kind_without_theme", "no_budget"}


async def test_a_plan_that_others_changed_is_not_overwritten(cast: Cast) -> None:
    plan = await usual()
    assert await save_plan(month=MONTH, plan=plan, revision=0, actor=cast.actor("sulan")) == 1
    assert await save_plan(month=MONTH, plan=plan, revision=1, actor=cast.actor("tangyi")) == 2
    with pytest.raises(Conflict):
        await save_plan(month=MONTH, plan=plan, revision=1, actor=cast.actor("sulan"))


async def test_a_plan_that_waits_for_the_second_person_cannot_be_changed(cast: Cast) -> None:
    early, plan = on(20, 202609), await usual()
    await save_plan(month=MONTH, plan=plan, revision=0, actor=cast.actor("sulan"), at=early)
    await announcing.propose_announcement(month=MONTH, actor=cast.actor("sulan"), at=early)
    with pytest.raises(Refused, match="second person"):
        await save_plan(month=MONTH, plan=plan, revision=1, actor=cast.actor("sulan"), at=early)


async def test_a_year_is_planned_at_one_go_and_only_once(cast: Cast) -> None:
    early = on(1, 202609)
    made = await plan_year(year=2026, last_year=False, actor=cast.actor("sulan"), at=early)
    assert made == (202610,)
    assert await plan_year(year=2026, last_year=False, actor=cast.actor("sulan"), at=early) == ()
    later = await plan_year(year=2027, last_year=True, actor=cast.actor("sulan"), at=early)
    assert later == (202710,)
    copied = await plans.draft_of(202710)
    assert copied is not None
    assert copied.plan.theme == "SMILING"


async def test_a_copied_month_moves_its_dates_along(cast: Cast) -> None:
    plan = msgspec.structs.replace(await usual(), ceremony_at=datetime.fromisoformat("2026-11-10T02:00:00+00:00"))
    await save_plan(month=MONTH, plan=plan, revision=0, actor=cast.actor("sulan"), at=on(1, 202609))
    await copy_plan(source=MONTH, month=AHEAD, keep_theme=True, actor=cast.actor("sulan"), at=on(1, 202609))
    copied = await plans.draft_of(AHEAD)
    assert copied is not None
    assert copied.plan.ceremony_at == datetime.fromisoformat("2026-12-10T02:00:00+00:00")


async def test_units_that_do_not_take_part_are_left_out_by_the_two_who_announce(cast: Cast) -> None:
    await announced(cast, msgspec.structs.replace(await usual(), left_out=("S4",)))
    async with raw() as connection:
        rows = await connection.fetch("SELECT unit_id, what, decision FROM exclusion WHERE month = $1", MONTH)
    assert [tuple(row) for row in rows] == [(cast["S4"], "both", "approved")]


async def test_a_unit_that_a_later_version_does_not_leave_out_takes_part_again(cast: Cast) -> None:
    ahead = on(25, 202609)
    await announced(cast, msgspec.structs.replace(await usual(), left_out=("S3", "S4")))
    again = msgspec.structs.replace(await usual(), left_out=("S4",))
    await save_plan(month=MONTH, plan=again, revision=0, actor=cast.actor("sulan"), at=ahead)
    notice = Text(zh="重新参加", en="back again")
    await propose_change(month=MONTH, notice=notice, actor=cast.actor("sulan"), at=ahead)
    await approve_change(month=MONTH, actor=cast.actor("heqing"), at=ahead)
    async with raw() as connection:
        rows = await connection.fetch("SELECT unit_id FROM exclusion WHERE month = $1 AND lifted_at IS NULL", MONTH)
    assert [row["unit_id"] for row in rows] == [cast["S4"]]


async def test_a_plan_that_holds_cannot_be_altered_even_in_the_database(cast: Cast) -> None:
    await announced(cast, await usual())
    async with raw() as connection:
        with pytest.raises(Exception, match="holds"):
            await connection.execute("UPDATE month_plan SET body = '{}' WHERE month = $1", MONTH)


async def test_reasons_are_told_before_anybody_proposes(cast: Cast) -> None:
    plan = msgspec.structs.replace(await usual(), kinds=())
    await save_plan(month=MONTH, plan=plan, revision=0, actor=cast.actor("sulan"))
    assert {one.code for one in await reasons_against(MONTH)} >= {"nobody_takes_part"}


async def test_what_was_written_for_the_next_version_can_be_dropped_and_is_then_nothing_to_propose(cast: Cast) -> None:
    held, notice, ahead = await usual(), Text(zh="改名", en="renamed"), on(25, 202609)
    await announced(cast, held)
    other = msgspec.structs.replace(held, title=Text(zh="别的", en="Other"))
    await save_plan(month=MONTH, plan=other, revision=0, actor=cast.actor("sulan"), at=ahead)
    await discard_change(month=MONTH, actor=cast.actor("sulan"), at=ahead)
    draft = await plans.draft_of(MONTH)
    assert draft is not None
    assert (draft.plan, draft.revision) == (held, 2)
    with pytest.raises(Refused, match="nothing changes"):
        await propose_change(month=MONTH, notice=notice, actor=cast.actor("sulan"), at=ahead)
    await save_plan(month=MONTH, plan=other, revision=2, actor=cast.actor("sulan"), at=ahead)
    await propose_change(month=MONTH, notice=notice, actor=cast.actor("sulan"), at=ahead)
    with pytest.raises(Refused):
        await discard_change(month=MONTH, actor=cast.actor("sulan"), at=ahead)

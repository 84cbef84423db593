"""Owners sign for their processes, organisers waive what lacks, and late data cost the department of the source."""

from datetime import date
from fractions import Fraction

import pytest
import time_machine
from msgspec.structs import replace

from core.errors import Conflict, Invalid, Refused
from leaderboards.operations import recompute
from leaderboards.queries.snapshots import inner_board
from months.operations.closing import propose_close
from months.operations.signing import sign, waive, withdraw
from months.queries.complete import process_matrix, processes_to_sign, signed_of, unsigned
from months.queries.late import late_department, late_league
from months.queries.watched import soft_problems
from months.watch.lateness import Arrival, LateKpi, days_late, late_kpis, league
from months.watch.owners import kpi_owner, owner, source_owner
from scoring.operations.fold import fold_month
from scoring.rulebook import RuleBook, parsed
from tests.cast import MONTH, Cast, day
from tests.factories import SMALL_BOOK, Fact, during, facts
from tests.months.story import QUALITY, closing_day, complete, month_facts, planned

AT = during(MONTH, 20)


async def begun(cast: Cast) -> None:
    """Let a month run for the completeness of which nobody has answered yet."""
    await planned(cast)
    await facts(month_facts(MONTH, QUALITY))
    await fold_month(month=MONTH)
    await recompute(MONTH)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return parsed(SMALL_BOOK.read_text(encoding="utf-8"))


def test_a_process_belongs_to_the_department_with_the_largest_share(book: RuleBook) -> None:
    assert (owner(book, "HALL"), owner(book, "NET")) == ("CSD", "NWD")


def test_a_source_belongs_to_the_department_that_answers_for_most_of_its_kpis(book: RuleBook) -> None:
    for source in book.sources:
        owners = {kpi_owner(book, code) for code, kpi in book.kpis.items() if kpi.source == source}
        assert source_owner(book, source) in {*owners, None}


def test_the_day_it_is_due_is_not_late() -> None:
    assert days_late(date(2026, 11, 1), date(2026, 11, 1)) == 0
    assert days_late(date(2026, 11, 3), date(2026, 11, 1)) == 2


def test_a_tenth_of_the_units_two_days_late_costs_a_fifth_of_a_point(book: RuleBook) -> None:
    late = LateKpi("VISIT", date(2026, 11, 1), days=2, late=1, units=10, worst=2)
    table = league(book, [late])
    assert [one.cents for one in table if one.cents] == [-20]
    assert table[-1].code == source_owner(book, book.kpis["VISIT"].source)
    assert table[0].rank == 1


def test_nobody_is_in_the_league_while_nothing_of_nobodys_is_late(book: RuleBook) -> None:
    processes = {code: replace(one, lead=None) for code, one in book.processes.items()}
    unowned = replace(book, processes=processes, responsibility={}, responsibility_kpis={})
    late = LateKpi("VISIT", date(2026, 11, 1), days=2, late=1, units=10, worst=2)
    assert source_owner(unowned, book.kpis["VISIT"].source) is None
    assert league(unowned, []) == ()
    assert [one.code for one in league(unowned, [late])] == [None]


def test_what_never_came_is_late_until_today_and_counts_in_full() -> None:
    due = {"VISIT": date(2026, 11, 1)}
    (late,) = late_kpis(due, {}, {}, date(2026, 11, 5))
    assert (late.missing, Fraction(late.days, late.units)) == (True, Fraction(4))


def test_facts_in_time_cost_nothing() -> None:
    due = {"VISIT": date(2026, 11, 1)}
    assert late_kpis(due, {"VISIT": {7: Arrival(date(2026, 11, 1), 3)}}, {"VISIT": 4}, date(2026, 11, 5)) == []


def test_a_unit_that_still_lacks_what_others_have_is_late_until_today() -> None:
    due = {"VISIT": date(2026, 11, 1)}
    came = {"VISIT": {7: Arrival(date(2026, 11, 2), 4)}}
    (late,) = late_kpis(due, came, {"VISIT": 4}, date(2026, 11, 5), {"VISIT": 1})
    assert (late.days, late.late, late.absent, late.units, late.worst) == (1 + 4, 2, 1, 5, 4)
    assert late_kpis(due, {}, {"VISIT": 4}, date(2026, 11, 1), {"VISIT": 1}) == []


def test_late_facts_name_the_batches_they_came_in() -> None:
    came = {7: Arrival(date(2026, 11, 3), 4), 8: Arrival(date(2026, 11, 2), 9), 9: Arrival(date(2026, 11, 1), 12)}
    (late,) = late_kpis({"VISIT": date(2026, 11, 1)}, {"VISIT": came}, {"VISIT": 4}, date(2026, 11, 5))
    assert (late.batches, late.days, late.late, late.units) == ((9, 4), 3, 2, 4)


def test_nothing_is_later_than_the_closing_of_its_month() -> None:
    came = {"VISIT": {7: Arrival(date(2026, 11, 30), 4)}}
    (late,) = late_kpis({"VISIT": date(2026, 11, 1)}, came, {"VISIT": 4}, date(2026, 11, 4))
    assert late.worst == 3


async def test_the_head_of_the_owning_department_signs_once(cast: Cast) -> None:
    await begun(cast)
    await sign(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)
    assert [(one.process, one.decision) for one in await signed_of(MONTH)] == [("NET", "signed")]
    with pytest.raises(Conflict):
        await sign(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)


async def test_nobody_signs_for_the_process_of_another_department(cast: Cast) -> None:
    await begun(cast)
    assert await processes_to_sign(MONTH, cast.person("guwei").account_id) == {"NET"}
    for other in ("guwei", "sulan"):
        with pytest.raises(Refused):
            await sign(month=MONTH, process="HALL", actor=cast.actor(other), at=AT)


async def test_an_organiser_waives_with_a_reason_and_nobody_else_does(cast: Cast) -> None:
    await begun(cast)
    with pytest.raises(Invalid):
        await waive(month=MONTH, process="HALL", why=" ", actor=cast.actor("sulan"), at=AT)
    with pytest.raises(Refused):
        await waive(month=MONTH, process="HALL", why="x", actor=cast.actor("guwei"), at=AT)
    await waive(month=MONTH, process="HALL", why="暗访公司延期", actor=cast.actor("sulan"), at=AT)
    assert [one.why for one in await signed_of(MONTH)] == ["暗访公司延期"]


async def test_a_sign_off_taken_back_is_kept_and_no_longer_holds(cast: Cast) -> None:
    await begun(cast)
    before = await unsigned(MONTH)
    await sign(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)
    assert len(await unsigned(MONTH)) == len(before) - 1
    await withdraw(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)
    assert await unsigned(MONTH) == before


async def test_the_matrix_shows_each_process_of_a_card_with_its_owner(cast: Cast) -> None:
    await begun(cast)
    found = await process_matrix(MONTH, "storefront")
    hall = next(row for row in found.rows if row.process == "HALL")
    assert hall.owner == "CSD"
    assert [cell.there == cell.all for cell in hall.cells] == [True] * 4


async def test_no_store_stands_in_the_league_of_late_data(cast: Cast) -> None:
    await begun(cast)
    assert {one.code for one in await late_league(MONTH)} <= {"CSD", "NWD", "HRD", None}


async def test_the_league_leads_back_to_the_batch_and_charges_no_score(cast: Cast) -> None:
    await begun(cast)
    before = await totals()
    visits = [Fact(hall, "VISIT", day(30), 90) for hall in ("S1", "S2")]
    batch = await facts(visits, at=during(202611, 9))
    with time_machine.travel(during(202611, 20), tick=True):
        found = await late_department(MONTH, "CSD")
    assert found is not None
    assert found.cents < 0
    assert batch in {number for source in found.sources for kpi in source.kpis for number in kpi.batches}
    await recompute(MONTH)
    assert await totals() == before


async def test_what_the_matrix_calls_overdue_costs_the_department_of_the_source(cast: Cast) -> None:
    await planned(cast)
    await facts([one for one in month_facts(MONTH, QUALITY) if (one.unit, one.kpi) != ("S4", "VISIT")])
    await fold_month(month=MONTH)
    await recompute(MONTH)
    with time_machine.travel(during(202611, 20), tick=True):
        states = [cell.state for row in (await process_matrix(MONTH, "storefront")).rows for cell in row.cells]
        found = await late_department(MONTH, "CSD")
    assert states.count("late") == 1
    assert found is not None
    lacking = {one.kpi: (one.absent, one.late, one.units) for source in found.sources for one in source.kpis}
    assert lacking == {"VISIT": (1, 1, 4 + 2)}


async def totals() -> dict[int, int | None]:
    board = await inner_board(MONTH)
    assert board is not None
    return {unit: row.measures[0] for unit, row in board.by_unit.items()}


async def test_what_nobody_signed_for_is_asked_before_the_closing_whether_anybody_signed_at_all(cast: Cast) -> None:
    await begun(cast)
    (found,) = await soft_problems(MONTH)
    assert (found.code, found.grade) == ("not_signed", "warning")
    await sign(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)
    (less,) = await soft_problems(MONTH)
    assert len(less.sentence.zh) < len(found.sentence.zh)
    await complete(cast)
    assert await soft_problems(MONTH) == ()


async def test_nobody_proposes_to_close_what_is_not_signed_unless_it_is_waived_in_writing(cast: Cast) -> None:
    await begun(cast)
    actor, at = cast.actor("sulan"), closing_day()
    with pytest.raises(Refused) as refusal:
        await propose_close(month=MONTH, actor=actor, at=at)
    assert [one.code for one in refusal.value.problems] == ["not_signed"]
    why = "部门负责人休假，组织者已逐项核对"
    await propose_close(month=MONTH, actor=actor, at=at, waivers=["not_signed"], why=why)


async def test_nobody_takes_the_signature_of_another_department_back(cast: Cast) -> None:
    await begun(cast)
    await sign(month=MONTH, process="NET", actor=cast.actor("guwei"), at=AT)
    with pytest.raises(Refused):
        await withdraw(month=MONTH, process="NET", actor=cast.actor("sulan"), at=AT)
    assert [one.process for one in await signed_of(MONTH)] == ["NET"]


async def test_signed_again_it_is_the_last_signature_that_is_taken_back(cast: Cast) -> None:
    await begun(cast)
    guwei = cast.actor("guwei")
    for _ in range(2):
        await sign(month=MONTH, process="NET", actor=guwei, at=AT)
        await withdraw(month=MONTH, process="NET", actor=guwei, at=AT)
    assert await signed_of(MONTH) == ()

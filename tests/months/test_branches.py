"""Branches closed on different days: what comes later for them waits, the others go on."""

from datetime import timedelta

import pytest

from core import outbox
from core.errors import NotFound, Refused
from leaderboards.operations import refresh
from leaderboards.queries.stored import lines_of
from months.operations.branches import approve_branch, open_branch, propose_branch
from months.queries.branches import branches, closable
from months.queries.calendar import month_page
from scoring.queries.rules import catalogue
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts
from tests.months.story import closing_day, ran, worked_off

FIRST = closing_day() - timedelta(hours=20)


async def branch_closed(cast: Cast) -> None:
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=FIRST)
    await approve_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("heqing"), at=FIRST)


async def checks(cast: Cast, hall: str) -> int:
    """Return on how many checks the visits of a hall rest."""
    snapshot = await refresh(MONTH)
    visit = (await catalogue()).kpis["VISIT"]
    return next(line.sample for line in (await lines_of(snapshot, [cast[hall]]))[cast[hall]] if line.kpi_id == visit)


async def test_what_comes_after_its_closing_counts_for_no_unit_of_the_branch(cast: Cast) -> None:
    await ran(cast)
    await branch_closed(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1), Fact("S1", "VISIT", day(30), 100, 1)])
    assert await checks(cast, "S4") == 5
    assert await checks(cast, "S1") == 6


async def test_opened_again_with_a_reason_the_branch_counts_what_came(cast: Cast) -> None:
    await ran(cast)
    await branch_closed(cast)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    await open_branch(month=MONTH, unit_id=cast["B2"], why="补报", actor=cast.actor("sulan"), at=closing_day())
    assert await checks(cast, "S4") == 6


async def test_a_proposal_alone_closes_nothing(cast: Cast) -> None:
    await ran(cast)
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=FIRST)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    assert await checks(cast, "S4") == 6


async def test_two_people_close_a_branch_and_none_of_them_belongs_to_it(cast: Cast) -> None:
    await ran(cast)
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=FIRST)
    for person, code in (("sulan", "same_person"), ("gaoyuan", "own_unit")):
        with pytest.raises(Refused) as refusal:
            await approve_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor(person), at=FIRST)
        assert refusal.value.problem.code == code


async def test_only_branches_can_be_closed_by_themselves(cast: Cast) -> None:
    await ran(cast)
    assert [unit.code for unit in await closable(MONTH)] == ["B1", "B2"]
    with pytest.raises(NotFound):
        await propose_branch(month=MONTH, unit_id=cast["NWD"], actor=cast.actor("sulan"), at=FIRST)


async def test_the_closing_asks_for_the_other_branches_only_where_branches_close_by_themselves(cast: Cast) -> None:
    await ran(cast)
    page = await month_page(MONTH, closing_day())
    assert "branch_open" not in {problem.code for problem in page.problems}
    await branch_closed(cast)
    await refresh(MONTH)
    page = await month_page(MONTH, closing_day())
    open_ones = [problem.sentence.zh for problem in page.problems if problem.code == "branch_open"]
    assert len(open_ones) == 1
    assert "星湾分公司" in open_ones[0]
    assert [row.closed_at is not None for row in await branches(MONTH)] == [False, True]


async def test_what_comes_between_proposal_and_approval_counts(cast: Cast) -> None:
    await ran(cast)
    await propose_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("sulan"), at=FIRST)
    await facts([Fact("S4", "VISIT", day(30), 100, 1)])
    await approve_branch(month=MONTH, unit_id=cast["B2"], actor=cast.actor("heqing"), at=FIRST)
    assert await checks(cast, "S4") == 6


async def test_a_branch_opened_again_is_scored_anew_though_nothing_else_comes(cast: Cast) -> None:
    await ran(cast)
    await branch_closed(cast)
    await worked_off()
    assert await outbox.waiting_of_month(MONTH) == 0
    await open_branch(month=MONTH, unit_id=cast["B2"], why="补报", actor=cast.actor("sulan"), at=closing_day())
    assert await outbox.waiting_of_month(MONTH) == 1


async def test_nobody_opens_a_closed_branch_of_their_own(cast: Cast) -> None:
    await ran(cast)
    await branch_closed(cast)
    with pytest.raises(Refused) as refusal:
        await open_branch(month=MONTH, unit_id=cast["B2"], why="补报", actor=cast.actor("gaoyuan"), at=closing_day())
    assert refusal.value.problem.code == "own_unit"

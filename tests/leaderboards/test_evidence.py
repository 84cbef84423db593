"""Who is shown the single facts behind a line."""

from decimal import Decimal
from fractions import Fraction

import pytest

from core.database import raw
from leaderboards.evidence import department_shown, shown
from leaderboards.operations import refresh
from leaderboards.queries import cards, departments
from org.queries import organisation_of_month
from org.visibility import Scope
from scoring.contributors import contributors
from scoring.packing import cells
from scoring.queries.rules import catalogue, rules_of
from tests import factories
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october


async def test_of_a_halls_line_a_clerk_sees_the_own_fact_and_the_sum_of_all(cast: Cast) -> None:
    await october.told(october.everything())
    found = await cards.line(cast["S1"], "SAT")
    me = cast.person("zhouhe").unit_id
    cut = shown(found, Scope(own=frozenset({me}), above=frozenset({cast["S1"], cast["T1"]})))
    assert {row.unit_id for row in cut.facts.rows} == {me}
    assert set(cut.units) == {me}
    assert (cut.facts.found, cut.facts.num) == (found.facts.found, found.facts.num)
    assert found.facts.found > 1


@pytest.mark.parametrize("all_of_it", [False, True])
async def test_nobody_reads_who_gave_which_mark_and_of_two_raters_not_even_the_mean(
    cast: Cast, *, all_of_it: bool
) -> None:
    await october.told(october.everything())
    found = await cards.line(cast["NWD"], "RATING")
    assert (len(found.facts.rows), found.facts.rows[0].item) == (2, "B1")
    told = shown(found, Scope(sees_all=all_of_it, own=frozenset({cast["NWD"]})))
    assert (told.facts.rows, told.facts.num, told.facts.den, told.facts.found) == ((), 0, 0, 2)
    assert (told.line.value, told.line.numerator, told.line.denominator) == (None, None, None)


async def test_the_mean_of_five_raters_is_shown_freed_of_their_severity(cast: Cast) -> None:
    """Each rates three departments; B1 gives everybody two points less than the others do."""
    raters = ("B1", "B2", "S1", "S2", "S3")
    marks = {"NWD": 9, "CSD": 8, "HRD": 7}
    facts = [
        Fact(office, "RATING", day(11), mark - 2 * (rater == "B1"), 1, 1, item=rater)
        for office, mark in marks.items()
        for rater in raters
    ]
    await october.told([*october.everything()[:-2], *facts])
    found = await cards.line(cast["NWD"], "RATING")
    assert (found.line.value, found.line.sample) == ("8.6", 5)
    assert shown(found, Scope(sees_all=True)).facts.rows == ()


async def test_one_new_mark_moves_what_its_rater_is_worth_everywhere(cast: Cast) -> None:
    offices = ("NWD", "CSD")
    facts = [Fact(office, "RATING", day(11), 8, 1, 1, item=rater) for office in offices for rater in ("B1", "B2")]
    await factories.facts([*october.everything()[:-2], *facts])
    await refresh(MONTH)
    await factories.facts([Fact("HRD", "RATING", day(11), 2, 1, 1, item="B1")])
    await refresh(MONTH, [cast["HRD"]])
    async with raw() as connection:
        packed = await connection.fetchval("SELECT packed FROM month_matrix WHERE unit_id = $1", cast["NWD"])
    number = (await catalogue()).kpis["RATING"]
    mark = next(cell for cell in cells(packed) if cell.kpi_id == number)
    mean_of_b1, grand = Fraction(8 + 8 + 2, 3), Fraction(4 * 8 + 2, 5)
    assert Fraction(mark.num, mark.den) == (8 - mean_of_b1 + grand + 8) / 2


async def test_the_middle_of_a_handful_of_peers_is_not_told(cast: Cast) -> None:
    await october.told(october.everything())
    assert {part.peers for part in (await cards.card(cast["S1"])).body.processes} == {None}
    clerk = cast.person("zhouhe").unit_id
    assert None not in {part.peers for part in (await cards.card(clerk)).body.processes if part.score}


async def test_facts_that_stay_with_promoters_are_their_firms_and_not_the_stores(cast: Cast) -> None:
    organisation, book = await organisation_of_month(MONTH), (await rules_of(MONTH)).book
    promoter = cast["P-jiangfan"]
    assert promoter in contributors(organisation, cast["E1"], book, {"promoter"})
    assert promoter not in contributors(organisation, cast["S1"], book, {"promoter"})
    assert promoter in contributors(organisation, cast["S1"], book, ())


async def test_a_branch_manager_reads_what_a_department_costs_and_not_where_it_and_other_branches_stand(
    cast: Cast,
) -> None:
    await october.told(october.everything())
    found = await departments.department(cast["NWD"])
    told = department_shown(found, Scope(own=frozenset({cast["B1"]}), sees_departments=True))
    assert (told.card.total, told.card.rank, told.card.peer_rank, told.card.lines, told.parts) == (
        None,
        None,
        None,
        (),
        (),
    )
    for share, whole in zip(told.shares, found.shares, strict=True):
        assert [branch.code for branch in share.branches] == ["B1", ""]
        assert share.branches[-1].cents is None
        lost = [sum(Decimal(branch.lost) for branch in one.branches) for one in (share, whole)]
        assert lost[0] == lost[1]
    assert department_shown(found, Scope(own=frozenset({cast["NWD"]}))) == found

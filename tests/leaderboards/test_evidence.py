"""Who is shown the single facts behind a line."""

from decimal import Decimal

from leaderboards.evidence import department_shown, shown
from leaderboards.queries import cards, departments
from org.queries import organisation_of_month
from org.visibility import Scope
from scoring.contributors import contributors
from scoring.queries.rules import rules_of
from tests.cast import MONTH, Cast
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


async def test_a_rated_department_learns_the_mean_and_not_who_gave_which_mark(cast: Cast) -> None:
    await october.told(october.everything())
    found = await cards.line(cast["NWD"], "RATING")
    assert (len(found.facts.rows), found.facts.rows[0].item) == (2, "B1")
    assert shown(found, Scope(own=frozenset({cast["NWD"]}))).facts.rows == ()
    assert shown(found, Scope(sees_all=True)) == found


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

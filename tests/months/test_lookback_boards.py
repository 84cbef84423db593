"""Looking back over two published months and a running one: what is public, whom it names, and a theme's effect worked out again."""

from collections.abc import AsyncIterator
from fractions import Fraction

import pytest
import pytest_asyncio
import time_machine

import leaderboards.operations
from core.database import raw
from core.errors import NotFound
from core.period import shifted
from core.points import rounded_fraction
from leaderboards.queries import stored
from leaderboards.queries.looking_back import season_months
from leaderboards.queries.snapshots import forget, month_board
from months.lookback.effect import within
from months.operations import releasing
from months.queries.lookback.effect import theme_effect
from months.queries.lookback.hall import hall_of_fame, public_months
from months.queries.lookback.unit import history
from months.queries.lookback.weak import unit_weakness, weak_points
from org.visibility import NOBODY, Scope
from scoring.queries.rules import catalogue, rules_of
from tests.cast import BEFORE, MONTH, THEMES, Cast, believable, close, enrol
from tests.factories import during, plan

AFTER = shifted(MONTH, 1)
ALL = Scope(sees_all=True, key="organiser")
BETTER = {"P-zhouhe": 2, "P-liyi": 5, "P-sunke": 1, "P-zhaoran": 3, "S3": 2}


@pytest_asyncio.fixture
async def cast(tx: None) -> AsyncIterator[Cast]:
    """September and October are published, November runs."""
    with time_machine.travel(during(shifted(BEFORE, -1), 10), tick=True):
        found = await enrol()
    for month, better in ((BEFORE, {"S4": -12}), (MONTH, BETTER)):
        await ran(found, month, better)
        with time_machine.travel(during(shifted(month, 1), 8), tick=True):
            await close(found, month)
            await releasing.release(month=month, actor=found.actor("heqing"))
    await ran(found, AFTER, {"S4": 9})
    forget()
    with time_machine.travel(during(AFTER, 26), tick=True):
        yield found


async def ran(cast: Cast, month: int, better: dict[str, int]) -> None:
    with time_machine.travel(during(shifted(month, -1), 25), tick=True):
        await plan(month, THEMES.get(month, "SIGNAL"), cast.rule_book_id, cast.actor("sulan"))
    with time_machine.travel(during(month, 25), tick=True):
        await believable(month, better)
        await leaderboards.operations.refresh(month)


async def test_only_published_months_are_looked_back_on(cast: Cast) -> None:
    assert await public_months() == (BEFORE, MONTH)
    assert (await hall_of_fame()).months == (BEFORE, MONTH)
    assert (await weak_points(ALL)).months == (BEFORE, MONTH)
    with pytest.raises(NotFound):
        await theme_effect(AFTER)


async def test_the_hall_holds_every_award_of_the_public_months_once(cast: Cast) -> None:
    found = await hall_of_fame()
    async with raw() as connection:
        stored_awards = await connection.fetchval(
            "SELECT count(*) FROM award_grant WHERE month = ANY ($1)", list(found.months)
        )
    assert sum(row.wins for row in found.rows) == stored_awards > 0
    assert all(row.longest <= row.wins <= 2 for row in found.rows)
    assert {row.award for row in (await hall_of_fame("window")).rows} <= {"window"}


async def test_a_theme_effect_is_what_comes_out_by_hand(cast: Cast) -> None:
    """The theme of October lifts SAT; clerks have SAT and EXAM."""
    found = await theme_effect(MONTH)
    (clerks,) = (one for one in found.cards if one.card == "clerk")
    assert [code for code, _ in clerks.kpis] == ["SAT"]
    now, before = [await scores(month) for month in (MONTH, BEFORE)]
    differences = [
        rounded_fraction(Fraction(now[unit]["SAT"] - before[unit]["SAT"]), 2)
        - rounded_fraction(Fraction(now[unit]["EXAM"] - before[unit]["EXAM"]), 2)
        for unit in now
    ]
    assert clerks.inside == within(differences)
    assert clerks.inside is not None
    assert clerks.inside.units == len(differences) == 6
    assert found.base == (BEFORE,)


async def scores(month: int) -> dict[int, dict[str, int]]:
    board, codes = await month_board(month), (await catalogue()).kpi_codes
    units = [one.unit_id for one in board.by_card["clerk"]]
    lines = await stored.lines_of(board.snapshot_id, units)
    return {unit: {codes[line.kpi_id]: line.score for line in held} for unit, held in lines.items()}


async def test_a_month_of_the_season_hides_whom_its_own_board_hides(cast: Cast) -> None:
    whole = await season_months(ALL, card="storefront", month=AFTER, group=None)
    assert whole.months == (BEFORE, MONTH, AFTER)
    assert whole.provisional == {AFTER}
    told = await season_months(NOBODY, card="storefront", month=AFTER, group=None)
    for unit, cells in told.cells.items():
        for month, cell in zip(told.months, cells, strict=True):
            hidden = (await month_board(month)).by_unit[unit].hidden(in_group=False)
            assert cell is not None
            assert cell.hidden is hidden
            assert not hidden or (cell.rank, cell.total) == (None, None)


async def test_a_history_says_of_a_running_month_neither_awards_nor_help(cast: Cast) -> None:
    rows = await history(cast["S1"], ALL)
    assert [(row.month, row.public) for row in rows] == [(AFTER, False), (MONTH, True), (BEFORE, True)]
    assert (rows[0].awards, rows[0].coached) == ((), None)
    assert rows[1].total is not None
    last = await history(cast["S4"], Scope(own=frozenset({cast["S4"]}), key="s4"))
    outside = await history(cast["S4"], Scope(above=frozenset({cast["S4"]}), key="above"))
    assert any(row.coached for row in last)
    assert not any(row.coached for row in outside)


async def test_weak_points_are_those_of_the_units_one_may_look_into(cast: Cast) -> None:
    own = await weak_points(Scope(own=frozenset({cast["S1"]}), key="s1"), "storefront")
    assert [row.code for row in own.rows] == ["S1"]
    everybody = await weak_points(ALL, "storefront")
    assert {row.code for row in everybody.rows} == {"S1", "S2", "S3", "S4"}
    one = await unit_weakness(cast["S1"])
    assert one.cells == own.rows[0].cells
    with pytest.raises(NotFound):
        await weak_points(NOBODY)


async def test_a_department_sees_its_own_processes_and_what_the_branches_score_in_them(cast: Cast) -> None:
    network = Scope(own=frozenset({cast["NWD"]}), above=frozenset({cast["YC"]}), key="network")
    found, everybody = await weak_points(network, usual="department"), await weak_points(ALL, "branch")
    answers = {code for code, shares in (await rules_of(MONTH)).book.responsibility.items() if "NWD" in shares}
    assert found.card == "branch"
    assert {code for code, _ in found.processes} == answers
    at = {code: place for place, (code, _) in enumerate(everybody.processes)}
    told = {row.code: row.cells for row in everybody.rows}
    for row in found.rows:
        assert [cell.cents for cell in row.cells] == [told[row.code][at[code]].cents for code, _ in found.processes]
        assert {cell.weakest for cell in row.cells} == {None}
    own = await weak_points(network, "department")
    assert [row.code for row in own.rows] == ["NWD"]
    assert {code for (code, _), cell in zip(own.processes, own.rows[0].cells, strict=True) if cell.cents} == answers


async def test_a_hall_is_told_nothing_of_a_branch_beside_its_own(cast: Cast) -> None:
    hall = Scope(own=frozenset({cast["S1"]}), above=frozenset({cast["B1"], cast["YC"]}), key="s1")
    assert [row.code for row in (await weak_points(hall, "branch")).rows] == ["B1"]

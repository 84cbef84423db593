"""From facts to a snapshot on a real PostgreSQL."""

import pytest

from core.database import raw
from leaderboards.flags import BARRED, NOT_RANKED, PROTECTED
from leaderboards.month_board import Standing
from leaderboards.operations import recompute, refresh
from leaderboards.queries.snapshots import forget, month_board
from org.queries import organisation_of_month
from scoring.operations.events import adjust_points, record_red_line
from scoring.operations.fold import fold_month
from scoring.packing import PackedLine, lines
from scoring.queries.rules import rules_of
from tests import factories
from tests.cast import MONTH, Cast, believable, close, day, plan
from tests.factories import Fact
from tests.leaderboards import october, slow


async def _standing(unit_id: int) -> Standing:
    return (await month_board(MONTH)).by_unit[unit_id]


async def _lines(unit_id: int) -> list[PackedLine]:
    statement = "SELECT lines FROM standing WHERE unit_id = $1 ORDER BY snapshot_id DESC LIMIT 1"
    async with raw() as connection:
        return lines(await connection.fetchval(statement, unit_id))


async def _bytes() -> list[bytes]:
    """Everything a snapshot says, apart from its number."""
    statement = (
        "SELECT s::text FROM (SELECT unit_id, card, peer, status, flags, pos, rank, peer_pos, peer_rank, total, coverage,"
        " measures, breakers, processes, lines FROM standing WHERE snapshot_id = (SELECT max(id) FROM snapshot)) s ORDER BY unit_id"
    )
    async with raw() as connection:
        return [row[0] for row in await connection.fetch(statement)]


async def test_the_hall_with_the_best_facts_leads_its_board(cast: Cast) -> None:
    await october.told(october.everything())
    board = await month_board(MONTH)
    places = [(one.code, one.rank) for one in board.population("storefront", None)]
    assert places == [("S1", 1), ("S2", 2), ("S3", 3), ("S4", 4)]


async def test_a_hall_is_measured_by_the_ratings_of_its_clerks_added_not_averaged(cast: Cast) -> None:
    await october.told(october.everything())
    satisfaction = (await _lines(cast["S1"]))[0]
    assert (satisfaction.sample, satisfaction.value) == (30, 8_900_000)


async def test_what_an_outlet_does_stays_with_the_outlet(cast: Cast) -> None:
    await october.told([*october.everything(), Fact("O1", "SAT", day(3), 10, 10)])
    satisfaction = (await _lines(cast["B1"]))[0]
    assert satisfaction.value == 8_825_000


async def test_every_total_is_what_the_slow_way_gives(cast: Cast) -> None:
    facts = october.everything()
    await october.told(facts)
    rules, organisation = await rules_of(MONTH), await organisation_of_month(MONTH)
    own: dict[tuple[int, str], list[slow.Sums]] = {}
    for fact in facts:
        sums = (
            slow.scaled(fact.num),
            slow.scaled(fact.den),
            int(str(fact.den)) if fact.sample is None else fact.sample,
        )
        own.setdefault((cast[fact.unit], fact.kpi), []).append(sums)
    board = await month_board(MONTH)
    compared = 0
    for one in board.by_unit.values():
        if one.card in {"storefront", "team", "clerk", "branch"}:
            expected = slow.total(rules.book, rules.theme or "", organisation, slow.Facts(own), one.unit_id)
            assert (one.code, one.measures[0]) == (one.code, expected)
            compared += expected is not None
    assert compared == 17


async def test_a_kpi_without_facts_moves_its_weight_and_is_not_zero(cast: Cast) -> None:
    await october.told([fact for fact in october.everything() if (fact.unit, fact.kpi) != ("S2", "WAIT")])
    whole, waiting = await _standing(cast["S2"]), (await _lines(cast["S2"]))[3]
    assert not waiting.counted
    assert waiting.value is None
    assert whole.rank == 2
    assert whole.coverage == 9_000


async def test_a_hall_with_too_little_measured_is_shown_without_a_rank(cast: Cast) -> None:
    facts = [fact for fact in october.everything() if fact.unit != "S2" or fact.kpi == "WAIT"]
    await october.told([fact for fact in facts if fact.unit != "P-qiandan"])
    thin = await _standing(cast["S2"])
    assert (thin.status, thin.rank) == (NOT_RANKED, None)


async def test_a_hall_opened_during_the_month_is_protected(cast: Cast) -> None:
    await factories.unit("S5", "storefront", "B1", peer_group="A", opened_on=day(10))
    new = [
        Fact("S5", "VISIT", day(20), 470, 5),
        Fact("S5", "SMILE", day(20), 29, 30),
        Fact("S5", "WAIT", day(20), 800, 200),
    ]
    await october.told([*october.everything(), *new])
    board = await month_board(MONTH)
    fresh = next(one for one in board.by_unit.values() if one.code == "S5")
    assert (fresh.status, fresh.rank) == (PROTECTED, None)
    assert fresh.pos == 5


async def test_a_withdrawn_batch_no_longer_counts(cast: Cast) -> None:
    await october.told(october.everything())
    before = await _bytes()
    begged = await october.told([Fact("P-zhaoran", "SAT", day(28), 1_000, 100)])
    assert await _bytes() != before
    async with raw() as connection:
        await connection.execute(
            "INSERT INTO batch_withdrawal (batch_id, reason, at) VALUES ($1, 'begged', now())", begged
        )
    await october.scored()
    assert await _bytes() == before


async def test_a_correction_takes_the_place_of_the_fact_it_corrects(cast: Cast) -> None:
    await october.told(october.everything())
    statement = """
        INSERT INTO fact SELECT kpi_id, unit_id, on_day, item, 1, span_days, num + 1000000, den, sample, batch_id, row_no
        FROM fact WHERE unit_id = $1 AND kpi_id = (SELECT id FROM kpi WHERE code = 'SMILE')
    """
    async with raw() as connection:
        await connection.execute(statement, cast["S4"])
    await october.scored()
    smile = (await _lines(cast["S4"]))[2]
    assert smile.value == 83_333_333
    assert smile.sample == 30


async def test_folding_only_what_was_touched_equals_folding_everything(cast: Cast) -> None:
    await october.told(october.everything())
    await factories.facts([Fact("P-sunke", "SAT", day(21), 95, 10)])
    await refresh(MONTH, [cast["P-sunke"]])
    some = await _bytes()
    await refresh(MONTH)
    assert await _bytes() == some


async def test_scoring_twice_gives_the_same_bytes(cast: Cast) -> None:
    await october.told(october.everything())
    once = await _bytes()
    await recompute(MONTH)
    assert await _bytes() == once


async def test_facts_told_in_another_order_give_the_same_bytes(cast: Cast) -> None:
    await october.told(october.everything(), MONTH)
    once = await _bytes()
    turned = list(reversed(october.everything(202608)))
    async with raw() as connection:
        await connection.execute(
            "INSERT INTO month_matrix SELECT 202501, unit_id, packed FROM month_matrix WHERE month = $1", MONTH
        )
    await factories.facts(turned)
    await fold_month(month=202608)
    async with raw() as connection:
        query = "SELECT string_agg(packed, '' ORDER BY unit_id) FROM month_matrix WHERE month = $1"
        assert await connection.fetchval(query, 202608) == await connection.fetchval(query, 202501)
    assert await _bytes() == once


async def test_adjustments_count_within_their_limit(cast: Cast) -> None:
    await october.told(october.everything())
    before = (await _standing(cast["S3"])).total or 0
    for points in (400, 300):
        await adjust_points(
            month=MONTH, unit_id=cast["S3"], points=points, reason="flood night", actor=cast.actor("sulan")
        )
    await october.scored()
    assert (await _standing(cast["S3"])).total == before + 500


async def test_a_red_line_caps_the_total_and_bars_from_awards(cast: Cast) -> None:
    await october.told(october.everything())
    await record_red_line(
        unit_id=cast["S1"], on=day(12), code="begging", reason="asked for tens", actor=cast.actor("sulan")
    )
    await october.scored()
    caught = await _standing(cast["S1"])
    assert (caught.total, caught.rank) == (5_900, 4)
    assert caught.flags & BARRED


async def test_the_branch_is_ranked_by_its_management_score(cast: Cast) -> None:
    await october.told(october.everything())
    branch = await _standing(cast["B1"])
    card, management = branch.measures[0], branch.processes[3]
    assert card is not None
    assert management == 10_000
    assert branch.total == (card * 7 + management * 3 + 5) // 10


async def test_a_person_shares_in_team_and_hall(cast: Cast) -> None:
    await october.told(october.everything())
    person, team, hall = [await _standing(cast[code]) for code in ("P-zhouhe", "T1", "S1")]
    own = person.measures[0]
    assert own is not None
    assert person.total == (own * 60 + (team.total or 0) * 25 + (hall.total or 0) * 15 + 50) // 100


async def test_a_department_answers_for_its_processes_in_the_branches(cast: Cast) -> None:
    await october.told(october.everything())
    network = await _standing(cast["NWD"])
    assert network.processes[1] == 9_872  # (104.00 × 300,000 + 82.86 × 100,000) / 400,000
    assert network.rank is not None


async def test_readers_see_the_old_snapshot_or_the_new_one(cast: Cast) -> None:
    await october.told(october.everything())
    first = (await month_board(MONTH)).snapshot_id
    await october.told([Fact("P-sunke", "SAT", day(21), 95, 10)])
    async with raw() as connection:
        assert await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", MONTH) == first + 1
        assert await connection.fetchval("SELECT count(*) FROM snapshot WHERE month = $1", MONTH) == 2


async def test_a_sealed_month_is_neither_folded_nor_scored_again(cast: Cast) -> None:
    await plan(cast)
    await believable()
    await october.scored()
    await close(cast)
    forget()
    before = (await month_board(MONTH, inner=True)).snapshot_id
    await factories.facts([Fact("P-sunke", "SAT", day(21), 95, 10)])
    assert await refresh(MONTH) == before
    forget()
    assert (await month_board(MONTH, inner=True)).snapshot_id == before


@pytest.mark.parametrize("month", [202501, 202612])
async def test_a_month_without_facts_has_a_board_without_ranks(cast: Cast, month: int) -> None:
    await october.scored(month)
    board = await month_board(month)
    assert {one.rank for one in board.by_unit.values()} == {None}

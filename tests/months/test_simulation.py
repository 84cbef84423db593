"""What a draft would have done: the same as publishing it gives, and not a row of anything else is touched."""

from collections.abc import Mapping

import msgspec
import pytest

import coaching.queries
import leaderboards.operations
import rewards.queries
from coaching import history
from coaching.review import review
from core.database import raw
from core.errors import Conflict, Invalid, Refused
from core.period import shifted
from leaderboards.queries import stored
from months.operations import planning
from months.operations.simulating import StoppedError, ask_simulation, cancel_simulation, simulate, work
from months.queries.simulations import result, simulation
from months.simulation.report import MonthReport, Report, decoded
from scoring.operations.drafts import create_draft, save_draft
from scoring.operations.fold import fold_month
from scoring.operations.rules import store_rule_book
from scoring.queries.rules import catalogue, rule_book, rules_of
from scoring.rulebook import parsed
from tests.cast import BEFORE, MONTH, Cast
from tests.factories import SMALL_BOOK, during, facts
from tests.months.story import QUALITY, closed, month_facts, ran

SMALL = SMALL_BOOK.read_text(encoding="utf-8")
CARD = '[scorecards.storefront]\nSAT = "40"\nVISIT = "30"\nSMILE = "20"\nWAIT = "10"'
NOW = during(202611, 20)
DRAFTS = {
    "other weights": SMALL.replace(CARD, '[scorecards.storefront]\nSAT = "5"\nVISIT = "5"\nSMILE = "5"\nWAIT = "85"'),
    "a mean that trims no longer": SMALL.replace('aggregation = "trimmed_mean"', 'aggregation = "sample_mean"'),
    "a mean that trims": SMALL.replace('aggregation = "sample_mean"', 'aggregation = "trimmed_mean"', 1),
    "scores that are held": SMALL.replace("[kpis.SMILE]", '[kpis.SMILE]\nmissing = "hold_last"'),
    "a window of three months": SMALL.replace('window = { outlet = "rolling3" }', 'window = { storefront = "rolling3" }'),
    "a fall beyond chance alone": SMALL.replace("[coaching.triggers]", "[coaching.rules.default]\ndecline_months = 1\ndecline_min = 1\nbeyond_noise = true\n[coaching.triggers]"),
    "only certain winners": SMALL.replace('bars = [{ code = "red_line" }, { code = "insufficient_sample", kpi = "SAT" }]', 'bars = [{ code = "uncertain" }]'),
    "another kind less": SMALL.replace('[scorecards.promoter]\nPROMO = "100"\n', ""),
}  # fmt: skip


def other_waits() -> Mapping[str, int]:
    """Return marks under which the best hall of the first month is the last of the second."""
    return {"S1": 80, "S2": 88, "S3": 92, "S4": 70}


async def two_months(cast: Cast) -> None:
    await ran(cast, BEFORE)
    await ran(cast, MONTH, other_waits())


async def two_months_never_frozen(cast: Cast) -> None:
    """Bring two months in, the first never announced: the second rests on all of it, not on a board as of its freeze."""
    before = during(shifted(BEFORE, -1), 27)
    await planning.plan_month(
        month=BEFORE, theme="SMILING", rule_book_id=cast.rule_book_id, actor=cast.actor("sulan"), at=before
    )
    await facts(month_facts(BEFORE, QUALITY))
    await fold_month(month=BEFORE)
    await leaderboards.operations.recompute(BEFORE)
    await ran(cast, MONTH, other_waits())


async def published(text: str, cast: Cast) -> None:
    """Score both months anew under a rule book, as if it had held."""
    number = await store_rule_book(text=text, actor=cast.actor("sulan"))
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET rule_book_id = $1", number)
    for month in (BEFORE, MONTH):
        await fold_month(month=month)
        await leaderboards.operations.recompute(month)


async def really(month: int) -> tuple[dict[int, tuple[object, ...]], set[tuple[str, int]], set[int]]:
    """Return what a month really came to: total and places by unit, awards, units that a trigger catches."""
    await leaderboards.operations.range_places(month)
    board = await stored.board_or_none(month)
    assert board
    rules = await rules_of(month)
    outcomes = await rewards.queries.outcomes(board, rules, named={})
    months, codes = (
        await coaching.queries.months_back(await stored.read_whole(board.snapshot_id)),
        (await catalogue()).kpi_codes,
    )
    caught = {
        one.unit_id
        for card in rules.book.coaching.kinds
        for one in review(rules.book, card, history.members(card, months, codes), {})
    }
    places: dict[int, tuple[object, ...]] = {
        one.unit_id: (one.total, one.rank, one.peer_rank) for one in board.by_unit.values()
    }
    return places, {(one.award, grant.unit_id) for one in outcomes for grant in one.grants}, caught


def said(report: MonthReport, *, new: bool) -> dict[int, tuple[object, ...]]:
    """Return total and places by unit as a report says them, of units with a total."""
    found: dict[int, tuple[object, ...]] = {}
    for card in report.cards:
        columns = (card.new, card.new_rank, card.new_peer) if new else (card.old, card.old_rank, card.old_peer)
        found.update(zip(card.units, zip(*columns, strict=True), strict=True))
    return found


@pytest.mark.parametrize("name", DRAFTS)
async def test_a_simulation_equals_a_publication(cast: Cast, name: str) -> None:
    await two_months_never_frozen(cast)
    assert DRAFTS[name] != SMALL
    base = await rule_book(cast.rule_book_id)
    report = await simulate(base=base, draft=parsed(DRAFTS[name]), months=[MONTH, BEFORE])
    before = {month: await really(month) for month in (BEFORE, MONTH)}
    await published(DRAFTS[name], cast)
    for month, found in zip((BEFORE, MONTH), report.months, strict=True):
        places, awards, caught = await really(month)
        old_places, old_awards, old_caught = before[month]
        assert found.month == month
        for told, real in ((said(found, new=True), places), (said(found, new=False), old_places)):
            assert {unit: row for unit, row in told.items() if row[0] is not None} == {
                unit: row for unit, row in real.items() if row[0] is not None
            }
        changed = {(one.award, one.unit) for one in found.awards if one.won}
        assert (changed, {(one.award, one.unit) for one in found.awards if not one.won}) == (
            awards - old_awards,
            old_awards - awards,
        )
        assert {one.unit for one in found.coaching if one.on} == caught - old_caught
        assert {one.unit for one in found.coaching if not one.on} == old_caught - caught
        assert (found.old_awards, found.new_awards) == (len(old_awards), len(awards))
        assert (found.old_coached, found.new_coached) == (len(old_caught), len(caught))


async def test_a_draft_that_moves_the_weights_moves_places_and_an_award(cast: Cast) -> None:
    await two_months(cast)
    draft = DRAFTS["other weights"]
    report = await simulate(base=await rule_book(cast.rule_book_id), draft=parsed(draft), months=[MONTH])
    (month,) = report.months
    hall = next(card for card in month.cards if card.card == "storefront")
    assert hall.old != hall.new
    assert hall.spearman is not None


async def everything() -> dict[str, str]:
    """Return a digest of every table but those that a simulation is kept in and asked for by."""
    async with raw() as connection:
        tables = [
            row[0]
            for row in await connection.fetch(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
        ]
        return {
            table: await connection.fetchval(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            )
            for table in tables
            if table not in ("simulation", "audit_entry", "outbox_note")
        }


async def asked(cast: Cast, text: str = DRAFTS["other weights"], months: tuple[int, ...] = (BEFORE, MONTH)) -> int:
    number = await create_draft(name="等候", text=text, base_id=cast.rule_book_id, actor=cast.actor("sulan"))
    return await ask_simulation(draft_id=number, revision=1, months=months, actor=cast.actor("sulan"), at=NOW)


async def test_no_row_of_anything_else_changes_neither_of_a_closed_nor_of_a_running_month(cast: Cast) -> None:
    await ran(cast, BEFORE)
    await closed(cast, BEFORE)
    await ran(cast, MONTH, other_waits())
    number = await asked(cast)
    before = await everything()
    assert len(before) > 25
    await work(number)
    assert (await simulation(number)).state == "done"
    assert await everything() == before


async def test_the_report_is_kept_and_the_progress_with_it(cast: Cast) -> None:
    await two_months(cast)
    number = await asked(cast)
    assert (await simulation(number)).state == "waiting"
    await work(number)
    row = await simulation(number)
    assert (row.state, row.done, row.steps, row.base_version) == ("done", 2, 2, 1)
    report = decoded(await result(number))
    assert [month.month for month in report.months] == [BEFORE, MONTH]
    assert report.old == (await rules_of(MONTH)).fingerprint


async def test_working_twice_changes_nothing(cast: Cast) -> None:
    await two_months(cast)
    number = await asked(cast)
    await work(number)
    first = await result(number)
    await work(number)
    assert await result(number) == first


async def test_a_cancelled_simulation_has_no_report(cast: Cast) -> None:
    await two_months(cast)
    number = await asked(cast)
    await cancel_simulation(simulation_id=number, actor=cast.actor("sulan"))
    await work(number)
    assert (await simulation(number)).state == "cancelled"


async def test_one_cancelled_while_it_works_stops_at_the_next_month(cast: Cast) -> None:
    await two_months(cast)
    seen: list[int] = []

    async def told(done: int, of: int) -> bool:
        seen.append(done)
        return False

    with pytest.raises(StoppedError):
        await simulate(
            base=await rule_book(cast.rule_book_id), draft=parsed(SMALL), months=[BEFORE, MONTH], progress=told
        )
    assert seen == [1]


async def test_the_same_asked_again_while_it_waits_is_the_same(cast: Cast) -> None:
    await two_months(cast)
    number = await create_draft(name="等候", text=SMALL, actor=cast.actor("sulan"))
    asking = {"draft_id": number, "revision": 1, "months": [MONTH], "actor": cast.actor("sulan"), "at": NOW}
    first = await ask_simulation(**asking)  # type: ignore[arg-type]  # four kinds of values
    assert await ask_simulation(**asking) == first  # type: ignore[arg-type]  # four kinds of values
    await work(first)
    assert await ask_simulation(**asking) != first  # type: ignore[arg-type]  # four kinds of values


async def test_what_does_not_parse_is_not_simulated(cast: Cast) -> None:
    await two_months(cast)
    with pytest.raises(Invalid):
        await asked(cast, "code = ")


async def test_months_to_come_and_no_month_are_refused(cast: Cast) -> None:
    await two_months(cast)
    with pytest.raises(Refused):
        await asked(cast, months=(202612,))
    with pytest.raises(Invalid):
        await asked(cast, months=())


async def test_a_draft_that_moved_on_is_not_simulated_unseen(cast: Cast) -> None:
    await two_months(cast)
    number = await create_draft(name="等候", text=SMALL, actor=cast.actor("sulan"))
    await save_draft(draft_id=number, revision=1, text=SMALL + "\n", actor=cast.actor("heqing"))
    with pytest.raises(Conflict):
        await ask_simulation(draft_id=number, revision=1, months=[MONTH], actor=cast.actor("sulan"), at=NOW)


async def test_a_kpi_that_nobody_has_measured_yet_is_missing_and_breaks_nothing(cast: Cast) -> None:
    await two_months(cast)
    fresh = SMALL[SMALL.index("[kpis.SMILE]") : SMALL.index("[kpis.WAIT]")].replace("kpis.SMILE", "kpis.NEWS")
    text = SMALL.replace("[kpis.WAIT]", fresh + "[kpis.WAIT]", 1).replace(
        'VISIT = "30"\nSMILE = "20"', 'VISIT = "30"\nNEWS = "20"', 1
    )
    report = await simulate(base=await rule_book(cast.rule_book_id), draft=parsed(text), months=[BEFORE, MONTH])
    hall = next(card for card in report.months[0].cards if card.card == "storefront")
    assert all(total is not None for total in hall.new)
    assert hall.new != hall.old


async def test_the_same_rules_change_nothing(cast: Cast) -> None:
    await two_months(cast)
    base = await rule_book(cast.rule_book_id)
    report: Report = await simulate(base=base, draft=parsed(SMALL), months=[BEFORE, MONTH])
    for month in report.months:
        assert (month.awards, month.coaching) == ((), ())
        for card in month.cards:
            assert (card.old, card.old_rank) == (card.new, card.new_rank)
            assert card.spearman is None or card.spearman.text() == "1.0000"
    assert decoded(msgspec.json.encode(report).decode()) == report

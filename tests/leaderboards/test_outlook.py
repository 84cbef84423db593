"""What would lift a unit, and what if: what is promised comes true when the facts really come."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from core.database import raw
from core.errors import Invalid, Refused
from leaderboards.outlooks import Gain
from leaderboards.queries import boards, cards
from leaderboards.queries.outlook import outlook, sliders_of, what_if
from org.visibility import Scope
from scoring.operations.events import record_red_line
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october
from tests.memory import forget

EARLY, OVER = date(2026, 10, 12), date(2026, 11, 5)
ALL = Scope(sees_all=True, key="all")
DOWN = [
    {"VISIT": "91"},
    *({"VISIT": "50", "SAT": sat, "SMILE": smile} for sat in "6789" for smile in ("0", "40", "80")),
]
"""A small step down, and large ones."""


async def gains(unit_id: int, on: date = EARLY) -> dict[str, Gain]:
    found = await outlook(unit_id, month=MONTH, on=on, scope=ALL)
    return {one.kpi: one for one in found.lifts}


async def test_a_row_of_good_ones_brings_what_was_promised(cast: Cast) -> None:
    await october.told(october.everything())
    clerk = cast.person("zhaoran").unit_id
    promised = (await gains(clerk))["SAT"]
    assert (promised.way, promised.movable) == ("answers", True)
    before = await cards.card(clerk, month=MONTH)
    await october.told([Fact("P-zhaoran", "SAT", day(13), 10 * promised.n, promised.n)])
    forget()
    after = await cards.card(clerk, month=MONTH)
    assert Decimal(after.body.card_total) - Decimal(before.body.card_total) == Decimal(promised.card_points)


async def test_gains_stand_in_order_and_what_is_settled_comes_last(cast: Cast) -> None:
    await october.told(october.everything())
    found = (await outlook(cast["S4"], month=MONTH, on=EARLY, scope=ALL)).lifts
    keys = [(not one.movable, -Fraction(one.points)) for one in found]
    assert keys == sorted(keys)
    assert {one.kpi for one in found} <= {line.kpi for line in (await cards.card(cast["S4"], month=MONTH)).lines}
    assert all(Fraction(one.points) > 0 for one in found)


@pytest.mark.parametrize(("on", "left"), [(1, 31), (12, 20), (31, 1)])
async def test_today_is_among_the_days_that_are_left(cast: Cast, on: int, left: int) -> None:
    await october.told(october.everything())
    assert (await outlook(cast["S4"], month=MONTH, on=date(2026, 10, on), scope=ALL)).days_left == left


async def test_when_the_month_is_over_nothing_can_be_moved_any_more(cast: Cast) -> None:
    await october.told(october.everything())
    found = await outlook(cast["S4"], month=MONTH, on=OVER, scope=ALL)
    assert found.days_left == 0
    assert found.lifts
    assert not any(one.movable for one in found.lifts)


async def test_few_days_hold_back_how_far_a_rate_can_move(cast: Cast) -> None:
    await october.told(october.everything())
    early = await gains(cast["S4"], date(2026, 10, 10))
    late = await gains(cast["S4"], date(2026, 10, 30))
    assert Fraction(early["WAIT"].points) > 0
    assert "WAIT" not in late, "the band is out of reach with one day left"


async def test_each_sentence_names_its_kpi_in_both_languages(cast: Cast) -> None:
    await october.told(october.everything())
    for unit in ("S4", "B2", "P-zhaoran"):
        found = await gains(cast[unit])
        assert found
        for one in found.values():
            assert one.name.zh in one.sentence.zh
            assert one.name.en in one.sentence.en
            assert "{" not in one.sentence.zh + one.basis.en


async def test_one_event_more_or_less_is_worth_what_the_engine_says(cast: Cast) -> None:
    await october.told(october.everything())
    promised = (await gains(cast["B2"]))["COMPLAINT"]
    assert (promised.way, promised.n) == ("avoid", 1)
    before = await cards.card(cast["B2"], month=MONTH)
    await october.told([Fact("B2", "COMPLAINT", day(10), 201, 100_000)])
    forget()
    after = await cards.card(cast["B2"], month=MONTH)
    assert Decimal(before.total or 0) - Decimal(after.total or 0) == Decimal(promised.points)


async def test_what_if_is_what_is_when_the_facts_come(cast: Cast) -> None:
    await october.told(october.everything())
    tried = await what_if(cast["S4"], {"SMILE": "95", "VISIT": "90"}, month=MONTH, scope=ALL)
    await october.told([Fact("S4", "SMILE", day(8), "28.5", 30), Fact("S4", "VISIT", day(8), 450, 5)])
    forget()
    real = await cards.card(cast["S4"], month=MONTH)
    assert (tried.total, tried.card_total) == (real.total, real.body.card_total)
    assert tried.place == real.rank
    scores = {line.kpi: line.score for line in real.lines}
    assert {line.kpi: line.score for line in tried.lines} == scores


async def test_trying_stores_nothing(cast: Cast) -> None:
    await october.told(october.everything())
    before = await cards.card(cast["S4"], month=MONTH)
    async with raw() as connection:
        facts = await connection.fetchval("SELECT count(*) FROM fact")
        audit = await connection.fetchval("SELECT count(*) FROM audit_entry")
    await what_if(cast["S4"], {"SMILE": "95"}, month=MONTH, scope=ALL)
    forget()
    assert await cards.card(cast["S4"], month=MONTH) == before
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM fact") == facts
        assert await connection.fetchval("SELECT count(*) FROM audit_entry") == audit


async def test_nothing_moved_is_the_card_as_it_is(cast: Cast) -> None:
    await october.told(october.everything())
    _, sliders = await sliders_of(cast["S1"], month=MONTH)
    tried = await what_if(cast["S1"], {one.kpi: one.value for one in sliders}, month=MONTH, scope=ALL)
    assert (tried.change, tried.total, tried.place) == ("0.00", tried.total_before, tried.place_before)
    for one in sliders:
        low, high, value = (Decimal(text) for text in (one.low, one.high, one.value))
        assert low <= value <= high
        assert (value - low) % Decimal(one.step) == 0


@pytest.mark.parametrize("value", ["", "NaN", "Infinity", "1e9999", "ten", "0x10", "9" * 33, "-1", "100.01", "１２；"])
async def test_what_is_no_number_or_cannot_be_is_refused_by_name(cast: Cast, value: str) -> None:
    await october.told(october.everything())
    with pytest.raises(Invalid) as refused:
        await what_if(cast["S1"], {"SMILE": value}, month=MONTH, scope=ALL)
    assert refused.value.problem.place is not None
    assert "微笑达标率" in refused.value.problem.sentence.zh


async def test_a_kpi_of_another_card_is_refused(cast: Cast) -> None:
    await october.told(october.everything())
    with pytest.raises(Invalid):
        await what_if(cast["S1"], {"COVER": "99"}, month=MONTH, scope=ALL)


async def test_a_department_is_told_that_its_total_is_not_made_of_lines(cast: Cast) -> None:
    await october.told(october.everything())
    with pytest.raises(Refused):
        await outlook(cast["NWD"], month=MONTH, on=EARLY, scope=ALL)


async def test_places_of_the_bottom_part_stay_untold_however_one_tries(cast: Cast) -> None:
    await october.told(october.everything())
    own = Scope(own=frozenset({cast["S1"]}), key="s1")
    low = await what_if(cast["S1"], {"VISIT": "0", "SMILE": "0", "SAT": "1"}, month=MONTH, scope=own)
    assert low.place is None
    assert (await what_if(cast["S1"], {"VISIT": "0", "SMILE": "0", "SAT": "1"}, month=MONTH, scope=ALL)).place == 4


async def test_trying_does_not_find_out_the_total_of_who_is_hidden(cast: Cast) -> None:
    await october.told(october.everything())
    own = Scope(own=frozenset({cast["S1"]}), key="s1")
    rows = (await boards.board(ALL, card="storefront", month=MONTH)).rows
    last_named, hidden = rows[-2].cents or 0, rows[-1].cents or 0
    tried = [await what_if(cast["S1"], values, month=MONTH, scope=own) for values in DOWN]
    told = {int(Decimal(one.total or 0) * 100): one.place for one in tried}
    assert any(hidden < total <= last_named for total in told), "some totals lie between the last two"
    assert any(total > last_named for total in told)
    assert all((place is None) == (total <= last_named) for total, place in told.items())


async def test_the_way_up_leads_to_a_place_that_the_board_names(cast: Cast) -> None:
    await october.told(october.everything())
    last = Scope(own=frozenset({cast["S4"]}), key="s4")
    found = await outlook(cast["S4"], month=MONTH, on=EARLY, scope=last)
    page = await boards.board(last, card="storefront", month=MONTH)
    named = {row.rank: row.cents for row in page.rows if not row.hidden and row.unit_id != cast["S4"]}
    assert found.next_place is not None
    assert found.next_place.rank in named
    mine = (await cards.card(cast["S4"], month=MONTH)).cents or 0
    assert Decimal(found.next_place.gap) * 100 == (named[found.next_place.rank] or 0) - mine


async def test_a_total_held_by_a_red_line_is_not_promised_to_move(cast: Cast) -> None:
    await october.told(october.everything())
    actor = cast.actor("sulan")
    await record_red_line(unit_id=cast["S1"], on=day(12), code="begging", reason="经核实", actor=actor)
    await october.scored()
    forget()
    found = (await outlook(cast["S1"], month=MONTH, on=EARLY, scope=ALL)).lifts
    assert found
    assert {one.points for one in found} == {"0.00"}
    assert all(Fraction(one.card_points) > 0 for one in found)

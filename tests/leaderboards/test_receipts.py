"""A receipt is the card again, number by number, and every step of it can be done again."""

from fractions import Fraction

import pytest

from core.points import cents_text
from leaderboards.queries import cards
from leaderboards.queries.receipts import line_steps, receipt
from leaderboards.receipts import Receipt
from scoring.steps.telling import Step
from tests.cast import MONTH, Cast, day
from tests.figures import closes, is_arithmetic, number
from tests.leaderboards import october
from tests.memory import forget

NAMING = {"facts", "sample", "formula", "parameters"}


def all_steps(found: Receipt) -> list[Step]:
    return [*(step for line in found.lines for step in line.steps), *found.total_steps, *found.place_steps]


def open_ends(found: Receipt) -> list[Step]:
    """Return the steps whose figures do not come to their result."""
    told = [one for one in all_steps(found) if one.figures and one.code not in NAMING and is_arithmetic(one.figures)]
    return [one for one in told if not closes(one)]


@pytest.mark.parametrize("code", ["S1", "S4", "T1", "P-zhouhe", "B1", "NWD"])
async def test_every_step_of_every_kind_of_card_can_be_done_again(cast: Cast, code: str) -> None:
    await october.told(october.everything())
    found = await receipt(cast[code], month=MONTH)
    assert found.same
    assert open_ends(found) == []
    assert all(line.steps for line in found.lines)


async def test_its_numbers_are_those_of_the_card(cast: Cast) -> None:
    await october.told(october.everything())
    card, found = await cards.card(cast["S1"], month=MONTH), await receipt(cast["S1"], month=MONTH)
    assert [line.line for line in found.lines] == list(card.lines)
    assert (found.total, found.rank, found.peer_rank, found.lost) == (
        card.total,
        card.rank,
        card.peer_rank,
        card.body.lost,
    )
    for line in found.lines:
        last = {step.code: step.result for step in line.steps}
        assert (last["rounding"], last["points"], last["lost"]) == (line.line.score, line.line.points, line.line.lost)
    assert number(found.total_steps[0].result) == sum(Fraction(line.line.points) for line in found.lines)


async def test_the_mixed_total_of_a_clerk_is_told_with_its_parts(cast: Cast) -> None:
    await october.told(october.everything())
    found = await receipt(cast["P-zhouhe"], month=MONTH)
    blend = next(step for step in found.total_steps if step.code == "blend")
    assert closes(blend)
    assert blend.result == found.total


async def test_facts_lead_to_their_batches_and_no_further(cast: Cast) -> None:
    first = await october.told(october.everything())
    found = await receipt(cast["S1"], month=MONTH)
    visits = next(line for line in found.lines if line.line.kpi == "VISIT")
    assert (visits.facts, [part.batch_id for part in visits.batches]) == (1, [first])
    assert {part.num for part in visits.batches} == {460_000_000}
    ratings = next(line for line in found.lines if line.line.kpi == "SAT")
    assert ratings.facts == 3


async def test_adjustments_and_red_lines_are_steps_of_their_own(cast: Cast) -> None:
    from scoring.operations.events import adjust_points, record_red_line

    await october.told(october.everything())
    actor = cast.actor("sulan")
    await adjust_points(month=MONTH, unit_id=cast["S1"], points=150, reason="见义勇为", evidence=None, actor=actor)
    await record_red_line(unit_id=cast["S2"], on=day(12), code="begging", reason="经核实", actor=actor)
    await october.scored()
    forget()
    lifted, held = await receipt(cast["S1"], month=MONTH), await receipt(cast["S2"], month=MONTH)
    assert open_ends(lifted) == []
    step = next(step for step in lifted.total_steps if step.code == "adjustments")
    assert (step.result, step.note.zh) == (lifted.total, "见义勇为")
    line = next(step for step in held.total_steps if step.code == "red_lines")
    assert (line.result, held.total) == ("59.00", "59.00")
    assert "经核实" in line.note.zh
    assert open_ends(held) == []


async def test_points_beside_the_card_of_a_clerk_are_added_to_the_mixed_total_once(cast: Cast) -> None:
    from scoring.operations.events import adjust_points

    await october.told(october.everything())
    actor = cast.actor("sulan")
    await adjust_points(
        month=MONTH, unit_id=cast["P-zhouhe"], points=150, reason="见义勇为", evidence=None, actor=actor
    )
    await october.scored()
    forget()
    found = await receipt(cast["P-zhouhe"], month=MONTH)
    last = next(step for step in found.total_steps if step.code == "adjustments")
    assert last.result == found.total
    assert open_ends(found) == []


async def test_when_the_facts_have_moved_on_no_step_is_invented(cast: Cast) -> None:
    from scoring.operations.fold import fold_month
    from tests.factories import Fact, facts

    await october.told(october.everything())
    await facts([Fact("S1", "VISIT", day(21), 10, 5)])
    await fold_month(month=MONTH)
    forget()
    found = await receipt(cast["S1"], month=MONTH)
    assert not found.same
    assert all(not line.steps for line in found.lines)
    assert found.total == cents_text((await cards.card(cast["S1"], month=MONTH)).cents or 0)


async def test_one_line_tells_the_same_steps_as_the_receipt(cast: Cast) -> None:
    await october.told(october.everything())
    card = await cards.card(cast["S1"], month=MONTH)
    whole = await receipt(cast["S1"], month=MONTH)
    for line in whole.lines:
        assert await line_steps(card, line.line.kpi) == line.steps

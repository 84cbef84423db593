from datetime import date

import pytest

from coaching.operations import tick_step
from coaching.queries import Assignment, assignment, assignments, open_assignments
from core.errors import Refused
from org.queries import account_by_id, organisation, viewer
from org.visibility import Scope, scope
from tests.cast import BEFORE, MONTH, Cast
from tests.factories import during
from tests.months.story import closed, closing_day, published, ran

WEAK, MENDED = {"S1": 95, "S2": 90, "S3": 86, "S4": 76}, {"S1": 95, "S2": 90, "S3": 86, "S4": 93}


async def eyes_of(cast: Cast, username: str) -> Scope:
    account = await account_by_id(cast.person(username).account_id)
    assert account is not None
    return scope(await viewer(account), await organisation(closing_day().date()))


async def of_hall(cast: Cast, code: str, month: int = MONTH) -> Assignment:
    found = await assignment(cast[code], month)
    assert found is not None
    return found


async def test_the_hall_below_the_threshold_gets_a_coach_and_a_plan(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    help_ = await of_hall(cast, "S4")
    assert help_.level == 2
    assert "below_threshold" in {fired.code for fired in help_.triggers}
    assert help_.coach_name is not None
    assert await assignment(cast["S1"], MONTH) is None


async def test_the_plan_has_five_steps_on_working_days_after_the_closing(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    steps = (await of_hall(cast, "S4")).steps
    assert [step.code for step in steps] == ["train", "coach", "inspect", "assess", "reward"]
    assert steps[0].due_on == date(2026, 11, 13)
    assert all(step.due_on.weekday() < 5 for step in steps)


async def test_the_diagnosis_names_where_the_points_were_lost(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    diagnosis = (await of_hall(cast, "S4")).diagnosis
    lost = [item.lost for item in diagnosis.items]
    main = [item.lost for item in diagnosis.items if item.main]
    assert lost == sorted(lost, reverse=True)
    assert sum(lost) == diagnosis.total_lost
    assert sum(main) * 10 >= diagnosis.total_lost * 8
    assert {goal.kpi for goal in diagnosis.goals} <= {item.kpi for item in diagnosis.items if item.main}


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("sulan", True), ("gaoyuan", True), ("heqing", True), ("chenmo", False), ("linyue", False), ("zhaoran", False)],
)
async def test_the_list_is_private_to_the_unit_its_managers_and_the_organisers(
    cast: Cast, reader: str, *, sees: bool
) -> None:
    await ran(cast)
    await closed(cast)
    codes = {help_.unit_code for help_ in await assignments(MONTH, await eyes_of(cast, reader))}
    assert ("S4" in codes) is sees


async def test_steps_are_done_in_their_order_and_once(cast: Cast) -> None:
    await ran(cast)
    await closed(cast)
    plan = await of_hall(cast, "S4")
    manager = cast.actor("gaoyuan")
    with pytest.raises(Refused):
        await tick_step(assignment_id=plan.id, number=2, note=None, actor=manager)
    await tick_step(assignment_id=plan.id, number=1, note="四要素讲解课,6人,均分88", actor=manager)
    with pytest.raises(Refused):
        await tick_step(assignment_id=plan.id, number=1, note=None, actor=manager)
    now = await of_hall(cast, "S4")
    assert now.steps[0].note == "四要素讲解课,6人,均分88"
    assert now.next_step is not None
    assert now.next_step.number == 2


async def test_a_hall_that_mended_beyond_its_peers_is_lifted(cast: Cast) -> None:
    await ran(cast, BEFORE, WEAK)
    await published(cast, BEFORE)
    await ran(cast, MONTH, MENDED)
    await closed(cast, MONTH)
    before = await of_hall(cast, "S4", BEFORE)
    assert before.outcome == "lifted"
    assert await assignment(cast["S4"], MONTH) is None


async def test_a_hall_that_did_not_mend_goes_one_level_up_and_has_one_open_plan(cast: Cast) -> None:
    await ran(cast, BEFORE, WEAK)
    await published(cast, BEFORE)
    await ran(cast, MONTH, WEAK)
    await closed(cast, MONTH)
    assert (await of_hall(cast, "S4", BEFORE)).outcome == "escalated"
    assert (await of_hall(cast, "S4")).level == 3
    everybody = await open_assignments(await eyes_of(cast, "sulan"))
    assert [help_.month for help_ in everybody if help_.unit_code == "S4"] == [MONTH]


async def test_an_ended_plan_takes_no_more_steps(cast: Cast) -> None:
    await ran(cast, BEFORE, WEAK)
    await published(cast, BEFORE)
    await ran(cast, MONTH, MENDED)
    await closed(cast, MONTH)
    plan = await of_hall(cast, "S4", BEFORE)
    with pytest.raises(Refused):
        await tick_step(assignment_id=plan.id, number=1, note=None, actor=cast.actor("gaoyuan"), at=during(202611))

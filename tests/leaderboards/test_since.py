"""What changed between two instants: the causes add up to the change, and each is told of what it did."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine

from leaderboards.differences import Cause
from leaderboards.queries import since
from leaderboards.queries.since import Moved, difference, moved
from leaderboards.queries.snapshots import month_board
from tests.cast import MONTH, Cast, day
from tests.factories import Fact
from tests.leaderboards import october
from tests.leaderboards.test_as_of import (
    STEPS,
    TICK,
    adjusted,
    clock,
    company,
    corrected,
    live,
    received,
    regrouped,
)

__all__ = ["clock", "company"]


async def all_moved(begun: datetime) -> dict[int, Moved]:
    since.forget()
    found = await difference(MONTH, begun, datetime.now(UTC) + TICK)
    return {unit: await moved(found, unit) for unit in found.after.board.by_unit}


@pytest.mark.parametrize("seed", range(4))
async def test_the_causes_of_every_change_add_up_to_it(company: Cast, clock: time_machine.Traveller, seed: int) -> None:
    chance = Random(seed)
    await received(october.everything())
    await live()
    begun = datetime.now(UTC) + TICK
    for _ in range(5):
        clock.shift(timedelta(minutes=chance.randint(1, 2000)))
        await chance.choice(STEPS)(company, chance)
    await live()
    board = await month_board(MONTH, inner=True)
    changes = await all_moved(begun)
    assert set(changes) == set(board.by_unit)
    for unit, found in changes.items():
        assert found.after == board.by_unit[unit].total
        assert sum(part.cents for part in found.parts) == (found.after or 0) - (found.before or 0)
        assert Cause.SEALED not in {part.cause for part in found.parts}
        if found.places.before and found.places.after:
            assert found.places.own + found.places.others == found.places.before - found.places.after


async def test_each_cause_is_told_by_its_name(company: Cast, clock: time_machine.Traveller) -> None:
    await received(october.everything())
    begun = datetime.now(UTC) + TICK
    clock.shift(timedelta(hours=1))
    await received([Fact("P-zhouhe", "SAT", day(20), 60, 10)])
    await corrected(company, Random(1))
    await adjusted(company, Random(1))
    changes = await all_moved(begun)
    clerk = changes[company.units["P-zhouhe"]]
    assert {part.cause for part in clerk.parts} >= {Cause.FACTS}
    assert [line.kpi for line in clerk.lines] == ["SAT"]
    assert Cause.DECISIONS in {part.cause for part in changes[company["S2"]].parts}
    assert any(Cause.CORRECTIONS in {part.cause for part in one.parts} for one in changes.values())


async def test_who_did_nothing_is_moved_by_others_alone(company: Cast, clock: time_machine.Traveller) -> None:
    await received(october.everything())
    begun = datetime.now(UTC) + TICK
    clock.shift(timedelta(hours=1))
    await received([Fact("S2", "VISIT", day(20), 500, 5)])
    changes = await all_moved(begun)
    hall = changes[company["S1"]]
    assert {part.cause for part in hall.parts} <= {Cause.OTHERS}
    assert hall.places.own == 0


async def test_a_change_of_the_organisation_is_not_put_down_to_facts(
    company: Cast, clock: time_machine.Traveller
) -> None:
    await received(october.everything())
    begun = datetime.now(UTC) + TICK
    clock.shift(timedelta(hours=1))
    await regrouped(company, Random(1))
    changes = await all_moved(begun)
    assert {part.cause for one in changes.values() for part in one.parts} <= {Cause.ORGANISATION}


async def test_between_two_like_instants_nothing_changed(company: Cast, clock: time_machine.Traveller) -> None:
    await received(october.everything())
    begun = datetime.now(UTC) + TICK
    clock.shift(timedelta(hours=7))
    assert all(not one.parts and not one.lines for one in (await all_moved(begun)).values())

"""A contest that goes on: nobody is lost, classes are as they ended, and no day of the old month is left."""

from datetime import date

import pytest

from core.period import first_day
from months.contests import league
from months.contests.continuing import continued
from months.contests.spec import (
    Division,
    Duel,
    Elimination,
    HeadToHead,
    League,
    Leaving,
    Race,
    Spec,
    days_of,
    units_of,
)

DAY = first_day(202610)
LEAGUE = League(
    card="hall", moves=1, on=DAY,
    divisions=(Division(zh="甲", en="A", units=(1, 2, 3)), Division(zh="乙", en="B", units=(4, 5, 6))),
)  # fmt: skip


def test_a_league_goes_on_with_the_classes_as_they_ended() -> None:
    ended = league.tables(LEAGUE, {1: 90_00, 2: 80_00, 3: 70_00, 4: 60_00, 5: 95_00, 6: None})
    after = continued(LEAGUE, ended)
    assert isinstance(after, League)
    assert [one.units for one in after.divisions] == [(1, 2, 5), (3, 4, 6)]
    assert [one.zh for one in after.divisions] == ["甲", "乙"]


def test_a_league_without_a_settled_round_keeps_its_classes() -> None:
    after = continued(LEAGUE, None)
    assert isinstance(after, League)
    assert after.divisions == LEAGUE.divisions


@pytest.mark.parametrize(
    "spec",
    [
        HeadToHead(card="hall", pairs=(Duel(1, 2),), on=DAY),
        Race(card="hall", units=(1, 2), target=90_00, days=(DAY, date(2026, 10, 20))),
        Elimination(card="hall", units=(1, 2, 3), rounds=(Leaving(1, DAY), Leaving(1))),
        LEAGUE,
    ],
)
def test_no_day_of_the_old_month_is_left_and_everybody_takes_part(spec: Spec) -> None:
    after = continued(spec, None)
    assert not any(days_of(after))
    assert units_of(after) == units_of(spec)

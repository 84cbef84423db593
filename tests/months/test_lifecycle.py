from datetime import UTC, datetime, timedelta

import pytest

from core import period
from months.lifecycle import Recorded, State, Step, allows, state

NOVEMBER = 202611
ANNOUNCED = datetime(2026, 10, 28, 2, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def november(**recorded: datetime) -> Recorded:
    return Recorded(month=NOVEMBER, announced_at=ANNOUNCED, **recorded)


def test_an_announced_month_runs_from_its_first_instant_in_shanghai() -> None:
    begins_at, _ = period.bounds(NOVEMBER)
    assert begins_at == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert state(november(), begins_at - INSTANT) is State.ANNOUNCED
    assert state(november(), begins_at) is State.RUNNING


def test_the_first_instant_of_december_is_no_longer_november() -> None:
    _, ends_at = period.bounds(NOVEMBER)
    assert state(november(), ends_at - INSTANT) is State.RUNNING
    assert state(november(), ends_at) is State.VERIFYING


def test_a_month_that_nobody_announced_stays_planned_whatever_the_time() -> None:
    assert state(Recorded(month=NOVEMBER), datetime(2027, 1, 1, tzinfo=UTC)) is State.PLANNED


@pytest.mark.parametrize("at", [datetime(2026, 11, 3, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)])
def test_a_recorded_decision_counts_at_any_time(at: datetime) -> None:
    assert state(november(cancelled_at=at), at) is State.CANCELLED
    assert state(november(closed_at=at), at) is State.CLOSED
    assert state(november(closed_at=at, published_at=at), at) is State.PUBLISHED


def test_only_a_month_that_has_begun_and_is_not_decided_can_be_closed() -> None:
    assert [one for one in State if allows(one, Step.APPROVE)] == [State.RUNNING, State.VERIFYING]


def test_a_closed_month_can_only_be_published_and_a_published_one_nothing() -> None:
    assert [step for step in Step if allows(State.CLOSED, step)] == [Step.PUBLISH]
    assert not [step for step in Step if allows(State.PUBLISHED, step)]

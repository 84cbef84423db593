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
    assert state(Recorded(month=NOVEMBER), datetime(2027, 1, 1, tzinfo=UTC)) is State.DRAFT


@pytest.mark.parametrize("at", [datetime(2026, 11, 3, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)])
def test_a_recorded_decision_counts_at_any_time(at: datetime) -> None:
    assert state(november(cancelled_at=at), at) is State.CANCELLED
    assert state(november(closed_at=at), at) is State.CLOSED
    assert state(november(closed_at=at, published_at=at), at) is State.PUBLISHED


def test_only_a_month_that_has_begun_and_is_not_decided_can_be_closed() -> None:
    assert [one for one in State if allows(one, Step.APPROVE)] == [State.RUNNING, State.FROZEN, State.VERIFYING]


def test_a_closed_month_can_only_be_published_or_opened_again_and_a_published_one_only_objected_to() -> None:
    assert [step for step in Step if allows(State.CLOSED, step)] == [Step.REOPEN, Step.RELEASE]
    assert [step for step in Step if allows(State.PUBLISHED, step)] == [Step.OBJECT, Step.DECIDE]
    assert not [step for step in Step if allows(State.SETTLED, step) or allows(State.ARCHIVED, step)]


def test_a_month_is_frozen_from_the_instant_of_its_freeze_to_its_end() -> None:
    freeze_at = datetime(2026, 11, 27, 4, tzinfo=UTC)
    frozen = november(freeze_at=freeze_at)
    assert state(frozen, freeze_at - INSTANT) is State.RUNNING
    assert state(frozen, freeze_at) is State.FROZEN
    assert state(frozen, period.bounds(NOVEMBER)[1]) is State.VERIFYING


def test_a_released_month_waits_for_its_ceremony_and_becomes_public_by_itself() -> None:
    at = datetime(2026, 12, 4, 2, tzinfo=UTC)
    released = november(closed_at=at, released_at=at, embargo_until=at + timedelta(days=2))
    assert state(released, at) is State.EMBARGOED
    assert state(released, at + timedelta(days=2)) is State.PUBLISHED


def test_a_published_month_is_settled_when_the_notice_is_over_and_no_objection_is_open() -> None:
    at = datetime(2026, 12, 4, 2, tzinfo=UTC)
    over = at + timedelta(days=5)
    told = {"closed_at": at, "released_at": at, "published_at": at, "notice_until": over}
    assert state(november(**told), over - INSTANT) is State.PUBLISHED
    assert state(november(**told), over) is State.SETTLED
    waiting = Recorded(month=NOVEMBER, announced_at=ANNOUNCED, open_objections=1, **told)
    assert state(waiting, over + timedelta(days=200)) is State.PUBLISHED
    decided = november(**told, objections_decided_at=over + timedelta(days=1))
    assert state(decided, over) is State.PUBLISHED
    assert state(decided, over + timedelta(days=1)) is State.SETTLED


def test_a_settled_month_is_archived_three_calendar_months_later() -> None:
    at = datetime(2026, 11, 30, 2, tzinfo=UTC)
    told = november(closed_at=at, released_at=at, published_at=at, notice_until=at)
    last = datetime(2027, 2, 28, 2, tzinfo=UTC)
    assert state(told, last - INSTANT) is State.SETTLED
    assert state(told, last) is State.ARCHIVED

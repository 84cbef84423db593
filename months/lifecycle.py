"""The state of a service month, derived from what is recorded about it and from the time; nothing waits for a tick."""

from datetime import datetime
from enum import StrEnum

import msgspec

from core import period
from core.language import Text


class State(StrEnum):
    """Where a month stands between plan and publication."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    RUNNING = "running"
    VERIFYING = "verifying"
    CLOSED = "closed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """A named act of a person that moves a month on."""

    ANNOUNCE = "announce"
    CANCEL = "cancel"
    PROPOSE = "propose"
    APPROVE = "approve"
    PUBLISH = "publish"


class Recorded(msgspec.Struct, frozen=True):
    """The instants recorded about a month, in UTC; None for what has not happened."""

    month: int
    announced_at: datetime | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    published_at: datetime | None = None


NAMES: dict[State, Text] = {
    State.PLANNED: Text(zh="策划", en="Planned"),
    State.ANNOUNCED: Text(zh="已发布", en="Announced"),
    State.RUNNING: Text(zh="进行中", en="Running"),
    State.VERIFYING: Text(zh="核实", en="Verifying"),
    State.CLOSED: Text(zh="已关账", en="Closed"),
    State.PUBLISHED: Text(zh="已公布", en="Published"),
    State.CANCELLED: Text(zh="已取消", en="Cancelled"),
}

ALLOWED: dict[State, frozenset[Step]] = {
    State.PLANNED: frozenset({Step.ANNOUNCE, Step.CANCEL}),
    State.ANNOUNCED: frozenset({Step.CANCEL}),
    State.RUNNING: frozenset({Step.CANCEL, Step.PROPOSE, Step.APPROVE}),
    State.VERIFYING: frozenset({Step.PROPOSE, Step.APPROVE}),
    State.CLOSED: frozenset({Step.PUBLISH}),
    State.PUBLISHED: frozenset(),
    State.CANCELLED: frozenset(),
}

STEPS: dict[Step, Text] = {
    Step.ANNOUNCE: Text(zh="发布", en="announced"),
    Step.CANCEL: Text(zh="取消", en="cancelled"),
    Step.PROPOSE: Text(zh="提请关账", en="proposed for closing"),
    Step.APPROVE: Text(zh="批准关账", en="closed"),
    Step.PUBLISH: Text(zh="公布", en="published"),
}


def state(recorded: Recorded, at: datetime) -> State:
    """Return the state at an instant; the first instant of the month is in it, the first of the next is not."""
    decided = _decided(recorded)
    if decided:
        return decided
    if recorded.announced_at is None:
        return State.PLANNED
    begins_at, ends_at = period.bounds(recorded.month)
    if at < begins_at:
        return State.ANNOUNCED
    return State.RUNNING if at < ends_at else State.VERIFYING


def allows(current: State, step: Step) -> bool:
    """Say whether a step may be taken in a state; the guards may still refuse it with their reasons."""
    return step in ALLOWED[current]


def final(current: State) -> bool:
    """Say whether the result can no longer change."""
    return current in (State.CLOSED, State.PUBLISHED)


def _decided(recorded: Recorded) -> State | None:
    """Return the state that a recorded decision fixes whatever the time is."""
    decisions = (
        (recorded.cancelled_at, State.CANCELLED),
        (recorded.published_at, State.PUBLISHED),
        (recorded.closed_at, State.CLOSED),
    )
    return next((fixed for moment, fixed in decisions if moment is not None), None)

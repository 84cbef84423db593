"""The state of a service month, derived from what is recorded about it and from the time; nothing waits for a tick."""

from datetime import datetime
from enum import StrEnum

import msgspec

from core import period
from core.language import Text
from months.dates import archived_at


class State(StrEnum):
    """Where a month stands between plan and archive; the values are public words of the API."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    RUNNING = "running"
    FROZEN = "frozen"
    VERIFYING = "verifying"
    CLOSED = "closed"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    SETTLED = "settled"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """A named act of a person that moves a month on."""

    ANNOUNCE = "announce"
    CANCEL = "cancel"
    CLOSE_BRANCH = "close_branch"
    PROPOSE = "propose"
    APPROVE = "approve"
    REOPEN = "reopen"
    RELEASE = "release"
    REVEAL = "reveal"
    END_EMBARGO = "end_embargo"
    OBJECT = "object"
    DECIDE = "decide"


class Recorded(msgspec.Struct, frozen=True):
    """What is recorded about a month, instants in UTC; None for what has not happened or was not agreed.

    `embargo_until` and `notice_until` have their defaults filled in; `open_objections` counts those without a decision,
    `objections_decided_at` is the last decision.
    """

    month: int
    announced_at: datetime | None = None
    cancelled_at: datetime | None = None
    freeze_at: datetime | None = None
    closed_at: datetime | None = None
    released_at: datetime | None = None
    embargo_until: datetime | None = None
    published_at: datetime | None = None
    notice_until: datetime | None = None
    open_objections: int = 0
    objections_decided_at: datetime | None = None


NAMES: dict[State, Text] = {
    State.DRAFT: Text(zh="策划", en="Draft"),
    State.ANNOUNCED: Text(zh="已发布", en="Announced"),
    State.RUNNING: Text(zh="进行中", en="Running"),
    State.FROZEN: Text(zh="已冻结", en="Frozen"),
    State.VERIFYING: Text(zh="核实", en="Verifying"),
    State.CLOSED: Text(zh="已关账", en="Closed"),
    State.EMBARGOED: Text(zh="待揭晓", en="Under embargo"),
    State.PUBLISHED: Text(zh="已公布", en="Published"),
    State.SETTLED: Text(zh="已兑现", en="Settled"),
    State.ARCHIVED: Text(zh="已归档", en="Archived"),
    State.CANCELLED: Text(zh="已取消", en="Cancelled"),
}

ALLOWED: dict[State, frozenset[Step]] = {
    State.DRAFT: frozenset({Step.ANNOUNCE, Step.CANCEL}),
    State.ANNOUNCED: frozenset({Step.CANCEL}),
    State.RUNNING: frozenset({Step.CANCEL, Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE}),
    State.FROZEN: frozenset({Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE}),
    State.VERIFYING: frozenset({Step.CLOSE_BRANCH, Step.PROPOSE, Step.APPROVE}),
    State.CLOSED: frozenset({Step.RELEASE, Step.REOPEN}),
    State.EMBARGOED: frozenset({Step.REVEAL, Step.END_EMBARGO, Step.REOPEN}),
    State.PUBLISHED: frozenset({Step.OBJECT, Step.DECIDE}),
    State.SETTLED: frozenset(),
    State.ARCHIVED: frozenset(),
    State.CANCELLED: frozenset(),
}

STEPS: dict[Step, Text] = {
    Step.ANNOUNCE: Text(zh="发布", en="announced"),
    Step.CANCEL: Text(zh="取消", en="cancelled"),
    Step.CLOSE_BRANCH: Text(zh="先关一个分公司的账", en="closed for a branch"),
    Step.PROPOSE: Text(zh="提请关账", en="proposed for closing"),
    Step.APPROVE: Text(zh="批准关账", en="closed"),
    Step.REOPEN: Text(zh="重新打开", en="opened again"),
    Step.RELEASE: Text(zh="公布", en="published"),
    Step.REVEAL: Text(zh="揭晓奖项", en="revealed"),
    Step.END_EMBARGO: Text(zh="结束揭晓", en="brought out of its embargo"),
    Step.OBJECT: Text(zh="提出异议", en="objected to"),
    Step.DECIDE: Text(zh="裁定异议", en="decided upon"),
}

HIDDEN = frozenset({State.FROZEN, State.VERIFYING, State.CLOSED, State.EMBARGOED})
"""While a month stands here the public sees the board as of the freeze."""
OPEN = frozenset({State.RUNNING, State.FROZEN, State.VERIFYING})
"""While a month stands here facts count for it, and it can be closed."""


def state(recorded: Recorded, at: datetime) -> State:
    """Return the state at an instant; the first instant of the month is in it, the first of the next is not."""
    if recorded.cancelled_at is not None:
        return State.CANCELLED
    if recorded.closed_at is not None:
        return _closed(recorded, at)
    if recorded.announced_at is None:
        return State.DRAFT
    begins_at, ends_at = period.bounds(recorded.month)
    if at < begins_at:
        return State.ANNOUNCED
    if at >= ends_at:
        return State.VERIFYING
    return State.RUNNING if recorded.freeze_at is None or at < recorded.freeze_at else State.FROZEN


def allows(current: State, step: Step) -> bool:
    """Say whether a step may be taken in a state; the guards may still refuse it with their reasons."""
    return step in ALLOWED[current]


def final(current: State) -> bool:
    """Say whether the result is closed: it changes only by a reopening before its publication, afterwards never."""
    return current in (State.CLOSED, State.EMBARGOED) or public(current)


def public(current: State) -> bool:
    """Say whether everybody may read the result."""
    return current in (State.PUBLISHED, State.SETTLED, State.ARCHIVED)


def published_at(recorded: Recorded, at: datetime) -> datetime | None:
    """Return when the month became public: by decision, or by the end of its embargo, whoever has carried that out or not."""
    if recorded.published_at is not None:
        return recorded.published_at
    due = recorded.embargo_until if recorded.released_at is not None else None
    return due if due is not None and due <= at else None


def settled_at(recorded: Recorded) -> datetime | None:
    """Return when nothing holds the rewards back any more: the notice over, the last objection decided."""
    if recorded.notice_until is None or recorded.open_objections:
        return None
    return max(recorded.notice_until, recorded.objections_decided_at or recorded.notice_until)


def _closed(recorded: Recorded, at: datetime) -> State:
    """Return the state of a month that has a closing in force."""
    if published_at(recorded, at) is None:
        return State.EMBARGOED if recorded.released_at is not None else State.CLOSED
    settled = settled_at(recorded)
    if settled is None or at < settled:
        return State.PUBLISHED
    return State.SETTLED if at < archived_at(settled) else State.ARCHIVED

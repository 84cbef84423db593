"""What becomes due in the life of a month by the time alone, and when."""

from datetime import datetime
from enum import StrEnum

import msgspec

from core import period
from core.language import Text
from months.dates import archived_at


class Due(StrEnum):
    """A transition that the time brings about; each happens once."""

    BEGIN = "begin"
    FREEZE = "freeze"
    END = "end"
    CUT_OFF = "cut_off"
    APPEALS_OVER = "appeals_over"
    EMBARGO_OVER = "embargo_over"
    NOTICE_OVER = "notice_over"
    SETTLE = "settle"
    ARCHIVE = "archive"


NAMES: dict[Due, Text] = {
    Due.BEGIN: Text(zh="开始", en="Begins"),
    Due.FREEZE: Text(zh="冻结", en="Freeze"),
    Due.END: Text(zh="结束", en="Ends"),
    Due.CUT_OFF: Text(zh="数据截止", en="Late data until"),
    Due.APPEALS_OVER: Text(zh="申诉截止", en="Appeals until"),
    Due.EMBARGO_OVER: Text(zh="揭晓期限", en="Embargo until"),
    Due.NOTICE_OVER: Text(zh="公示截止", en="Public notice until"),
    Due.SETTLE: Text(zh="兑现", en="Settled"),
    Due.ARCHIVE: Text(zh="归档", en="Archived"),
}


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """What decides when a month's transitions are due; instants in UTC, None for what is not agreed or has not happened.

    `embargo_until` only while a released month waits for it.
    """

    month: int
    announced_at: datetime | None
    cancelled_at: datetime | None = None
    freeze_at: datetime | None = None
    cut_off_at: datetime
    appeals_until: datetime
    embargo_until: datetime | None = None
    notice_until: datetime | None = None
    settled_at: datetime | None = None


def due(course: Course, at: datetime) -> dict[Due, datetime]:
    """Return the transitions that an instant has reached, each with the instant at which it was due, in their order."""
    if course.announced_at is None:
        return {}
    until = at if course.cancelled_at is None else min(at, course.cancelled_at)
    return {step: moment for step, moment in sorted(_course(course), key=lambda one: one[1]) if moment <= until}


def _course(course: Course) -> list[tuple[Due, datetime]]:
    begins_at, ends_at = period.bounds(course.month)
    settled = course.settled_at
    planned = (
        (Due.BEGIN, begins_at),
        (Due.FREEZE, course.freeze_at),
        (Due.END, ends_at),
        (Due.CUT_OFF, course.cut_off_at),
        (Due.APPEALS_OVER, course.appeals_until),
        (Due.EMBARGO_OVER, course.embargo_until),
        (Due.NOTICE_OVER, course.notice_until),
        (Due.SETTLE, settled),
        (Due.ARCHIVE, archived_at(settled) if settled is not None else None),
    )
    return [(step, moment) for step, moment in planned if moment is not None]

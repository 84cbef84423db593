"""The dates of a month: what was agreed, and what holds where nothing was."""

from calendar import monthrange
from datetime import date, datetime, timedelta

import msgspec

from core import period
from core.clock import SHANGHAI
from core.workdays import Calendar

NOON = timedelta(hours=12)
"""Late facts are accepted until noon of the first day after the month."""
APPEAL_DAYS = 3
"""Working days after the month within which one may appeal."""
NOTICE_DAYS = 3
"""Working days of public notice before anything is paid."""
EMBARGO = timedelta(hours=24)
"""So long after a ceremony that nobody ended the result becomes public by itself: late rather than never."""
ARCHIVED_AFTER = 3
"""Calendar months after which a settled month is archived."""
DAY = timedelta(days=1)


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """The instants (UTC) of a month; `freeze_at` and `ceremony_at` are None where there is no freeze and no ceremony."""

    freeze_at: datetime | None
    cut_off_at: datetime
    appeals_until: datetime
    ceremony_at: datetime | None
    embargo_until: datetime | None
    notice_days: int


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """The instants (UTC) that were agreed for a month; None leaves the default."""

    freeze_at: datetime | None = None
    cut_off_at: datetime | None = None
    appeals_until: datetime | None = None
    ceremony_at: datetime | None = None
    embargo_until: datetime | None = None
    notice_days: int = NOTICE_DAYS


def dates(month: int, agreed: Agreed, calendar: Calendar) -> Dates:
    """Return the instants of a month with the defaults filled in."""
    ends_at = period.bounds(month)[1]
    late = agreed.ceremony_at + EMBARGO if agreed.ceremony_at is not None else None
    return Dates(
        freeze_at=agreed.freeze_at,
        cut_off_at=agreed.cut_off_at or ends_at + NOON,
        appeals_until=agreed.appeals_until or end_of_working_day(ends_at - DAY, APPEAL_DAYS, calendar),
        ceremony_at=agreed.ceremony_at,
        embargo_until=(agreed.embargo_until or late) if agreed.ceremony_at is not None else None,
        notice_days=agreed.notice_days,
    )


def end_of_working_day(moment: datetime, count: int, calendar: Calendar) -> datetime:
    """Return the first instant after the so-manieth working day that follows the day of a moment."""
    day = moment.astimezone(SHANGHAI).date()
    for _ in range(count):
        day += DAY
        while not calendar.works(day):
            day += DAY
    return period.midnight(day + DAY)


def archived_at(settled_at: datetime) -> datetime:
    """Return the same time of day three calendar months later, on the last day of a shorter month."""
    local = settled_at.astimezone(SHANGHAI)
    month = period.shifted(local.year * 100 + local.month, ARCHIVED_AFTER)
    year, number = month // 100, month % 100
    day = date(year, number, min(local.day, monthrange(year, number)[1]))
    return datetime.combine(day, local.timetz()).astimezone(settled_at.tzinfo)

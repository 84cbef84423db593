"""When rounds are due, and from when on whom their results may be told."""

from datetime import date, datetime, timedelta

from core.period import midnight
from months.contests.spec import Spec, days_of

DAY = timedelta(days=1)


def known_at(spec: Spec, number: int, published_at: datetime | None) -> datetime | None:
    """Return the instant whose knowledge decides round `number` (from 1): the end of its day, or the publication of the month."""
    day = days_of(spec)[number - 1]
    return published_at if day is None else end_of(day)


def end_of(day: date) -> datetime:
    """Return the instant at which a day is over."""
    return midnight(day + DAY)


def tells(known: datetime, *, public: bool, inner: bool, frozen_from: datetime) -> bool:
    """Tell whether a round may be told: to all once the month is public or as far as the freeze lets see, else to those who organise."""
    return inner or public or known <= frozen_from

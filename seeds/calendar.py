"""Which months an invented company lives through, seen from a given day."""

from datetime import date, datetime, timedelta

import msgspec

from core.clock import now
from core.period import first_day, midnight, month_of, next_first_day, shifted
from seeds.quality import Month

RUNNING_SINCE = timedelta(days=19)
"""The running month is the one of this many days ago, so that it always holds twenty days of facts or more."""
LEAD_IN = 2
"""Months of sparse visits before the first, so that windows of three months are full."""
PLANNED_BEFORE, ANNOUNCED_BEFORE = timedelta(days=12), timedelta(days=3)
PROPOSED_AFTER, APPROVED_AFTER, PUBLISHED_AFTER = (
    timedelta(days=3, hours=16),
    timedelta(days=4, hours=10),
    timedelta(days=5, hours=15),
)
SIGNED_AFTER = timedelta(days=2, hours=15)
EVENING = timedelta(hours=20)
ANSWERED_AFTER = timedelta(days=2, hours=10)


class Calendar(msgspec.Struct, frozen=True):
    """The months in order, the last one running, and the last day whose facts have come."""

    months: tuple[int, ...]
    through: date

    @property
    def running(self) -> int:
        """Return the month that is not closed."""
        return self.months[-1]

    @property
    def first_on(self) -> date:
        """Return the day on which the first month begins."""
        return first_day(self.months[0])

    def month(self, month: int, lifted: frozenset[str]) -> Month:
        """Return a month as its facts are made: its place in the story, and the last day that is known of it."""
        last = next_first_day(month) - timedelta(days=1)
        return Month(month, self.months.index(month), min(last, self.through), lifted)


def calendar(today: date, months: int) -> Calendar:
    """Return so many months up to the one that runs; facts end yesterday."""
    running = month_of(today - RUNNING_SINCE)
    return Calendar(tuple(shifted(running, back) for back in range(1 - months, 1)), today - timedelta(days=1))


def received(last_on: date) -> datetime:
    """Return when facts arrive whose last day this is: on its evening, never after now."""
    return min(midnight(last_on) + EVENING, now())


def before(month: int, ahead: timedelta) -> datetime:
    """Return the moment in the morning so long before a month begins."""
    return midnight(first_day(month)) - ahead + timedelta(hours=9)


def after(month: int, later: timedelta) -> datetime:
    """Return the moment so long after a month has ended."""
    return midnight(next_first_day(month)) + later

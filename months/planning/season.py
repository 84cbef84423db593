"""The days of a month as planners look at them: weeks with holidays and weekends that are made up for (调休)."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from core import period
from core.workdays import Calendar, MovedDay

WEEK = 7


class Day(msgspec.Struct, frozen=True):
    """A day of a calendar sheet: `kind` is work, rest, holiday, made_up, or blank for a day of another month."""

    on: date
    kind: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A month on a calendar: whole weeks from Monday, how many days are worked, and the days that are moved."""

    weeks: tuple[tuple[Day, ...], ...]
    working_days: int
    moved: tuple[MovedDay, ...]
    known: bool
    """Whether the moved holidays of that year have been published."""


def sheet(month: int, calendar: Calendar, moved: Sequence[MovedDay]) -> Sheet:
    """Return a month's calendar sheet."""
    days = period.days_of(month)
    start = days[0] - timedelta(days=days[0].weekday())
    count = (days[0].weekday() + len(days) + WEEK - 1) // WEEK
    own = tuple(one for one in moved if period.month_of(one.on) == month)
    weeks = tuple(
        tuple(_day(start + timedelta(days=WEEK * week + place), month, calendar) for place in range(WEEK))
        for week in range(count)
    )
    return Sheet(
        weeks=weeks,
        working_days=sum(calendar.works(day) for day in days),
        moved=own,
        known=sum(one.on.year == month // 100 for one in moved) > 1,
    )


def _day(on: date, month: int, calendar: Calendar) -> Day:
    if period.month_of(on) != month:
        return Day(on, "blank")
    if on in calendar.made_up:
        return Day(on, "made_up")
    if on in calendar.off:
        return Day(on, "holiday")
    return Day(on, "work" if calendar.works(on) else "rest")

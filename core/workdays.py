"""Working days of a calendar in which holidays move and some weekends are made up for (调休)."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from importlib import resources

import msgspec

from core.language import Text
from core.period import days_of

SATURDAY = 5
DAY = timedelta(days=1)


class Calendar(msgspec.Struct, frozen=True):
    """Which days are worked; without exceptions Monday to Friday."""

    off: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Say whether people work on a day."""
        if day in self.made_up:
            return True
        return day.weekday() < SATURDAY and day not in self.off

    def after(self, day: date, working_days: int) -> date:
        """Return the day that is so many working days later; with 0 the day itself or the next worked one."""
        found = day
        while not self.works(found):
            found += DAY
        for _ in range(working_days):
            found += DAY
            while not self.works(found):
                found += DAY
        return found


def calendar(days: Iterable[tuple[date, str]]) -> Calendar:
    """Return the calendar with these exceptions from the plain week; each is `off` or `work`."""
    listed = tuple(days)
    return Calendar(
        off=frozenset(day for day, kind in listed if kind == "off"),
        made_up=frozenset(day for day, kind in listed if kind == "work"),
    )


class MovedDay(msgspec.Struct, frozen=True):
    """A day on which work is not as in the plain week: a holiday, or a weekend that is made up for (调休)."""

    on: date
    works: bool
    why: Text


@cache
def moved_days() -> tuple[MovedDay, ...]:
    """Return the moved holidays that are known, in order."""
    text = resources.files("core").joinpath("working_days.csv").read_text(encoding="utf-8")
    return tuple(
        MovedDay(date.fromisoformat(row["day"]), row["kind"] == "work", Text(zh=row["why"], en=row["why_en"]))
        for row in csv.DictReader(text.splitlines())
    )


@cache
def working_days() -> Calendar:
    """Return the calendar of working days with the moved holidays that are known."""
    return calendar((one.on, "work" if one.works else "off") for one in moved_days())


def days_by_name(month: int) -> dict[str, int]:
    """Return how many calendar days and how many working days a month has, for rules that divide by them."""
    worked, days = working_days(), days_of(month)
    return {"calendar_days": len(days), "working_days": sum(worked.works(day) for day in days)}

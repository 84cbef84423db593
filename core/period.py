"""Service months as whole calendar months in Asia/Shanghai; every bound is half-open."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from core.clock import SHANGHAI
from core.language import Text

MONTHS_A_YEAR = 12
FIRST_MONTH, LAST_MONTH = 200001, 209912
_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def is_month(number: int) -> bool:
    """Tell whether a number is a month key of this century, as the tables take it."""
    return FIRST_MONTH <= number <= LAST_MONTH and 1 <= number % 100 <= MONTHS_A_YEAR


def month_of(day: date) -> int:
    """Return the month key of a day, for example 202611."""
    return day.year * 100 + day.month


def month_at(moment: datetime) -> int:
    """Return the month key of an aware moment, judged in Asia/Shanghai."""
    return month_of(moment.astimezone(SHANGHAI).date())


def shifted(month: int, months: int) -> int:
    """Return the month key that lies `months` later (or earlier, when negative)."""
    count = (month // 100) * MONTHS_A_YEAR + month % 100 - 1 + months
    return count // MONTHS_A_YEAR * 100 + count % MONTHS_A_YEAR + 1


def first_day(month: int) -> date:
    """Return the first calendar day of a month."""
    return date(month // 100, month % 100, 1)


def next_first_day(month: int) -> date:
    """Return the first day after the month: its exclusive end."""
    return first_day(shifted(month, 1))


def days_in(month: int) -> int:
    """Return the number of calendar days of a month."""
    return monthrange(month // 100, month % 100)[1]


def month_name(month: int) -> Text:
    """Return a month in words, such as 2026年11月 and November 2026."""
    year, number = divmod(month, 100)
    return Text(zh=f"{year}年{number}月", en=f"{_NAMES[number - 1]} {year}")


def bounds(month: int) -> tuple[datetime, datetime]:
    """Return the first instant of the month and of the next one, in UTC."""
    return midnight(first_day(month)), midnight(next_first_day(month))


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in Asia/Shanghai, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def until(moment: datetime) -> Text:
    """Return the end of something in words, as pages write it: a day that ends at midnight is named by its last minute."""
    local = moment.astimezone(SHANGHAI)
    last = local - timedelta(minutes=1) if local.time() == time.min else local
    clock = f"{last:%H:%M}"
    return Text(zh=f"{last.year}年{last.month}月{last.day}日 {clock}", en=f"{last.day} {last:%b} {last.year} {clock}")


def days_of(month: int) -> list[date]:
    """Return all days of a month in order."""
    return [first_day(month) + timedelta(days=number) for number in range(days_in(month))]

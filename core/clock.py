"""The one clock of the project: every other file asks here what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment as an aware UTC datetime."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in the competition's time zone."""
    return now().astimezone(SHANGHAI).date()

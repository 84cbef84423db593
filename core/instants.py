"""Instants that people and programs name: on the clock of Shanghai where no zone stands, and past where one looks back."""

from datetime import UTC, datetime, timedelta

from core.clock import SHANGHAI, now
from core.errors import Invalid, Place, Problem
from core.language import Text

_UNREADABLE = Text(
    "“{text}”不是时刻。请写成 2026-10-31T18:00 这样。", "“{text}” is no instant. Write it like 2026-10-31T18:00."
)
_AHEAD = Text(
    "{at} 还没有到，只能回看过去的时刻。", "{at} has not come yet; only instants that are past can be looked back at."
)
LONGEST_QUOTED = 40
TICK = timedelta(microseconds=1)
"""What was known at this instant is what came before the next one."""


def aware(at: datetime) -> datetime:
    """Return an instant with its zone, Shanghai where none is given."""
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def typed(at: datetime) -> str:
    """Return an instant as it is typed on the clock of Shanghai, to the second."""
    return at.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0).isoformat()


def past(at: datetime, path: str = "at") -> datetime:
    """Return an instant of the past in UTC; Invalid for one that has not come. OverflowError outside of the calendar."""
    found = aware(at).astimezone(UTC)
    if found > now() + TICK:
        raise Invalid(Problem(code="not_yet", sentence=_AHEAD.format(at=typed(found)), place=Place(path=path)))
    return found


def asked_for(text: str, path: str = "at") -> datetime | None:
    """Return a past instant that was typed, None where nothing was; Invalid for what is none."""
    told = text.strip()
    if not told:
        return None
    try:
        return past(datetime.fromisoformat(told), path)
    except (ValueError, OverflowError):
        sentence = _UNREADABLE.format(text=told[:LONGEST_QUOTED])
        raise Invalid(Problem(code="no_instant", sentence=sentence, place=Place(path=path))) from None

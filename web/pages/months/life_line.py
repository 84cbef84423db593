"""The line of a month's life: its stages with their dates, and who sees what in each."""

from datetime import datetime, timedelta

from core import period
from core.clock import SHANGHAI
from core.language import Language, Text, current
from months.lifecycle import NAMES, State
from months.queries.calendar import MonthRow
from web import show
from web.views.life import LifeLine, LifeStage

READERS = (
    Text(zh="公开榜单", en="Public board"),
    Text(zh="本单位得分", en="Own score"),
    Text(zh="组织者", en="Organisers"),
    Text(zh="主持人（奖项）", en="Host (awards)"),
)
FACES: dict[str, tuple[str, str, str, str]] = {
    "announce": ("none", "none", "all", "none"),
    "run": ("all", "all", "all", "none"),
    "freeze": ("frozen", "all", "all", "none"),
    "verify": ("frozen", "all", "all", "none"),
    "close": ("frozen", "all", "all", "all"),
    "embargo": ("frozen", "all", "all", "all"),
    "publish": ("all", "all", "all", "all"),
    "settle": ("all", "all", "all", "all"),
}
STAGES: dict[str, Text] = {
    "announce": Text(zh="发布", en="Announced"),
    "run": Text(zh="进行", en="Running"),
    "freeze": Text(zh="冻结", en="Frozen"),
    "verify": Text(zh="核实与申诉", en="Verifying"),
    "close": Text(zh="关账", en="Closed"),
    "embargo": Text(zh="待揭晓", en="Embargo"),
    "publish": Text(zh="公示", en="Public notice"),
    "settle": Text(zh="兑现", en="Settled"),
}
AT: dict[State, str] = {
    State.DRAFT: "announce",
    State.ANNOUNCED: "run",
    State.RUNNING: "run",
    State.FROZEN: "freeze",
    State.VERIFYING: "verify",
    State.CLOSED: "close",
    State.EMBARGOED: "embargo",
    State.PUBLISHED: "publish",
    State.SETTLED: "settle",
    State.ARCHIVED: "settle",
}
WAITING = frozenset({State.DRAFT, State.ANNOUNCED, State.RUNNING, State.FROZEN, State.VERIFYING, State.EMBARGOED})
"""States that are on their way; in the others their stage is reached."""
INSTANT = timedelta(microseconds=1)


def life_line(row: MonthRow) -> LifeLine:
    """Return the stages of a month; one that is called off has none."""
    reader = current()
    if row.state is State.CANCELLED:
        stage = LifeStage(NAMES[State.CANCELLED].read(reader), row.cancelled_why or "", "now", ())
        return LifeLine((stage,), ())
    passed = {"freeze": row.freeze_at is not None, "embargo": row.ceremony_at is not None}
    names = [name for name in STAGES if passed.get(name, True)]
    at = names.index(AT[row.state])
    stages = tuple(
        LifeStage(STAGES[name].read(reader), _when(row, name, reader), _state(row, at, number), FACES[name])
        for number, name in enumerate(names)
    )
    return LifeLine(stages, tuple(one.read(reader) for one in READERS))


def _state(row: MonthRow, at: int, number: int) -> str:
    if number < at:
        return "done"
    if number > at:
        return "ahead"
    if row.state is State.ANNOUNCED:
        return "ahead"
    return "done" if row.state in (State.SETTLED, State.ARCHIVED) else "now"


def _when(row: MonthRow, name: str, reader: Language) -> str:
    first, last = period.bounds(row.month)
    early = row.closed_at is not None and row.closed_at < last
    spans: dict[str, tuple[datetime | None, datetime | None]] = {
        "announce": (row.announced_at, None),
        "run": (first, (row.freeze_at or last) - INSTANT),
        "freeze": (row.freeze_at, None),
        "verify": (None, None) if early else (last, row.appeals_until - INSTANT),
        "close": (row.closed_at, None),
        "embargo": (row.released_at, row.published_at or row.ceremony_at),
        "publish": (row.published_at, row.notice_until - INSTANT if row.notice_until else None),
        "settle": (row.settled_at, None),
    }
    since, until = spans[name]
    if since is None:
        return _day(until, reader) if until else ""
    return " – ".join(dict.fromkeys(_day(moment, reader) for moment in (since, until) if moment))


def _day(moment: datetime, reader: Language) -> str:
    return show.day(moment.astimezone(SHANGHAI).date(), "short", reader)

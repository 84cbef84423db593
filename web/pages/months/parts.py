"""What the pages of months share: choices of months, stages, paths."""

from collections.abc import Iterable
from datetime import timedelta

from core import period
from core.clock import SHANGHAI
from core.language import Language, Text, current
from months.lifecycle import NAMES, State
from months.queries.calendar import MonthRow
from scoring.plain_words import Section
from web import show
from web.views.month import Stage
from web.views.shell import Choice, Crumb

TONES: dict[State, str] = {
    State.DRAFT: "",
    State.ANNOUNCED: "",
    State.RUNNING: "blue",
    State.VERIFYING: "warn",
    State.FROZEN: "blue",
    State.CLOSED: "good",
    State.EMBARGOED: "warn",
    State.PUBLISHED: "good",
    State.SETTLED: "good",
    State.ARCHIVED: "",
    State.CANCELLED: "bad",
}
_ORDER = (State.DRAFT, State.ANNOUNCED, State.RUNNING, State.VERIFYING, State.CLOSED, State.PUBLISHED)
_STAGES: tuple[tuple[Text, State], ...] = (
    (Text(zh="发布", en="Announced"), State.ANNOUNCED),
    (Text(zh="进行", en="Running"), State.RUNNING),
    (Text(zh="关账", en="Closed"), State.CLOSED),
    (Text(zh="公布", en="Published"), State.PUBLISHED),
)
MONTHS = Text(zh="服务月", en="Service months")


def month_choices(months: Iterable[int], chosen: int) -> tuple[Choice, ...]:
    """Return months for a select field, the newest first."""
    reader = current()
    return tuple(Choice(str(one), show.month(one, reader), one == chosen) for one in sorted(months, reverse=True))


def path_to(month: int, last: Text | None = None) -> tuple[Crumb, ...]:
    """Return the path: months, this month, and a page below it."""
    reader = current()
    name = show.month(month, reader)
    top = Crumb(MONTHS.read(reader), "/months")
    if last is None:
        return (top, Crumb(name))
    return (top, Crumb(name, f"/months/{month}"), Crumb(last.read(reader)))


def told(sections: Iterable[Section]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the rules in the reader's language: headings with their sentences."""
    reader = current()
    return tuple(
        (
            show.full_width(section.title.read(reader)),
            tuple(show.full_width(line.read(reader)) for line in section.lines),
        )
        for section in sections
    )


def state_name(state: State) -> str:
    """Return the state's name for the reader."""
    return NAMES[state].read(current())


def stages(row: MonthRow) -> tuple[Stage, ...]:
    """Return the four acts of a month, done, now or ahead."""
    reader = current()
    if row.state is State.CANCELLED:
        return (Stage(NAMES[State.CANCELLED].read(reader), row.cancelled_why or "", "now"),)
    at = _ORDER.index(row.state)
    found: list[Stage] = []
    for name, state in _STAGES:
        place = _ORDER.index(state)
        done = at > place or (at == place and state is not State.RUNNING)
        now = not done and (at == place or (at < place and not any(stage.state == "now" for stage in found)))
        found.append(Stage(name.read(reader), _when(row, state, reader), "done" if done else "now" if now else "ahead"))
    return tuple(found)


def _when(row: MonthRow, state: State, reader: Language) -> str:
    if state is State.RUNNING:
        first, last = period.first_day(row.month), period.next_first_day(row.month) - timedelta(days=1)
        return f"{show.day(first, 'short', reader)} – {show.day(last, 'short', reader)}"
    at = {State.ANNOUNCED: row.announced_at, State.CLOSED: row.closed_at, State.PUBLISHED: row.published_at}[state]
    return show.day(at.astimezone(SHANGHAI).date(), "short", reader) if at else ""

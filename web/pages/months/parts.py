"""What the pages of months share: choices of months, stages, paths."""

from collections.abc import Iterable

from core.language import Text, current
from months.lifecycle import NAMES, State
from scoring.plain_words import Section
from web import show
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
MONTHS = Text(zh="服务月", en="Service months")


def month_choices(months: Iterable[int], chosen: int) -> tuple[Choice, ...]:
    """Return months for a select field, the newest first."""
    reader = current()
    return tuple(Choice(str(one), show.month(one, reader), one == chosen) for one in sorted(months, reverse=True))


def path_to(month: int, last: Text | None = None, *, planned: bool = True) -> tuple[Crumb, ...]:
    """Return the path: months, this month, which has no page until it is planned, and a page below it."""
    reader = current()
    name = show.month(month, reader)
    top = Crumb(MONTHS.read(reader), "/months")
    if last is None:
        return (top, Crumb(name))
    return (top, Crumb(name, f"/months/{month}" if planned else ""), Crumb(last.read(reader)))


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

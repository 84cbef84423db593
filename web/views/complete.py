"""Completeness by process with its sign-offs, and the league of late data."""

from msgspec import Struct

from web.views.intake import StateCell
from web.views.shell import Choice, Crumb, Link, Pager


class SignView(Struct, frozen=True):
    """Who signs for a process, whether that is done, and what the reader may do about it."""

    process: str
    owner: str
    state: str
    tone: str
    told: str
    why: str
    may_sign: bool
    may_waive: bool
    may_take_back: bool
    lacks: str = ""
    """What a signature has to speak to: how many of the units shown still lack facts of the process."""


class ProcessView(Struct, frozen=True):
    """One process over the units shown."""

    name: str
    sign: SignView
    cells: tuple[StateCell, ...]


class LateLine(Struct, frozen=True):
    """One late source, with the batches in which its facts came late."""

    text: str
    batches: tuple[Link, ...] = ()


class LateView(Struct, frozen=True):
    """One department of the league of late data."""

    rank: int
    name: str
    points: str
    told: tuple[LateLine, ...]
    late: bool


class CompleteView(Struct, frozen=True):
    """The page."""

    month: int
    card: str
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    cards: tuple[Choice, ...]
    done: int
    all: int
    counts: tuple[tuple[str, str, str, int], ...]
    columns: tuple[tuple[str, str], ...]
    rows: tuple[ProcessView, ...]
    league: tuple[LateView, ...]
    pager: Pager | None
    words: dict[str, str]
    problems: tuple[str, ...] = ()
    typed: tuple[str, str] = ("", "")
    """The process, and the words that were written to it, of an answer that was refused."""

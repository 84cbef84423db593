"""A trial of a draft: its progress, its report."""

from markupsafe import Markup
from msgspec import Struct

from web.views.drafts import Words
from web.views.shell import Choice, Crumb, Link


class ProgressView(Struct, frozen=True):
    """How far a trial is; `poll` is where to ask again, empty when it has ended."""

    words: Words
    crumbs: tuple[Crumb, ...]
    key: int
    title: str
    subtitle: str
    say: str
    done: int
    steps: int
    poll: str
    may_cancel: bool
    bad: bool
    links: tuple[Link, ...]


class Figure(Struct, frozen=True):
    """One of the big numbers."""

    name: str
    value: str
    detail: str


class ChangeRow(Struct, frozen=True):
    """One unit that changes: place and total before and after; `climb` is in places, `tone` up or down."""

    name: str
    href: str
    under: str
    places: str
    climb: int
    totals: str
    change: str
    tone: str


class AwardRow(Struct, frozen=True):
    """An award won or lost."""

    award: str
    name: str
    href: str
    under: str
    won: bool
    places: str
    points: str


class CoachingRow(Struct, frozen=True):
    """Help that would begin, or not begin any more."""

    name: str
    href: str
    under: str
    on: bool
    triggers: str


class MonthLine(Struct, frozen=True):
    """One month of the chosen kind."""

    name: str
    href: str
    gain: int
    lose: int
    moved: int
    rho: str
    tau: str
    awards: str
    coaching: str
    points: str


class ReportView(Struct, frozen=True):
    """What a trial found about one slice."""

    words: Words
    crumbs: tuple[Crumb, ...]
    key: int
    title: str
    subtitle: str
    links: tuple[Link, ...]
    months: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    says: tuple[str, ...]
    figures: tuple[Figure, ...]
    slope: Markup
    slope_phone: Markup
    slope_about: str
    one_month: str
    histogram: Markup
    scatter: Markup
    movers: tuple[ChangeRow, ...]
    more_movers: str
    awards: tuple[AwardRow, ...]
    more_awards: str
    coaching: tuple[CoachingRow, ...]
    more_coaching: str
    monthly: tuple[MonthLine, ...]

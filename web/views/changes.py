"""Change sets on pages: the list, one with its preview, making one, a hearing."""

from markupsafe import Markup
from msgspec import Struct

from web.views.drafts import Words
from web.views.shell import Choice, Crumb, Link
from web.views.simulation import AwardRow, ChangeRow, CoachingRow, Figure, MonthLine


class ChangeLine(Struct, frozen=True):
    """One change set in a list."""

    title: str
    href: str
    kind: str
    month: str
    state: str
    tone: str
    told: str


class ChangesView(Struct, frozen=True):
    """The list of change sets, filtered by month and state."""

    words: Words
    rows: tuple[ChangeLine, ...]
    months: tuple[Choice, ...]
    states: tuple[Choice, ...]
    make: tuple[Link, ...]


class Part(Struct, frozen=True):
    """One thing that a change set changes."""

    name: str
    value: str


class Heard(Struct, frozen=True):
    """A unit that is heard: its name, how it stands, what it said."""

    name: str
    state: str
    tone: str
    answer: str


class Found(Struct, frozen=True, kw_only=True):
    """What the preview says about one slice."""

    says: tuple[str, ...]
    figures: tuple[Figure, ...]
    kinds: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    sides: tuple[Choice, ...]
    slope: Markup
    slope_phone: Markup
    slope_about: str
    histogram: Markup
    scatter: Markup
    movers: tuple[ChangeRow, ...]
    more_movers: str
    awards: tuple[AwardRow, ...]
    more_awards: str
    coaching: tuple[CoachingRow, ...]
    more_coaching: str
    monthly: tuple[MonthLine, ...] = ()


class ChangeView(Struct, frozen=True, kw_only=True):
    """One change set: what it changes, whom it moves, who decides; `poll` is where to ask for the preview in the making."""

    words: Words
    crumbs: tuple[Crumb, ...]
    key: int
    title: str
    state: str
    tone: str
    subtitle: str
    links: tuple[Link, ...]
    parts: tuple[Part, ...]
    heard: tuple[Heard, ...]
    heard_count: str
    why: str
    people: tuple[Part, ...]
    say: str
    bad: bool
    poll: str
    done: int
    steps: int
    found: Found | None
    digest: str
    seal: str
    reasons: tuple[str, ...]
    open: bool
    may_apply: bool
    may_cancel: bool
    may_ask: bool
    cancel: str
    problems: tuple[str, ...]


class MakeView(Struct, frozen=True, kw_only=True):
    """The form of a new change set of one kind."""

    words: Words
    crumbs: tuple[Crumb, ...]
    kind: str
    title: str
    about: str
    way: str
    """What the change comes to in a closed or public month; empty elsewhere."""
    kinds: tuple[Link, ...]
    months: tuple[Choice, ...]
    month: str
    picks: dict[str, tuple[Choice, ...]]
    """What may be chosen, by field."""
    values: dict[str, str]
    problems: tuple[str, ...]


class HearingView(Struct, frozen=True, kw_only=True):
    """What a unit is told of a change that would cost it an award, and the form of its answer."""

    words: Words
    key: int
    about: str
    """What is asked, and what becomes of the award."""
    title: str
    unit: str
    facts: tuple[Part, ...]
    why: str
    until: str
    answer: str
    may_answer: bool
    problems: tuple[str, ...]


class Version(Struct, frozen=True):
    """A version beside the published one: its note, who made it, its digest, and the differences one may see."""

    name: str
    note: str
    told: str
    digest: str
    differences: tuple[Part, ...]
    due: tuple[Part, ...] = ()
    """Awards that the new version gives beside the published ones, each with its winner."""


class RestatedView(Struct, frozen=True, kw_only=True):
    """The later versions of a published month."""

    words: Words
    crumbs: tuple[Crumb, ...]
    subtitle: str
    versions: tuple[Version, ...]

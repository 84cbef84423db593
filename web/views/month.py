"""A service month: its theme, its rules in plain words, its state, its closing, its winners, its export."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from web.views.life import Branch, LifeLine
from web.views.shell import Check, Choice, Crumb, Fact, Link, Pager


class Reason(Struct, frozen=True):
    """Why the month cannot be closed yet; a soft reason may be waived in writing."""

    code: str
    sentence: str
    hint: str
    soft: bool


class Announcement(Struct, frozen=True):
    """An announcement that waits for its second person."""

    by: str
    at: datetime
    mine: bool


class Proposal(Struct, frozen=True):
    """A closing that waits for its second person."""

    by: str
    at: datetime
    why: str
    waived: tuple[str, ...]
    mine: bool


class ClosingRun(Struct, frozen=True):
    """How far the worker is with the closing, and what stood against it; without `poll` it has ended."""

    say: str
    bad: bool
    poll: str
    done: int
    steps: int
    words: dict[str, str]


class MonthRow(Struct, frozen=True):
    """One month of the list."""

    name: str
    theme: str
    href: str
    state: str
    tone: str
    digest: str


class MonthsView(Struct, frozen=True):
    """All months, newest first; those that nobody has announced yet stand apart, the next first."""

    rows: tuple[MonthRow, ...]
    themes: tuple[Choice, ...]
    next_months: tuple[Choice, ...]
    """Months that the reader may plan here: the near ones that nobody has planned."""
    year_href: str = ""
    ahead: tuple[MonthRow, ...] = ()


class MonthView(Struct, frozen=True):
    """One month."""

    name: str
    theme: str
    crumbs: tuple[Crumb, ...]
    key: int
    subtitle: str
    state: str
    line: LifeLine
    doubled: tuple[str, ...]
    activities: tuple[str, ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    reasons: tuple[Reason, ...]
    """Every reason against the next step of the month."""
    proposal: Proposal | None
    may_propose: bool
    may_approve: bool
    may_publish: bool
    may_propose_announcement: bool
    may_announce: bool
    may_reopen: bool
    may_cancel: bool
    cancelled: str
    cancel_error: str
    why_not: tuple[str, ...]
    digest: str
    digest_note: str
    late_facts: str
    facts: tuple[Fact, ...]
    links: tuple[Link, ...]
    announcement: Announcement | None
    branches: tuple[Branch, ...]
    branch_choices: tuple[Choice, ...]
    run: ClosingRun | None = None
    """The closing that a worker has been asked for, while the month is not closed."""
    reopened: str = ""
    """Who opened the month again and why, until it is closed anew."""
    talks_href: str = ""
    """Where the talks are recorded without which nothing is published; empty when none is missing."""
    closers: tuple[str, str] = ("", "")
    """Who proposed and who approved the closing that holds."""
    reasons_title: str = ""
    against: Mapping[str, tuple[str, ...]] = {}
    """By step that the reader sees: why it cannot be taken now, so that its button is dead."""
    typed: Mapping[str, str] = {}
    """What was written where something was refused."""
    waived: frozenset[str] = frozenset()
    """The reasons that were to be waived there."""


class Winner(Struct, frozen=True):
    """One award given."""

    name: str
    href: str
    under: str
    place: int
    value: str
    reason: str


class AwardGroup(Struct, frozen=True):
    """The winners of one award in one peer group."""

    award: str
    group: str
    rule: str
    winners: tuple[Winner, ...]


class AwardsView(Struct, frozen=True):
    """The awards of a month, and why one unit has none."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    groups: tuple[AwardGroup, ...]
    empty: str
    ask_units: tuple[Choice, ...]
    asked: str
    gates: tuple[tuple[str, tuple[Check, ...]], ...]
    links: tuple[Link, ...]


class ExportView(Struct, frozen=True):
    """What can be taken out of a closed month."""

    title: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    month: str
    digest: str
    files: tuple[tuple[str, str, str], ...]
    empty: str


class RulesView(Struct, frozen=True):
    """The rule book in plain words."""

    title: str
    subtitle: str
    months: tuple[Choice, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    fingerprint: str
    versions: tuple[Fact, ...]
    check_href: str = ""


class PlanStep(Struct, frozen=True):
    """One of the five steps of a coaching plan."""

    number: int
    name: str
    due: str
    detail: str
    state: str
    may_tick: bool


class CoachingRow(Struct, frozen=True):
    """One assignment of the list."""

    unit: str
    under: str
    href: str
    month: str
    level: str
    triggers: str
    step: str
    due: str


class CoachingListView(Struct, frozen=True):
    """Who is being helped, as far as the reader may know."""

    rows: tuple[CoachingRow, ...]
    months: tuple[Choice, ...]
    note: str
    empty: str
    pager: Pager | None = None


class LossRow(Struct, frozen=True):
    """One row of a diagnosis."""

    name: str
    lost: Decimal
    share: int
    tone: str
    href: str


class CoachingView(Struct, frozen=True):
    """One plan: why, where the points went, five steps with dates."""

    key: int
    unit: str
    unit_href: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    level: str
    step_chip: str
    due: str
    steps: tuple[PlanStep, ...]
    triggers: tuple[Check, ...]
    why: str
    losses: tuple[LossRow, ...]
    losses_say: str
    lost: Decimal
    facts: tuple[Fact, ...]
    may_talk: bool = False
    today: str = ""
    problems: tuple[str, ...] = ()
    typed: Mapping[str, str] = {}
    """What was typed about a talk that was refused, and why it was."""

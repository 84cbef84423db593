"""The year as it is planned, the plan of one month, the rules of a month as those who take part read them."""

from msgspec import Struct

from web.views.shell import Choice, Crumb, Link

Words = dict[str, str]


class DayCell(Struct, frozen=True):
    """A day on the little calendar; blank ones belong to other months."""

    number: str
    kind: str


class MonthCard(Struct, frozen=True, kw_only=True):
    """A month of the year."""

    key: int
    name: str
    theme: str = ""
    state: str = ""
    tone: str = ""
    told: str = ""
    """Doubled KPIs, activities and prizes in a line."""
    working: str = ""
    moved: tuple[str, ...] = ()
    known: bool = True
    """Whether the holidays of the year have been published."""
    weeks: tuple[tuple[DayCell, ...], ...] = ()
    checks: str = ""
    checks_tone: str = ""
    href: str = ""
    action: str = ""


class SeasonView(Struct, frozen=True, kw_only=True):
    """A year of themed months."""

    year: int
    title: str
    subtitle: str
    years: tuple[Link, ...]
    months: tuple[MonthCard, ...]
    free: str
    """How many months can still be planned at one go; empty when none."""
    from_last_year: bool = False
    may_plan: bool = False
    note: str = ""
    words: Words = {}


class CheckRow(Struct, frozen=True):
    """A reason against a plan, with the field it is about."""

    sentence: str
    tone: str
    anchor: str = ""


class ChecksView(Struct, frozen=True, kw_only=True):
    """What stands beside the form: the reasons, what the prizes come to, and the plan in plain words."""

    rows: tuple[CheckRow, ...]
    tally: str
    tone: str
    budget: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    words: Words
    unsaved: str = ""
    """That what was typed is not stored yet, so that it is not what would be proposed."""


class KpiBox(Struct, frozen=True):
    """A KPI that may be doubled."""

    code: str
    name: str
    chosen: bool


class ActivityForm(Struct, frozen=True, kw_only=True):
    """The fields of one activity; an empty one may be filled in."""

    number: int
    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    kinds: tuple[Choice, ...] = ()
    points: str = ""
    cap: str = ""
    evidence: bool = False
    checkers: tuple[Choice, ...] = ()
    open: bool = False
    title: str = ""


class AwardForm(Struct, frozen=True, kw_only=True):
    """The fields of one award: given or not, quotas by group or a share, reward points, the prize in words."""

    code: str
    name: str
    given: bool
    groups: tuple[tuple[str, str, str], ...]
    """Code of the group, its name, its quota."""
    share: str | None
    points: str
    prize_zh: str
    prize_en: str


class DifferView(Struct, frozen=True):
    """One part of the plan as it holds and as it will be."""

    title: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


class VersionRow(Struct, frozen=True):
    """A version of the plan, since when it holds, and what was said about it."""

    name: str
    told: str
    notice: str


class PlanView(Struct, frozen=True, kw_only=True):
    """The form of a month's plan with the checks beside it."""

    month: int
    name: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    state: str
    tone: str
    revision: int
    problems: tuple[str, ...]
    values: Words
    themes: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    doubled: tuple[tuple[str, tuple[KpiBox, ...]], ...]
    modes: tuple[Choice, ...]
    activities: tuple[ActivityForm, ...]
    awards: tuple[AwardForm, ...]
    cut_offs: tuple[tuple[int, tuple[Choice, ...], str], ...]
    sources: tuple[Choice, ...]
    checks: ChecksView
    versions: tuple[VersionRow, ...]
    waiting: str
    may_save: bool
    may_propose: bool
    may_approve: bool
    may_withdraw: bool
    may_discard: bool
    changes: bool
    """The month is announced: what is saved is the next version, and needs a notice."""
    sheet: MonthCard
    words: Words
    differs: tuple[DifferView, ...] = ()
    """What the next version says otherwise than the one that holds."""
    notice: tuple[str, ...] = ()
    """What everybody will be told of it, in both languages, while it waits for a second person."""


class MonthRulesView(Struct, frozen=True, kw_only=True):
    """The rules of a month in plain words, public from its announcement on."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    rules: tuple[tuple[str, tuple[str, ...]], ...]
    versions: tuple[VersionRow, ...]
    links: tuple[Link, ...]
    words: Words

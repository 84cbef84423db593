"""The life of a month on its pages: the line of its stages, its dates, its branches, its versions, its awards one by one."""

from datetime import datetime

from msgspec import Struct

from web.views.shell import Choice, Crumb, Fact, Link


class LifeStage(Struct, frozen=True):
    """One stage of a month: done, now or ahead; `faces` says what each kind of reader sees then: all, frozen or none."""

    name: str
    when: str
    state: str
    faces: tuple[str, ...]


class LifeLine(Struct, frozen=True):
    """All stages of a month with who sees what in each."""

    stages: tuple[LifeStage, ...]
    readers: tuple[str, ...]


class Branch(Struct, frozen=True):
    """A branch that is, or is not yet, closed before the others."""

    id: int
    name: str
    said: str
    tone: str
    may_approve: bool
    may_open: bool
    closed: bool = False
    against: tuple[str, ...] = ()
    """Why this reader cannot approve it."""


class Version(Struct, frozen=True):
    """One closing of a month with its digest; `why` where it was opened again."""

    number: int
    digest: str
    said: str
    why: str
    holds: bool


class RevealLine(Struct, frozen=True):
    """One winner on the host's page."""

    unit_id: int
    name: str
    under: str
    place: int
    value: str
    reason: str
    revealed: bool


class RevealGroup(Struct, frozen=True):
    """One award on the host's page, its winners from the last place to the first."""

    award: str
    name: str
    group: str
    lines: tuple[RevealLine, ...]
    revealed: bool


class RevealView(Struct, frozen=True):
    """The host's page of a month under embargo."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    key: int
    groups: tuple[RevealGroup, ...]
    done: int
    total: int
    following: RevealLine | None
    following_award: str
    following_name: str
    empty: str
    error: str
    links: tuple[Link, ...] = ()
    against: tuple[str, ...] = ()
    """Why the ceremony cannot be ended now."""
    hint: str = ""
    """What revealing means, said beside the button."""


class Objected(Struct, frozen=True):
    """One objection as this reader may read it."""

    id: int
    said: str
    text: str
    tone: str
    state: str
    reason: str
    may_decide: bool
    typed: str = ""
    """The reason as it was typed when the decision was refused."""


class NoticeLine(Struct, frozen=True):
    """One award of one unit in the public notice."""

    award: str
    award_code: str
    unit: str
    unit_id: int
    under: str
    place: int
    value: str
    prize: str
    state: str
    tone: str
    objections: tuple[Objected, ...]


class NoticeView(Struct, frozen=True):
    """The public notice of a month."""

    title: str
    crumbs: tuple[Crumb, ...]
    key: int
    until: datetime | None
    over: bool
    said: str
    facts: tuple[Fact, ...]
    lines: tuple[NoticeLine, ...]
    choices: tuple[Choice, ...]
    may_object: bool
    empty: str
    error: str
    text: str

"""Appeals on pages: the list, the form of a new one, one with everything that belongs to it."""

from msgspec import Struct

from web.views.drafts import Words
from web.views.shell import Choice, Crumb, Fact, Link


class AppealItem(Struct, frozen=True):
    """One appeal in a list; `due` is empty when it is decided."""

    href: str
    title: str
    told: str
    state: str
    tone: str
    due: str
    late: bool = False


class AppealsView(Struct, frozen=True, kw_only=True):
    """Appeals by state, what is due first in front."""

    words: Words
    tabs: tuple[Link, ...]
    heading: str
    rows: tuple[AppealItem, ...]
    share: str = ""
    asked: tuple[AppealItem, ...] = ()
    """Those about which the reader's department is asked."""


class FilingView(Struct, frozen=True, kw_only=True):
    """The form of a new appeal about one line."""

    words: Words
    crumbs: tuple[Crumb, ...]
    about: str
    line: tuple[Fact, ...]
    month: int
    unit: int
    kpi: str
    grounds: tuple[Choice, ...]
    typed: dict[str, str]
    until: str
    open: bool
    problems: tuple[str, ...] = ()


class FileItem(Struct, frozen=True):
    """A file of evidence with who sent it when."""

    name: str
    href: str
    told: str


class StepItem(Struct, frozen=True):
    """One thing that happened to an appeal."""

    name: str
    told: str
    note: str


class SecondLook(Struct, frozen=True, kw_only=True):
    """A decision that waits to be confirmed; `open` when its reader may do so."""

    about: str
    facts: tuple[Fact, ...]
    reason: str
    open: bool = False


class OpinionPart(Struct, frozen=True, kw_only=True):
    """What the department was asked or said: by whom and when, its words if it has spoken."""

    name: str
    told: str
    text: str = ""


class OpinionView(Struct, frozen=True, kw_only=True):
    """An appeal as the department reads it whose data are disputed; `open` while it may speak."""

    words: Words
    crumbs: tuple[Crumb, ...]
    id: int
    title: str
    about: str
    state: str
    tone: str
    facts: tuple[Fact, ...]
    told: str
    files: tuple[FileItem, ...]
    until: str = ""
    given: OpinionPart | None = None
    reason: str = ""
    open: bool = False
    typed: dict[str, str]
    problems: tuple[str, ...] = ()


class AppealView(Struct, frozen=True, kw_only=True):
    """One appeal; `stage` is what its reader may do: "", submitted or under_review."""

    words: Words
    crumbs: tuple[Crumb, ...]
    id: int
    title: str
    about: str
    state: str
    tone: str
    late: str
    why_href: str
    recorded: str
    claimed: str
    now: tuple[Fact, ...]
    told: str
    facts: tuple[Fact, ...]
    files: tuple[FileItem, ...]
    clock: tuple[Fact, ...]
    steps: tuple[StepItem, ...]
    reason: str = ""
    change: Link | None = None
    stage: str = ""
    barred: bool = False
    look: SecondLook | None = None
    opinion: OpinionPart | None = None
    rests: bool = False
    may_withdraw: bool = False
    may_add: bool = False
    remedies: tuple[Choice, ...] = ()
    typed: dict[str, str]
    problems: tuple[str, ...] = ()

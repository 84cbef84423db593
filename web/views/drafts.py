"""Drafts of rules: the list, one draft with its findings and trials, a proposal, two rule books value by value."""

from msgspec import Struct

from web.views.shell import Check, Choice, Crumb, Fact, Link


class DraftLine(Struct, frozen=True):
    """One row of a list: a name that leads somewhere, what is said beneath, a chip."""

    name: str
    href: str
    under: str
    chip: str = ""
    tone: str = ""


class Words(Struct, frozen=True):
    """The plain words of a page by key."""

    found: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.found[key]


class DraftsView(Struct, frozen=True):
    """All drafts, what is proposed, and which version holds since when."""

    words: Words
    crumbs: tuple[Crumb, ...]
    drafts: tuple[DraftLine, ...]
    proposals: tuple[DraftLine, ...]
    versions: tuple[DraftLine, ...]
    bases: tuple[Choice, ...]
    may_edit: bool
    error: str = ""
    name: str = ""


class MonthBox(Struct, frozen=True):
    """A month that a trial may look at."""

    value: str
    label: str
    checked: bool
    note: str = ""


class DraftView(Struct, frozen=True):
    """One draft: text, findings, trial, proposal."""

    words: Words
    crumbs: tuple[Crumb, ...]
    faces: tuple[Link, ...]
    key: int
    name: str
    subtitle: str
    text: str
    revision: int
    newest: int
    findings: tuple[Check, ...]
    tally: str
    more_findings: str
    sound: bool
    data_checks: str
    months: tuple[MonthBox, ...]
    trials: tuple[DraftLine, ...]
    ahead: tuple[Choice, ...]
    proposals: tuple[DraftLine, ...]
    links: tuple[Link, ...]
    may_edit: bool
    error: str = ""
    moved_on: str = ""
    trial_error: str = ""
    propose_error: str = ""
    why: str = ""


class DifferenceRow(Struct, frozen=True):
    """One value before and after; empty where there is none."""

    table: str
    about: str
    inside: str
    before: str
    after: str


class ProposalView(Struct, frozen=True):
    """A proposal for its second person."""

    words: Words
    crumbs: tuple[Crumb, ...]
    key: int
    title: str
    subtitle: str
    state: str
    tone: str
    facts: tuple[Fact, ...]
    why: str
    reason: str
    against: str
    rows: tuple[DifferenceRow, ...]
    more: str
    findings: tuple[Check, ...]
    trials: tuple[DraftLine, ...]
    links: tuple[Link, ...]
    approve: str
    own: bool
    may_decide: bool
    may_withdraw: bool
    error: str = ""


class DifferencesView(Struct, frozen=True):
    """Two rule books held against each other."""

    words: Words
    crumbs: tuple[Crumb, ...]
    before: tuple[Choice, ...]
    after: tuple[Choice, ...]
    tally: str
    rows: tuple[DifferenceRow, ...]
    more: str
    links: tuple[Link, ...]
    error: str = ""

"""The payout lists of a month on their page."""

from msgspec import Struct

from web.views.shell import Crumb, Fact


class PayRow(Struct, frozen=True):
    """One line: who gets what for which award, and why it is paid or waits."""

    unit: str
    award: str
    amount: str
    why: str


class PayoutCard(Struct, frozen=True):
    """One list as it was made: its state, its people, its lines, and what the reader may do with it."""

    number: int
    name: str
    state: str
    tone: str
    said: str
    digest: str
    rows: tuple[PayRow, ...]
    files: bool
    may_decide: bool


class PayoutsView(Struct, frozen=True):
    """The page: what is due, what waits, the lists made, the reasons against a proposal, and its words."""

    title: str
    lead: str
    crumbs: tuple[Crumb, ...]
    key: int
    facts: tuple[Fact, ...]
    due: tuple[PayRow, ...]
    waiting: tuple[PayRow, ...]
    lists: tuple[PayoutCard, ...]
    against: tuple[str, ...]
    errors: tuple[str, ...]
    words: dict[str, str]

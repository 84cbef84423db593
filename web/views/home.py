"""Home: one next action, my place, what is due, where the points went, and what my role looks after."""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from web.views.shell import Live, Tile


class NextAction(Struct, frozen=True):
    """One sentence, one worth, one basis, one button."""

    title: str
    why: str
    href: str
    button: str
    worth: str = ""
    basis: str = ""
    eyebrow: str = ""
    tries: str = ""
    """Where other ways can be tried; empty where there are none."""


class Gap(Struct, frozen=True):
    """The way to the next place up: its rank, the points missing, and how much of the way lies behind (0 to 100)."""

    rank: int
    points: Decimal
    share: int
    note: str = ""


class MyPlace(Struct, frozen=True):
    """Where a unit stands; without a rank the reason stands in its place."""

    name: str
    board: str
    href: str
    rank: int | None
    of: int
    tied: bool
    total: Decimal | None
    movement: int | None
    provisional: bool
    history: tuple[Decimal, ...] = ()
    gap: Gap | None = None
    reason: str = ""
    range: str = ""
    """Which places it may truly be, given the samples."""
    resting: str = ""
    """That place and total are as of the freeze."""


class Loss(Struct, frozen=True):
    """One item of lost points; the share is of the largest one."""

    name: str
    lost: Decimal
    share: int
    tone: str
    href: str = ""
    tag: str = ""


class LossCard(Struct, frozen=True):
    """Where the points went; the closing line adds up to the card, the blend leads from there to the ranked total."""

    lost: Decimal
    items: tuple[Loss, ...]
    closing: str
    blend: str = ""
    href: str = ""
    settled: str = ""
    """The total after what stands beside the card."""
    rounded: str = ""
    """By how much the items, each rounded for the eye, miss their sum; empty where they close."""


class Duty(Struct, frozen=True):
    """Something with a date."""

    on: date
    about: str
    title: str
    detail: str
    href: str
    button: str


class RosterRow(Struct, frozen=True):
    """A unit that the reader looks after."""

    name: str
    href: str
    rank: int | None
    total: Decimal | None
    movement: int | None
    history: tuple[Decimal, ...]
    weakest: str


class Roster(Struct, frozen=True):
    """The units below the reader, those that need a look first."""

    title: str
    hint: str
    rows: tuple[RosterRow, ...]
    href: str = ""


class Shortcut(Struct, frozen=True):
    """A way to work, with the state of it."""

    icon: str
    title: str
    detail: str
    href: str


class HomeView(Struct, frozen=True):
    """All parts are optional but the greeting."""

    greeting: str
    where: str
    tiles: tuple[Tile, ...] = ()
    action: NextAction | None = None
    place: MyPlace | None = None
    day: str = ""
    """Where what changed since yesterday is fetched from."""
    loss: LossCard | None = None
    duties: tuple[Duty, ...] = ()
    roster: Roster | None = None
    shortcuts: tuple[Shortcut, ...] = ()
    live: Live | None = None

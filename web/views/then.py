"""Pages on which somebody looks back."""

from decimal import Decimal

from msgspec import Struct

from web.views.shell import Choice, Crumb, Link


class ThenRow(Struct, frozen=True):
    """One place of a board as of then; what is now stands beside it where the reader may know."""

    rank: str
    name: str
    href: str
    total: str
    hidden: bool
    rank_now: str = ""
    total_now: str = ""
    change: Decimal | None = None
    why: str = ""


class Pair(Struct, frozen=True):
    """Something then and now."""

    name: str
    then: str
    now: str
    differs: bool


class AsOfView(Struct, frozen=True):
    """A board as of an instant."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    cards: tuple[Choice, ...]
    at: str
    latest: str
    words: dict[str, str]
    notes: tuple[str, ...] = ()
    rows: tuple[ThenRow, ...] = ()
    compared: bool = False
    """Some row tells what is now."""
    rules: tuple[Pair, ...] = ()
    differences: str = ""
    """Where both versions of the rules are compared."""
    back: str = ""
    onward: str = ""
    nothing: str = ""


class CauseRow(Struct, frozen=True):
    """One cause of a change, its points, and how large it is beside the largest (0 to 100)."""

    name: str
    about: str
    points: Decimal
    share: int
    tone: str


class MovedRow(Struct, frozen=True):
    """One KPI whose points changed."""

    name: str
    code: str
    before: Decimal
    after: Decimal
    change: Decimal
    href: str
    values: str = ""
    """The value of then and of now, where it is another."""


class SinceView(Struct, frozen=True):
    """What changed for a unit, and why: the whole page, or its first part as a piece of another page."""

    words: dict[str, str]
    href: str
    sentence: str
    change: Decimal
    moved: int | None
    place: str = ""
    place_about: str = ""
    causes: tuple[CauseRow, ...] = ()
    closing: str = ""
    lines: tuple[MovedRow, ...] = ()
    pairs: tuple[Pair, ...] = ()
    title: str = ""
    subtitle: str = ""
    crumbs: tuple[Crumb, ...] = ()
    links: tuple[Link, ...] = ()
    months: tuple[Choice, ...] = ()
    at: str = ""
    latest: str = ""
    nothing: str = ""


class CardRow(Struct, frozen=True):
    """One KPI of a card then, and its points now."""

    name: str
    code: str
    value: str
    score: str
    then: Decimal | None
    now: Decimal | None
    change: Decimal | None


class CardThenView(Struct, frozen=True):
    """A unit's card as of an instant, beside what it is now."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    links: tuple[Link, ...]
    months: tuple[Choice, ...]
    at: str
    latest: str
    words: dict[str, str]
    nothing: str = ""
    notes: tuple[str, ...] = ()
    total: str = ""
    total_now: str = ""
    place: str = ""
    sentence: str = ""
    change: Decimal = Decimal(0)
    causes: tuple[CauseRow, ...] = ()
    lines: tuple[CardRow, ...] = ()
    pairs: tuple[Pair, ...] = ()
    beneath: tuple[Link, ...] = ()
    rules_href: str = ""

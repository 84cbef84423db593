"""A board: podium, my place, ranked rows, and how ties are broken."""

from decimal import Decimal

from markupsafe import Markup
from msgspec import Struct

from web.views.shell import Choice, Link, Live, Pager

Cell = tuple[str, Decimal | None]
EMPTY = Markup()


class PodiumStep(Struct, frozen=True):
    """One of the first three places; a shared place shows its number twice."""

    rank: int
    name: str
    href: str
    under: str
    total: Decimal
    movement: int | None


class Row(Struct, frozen=True):
    """One unit; a hidden one has neither name nor address nor score cells."""

    rank: int | None
    tied: bool = False
    movement: int | None = None
    name: str = ""
    href: str = ""
    under: str = ""
    mine: bool = False
    cells: tuple[Cell, ...] = ()
    history: tuple[Decimal, ...] = ()
    total: Decimal | None = None
    share: int = 0
    cells_about: str = ""
    chip: str = ""
    hidden: bool = False
    range: str = ""
    """The places that the unit may truly have, when there is more than one."""
    range_about: str = ""


class BoardBar(Struct, frozen=True):
    """Tabs and filters above a board."""

    kinds: tuple[Link, ...]
    filters: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    kind: str
    query: str


class BoardPodium(Struct, frozen=True):
    """The first three on their steps."""

    podium: tuple[PodiumStep, ...]


class BoardView(Struct, frozen=True):
    """Everything on the page, bound to one snapshot; without a board only title and subtitle."""

    title: str
    subtitle: str
    provisional: bool = False
    measure: str = ""
    bar_html: Markup = EMPTY
    kind: str = ""
    podium_html: Markup = EMPTY
    place_html: Markup = EMPTY
    rows_html: Markup = EMPTY
    neighbours_html: Markup = EMPTY
    pager: Pager | None = None
    ties: str = ""
    hidden_note: str = ""
    unranked_note: str = ""
    appeals_note: str = ""
    range_note: str = ""
    month_note: str = ""
    seal: str = ""
    """The first signs of the digest of a sealed month."""
    seal_href: str = ""
    has_cells: bool = False
    fresh_href: str = ""
    export_href: str = ""
    live: Live | None = None

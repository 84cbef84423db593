"""A board: podium, my place, ranked rows, and how ties are broken."""

from decimal import Decimal

from msgspec import Struct

from web.views.home import MyPlace
from web.views.shell import Choice, Link, Pager

Cell = tuple[str, Decimal | None]


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
    tied: bool
    movement: int | None
    name: str
    href: str
    under: str
    mine: bool
    cells: tuple[Cell, ...]
    history: tuple[Decimal, ...]
    total: Decimal | None
    share: int
    cells_about: str = ""
    chip: str = ""
    hidden: bool = False


class BoardView(Struct, frozen=True):
    """Everything on the page, bound to one snapshot."""

    title: str
    subtitle: str
    provisional: bool
    measure: str
    kinds: tuple[Link, ...]
    filters: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    kind: str
    query: str
    podium: tuple[PodiumStep, ...]
    place: MyPlace | None
    worst: str
    rows: tuple[Row, ...]
    neighbours: tuple[Row, ...]
    pager: Pager | None
    ties: str
    hidden_note: str
    unranked_note: str
    month_note: str
    has_cells: bool
    fresh_href: str = ""
    export_href: str = ""

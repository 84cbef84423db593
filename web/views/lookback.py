"""What pages that look back show."""

from decimal import Decimal

from msgspec import Struct

from web.views.shell import Choice, Crumb, Link, Pager, Tile


class SeasonCell(Struct, frozen=True):
    """One unit in one month: place and total, a dash where there is none."""

    rank: str
    total: str = ""


class SeasonRow(Struct, frozen=True):
    """One unit over the year."""

    place: str
    name: str
    code: str
    value: str
    cells: tuple[SeasonCell, ...]
    href: str = ""
    tied: bool = False
    hidden: bool = False
    own: bool = False


class SeasonView(Struct, frozen=True):
    """The season month by month."""

    title: str
    subtitle: str
    filters: tuple[tuple[str, str, tuple[Choice, ...]], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[SeasonRow, ...] = ()
    note: str = ""
    provisional: str = ""
    pager: Pager | None = None
    export_href: str = ""
    nothing: str = ""


class HistoryLine(Struct, frozen=True):
    """One month of a unit."""

    month: str
    href: str
    theme: str
    total: str
    place: str
    peer_place: str
    grade: str
    movement: int | None = None
    awards: tuple[str, ...] = ()
    help: str = ""
    notes: tuple[str, ...] = ()
    provisional: bool = False


class HistoryView(Struct, frozen=True):
    """A unit through all its months."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    tiles: tuple[Tile, ...] = ()
    totals: tuple[Decimal, ...] = ()
    totals_about: str = ""
    rows: tuple[HistoryLine, ...] = ()
    coaching: bool = False
    export_href: str = ""
    weak_href: str = ""
    nothing: str = ""


class HeatCell(Struct, frozen=True):
    """One cell of a heat map: its number, its colour step, a mark beside the number, all of it in words."""

    value: str
    level: int
    mark: str = ""
    about: str = ""


class HeatRow(Struct, frozen=True):
    """One row of a heat map."""

    name: str
    small: str
    cells: tuple[HeatCell, ...]
    href: str = ""


class WeakView(Struct, frozen=True):
    """The heat map of weak points."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...] = ()
    kinds: tuple[Choice, ...] = ()
    corner: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[HeatRow, ...] = ()
    key: tuple[tuple[int, str], ...] = ()
    note: str = ""
    pager: Pager | None = None
    export_href: str = ""
    nothing: str = ""


class FameLine(Struct, frozen=True):
    """One unit and one award over all months."""

    name: str
    code: str
    award: str
    wins: str
    longest: str
    months: str
    href: str = ""
    benchmark: str = ""


class HallView(Struct, frozen=True):
    """The hall of fame."""

    title: str
    subtitle: str
    awards: tuple[Choice, ...] = ()
    benchmarks: tuple[FameLine, ...] = ()
    rows: tuple[FameLine, ...] = ()
    note: str = ""
    export_href: str = ""
    nothing: str = ""


class EffectLine(Struct, frozen=True):
    """One estimate: against what, the number with its interval, the verdict in words."""

    name: str
    value: str
    interval: str
    units: str
    verdict: str
    tone: str = ""
    left: str = ""


class CardEffectView(Struct, frozen=True):
    """What a theme achieved on one card."""

    name: str
    kpis: str
    sentence: str
    lines: tuple[EffectLine, ...]
    later: tuple[EffectLine, ...]
    later_sentence: str = ""


class EffectView(Struct, frozen=True):
    """What the theme of a month achieved."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...] = ()
    cards: tuple[CardEffectView, ...] = ()
    how: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    export_href: str = ""
    nothing: str = ""

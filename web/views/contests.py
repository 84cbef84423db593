"""Contests as pages show them."""

from decimal import Decimal

from msgspec import Struct

from web.views.shell import Choice, Crumb, Link


class SideView(Struct, frozen=True):
    """One side of a duel."""

    name: str
    code: str
    value: str
    href: str = ""
    own: bool = False
    won: bool = False


class DuelView(Struct, frozen=True):
    """Two sides, and how it stands between them."""

    left: SideView
    right: SideView
    verdict: str
    tone: str = ""


class LineView(Struct, frozen=True):
    """One unit of a table; a hidden one has a mark and no name."""

    place: str
    name: str
    code: str
    value: str
    mark: str
    tone: str = ""
    href: str = ""
    own: bool = False
    hidden: bool = False


class TableView(Struct, frozen=True):
    """One table of a contest."""

    name: str
    rows: tuple[LineView, ...]
    left_out: str = ""
    """That rows without names are not shown."""


class TeamView(Struct, frozen=True):
    """One team on its way to the goal."""

    name: str
    value: str
    counted: str
    verdict: str
    tone: str = ""
    share: Decimal | None = None
    """How much of the way is done, per cent; None where the number is not told."""
    own: bool = False


class StandingView(Struct, frozen=True):
    """How a contest stands, or how a round ended."""

    duels: tuple[DuelView, ...] = ()
    tables: tuple[TableView, ...] = ()
    teams: tuple[TeamView, ...] = ()

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to show."""
        return not (self.duels or self.teams or any(table.rows for table in self.tables))


class ContestCard(Struct, frozen=True):
    """One contest in the list, with what concerns the reader."""

    name: str
    kind: str
    href: str
    state: str
    tone: str
    about: str
    mine: StandingView = StandingView()


class ContestsView(Struct, frozen=True):
    """The contests of a month."""

    title: str
    subtitle: str
    months: tuple[Choice, ...] = ()
    mine: tuple[ContestCard, ...] = ()
    others: tuple[ContestCard, ...] = ()
    nothing: str = ""
    begin: tuple[Link, ...] = ()
    begin_about: str = ""


class RoundView(Struct, frozen=True):
    """One round: its name, when, and what it came to."""

    name: str
    when: str
    state: str
    tone: str
    standing: StandingView | None
    newest: bool = True
    """Shown open; earlier rounds are folded."""


class ContestView(Struct, frozen=True):
    """One contest."""

    id: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    state: str
    tone: str
    stake: str
    rules: tuple[str, ...]
    made: str
    standing_title: str
    standing: StandingView | None
    rounds: tuple[RoundView, ...]
    problems: tuple[str, ...] = ()
    note: str = ""
    may_announce: bool = False
    why_not_announce: str = ""
    edit_href: str = ""
    may_cancel: bool = False
    export_href: str = ""
    next: Link | None = None
    """Where the same contest is drawn up for the next month that has not begun."""
    taking_part: tuple[tuple[str, str], ...] = ()
    """Who takes part, by duel, team or class, while there is nothing else to show."""


class FieldView(Struct, frozen=True):
    """One field of the form; `rows` makes it a large one, `choices` a select."""

    name: str
    label: str
    value: str = ""
    hint: str = ""
    rows: int = 0
    choices: tuple[Choice, ...] = ()
    kind: str = "text"
    error: str = ""


class ContestFormView(Struct, frozen=True):
    """Drawing up a contest."""

    title: str
    crumbs: tuple[Crumb, ...]
    action: str
    kind: str
    about: str
    fields: tuple[FieldView, ...]
    problems: tuple[str, ...] = ()

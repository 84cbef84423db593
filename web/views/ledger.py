"""Losses that are passed on: a department's lines, the ledger of the city, whose a unit's loss is, the way down."""

from collections.abc import Mapping

from msgspec import Struct

from web.views.shell import Choice, Crumb, Link
from web.views.unit import Whose

Words = Mapping[str, str]


class Spoken(Struct, frozen=True):
    """One thing said: a customer's words or an answer, and who or where and when."""

    words: str
    by: str


class LossLine(Struct, frozen=True):
    """One line with its state; `answers` stand below it, the last one first."""

    number: int
    kpi: str
    cause: str
    title: str
    detail: str
    points: str
    share: int
    words: tuple[Spoken, ...]
    state: str
    tone: str
    answers: tuple[Spoken, ...]
    may_answer: bool
    href: str


class DepartmentLossesView(Struct, frozen=True):
    """What was passed on to one department."""

    name: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    month: int
    action: str
    headline: str
    due: str
    overdue: str
    cure: str
    cure_about: str
    lines: tuple[LossLine, ...]
    closing: str
    note: str
    words: Words
    today: str
    error: str = ""


class CityRow(Struct, frozen=True):
    """One department in the ledger of the city."""

    name: str
    href: str
    points: str
    share: int
    counts: tuple[str, ...]
    silent: str


class CityLossesView(Struct, frozen=True):
    """The ledger of the city."""

    title: str
    subtitle: str
    provisional: bool
    months: tuple[Choice, ...]
    columns: tuple[str, ...]
    rows: tuple[CityRow, ...]
    closing: str
    due: str
    words: Words


class WhoseRow(Struct, frozen=True):
    """One department's part of a unit's loss on one KPI for one cause."""

    department: str
    detail: str
    points: str
    state: str
    tone: str
    answer: Spoken | None


class WhoseKpi(Struct, frozen=True):
    """One KPI with what it lost, and whose that is; the first ones stand open."""

    title: str
    detail: str
    points: str
    share: int
    rows: tuple[WhoseRow, ...]
    href: str
    opened: bool


class UnitLossesView(Struct, frozen=True):
    """Whose a unit's loss is, line by line."""

    name: str
    subtitle: str
    provisional: bool
    crumbs: tuple[Crumb, ...]
    months: tuple[Choice, ...]
    whose: Whose
    kpis: tuple[WhoseKpi, ...]
    note: str
    closing: str
    words: Words


class DrillRow(Struct, frozen=True):
    """One part of a loss."""

    name: str
    kind: str
    value: str
    exposure: str
    points: str
    share: int
    href: str


class DrillView(Struct, frozen=True):
    """A loss on one KPI by the units beneath."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    rows: tuple[DrillRow, ...]
    rest: str
    rest_name: str
    total: str
    note: str
    why: Link | None
    words: Words


class FactsTable(Struct, frozen=True):
    """A table of facts: its heads, its rows as text, and which columns are words rather than numbers."""

    title: str
    hint: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    worded: tuple[int, ...] = (0,)


class LineFactsView(Struct, frozen=True):
    """One line down to its facts."""

    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    tables: tuple[FactsTable, ...]
    formula: str
    words: Words

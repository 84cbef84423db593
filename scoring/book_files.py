"""Plain files in a rule book: which columns of foreign files are what."""

from decimal import Decimal
from typing import Annotated

import msgspec

Names = Annotated[tuple[str, ...], "text"]
"""Columns; one alone may be written without a list."""


class FileColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that stands in each row: its column, for words what they mean as numbers, and for which KPIs it is."""

    column: str
    words: dict[str, Decimal] = msgspec.field(default_factory=dict)
    kpis: tuple[str, ...] = ()
    """Left out: for all."""


class FileScheme(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns of foreign files are what; keys may be built from several columns, joined by `joiner`.

    Without a table `files` a rule book reads columns of the names given here as defaults.
    """

    kind: str | None = None
    """The unit kind of all rows, where no units file says it."""
    unit: Names = ("unit",)
    kpi: Names = ("kpi",)
    joiner: str = "/"
    values: dict[str, str] = msgspec.field(default_factory=dict)
    """KPI → column, for files with one row a unit: each of these columns holds the value of one KPI."""
    counts: dict[str, str] = msgspec.field(default_factory=dict)
    """KPI → column whose word is the item that the row counts once."""
    words: dict[str, Decimal] = msgspec.field(default_factory=dict)
    """What words in value columns mean as numbers."""
    blank: tuple[str, ...] = ()
    """Words in value columns that mean nothing was measured, as an empty cell does."""
    period: Names = ("period",)
    season: Names = ()
    """To which season a period belongs; periods are then called SEASON/PERIOD."""
    day: str = "day"
    """Where there is no period, its month is the period."""
    value: str = "value"
    numerator: str = "numerator"
    denominator: str = "denominator"
    sample: str = "sample"
    previous: str = "previous"
    item: str = "item"
    constants: dict[str, FileColumn] = msgspec.field(default_factory=dict)
    where: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    units_unit: Names = ()
    """Left out: the column `unit`, or `code` where there is none."""
    units_kind: str = "kind"
    units_group: str = "peer_group"
    units_name: Names = ("name", "name_zh", "name_en")
    units_parents: Names = ("parent", "employer")
    """Above whom a unit stands: facts go up to each, those that stay with a kind to all but the first."""
    units_values: dict[str, str] = msgspec.field(default_factory=dict)
    """KPI → column of the units file: a value that holds for the unit in every period."""
    units_sizes: Names = ()
    """Columns of the units file that say how large a unit is, for `exposure` in the parameters of KPIs."""
    units_exempt: str = "exempt"
    """Its words: award (counted, not ranked), statistics (ranked, not counted), both (neither)."""

"""What intake is told and tells: plain values, read by pages and interfaces without the machinery of intake."""

from datetime import datetime

import msgspec

from core.errors import Place, Problem
from core.language import Text


class Refusal(msgspec.Struct, frozen=True):
    """One entry that is not taken: where, what stands there, why."""

    sheet: str
    cell: str
    row: int
    raw: str
    code: str
    sentence: Text
    kpi: str = ""

    @property
    def problem(self) -> Problem:
        place = Place(sheet=self.sheet or None, row=self.row, column=self.cell.rstrip("0123456789"))
        return Problem(code=self.code, sentence=self.sentence, place=place)


class Near(msgspec.Struct, frozen=True):
    """A valid name near to what was written; similarity in per cent."""

    code: str
    name: Text
    similarity: int


class Cause(msgspec.Struct, frozen=True):
    """All refusals for one reason and one written value: one decision for all of them."""

    code: str
    raw: str
    sentence: Text
    sheet: str
    cell: str
    count: int
    kpi: str = ""
    nearest: tuple[Near, ...] = ()
    suggestion: str = ""


class Oddity(msgspec.Struct, frozen=True):
    """A cell that was read otherwise than it stands; `count` cells of the same note in the first one's column.

    `cells` names them all, or none where they are too many to be decided on one by one.
    """

    code: str
    sheet: str
    cell: str
    raw: str
    read_as: str
    sentence: Text
    count: int = 1
    cells: tuple[str, ...] = ()


class ColumnUse(msgspec.Struct, frozen=True):
    """What a column was taken for: a role such as `unit`, `kpi:CODE`, or `ignored`."""

    sheet: str
    column: str
    heading: str
    role: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would bring in, or has brought: read = good + refused + skipped; days as ISO text."""

    read: int
    good: int
    refused: int
    skipped: int
    odd: int = 0
    units: int = 0
    kpis: tuple[str, ...] = ()
    first_on: str | None = None
    last_on: str | None = None
    causes: tuple[Cause, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    passed_over: tuple[Refusal, ...] = ()
    oddities: tuple[Oddity, ...] = ()
    columns: tuple[ColumnUse, ...] = ()
    notes: tuple[Text, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact as told: codes or names; a number is best given as decimal text, so that none is lost on the way.

    `cause` are codes or names of causes, several separated by semicolons, each with its cases (`no_signal×3`); `words`
    is what a customer said.
    """

    unit: str
    kpi: str
    on: str | None = None
    value: str | int | float | None = None
    numerator: str | int | float | None = None
    denominator: str | int | float | None = None
    sample: str | int | float | None = None
    item: str | None = None
    cause: str | None = None
    words: str | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did. Without a batch nothing new was stored: a dry run, or all was known (`same_as` tells where)."""

    batch_id: int | None
    taken: int
    known: int
    corrections: int
    report: Report
    same_as: int | None = None
    change_id: int | None = None
    """The change set that was proposed: instead of taking corrections in from the freeze on, or to let a late import count."""
    months: tuple[int, ...] = ()
    """From the first month that something was taken in for to the last, as 202611."""


class Previewed(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file and what it would bring in."""

    upload_id: int
    report: Report


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a person told about a file: the month meant, the source, and decisions taken in the preview.

    `units`: written name → unit code; `misread`: (sheet, cell); `columns`: (sheet, column, role).
    """

    month: int | None = None
    source: str = ""
    units: dict[str, str] = msgspec.field(default_factory=dict)
    misread: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, str, str], ...] = ()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where facts come from: the way in, the file and its digest, what was told about it; when, if not now."""

    via: str
    filename: str | None
    checksum: str
    options: Options
    received_at: datetime | None = None

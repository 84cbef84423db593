"""Taking facts in: upload, preview, history, one batch; and what is still missing."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from web.views.shell import Check, Choice, Crumb, Fact, Link, Pager


class BatchRow(Struct, frozen=True):
    """One batch of the history."""

    number: int
    name: str
    under: str
    href: str
    rows: str
    state: str
    tone: str
    at: datetime


class TemplateFile(Struct, frozen=True):
    """An empty workbook of one source."""

    name: str
    detail: str
    href: str


class UploadView(Struct, frozen=True):
    """The upload form, templates, and the last batches."""

    batches: tuple[BatchRow, ...]
    pager: Pager | None
    templates: tuple[TemplateFile, ...]
    most_mib: int
    error: str
    waiting: tuple[Link, ...]
    sources: tuple[Choice, ...]
    months: tuple[Choice, ...]


class Issue(Struct, frozen=True):
    """One cause with its first cell and how many rows it refuses; or one odd reading."""

    cell: str
    sheet: str
    count: int
    raw: str
    sentence: str
    hint: str
    nearest: str = ""
    choices: tuple[Choice, ...] = ()
    suggestion: str = ""
    cause: str = ""


class PreviewView(Struct, frozen=True):
    """What a file would do, before it does it."""

    number: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    read: int
    good: int
    refused: int
    skipped: int
    odd: int
    good_note: str
    refused_rows: tuple[Issue, ...]
    odd_cells: tuple[Issue, ...]
    columns: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    misread: int
    consequences: tuple[str, ...]
    decided: str
    error: str


class BatchView(Struct, frozen=True):
    """One committed batch."""

    number: int
    title: str
    subtitle: str
    crumbs: tuple[Crumb, ...]
    state: str
    tone: str
    result: str
    facts: tuple[Fact, ...]
    refused: int
    refused_href: str
    may_withdraw: bool
    withdrawn: str
    error: str
    reason: str = ""


class StateCell(Struct, frozen=True):
    """One cell: there, missing, few, late or none; the mark is one character or a count."""

    state: str
    mark: str
    about: str
    href: str = ""


class MatrixRow(Struct, frozen=True):
    """A process (group) or a KPI."""

    name: str
    small: str
    group: bool
    cells: tuple[StateCell, ...]


class CompletenessView(Struct, frozen=True):
    """KPI by unit for one month."""

    title: str
    subtitle: str
    filters: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    share: Decimal
    counts: tuple[tuple[str, str, str, int], ...]
    total: int
    strip: tuple[tuple[str, int], ...]
    strip_about: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    coverage: tuple[str, ...]
    detail: str
    detail_title: str
    detail_facts: tuple[Fact, ...]
    checks: tuple[Check, ...]
    pager: Pager | None
    by_process: str = ""

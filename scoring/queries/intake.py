"""Reading imports: the history of batches, one batch with its refusals, files that wait for a decision."""

from collections import OrderedDict
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

import org.queries
from core.clock import today
from core.database import raw
from core.errors import NotFound, problem
from core.language import Language
from core.period import month_of, shifted
from org.names import named
from scoring.intake.told import Options
from scoring.queries import periods
from scoring.queries.rules import ground_of

if TYPE_CHECKING:
    from scoring.intake.catalogue import Choices, Window
    from scoring.intake.index import Index

TAKEN_BACK_MONTHS = 24
"""Facts are taken for so many months back; what comes after a closing waits for a restatement."""
MOST_PAGE = 200
_KEPT = 4
_indexes: OrderedDict[tuple[int, str, int, int], "Index"] = OrderedDict()

_BATCHES = """
SELECT b.id, b.via, b.filename, b.checksum, b.source, b.rows_read, b.rows_taken, b.rows_known, b.rows_refused,
  b.first_on, b.last_on, b.reason, b.received_at, b.received_by, a.display_name AS received_by_name,
  w.at AS withdrawn_at, w.reason AS withdrawn_reason, d.display_name AS withdrawn_by_name
FROM import_batch b LEFT JOIN account a ON a.id = b.received_by
LEFT JOIN batch_withdrawal w ON w.batch_id = b.id LEFT JOIN account d ON d.id = w.by
"""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One committed import; `rows_known` were stored already, `withdrawn_at` tells when it was taken back."""

    id: int
    via: str
    filename: str | None
    checksum: str
    source: str | None
    rows_read: int
    rows_taken: int
    rows_known: int
    rows_refused: int
    first_on: date | None
    last_on: date | None
    reason: str | None
    received_at: datetime
    received_by: int | None
    received_by_name: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    withdrawn_by_name: str | None
    change_id: int | None = None
    """The change set that proposes to take it back, in the answer to that wish."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file between preview and decision; `preview` is a `Report` and `options` are `Options` of scoring.intake.told, as JSON."""

    id: int
    account_id: int | None
    filename: str
    checksum: str
    preview: str
    options: str
    created_at: datetime
    decided_at: datetime | None


def choices(options: Options) -> "Choices":
    """Return the decisions of a person as intake wants them."""
    from scoring.intake.catalogue import Choices

    columns = {(sheet, column): role for sheet, column, role in options.columns}
    return Choices(units=options.units, misread=frozenset(options.misread), columns=columns, source=options.source)


async def batches(*, before: int | None = None, limit: int = 50) -> list[Batch]:
    """Return the history of imports, the newest first; `before` is the last id of the page before."""
    statement = _BATCHES + "WHERE $1::int4 IS NULL OR b.id < $1 ORDER BY b.id DESC LIMIT $2"
    async with raw() as connection:
        rows = await connection.fetch(named(statement), before, min(limit, MOST_PAGE))
    return [Batch(**row) for row in rows]


async def batch(batch_id: int) -> Batch:
    """Return one import; NotFound when there is none."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_BATCHES) + "WHERE b.id = $1", batch_id)
    if row is None:
        raise NotFound(problem("no_such_batch", "没有这个导入批次。", "There is no such import."))
    return Batch(**row)


async def batch_report(batch_id: int) -> str:
    """Return what was refused, passed over and read oddly in an import: a `Report` as JSON."""
    async with raw() as connection:
        row = await connection.fetchrow("SELECT refused FROM import_batch WHERE id = $1", batch_id)
    if row is None:
        raise NotFound(problem("no_such_batch", "没有这个导入批次。", "There is no such import."))
    return str(row["refused"] or "{}")


async def upload_of(found: Batch) -> int | None:
    """Return the upload from which an import was taken in; None when it came another way."""
    statement = (
        "SELECT id FROM upload WHERE checksum = $1 AND account_id IS NOT DISTINCT FROM $2"
        " AND decided_at IS NOT NULL AND decided_at <= $3 ORDER BY decided_at DESC LIMIT 1"
    )
    async with raw() as connection:
        kept = await connection.fetchval(statement, found.checksum, found.received_by, found.received_at)
    return int(kept) if kept is not None and found.via == "page" else None


async def stored_file(upload_id: int) -> StoredFile:
    """Return a file that was previewed; NotFound when there is none."""
    columns = ", ".join(StoredFile.__struct_fields__)
    async with raw() as connection:
        row = await connection.fetchrow(f"SELECT {columns} FROM upload WHERE id = $1", upload_id)  # noqa: S608 - our own column names
    if row is None:
        raise NotFound(problem("no_such_upload", "没有这个上传的文件。", "There is no such upload."))
    return StoredFile(**row)


async def stored_content(upload_id: int) -> bytes:
    """Return the bytes of an uploaded file."""
    async with raw() as connection:
        content = await connection.fetchval("SELECT content FROM upload WHERE id = $1", upload_id)
    if content is None:
        raise NotFound(problem("no_such_upload", "没有这个上传的文件。", "There is no such upload."))
    return bytes(content)


async def undecided_files(account_id: int | None, limit: int = 20) -> list[StoredFile]:
    """Return the files of an account that wait for its decision, the newest first."""
    columns = ", ".join(StoredFile.__struct_fields__)
    statement = (
        f"SELECT {columns} FROM upload WHERE decided_at IS NULL"  # noqa: S608 - our own column names
        " AND account_id IS NOT DISTINCT FROM $1 ORDER BY id DESC LIMIT $2"
    )
    async with raw() as connection:
        return [StoredFile(**row) for row in await connection.fetch(statement, account_id, min(limit, MOST_PAGE))]


async def index(month: int | None = None) -> "Index":
    """Return the catalogue of a month (the running one when none is given), ready for looking up; kept in memory."""
    from scoring.intake.building import catalogue_of
    from scoring.intake.index import index_of

    meant = month or month_of(today())
    rules, numbers, revision = await ground_of(meant)
    organisation = await org.queries.organisation_of_month(meant, revision)
    key = (organisation.revision, rules.fingerprint, meant, len(numbers.items))
    held = _indexes.get(key)
    if held is None:
        held = index_of(catalogue_of(rules.book, numbers.kpis, numbers.items, organisation.units))
        _indexes[key] = held
        while len(_indexes) > _KEPT:
            _indexes.popitem(last=False)
    return held


def window(month: int | None = None) -> "Window":
    """Return the days that may be told of now: no future day, no month longer ago than is kept."""
    from scoring.intake.catalogue import Window

    running = month_of(today())
    return Window(frozenset(shifted(running, -back) for back in range(TAKEN_BACK_MONTHS + 1)), today(), month)


async def template(*, source: str, month: int, language: Language, form: str = "xlsx") -> bytes:
    """Return the workbook (or CSV) to fill in for one source and month; NotFound for a source that no KPI has."""
    from scoring.intake import workbooks

    found = await index(month)
    if not any(kpi.source == source for kpi in found.catalogue.kpis):
        raise NotFound(problem("no_such_source", "没有这个数据来源。", "There is no such source."))
    return workbooks.template(found.catalogue, source, found.catalogue.units, month, language, form=form)


async def refused_workbook(upload_id: int, language: Language) -> bytes:
    """Return the refused rows of an uploaded file as a workbook with the reason in the cell."""
    import asyncio

    from core.sheets.reading import read_book
    from scoring.intake import workbooks
    from scoring.intake.preview import Preview, preview

    stored, content = await stored_file(upload_id), await stored_content(upload_id)
    options = msgspec.json.decode(stored.options, type=Options)
    found, taken = await index(options.month), window(options.month)

    def looked_at() -> Preview:
        return preview(read_book(content, stored.filename), found, taken, choices(options))

    seen = await periods.against_stored(await asyncio.to_thread(looked_at))
    return await asyncio.to_thread(workbooks.refused_workbook, seen, found, language)


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _indexes.clear()

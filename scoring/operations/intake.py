"""Taking facts in: preview, commit as one or only what is good, corrections, withdrawal of a whole batch."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from core import audit
from core.clock import now
from core.database import Connection, joined, raw, transaction
from core.errors import Conflict, Invalid, Refused, ShifenError, problem
from core.steps import aside
from scoring.intake.told import Options, Previewed, Record, Report, Source, Taken
from scoring.operations import storing
from scoring.operations.causes import new_causes
from scoring.queries import intake, periods

if TYPE_CHECKING:
    from core.sheets.grid import Book
    from scoring.intake.index import Index
    from scoring.intake.merging import Merged
    from scoring.intake.preview import Preview

LONGEST_NAME = 200
FEW_CELLS = 1_000
"""Up to so many cells are judged between two requests; more would keep others waiting, and go into a thread."""
_ROAD = ("scoring.intake.records", "scoring.intake.preview", "scoring.intake.report")
"""The modules that judge facts, with all they rest on."""


async def preview_file(*, filename: str, content: bytes, options: Options, actor: audit.Actor) -> Previewed:
    """Read a file and keep it for a decision; nothing is taken in. Invalid when it cannot be read at all."""
    told = await _reported(filename, content, options)
    statement = """
        INSERT INTO upload (account_id, filename, checksum, content, preview, options, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
    """
    values = (
        actor.account_id,
        _name(filename),
        sha256(content).hexdigest(),
        content,
        _json(told),
        _json(options),
        now(),
    )
    async with transaction(), raw() as connection:
        upload_id = await connection.fetchval(statement, *values)
    return Previewed(upload_id=upload_id, report=told)


async def decide_cells(*, upload_id: int, options: Options) -> Previewed:
    """Read a stored file anew with other decisions; Refused once it was taken in."""
    stored, content = await intake.stored_file(upload_id), await intake.stored_content(upload_id)
    told = await _reported(stored.filename, content, options)
    statement = "UPDATE upload SET preview = $2, options = $3 WHERE id = $1 AND decided_at IS NULL"
    async with transaction(), raw() as connection:
        if await connection.execute(statement, upload_id, _json(told), _json(options)) != "UPDATE 1":
            raise _decided()
    return Previewed(upload_id=upload_id, report=told)


async def commit_file(*, upload_id: int, only_good: bool, actor: audit.Actor, reason: str | None = None) -> Taken:
    """Take a previewed file in, whole or only what is good; Refused while rows are refused and only_good is not set."""
    stored, content = await intake.stored_file(upload_id), await intake.stored_content(upload_id)
    options = msgspec.json.decode(stored.options, type=Options)
    source = Source(via="page", filename=stored.filename, checksum=stored.checksum, options=options)
    book = await asyncio.to_thread(_read, content, stored.filename)
    async with transaction(), raw() as connection:
        statement = "UPDATE upload SET decided_at = $2 WHERE id = $1 AND decided_at IS NULL"
        if await connection.execute(statement, upload_id, now()) != "UPDATE 1":
            raise _decided()
        return await _taken(book, source, only_good=only_good, actor=actor, reason=reason)


async def discard_file(*, upload_id: int) -> None:
    """Decide that a previewed file is not taken in."""
    async with transaction(), raw() as connection:
        await connection.execute(
            "UPDATE upload SET decided_at = $2 WHERE id = $1 AND decided_at IS NULL", upload_id, now()
        )


async def take_in_file(
    *, filename: str, content: bytes, via: str, options: Options, actor: audit.Actor, only_good: bool = False,
    reason: str | None = None, dry_run: bool = False,
) -> Taken:  # fmt: skip
    """Take a file in at one go (command line, interface); a dry run only tells what would happen.

    Invalid when the file cannot be read, Refused when rows are refused and only_good is not set, or when facts would
    be corrected without a reason.
    """
    source = Source(via=via, filename=_name(filename), checksum=sha256(content).hexdigest(), options=options)
    book = await asyncio.to_thread(_read, content, filename)
    return await _taken(book, source, only_good=only_good, actor=actor, reason=reason, dry_run=dry_run)


async def take_in_records(
    *, records: Sequence[Record], via: str, options: Options, actor: audit.Actor, only_good: bool = False,
    reason: str | None = None, dry_run: bool = False,
) -> Taken:  # fmt: skip
    """Take facts in that come as records, judged on the same road as files."""
    await _at_hand()
    from scoring.intake.records import book_of

    checksum = sha256(msgspec.json.encode(records)).hexdigest()
    source = Source(via=via, filename=None, checksum=checksum, options=options)
    return await _taken(book_of(records), source, only_good=only_good, actor=actor, reason=reason, dry_run=dry_run)


async def withdraw_batch(*, batch_id: int, reason: str, actor: audit.Actor) -> None:
    """Take a whole import back: its facts stay stored and no longer count. Refused when it was taken back before."""
    if not reason.strip():
        raise Invalid(problem("no_reason", "请写明原因。", "Give a reason."))
    found = await intake.batch(batch_id)
    statement = """
        INSERT INTO batch_withdrawal (batch_id, reason, at, by) VALUES ($1, $2, $3, $4) ON CONFLICT (batch_id) DO NOTHING
    """
    async with transaction(), raw() as connection:
        if await connection.execute(statement, batch_id, reason.strip(), now(), actor.account_id) != "INSERT 0 1":
            raise Refused(problem("already_withdrawn", "这一批已经撤回。", "This import was taken back before."))
        units = await connection.fetch("SELECT DISTINCT unit_id FROM fact WHERE batch_id = $1", batch_id)
        if found.first_on and found.last_on:
            await storing.ask_for_folding(
                storing.months(found.first_on, found.last_on), [row["unit_id"] for row in units]
            )
        await audit.record(
            actor=actor, action="withdraw_batch", subject_kind="import_batch", subject=batch_id,
            before={"taken": found.rows_taken, "filename": found.filename}, after={"withdrawn": True}, why=reason.strip(),
        )  # fmt: skip


async def _at_hand() -> None:
    """Import what judges facts in a thread, the first time: whoever reads a board meanwhile need not wait for it."""
    for name in _ROAD:
        if name not in sys.modules:
            await asyncio.to_thread(import_module, name)


def _read(content: bytes, filename: str) -> "Book":
    from core.sheets.reading import read_book

    return read_book(content, filename)


async def _reported(filename: str, content: bytes, options: Options) -> Report:
    from scoring.intake.report import report

    book = await asyncio.to_thread(_read, content, filename)
    index = await intake.index(options.month)
    found = await periods.against_stored(await _seen(book, index, options))
    return await asyncio.to_thread(report, found, index)


async def _seen(book: "Book", index: "Index", options: Options) -> "Preview":
    from scoring.intake.preview import preview

    return await aside(_is_light(book), preview, book, index, intake.window(options.month), intake.choices(options))


def _is_light(book: "Book") -> bool:
    return sum(sheet.height * sheet.width for sheet in book.sheets) <= FEW_CELLS


async def _taken(
    book: "Book", source: Source, *, only_good: bool, actor: audit.Actor, reason: str | None, dry_run: bool = False
) -> Taken:
    from scoring.intake.report import report

    index = await intake.index(source.options.month)
    found = await _seen(book, index, source.options)
    whole = not only_good and not dry_run
    telling = asyncio.create_task(aside(_is_light(book), report, found, index))
    try:
        if found.refused and whole:
            raise _rows_refused(await telling)
        async with joined(), raw() as connection:
            kept = await _held_apart(connection, found, dry_run=dry_run)
            told = telling if kept.refused == found.refused else await aside(_is_light(book), report, kept, index)
            if isinstance(told, Report) and whole:
                raise _rows_refused(told)
            return await _placed(connection, kept, told, source, actor=actor, reason=reason, dry_run=dry_run)
    finally:
        await telling


async def _held_apart(connection: Connection, found: "Preview", *, dry_run: bool) -> "Preview":
    """Wait for this import's turn and return it without the facts whose days are stored in another span."""
    await storing.take_turns(connection, found.facts)
    facts = await storing.with_items(connection, found, dry_run=dry_run)
    return await periods.apart(connection, replace(found, facts=facts))


async def _placed(
    connection: Connection,
    kept: "Preview",
    told: Report | asyncio.Task[Report],
    source: Source,
    *,
    actor: audit.Actor,
    reason: str | None,
    dry_run: bool,
) -> Taken:
    """Store what is new, or tell what would be stored."""
    news = await storing.held_against_stored(connection, kept.facts)
    why = await new_causes(connection, kept.facts, kept.causes)
    if dry_run or not (len(news.facts) or why.causes):
        same = None if dry_run else await _earlier(connection, source.checksum)
        return _told(None, news, await _ready(told), len(news.facts) if dry_run else 0, same)
    if (news.corrections or why.changed) and not (reason or "").strip():
        raise _reason_needed(news.corrections + why.changed)
    batch_id = await storing.store(connection, news, source, told, actor, reason, why.causes)
    found = _told(batch_id, news, await _ready(told), len(news.facts))
    return msgspec.structs.replace(found, months=tuple(storing.months_of(news.facts, why.causes)))


async def _ready(told: Report | asyncio.Task[Report]) -> Report:
    return told if isinstance(told, Report) else await told


def _told(batch_id: int | None, news: "Merged", told: Report, count: int, same: int | None = None) -> Taken:
    return Taken(
        batch_id=batch_id, taken=count, known=news.known, corrections=news.corrections, report=told, same_as=same
    )


async def _earlier(connection: Connection, checksum: str) -> int | None:
    """Return the import that brought the same file."""
    statement = """
        SELECT b.id FROM import_batch b LEFT JOIN batch_withdrawal w ON w.batch_id = b.id
        WHERE b.checksum = $1 AND w.id IS NULL ORDER BY b.id LIMIT 1
    """
    found = await connection.fetchval(statement, checksum)
    return int(found) if found is not None else None


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()


def _name(filename: str) -> str:
    """Return a file's own name without folders and unprintable characters."""
    own = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in own if letter.isprintable())[-LONGEST_NAME:] or "file"


def _rows_refused(told: Report) -> ShifenError:
    count = told.refused
    own = [refusal.problem for refusal in told.refusals[:100]]
    return Refused(
        problem(
            "rows_refused",
            f"有 {count} 行退回，没有入库。请先改好，或只入库合格的行。",
            f"{count} rows are refused and nothing was taken in: mend them, or take in only the good ones.",
        ),
        *own,
    )


def _reason_needed(count: int) -> ShifenError:
    return Refused(
        problem(
            "reason_needed",
            f"这批数据更正了 {count} 条已入库的数，请写明更正原因。",
            f"This import corrects {count} stored facts: give the reason.",
        )
    )


def _decided() -> ShifenError:
    return Conflict(problem("upload_decided", "这个文件已经处理过。", "This file was decided on before."))

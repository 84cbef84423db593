"""Intake of facts: in bulk as JSON, as a file at one go, or as a file with a preview; and the history of imports."""

from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody, PathParameter, QueryParameter

from api.answers import Req, once
from api.schemas import INT4, Limit, Month, PathMonth, PathNumber, Words, month_or_none
from api.schemas import month as checked
from core import language
from core.errors import Invalid, NotFound, problem
from months.operations import taking
from org.roles import Action
from scoring.intake.told import Options, Previewed, Record, Report, Taken
from scoring.operations import intake as operations
from scoring.queries import intake as queries
from scoring.queries.intake import Batch

IMPORT = {"action": Action.IMPORT_FACTS}
LARGEST_UPLOAD = 1024 * 1024 * 1024
"""Litestar's own bound; the setting's smaller one is checked first, by the outer layer."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_RECORDS = 100_000

Form = Annotated[Literal["xlsx", "csv"], QueryParameter(description="Kind of file.")]
Before = Annotated[int | None, QueryParameter(ge=1, le=INT4, description="The last number of the page before.")]
Source = Annotated[str, PathParameter(max_length=24, pattern=r"^[A-Za-z0-9_.-]*$", description="Source of the facts.")]


class BulkFacts(msgspec.Struct, forbid_unknown_fields=True):
    """Facts in bulk; the month and the source stand for records that do not name a day."""

    facts: Annotated[list[Record], msgspec.Meta(min_length=1, max_length=MOST_RECORDS)]
    month: Month | None = None
    source: Annotated[str, msgspec.Meta(max_length=24)] = ""
    only_good: bool = False
    reason: Words | None = None
    dry_run: bool = False


class File(msgspec.Struct):
    """A file as a form sends it."""

    file: UploadFile
    month: str = ""
    source: str = ""
    only_good: str = ""
    reason: str = ""
    dry_run: str = ""
    csrf: str = ""


class Decisions(msgspec.Struct, forbid_unknown_fields=True):
    """What a person decided in a preview: names meant, cells misread, columns."""

    month: Month | None = None
    source: Annotated[str, msgspec.Meta(max_length=24)] = ""
    units: dict[str, str] = {}
    misread: list[tuple[str, str]] = []
    columns: list[tuple[str, str, str]] = []


class Commit(msgspec.Struct, forbid_unknown_fields=True):
    """Take in all rows, or only the good ones."""

    only_good: bool = False
    reason: Words | None = None


class WithdrawalReason(msgspec.Struct, forbid_unknown_fields=True):
    """Why an import is taken back."""

    reason: Words


@post("/api/v1/facts", opt=IMPORT, status_code=200, tags=["intake"], request_max_body_size=64 * 1024 * 1024)
async def bulk(request: Req, data: JSONBody[BulkFacts]) -> Response[Taken]:
    """Take facts in as records; with `dry_run` only tell what would happen."""

    async def effect() -> Taken:
        return await taking.take_in_records(
            records=data.facts,
            via="api",
            options=Options(month=month_or_none(data.month), source=data.source),
            actor=request.state.actor,
            only_good=data.only_good,
            reason=data.reason,
            dry_run=data.dry_run,
        )

    return await once(request, effect)


@post("/api/v1/imports", opt=IMPORT, status_code=200, tags=["intake"], request_max_body_size=LARGEST_UPLOAD)
async def whole_file(request: Req, data: MultipartBody[File]) -> Response[Taken]:
    """Take a CSV, XLS or XLSX in at one go; with `dry_run=1` only tell what would happen."""
    content = await data.file.read()

    async def effect() -> Taken:
        return await taking.take_in_file(
            filename=data.file.filename,
            content=content,
            via="api",
            options=_options(data),
            actor=request.state.actor,
            only_good=_yes(data.only_good),
            reason=data.reason or None,
            dry_run=_yes(data.dry_run),
        )

    return await once(request, effect, payload=_mark(data, content))


@post("/api/v1/uploads", opt=IMPORT, status_code=201, tags=["intake"], request_max_body_size=LARGEST_UPLOAD)
async def preview(request: Req, data: MultipartBody[File]) -> Response[Previewed]:
    """Read a file and keep it for a decision; nothing is taken in yet."""
    content = await data.file.read()

    async def effect() -> Previewed:
        return await operations.preview_file(
            filename=data.file.filename, content=content, options=_options(data), actor=request.state.actor
        )

    return await once(request, effect, 201, payload=_mark(data, content))


@get("/api/v1/uploads/{upload_id:int}", opt=IMPORT, tags=["intake"])
async def upload(request: Req, upload_id: PathNumber) -> Previewed:
    """Return the preview of a file."""
    stored = await _own(request, upload_id)
    return Previewed(upload_id=upload_id, report=msgspec.json.decode(stored.preview, type=Report))


@post("/api/v1/uploads/{upload_id:int}/decisions", opt=IMPORT, status_code=200, tags=["intake"])
async def decide(request: Req, upload_id: PathNumber, data: JSONBody[Decisions]) -> Previewed:
    """Read a file anew with other decisions."""
    await _own(request, upload_id)
    options = Options(
        month=month_or_none(data.month),
        source=data.source,
        units=data.units,
        misread=tuple(data.misread),
        columns=tuple(data.columns),
    )
    return await operations.decide_cells(upload_id=upload_id, options=options)


@post("/api/v1/uploads/{upload_id:int}/commit", opt=IMPORT, status_code=200, tags=["intake"])
async def commit(request: Req, upload_id: PathNumber, data: JSONBody[Commit]) -> Response[Taken]:
    """Take a previewed file in."""
    await _own(request, upload_id)

    async def effect() -> Taken:
        return await taking.commit_file(
            upload_id=upload_id, only_good=data.only_good, actor=request.state.actor, reason=data.reason
        )

    return await once(request, effect)


@post("/api/v1/uploads/{upload_id:int}/discard", opt=IMPORT, status_code=204, tags=["intake"])
async def discard(request: Req, upload_id: PathNumber) -> None:
    """Decide that a previewed file is not taken in."""
    await _own(request, upload_id)
    await operations.discard_file(upload_id=upload_id)


@get("/api/v1/uploads/{upload_id:int}/refused.xlsx", opt=IMPORT, tags=["intake"])
async def refused(request: Req, upload_id: PathNumber) -> Response[bytes]:
    """Return the refused rows as a workbook with the reason in the cell."""
    await _own(request, upload_id)
    return attachment(await queries.refused_workbook(upload_id, language.current()), f"refused-{upload_id}.xlsx", XLSX)


@get("/api/v1/batches", opt=IMPORT, tags=["intake"])
async def batches(before: Before = None, limit: Limit = 50) -> list[Batch]:
    """List the imports, the newest first."""
    return await queries.batches(before=before, limit=limit)


@get("/api/v1/batches/{batch_id:int}", opt=IMPORT, tags=["intake"])
async def batch(batch_id: PathNumber) -> Batch:
    """Return one import."""
    return await queries.batch(batch_id)


@get("/api/v1/batches/{batch_id:int}/report", opt=IMPORT, tags=["intake"])
async def report(batch_id: PathNumber) -> Report:
    """Return what was refused, passed over and read oddly in an import."""
    try:
        return msgspec.json.decode(await queries.batch_report(batch_id), type=Report)
    except msgspec.ValidationError:
        return Report(read=0, good=0, refused=0, skipped=0)


@post(
    "/api/v1/batches/{batch_id:int}/withdrawal", opt={"action": Action.WITHDRAW_BATCH}, status_code=200, tags=["intake"]
)
async def withdraw(request: Req, batch_id: PathNumber, data: JSONBody[WithdrawalReason]) -> Response[Batch]:
    """Take a whole import back, with a reason; its facts stay stored and no longer count."""

    async def effect() -> Batch:
        change_id = await taking.withdraw_batch(batch_id=batch_id, reason=data.reason, actor=request.state.actor)
        return msgspec.structs.replace(await queries.batch(batch_id), change_id=change_id)

    return await once(request, effect)


@get("/api/v1/templates/{source:str}/{month:int}", opt=IMPORT, tags=["intake"])
async def template(source: Source, month: PathMonth, form: Form = "xlsx") -> Response[bytes]:
    """Return the sheet to fill in for a source and a month."""
    content = await queries.template(source=source, month=checked(month), language=language.current(), form=form)
    return attachment(content, f"{source}-{month}.{form}", XLSX if form == "xlsx" else "text/csv")


def attachment(content: bytes, filename: str, media_type: str) -> Response[bytes]:
    """Return a file to be saved; the name is made of codes alone."""
    return Response(
        content, media_type=media_type, headers={"content-disposition": f'attachment; filename="{filename}"'}
    )


async def _own(request: Req, upload_id: int) -> queries.StoredFile:
    """Return a file that waits for a decision; those of other people are not there."""
    stored = await queries.stored_file(upload_id)
    if stored.account_id != request.state.viewer.account_id:
        raise NotFound(problem("no_such_upload", "没有这个上传的文件。", "There is no such upload."))
    return stored


def _options(data: File) -> Options:
    return Options(month=_month(data.month), source=data.source[:24])


def _month(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 6 and text.startswith("20")):  # noqa: PLR2004 - the length of yyyymm
        raise Invalid(problem("bad_month", "月份应为 yyyymm。", "A month is written yyyymm."))
    return checked(int(text))


def _yes(text: str) -> bool:
    return text.lower() in {"1", "true", "yes", "on"}


def _mark(data: File, content: bytes) -> bytes:
    said: list[Any] = [data.file.filename, data.month, data.source, data.only_good, data.reason, data.dry_run]
    return msgspec.json.encode(said) + sha256(content).digest()


HANDLERS = (
    bulk, whole_file, preview, upload, decide, commit, discard, refused, batches, batch, report, withdraw, template,
)  # fmt: skip

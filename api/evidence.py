"""Files that show what somebody says: sent with appeals and activities, listed and handed out to those concerned."""

import asyncio
from typing import Annotated
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.schemas import PathNumber
from core import evidence
from core.errors import NotFound, problem
from core.evidence import Evidence
from months.operations.appealing import add_files
from months.planning.recording import may_judge_all
from months.queries import activities, appeals
from months.queries.appeals import AppealFileRow, AppealRow
from months.queries.opinions import asked_of
from org.roles import Action
from org.visibility import may

APPEAL, RECORD = {"action": Action.APPEAL}, {"action": Action.RECORD_ACTIVITY}
LARGEST_BODY = 14 * evidence.MIB
"""Base64 writes three bytes as four signs."""
ANY_NAME = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""As files are called by other systems; what cannot be printed is left out when it is kept."""


class FileWish(msgspec.Struct, forbid_unknown_fields=True):
    """A file by its name and its content in base64; PDF, PNG, JPEG, XLSX, CSV or TXT, at most 10 MiB."""

    filename: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=ANY_NAME, examples=["工单.pdf"])]
    content: Annotated[bytes, msgspec.Meta(min_length=1, examples=["JVBERi0xLjcK"])]


class KeptFile(msgspec.Struct):
    """A kept file: its digest (SHA-256, hex), size in bytes and media type."""

    sha256: str
    size: int
    media_type: str


async def kept(request: Req, wish: FileWish) -> Evidence:
    """Keep a file that was sent; Invalid for what is not taken."""
    where = evidence.folder(request.app.state.settings)
    return await asyncio.to_thread(evidence.keep, where, wish.content, wish.filename)


@get("/api/v1/appeals/{appeal_id:int}/evidence", opt=APPEAL, tags=["appeals"])
async def files(request: Req, appeal_id: PathNumber) -> list[AppealFileRow]:
    """List the evidence of an appeal, in the order in which it came; also for the department that is asked about it."""
    await _read(request, appeal_id)
    return list(await appeals.files(appeal_id))


@post(
    "/api/v1/appeals/{appeal_id:int}/evidence",
    opt=APPEAL,
    status_code=201,
    request_max_body_size=LARGEST_BODY,
    tags=["appeals"],
)
async def add(request: Req, appeal_id: PathNumber, data: JSONBody[FileWish]) -> Response[KeptFile]:
    """Add a file to an appeal of one's own units that is not decided; files are never replaced."""
    row = await _seen(request, appeal_id)
    if row.unit_id not in request.state.scope.own:
        raise _no_appeal()

    async def effect() -> KeptFile:
        found = await kept(request, data)
        who = {"viewer": request.state.viewer, "actor": request.state.actor}
        await add_files(appeal_id=appeal_id, files=[found], **who)
        return KeptFile(found.sha256, found.size, found.media_type)

    return await once(request, effect, 201)


@get("/api/v1/appeals/{appeal_id:int}/evidence/{file_id:int}", opt=APPEAL, tags=["appeals"])
async def file(request: Req, appeal_id: PathNumber, file_id: PathNumber) -> Response[bytes]:
    """Return one file of an appeal, byte for byte as it came, to those whose business the appeal is."""
    await _read(request, appeal_id)
    found = next((one for one in await appeals.files(appeal_id) if one.id == file_id), None)
    if found is None:
        raise NotFound(problem("no_such_file", "没有这个文件。", "There is no such file."))
    return await _handed(request, found.sha256, found.filename)


@get("/api/v1/activity-records/{record_id:int}/evidence", opt=RECORD, tags=["activities"])
async def of_record(request: Req, record_id: PathNumber) -> Response[bytes]:
    """Return the file of a record of an activity, to the unit's own people and to those who check."""
    record = await activities.record(record_id)
    mine = record.unit_id in request.state.scope.own or may_judge_all(request.state.viewer)
    if not mine or record.evidence is None:
        raise NotFound(problem("no_such_record", "没有这条登记。", "There is no such record."))
    return await _handed(request, record.evidence, record.evidence_name or "evidence")


async def _seen(request: Req, appeal_id: int) -> AppealRow:
    """Return an appeal that is the reader's business: of the own units or filed by oneself, or any to who decides."""
    judges = may(request.state.viewer, Action.DECIDE_APPEAL, None, request.state.organisation)
    rows = await appeals.appeals(None if judges else request.state.scope.own, filer=request.state.viewer.account_id)
    row = next((row for row in rows if row.id == appeal_id), None)
    if row is None:
        raise _no_appeal()
    return row


async def _read(request: Req, appeal_id: int) -> None:
    """Let somebody read the evidence: whose business the appeal is, and the department that is asked about it."""
    if not any(one.id == appeal_id for one in await asked_of(request.state.viewer.account_id)):
        await _seen(request, appeal_id)


async def _handed(request: Req, digest: str, filename: str) -> Response[bytes]:
    where = evidence.folder(request.app.state.settings)
    content = await asyncio.to_thread(evidence.read, where, digest)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _no_appeal() -> NotFound:
    return NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))


HANDLERS = (files, add, file, of_record)

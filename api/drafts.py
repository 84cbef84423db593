"""Drafts of rule books: saved as text, checked, taken in and out as a file of the same bytes."""

from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody

from api.answers import Req, once
from api.imports import attachment
from api.schemas import NO_CONTROLS, Number, PathNumber
from core.errors import Problem
from org.roles import Action
from scoring.book_text import MOST_BYTES
from scoring.operations import drafts as operations
from scoring.queries import drafts as queries
from scoring.queries.drafts import Draft, DraftRow

SEE, EDIT = {"action": Action.SEE_DRAFTS}, {"action": Action.EDIT_RULES}
MEDIA_TYPE = "application/toml"
LARGEST = 8 * MOST_BYTES
"""Of a body: JSON may write a character as six."""

Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=operations.LONGEST_NAME, pattern=NO_CONTROLS, examples=["2027 年规则"])
]


class NewDraft(msgspec.Struct, forbid_unknown_fields=True):
    """A draft that begins as a text, or as a version of the rules."""

    name: Name
    text: str | None = None
    base_id: Number | None = None


class DraftText(msgspec.Struct, forbid_unknown_fields=True):
    """A text to be saved over the revision that it was made from."""

    revision: Number
    text: str
    name: Name | None = None


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """A text to be looked at; nothing is stored."""

    text: str


class DraftFile(msgspec.Struct):
    """A TOML file as a form sends it."""

    file: UploadFile
    name: str = ""
    csrf: str = ""


class SavedDraft(msgspec.Struct):
    """The number of a draft and its revision."""

    id: int
    revision: int


class Findings(msgspec.Struct):
    """Everything found in a text, with line and path; sound means that nothing stands against publishing it."""

    sound: bool
    fingerprint: str | None
    problems: tuple[Problem, ...]


@get("/api/v1/drafts", opt=SEE, tags=["drafts"])
async def every_draft() -> list[DraftRow]:
    """List the drafts, the last saved first."""
    return list(await queries.drafts())


@post("/api/v1/drafts", opt=EDIT, status_code=201, tags=["drafts"], request_max_body_size=LARGEST)
async def create(request: Req, data: JSONBody[NewDraft]) -> Response[SavedDraft]:
    """Begin a draft; it need not parse."""

    async def effect() -> SavedDraft:
        number = await operations.create_draft(
            name=data.name, text=data.text, base_id=data.base_id, actor=request.state.actor
        )
        return SavedDraft(number, 1)

    return await once(request, effect, 201)


@post("/api/v1/drafts/file", opt=EDIT, status_code=201, tags=["drafts"], request_max_body_size=LARGEST)
async def take_in(request: Req, data: MultipartBody[DraftFile]) -> Response[SavedDraft]:
    """Begin a draft with a TOML file; the same bytes come out again.

    Without a name it is called what the rule book calls itself in the reader's language, else what the file is called.
    """
    content = await data.file.read()

    async def effect() -> SavedDraft:
        text = operations.text_of_file(content)
        name = data.name or operations.title_of(text, data.file.filename)
        return SavedDraft(await operations.create_draft(name=name, text=text, actor=request.state.actor), 1)

    return await once(request, effect, 201, payload=content)


@post("/api/v1/drafts/problems", opt=EDIT, status_code=200, tags=["drafts"], request_max_body_size=LARGEST)
async def look_at(data: JSONBody[Text]) -> Findings:
    """Tell everything found in a text; nothing is stored."""
    return await _findings(data.text)


@get("/api/v1/drafts/{draft_id:int}", opt=SEE, tags=["drafts"])
async def one_draft(draft_id: PathNumber) -> Draft:
    """Return a draft with its text."""
    return await queries.draft(draft_id)


@put("/api/v1/drafts/{draft_id:int}", opt=EDIT, tags=["drafts"], request_max_body_size=LARGEST)
async def save(request: Req, draft_id: PathNumber, data: JSONBody[DraftText]) -> Response[SavedDraft]:
    """Save a draft over the revision it was made from; when somebody saved since, it is refused (409) and nothing is lost."""

    async def effect() -> SavedDraft:
        revision = await operations.save_draft(
            draft_id=draft_id, revision=data.revision, text=data.text, name=data.name, actor=request.state.actor
        )
        return SavedDraft(draft_id, revision)

    return await once(request, effect)


@post("/api/v1/drafts/{draft_id:int}/discard", opt=EDIT, status_code=200, tags=["drafts"])
async def discard(request: Req, draft_id: PathNumber) -> Response[SavedDraft]:
    """Take a draft off the list."""

    async def effect() -> SavedDraft:
        await operations.discard_draft(draft_id=draft_id, actor=request.state.actor)
        return SavedDraft(draft_id, 0)

    return await once(request, effect)


@get("/api/v1/drafts/{draft_id:int}/file", opt=SEE, tags=["drafts"])
async def take_out(draft_id: PathNumber) -> Response[bytes]:
    """Return the draft as a TOML file, byte for byte as it was saved."""
    found = await queries.draft(draft_id)
    return attachment(found.text.encode(), f"shifen-rules-draft-{draft_id}.toml", MEDIA_TYPE)


@get("/api/v1/drafts/{draft_id:int}/problems", opt=SEE, tags=["drafts"])
async def problems(draft_id: PathNumber) -> Findings:
    """Tell everything found in a draft."""
    return await _findings((await queries.draft(draft_id)).text)


async def _findings(text: str) -> Findings:
    found = await queries.checked_text(text)
    return Findings(sound=found.sound, fingerprint=found.fingerprint, problems=found.problems)


HANDLERS = (every_draft, create, take_in, look_at, one_draft, save, discard, take_out, problems)

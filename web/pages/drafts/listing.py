"""All drafts; beginning one, and taking one in from a file."""

from litestar import Response, get, post
from litestar.response import Redirect

import months.queries.publishing
import scoring.operations.drafts
import scoring.queries.drafts
import scoring.queries.rules
from core.errors import Invalid, ShifenError, problem
from core.language import current
from scoring.book_text import MOST_BYTES
from scoring.queries.drafts import DraftRow
from web import show
from web.forms import Form, form_of
from web.frame import Req, html, said
from web.numbers import one_of
from web.once import once
from web.pages.drafts.parts import EDIT, SEE, crumbs, may_edit, proposal_lines, say, told, words
from web.views.drafts import DraftLine, DraftsView
from web.views.shell import Choice

LARGEST = 4 * MOST_BYTES


@get("/drafts", opt=SEE)
async def drafts_page(request: Req) -> Response[str]:
    """Show the drafts, what is proposed, and the versions."""
    return await _page(request)


async def _page(request: Req, refusal: ShifenError | None = None, name: str = "") -> Response[str]:
    books = await scoring.queries.rules.rule_books()
    view = DraftsView(
        words=words(),
        crumbs=crumbs(),
        drafts=tuple(_line(row) for row in await scoring.queries.drafts.drafts()),
        proposals=proposal_lines(await months.queries.publishing.proposals()),
        versions=tuple(await _versions()),
        bases=tuple(
            Choice(str(one.id), say("version_since", number=one.version, since=one.created_at[:10])) for one in books
        ),
        may_edit=may_edit(request),
        error=told(refusal),
        name=name,
    )
    return html(request, "drafts.html", view, refusal.status if refusal else 200)


def _line(row: DraftRow) -> DraftLine:
    base = say("version", number=row.base_version) if row.base_version else say("from_scratch")
    saved = say("saved", who=row.saved_by_name or "–", when=show.moment(row.saved_at, current(), short=True))
    return DraftLine(
        row.name, f"/drafts/{row.id}", f"{say('began_as')} {base} · {saved}", say("revision", number=row.revision)
    )


async def _versions() -> list[DraftLine]:
    reader = current()
    found = []
    for one in await months.queries.publishing.effects():
        since = say("since_month", month=show.month(one.month, reader)) if one.month else say("from_ever")
        found.append(DraftLine(say("version", number=one.version), f"/rules/differences?to=v{one.rule_book_id}", since))
    return found


@post("/drafts", opt=EDIT, status_code=303, request_max_body_size=LARGEST)
async def begin(request: Req) -> Response[str] | Redirect:
    """Begin a draft: with the text that was sent, else as a version."""
    sent = await form_of(request)
    try:
        done = await once(request, sent, lambda: _begun(request, sent))
    except ShifenError as refusal:
        return await _page(request, refusal, sent.typed("name"))
    return said(done.address, "draft_begun")


async def _begun(request: Req, sent: Form) -> str:
    books = {row.id for row in await scoring.queries.rules.rule_books()}
    text = sent.document("text")
    number = await scoring.operations.drafts.create_draft(
        name=sent.text("name", 200),
        text=text or None,
        base_id=one_of(sent.text("base", 10), books),
        actor=request.state.actor,
    )
    return f"/drafts/{number}"


@post("/drafts/file", opt=EDIT, status_code=303, request_max_body_size=LARGEST)
async def take_in(request: Req) -> Response[str] | Redirect:
    """Begin a draft with a TOML file."""
    sent = await form_of(request)
    try:
        done = await once(request, sent, lambda: _taken_in(request, sent))
    except ShifenError as refusal:
        return await _page(request, refusal, sent.typed("name"))
    return said(done.address, "draft_begun")


async def _taken_in(request: Req, sent: Form) -> str:
    file = sent.file("file")
    if file is None:
        raise Invalid(problem("no_file", "请选择一个文件。", "Choose a file."))
    text = scoring.operations.drafts.text_of_file(await file.read())
    name = sent.text("name", 200) or scoring.operations.drafts.title_of(text, file.filename)
    return f"/drafts/{await scoring.operations.drafts.create_draft(name=name, text=text, actor=request.state.actor)}"


HANDLERS = (drafts_page, begin, take_in)

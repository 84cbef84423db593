"""One change set: the preview with whom it moves, the hearings, and the decision of the second person."""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

import months.queries.changes
from core.clock import now
from core.errors import ShifenError
from core.language import current
from months.changes import payloads
from months.changes.preview import Preview
from months.operations import changes
from months.operations.changing.applying import StaleError
from months.queries import deciding
from months.queries.change_names import names_of, report_of
from months.queries.changes import ChangeRow, HearingRow
from org.roles import Action
from web import show
from web.forms import Form, form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.changes.parts import DECIDE, MAKE, SEE, crumbs, named, number, parts, say, state_of, words
from web.render import fragment
from web.sentences.changes import WAYS
from web.views.changes import ChangeView, Found, Heard, Part
from web.views.shell import Link

STEPS = 2
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/changes/{change_id:int}", opt=SEE)
async def change_page(request: Req, change_id: FromPath[int]) -> Response[str]:
    """Show a change set with its preview, or how far the preview is."""
    return await _page(request, change_id)


async def _page(request: Req, change_id: int, refusal: ShifenError | None = None) -> Response[str]:
    row = await months.queries.changes.change(change_id)
    found = await months.queries.changes.preview_of(change_id)
    can, viewer = allowed(request.state.viewer), request.state.viewer
    undecided = row.state == "open" or row.revivable
    reasons = await deciding.problems(row.id, row.kind, viewer.account_id, now()) if undecided else ()
    reader = current()
    state, tone = state_of(row)
    view = ChangeView(
        words=words(),
        crumbs=crumbs(number(row)),
        key=row.id,
        title=row.title,
        state=state,
        tone=tone,
        subtitle=_subtitle(row, found),
        links=(Link(say("workbook"), f"/changes/{row.id}/files/xlsx", "download"),) if found else (),
        parts=parts(row, await named(row.month)),
        **_hearings(await months.queries.changes.hearings(row.id)),
        why=row.why,
        people=tuple(_people(row)),
        **_progress(row),
        found=await _found(request, row, found) if found and not row.working else None,
        digest=row.preview_digest or "",
        seal=(row.preview_digest or "")[:8],
        reasons=tuple(one.read(reader) for one in reasons),
        open=undecided,
        may_apply=Action.APPLY_CHANGE in can and not reasons and found is not None and not row.working,
        may_cancel=row.state != "cancelled" and Action.PROPOSE_CHANGE in can,
        may_ask=undecided and Action.PROPOSE_CHANGE in can,
        cancel=say("undo" if row.state == "applied" else "cancel"),
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )
    return html(request, "change.html", view, refusal.status if refusal else 200)


def _subtitle(row: ChangeRow, found: Preview | None) -> str:
    reader = current()
    way = WAYS[found.way].read(reader) if found else "–"
    return say("about", id=number(row), month=show.month(row.month, reader), way=way)


def _people(row: ChangeRow) -> list[Part]:
    def when(at: Any) -> str:  # noqa: ANN401 - a moment that has happened
        return show.moment(at, current(), short=True)

    told = [say("made", who=row.maker, when=when(row.made_at))]
    if row.applied_at:
        told.append(say("applied_by", who=row.decider or "–", when=when(row.applied_at)))
    if row.cancelled_at:
        word = "undone_by" if row.applied_at else "cancelled_by"
        told.append(say(word, who=row.canceller or "–", when=when(row.cancelled_at), why=row.cancelled_why or ""))
    return [Part("", one) for one in told]


def _hearings(rows: tuple[HearingRow, ...]) -> dict[str, Any]:
    moment, reader = now(), current()
    found = []
    for one in rows:
        if one.answered_at is not None:
            state, tone = (say("agrees"), "good") if one.agrees else (say("disagrees"), "warn")
        elif moment < one.until:
            state, tone = say("until", when=show.until(one.until, reader, short=True)), "blue"
        else:
            state, tone = say("passed"), ""
        found.append(Heard(one.unit_name.read(reader), state, tone, one.answer or ""))
    answered = sum(one.answered_at is not None for one in rows)
    return {"heard": tuple(found), "heard_count": f"{answered} / {len(rows)}" if rows else ""}


def _progress(row: ChangeRow) -> dict[str, Any]:
    """Return how far the preview is, and what stands against it."""
    if row.failure is not None and row.state == "open":
        told = say("failed", reason=row.failure.read(current()))
    elif row.working:
        told = say("working", done=row.done, steps=STEPS) if row.done else say("waiting")
    else:
        told = ""
    poll = f"/changes/{row.id}/progress" if row.working else ""
    return {"say": told, "bad": row.failure is not None, "poll": poll, "done": row.done, "steps": STEPS}


async def _found(request: Req, row: ChangeRow, found: Preview) -> Found:
    from web.pages.changes.found import found_view

    query = request.query_params
    wish = (query.get("kind", ""), query.get("group", ""), query.get("side", ""))
    names = await names_of(row.month, found, row.payload.get("rule_book_id"))
    about = await deciding.units_of(row.kind, payloads.read(row.kind, row.payload), row.month)
    return await asyncio.to_thread(found_view, found, names, wish, about)


@get("/changes/{change_id:int}/progress", opt=SEE)
async def progress(change_id: FromPath[int]) -> Response[str]:
    """Return how far the preview is, as a piece of the page; when it has ended the page is asked for anew."""
    row = await months.queries.changes.change(change_id)
    if not row.working:
        return Response("", media_type="text/html", headers={"hx-refresh": "true"})
    view = {"words": words(), **_progress(row)}
    return Response(fragment("_trial.html", view=view), media_type="text/html")


@get("/changes/{change_id:int}/files/{form:str}", opt=SEE)
async def file(change_id: FromPath[int], form: FromPath[str]) -> Response[bytes]:
    """Return the preview as a workbook, or its units as CSV."""
    from months.simulation import tables

    writers: dict[str, tuple[Callable[..., bytes], str]] = {
        "xlsx": (tables.workbook, XLSX),
        "csv": (tables.csv_file, "text/csv; charset=utf-8"),
    }
    row = await months.queries.changes.change(change_id)
    found = await months.queries.changes.preview_of(change_id)
    if form not in writers or found is None:
        raise NotFoundException
    write, media_type = writers[form]
    names = await names_of(row.month, found, row.payload.get("rule_book_id"))
    content = await asyncio.to_thread(write, report_of(found), names, current())
    headers = {"content-disposition": f'attachment; filename="shifen-change-{row.id}.{form}"'}
    return Response(content, media_type=media_type, headers=headers)


@post("/changes/{change_id:int}/apply", opt=DECIDE, status_code=303)
async def apply(request: Req, change_id: FromPath[int]) -> Response[str] | Redirect:
    """Let the change set count, as it was seen."""
    sent = await form_of(request)

    async def effect() -> str:
        await changes.apply(change_id=change_id, preview_digest=sent.text("digest", 64), actor=request.state.actor)
        return f"/changes/{change_id}"

    return await _done(request, sent, change_id, effect, "change_applied")


@post("/changes/{change_id:int}/cancel", opt=MAKE, status_code=303)
async def cancel(request: Req, change_id: FromPath[int]) -> Response[str] | Redirect:
    """Cancel the change set, or undo it."""
    sent = await form_of(request)

    async def effect() -> str:
        await changes.cancel(change_id=change_id, why=sent.text("why"), actor=request.state.actor)
        return f"/changes/{change_id}"

    return await _done(request, sent, change_id, effect, "change_cancelled")


@post("/changes/{change_id:int}/preview", opt=MAKE, status_code=303)
async def ask(request: Req, change_id: FromPath[int]) -> Response[str] | Redirect:
    """Ask for a new preview."""
    sent = await form_of(request)

    async def effect() -> str:
        await changes.ask_preview(change_id=change_id, actor=request.state.actor)
        return f"/changes/{change_id}"

    return await _done(request, sent, change_id, effect, "preview_asked")


async def _done(
    request: Req, sent: Form, change_id: int, effect: Callable[[], Any], word: str
) -> Response[str] | Redirect:
    try:
        await once(request, sent, effect)
    except StaleError as stale:
        await changes.keep(change_id, stale.preview)
        return await _page(request, change_id, stale)
    except ShifenError as refusal:
        return await _page(request, change_id, refusal)
    return said(f"/changes/{change_id}", word)


HANDLERS = (change_page, progress, file, apply, cancel, ask)

"""One draft: its text, what is found in it, trying it on past months, proposing it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import leaderboards.queries.rule_checks
import months.operations.publishing
import months.operations.simulating
import months.queries.publishing
import months.queries.simulations
import scoring.operations.drafts
import scoring.queries.drafts
from core import period
from core.clock import now, today
from core.errors import Conflict, ShifenError
from core.language import current
from scoring.queries.drafts import Checked, Draft
from web import show
from web.forms import Form, form_of
from web.frame import Req, html, said
from web.numbers import month_key, whole
from web.once import once
from web.pages.drafts.listing import LARGEST
from web.pages.drafts.parts import (
    EDIT,
    MOST_FINDINGS,
    SEE,
    crumbs,
    faces,
    findings,
    may_edit,
    proposal_lines,
    say,
    tally,
    told,
    trial_lines,
    words,
)
from web.render import fragment
from web.views.drafts import DraftView, MonthBox
from web.views.shell import Choice, Link

MONTHS_AHEAD = 12
CHOSEN_AT_FIRST = 3
"""So many of the last months are ticked for a trial."""


@get("/drafts/{draft_id:int}", opt=SEE)
async def draft_page(request: Req, draft_id: FromPath[int]) -> Response[str]:
    """Show one draft."""
    return await _page(request, draft_id)


async def _page(
    request: Req, draft_id: int, refusal: ShifenError | None = None, at: str = "save", sent: Form | None = None
) -> Response[str]:
    found = await scoring.queries.drafts.draft(draft_id)
    text = sent.document("text", found.text) if sent and at == "save" else found.text
    checked = await scoring.queries.drafts.checked_text(text)
    moved = at == "save" and isinstance(refusal, Conflict)
    seen = whole(sent.text("revision", 9)) if sent else None
    view = DraftView(
        words=words(),
        crumbs=crumbs((found.name, "")),
        faces=faces(draft_id, "text_tab"),
        key=draft_id,
        name=sent.typed("name") if sent and at == "save" else found.name,
        subtitle=_subtitle(found),
        text=text,
        revision=seen if moved and seen is not None else found.revision,
        newest=found.revision,
        **_found(checked),
        data_checks=f"/drafts/{draft_id}/data-checks" if checked.sound and not sent else "",
        months=await _months(sent if at == "try" else None),
        trials=trial_lines(await months.queries.simulations.simulations(draft_id)),
        ahead=tuple(await _ahead(sent if at == "propose" else None)),
        proposals=proposal_lines(await months.queries.publishing.proposals(draft_id)),
        links=_links(found),
        may_edit=may_edit(request),
        moved_on=say("save_over", number=found.revision) if moved else "",
        **_errors(refusal, at),
        why=sent.typed("why") if sent else "",
    )
    return html(request, "draft.html", view, refusal.status if refusal else 200)


def _errors(refusal: ShifenError | None, at: str) -> dict[str, Any]:
    places = (("save", "error"), ("try", "trial_error"), ("propose", "propose_error"))
    return {name: told(refusal) if at == place else "" for place, name in places}


def _found(checked: Checked) -> dict[str, Any]:
    more = len(checked.problems) - MOST_FINDINGS
    return {
        "findings": findings(checked.problems),
        "tally": tally(checked.problems),
        "more_findings": say("more_findings", n=more) if more > 0 else "",
        "sound": checked.sound,
    }


def _subtitle(found: Draft) -> str:
    base = say("version", number=found.base_version) if found.base_version else say("from_scratch")
    when = show.moment(found.saved_at, current(), short=True)
    parts = (
        say("owner", who=found.owner_name or "–"),
        f"{say('began_as')} {base}",
        say("revision", number=found.revision),
        say("saved", who=found.saved_by_name or "–", when=when),
    )
    return " · ".join(parts)


def _links(found: Draft) -> tuple[Link, ...]:
    base = f"from=v{found.base_id}&" if found.base_id else ""
    return (
        Link(say("export"), f"/drafts/{found.id}/file", "file-down"),
        Link(say("differences"), f"/rules/differences?{base}to=d{found.id}", "git-compare"),
    )


async def _months(sent: Form | None) -> tuple[MonthBox, ...]:
    reader = current()
    known = await months.queries.simulations.months_with_facts()
    running = period.month_at(now())
    usual = [str(one) for one in known if one != running][:CHOSEN_AT_FIRST]
    wished = sent.texts("month") if sent else usual
    return tuple(
        MonthBox(str(one), show.month(one, reader), str(one) in wished, say("running") if one == running else "")
        for one in known
    )


async def _ahead(sent: Form | None) -> list[Choice]:
    """Return the months from which new rules may hold."""
    reader, running = current(), period.month_of(today())
    wish = sent.text("month", 6) if sent else ""
    months_ahead = [period.shifted(running, n) for n in range(1, MONTHS_AHEAD + 1)]
    return [
        Choice(str(one), show.month(one, reader), str(one) == wish)
        for one in months_ahead
        if await months.queries.publishing.month_problem(one, now()) is None
    ]


@post("/drafts/{draft_id:int}", opt=EDIT, status_code=303, request_max_body_size=LARGEST)
async def save(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Save the text over the revision it was made from; what is refused stays in the form."""
    sent = await form_of(request)
    try:
        await once(request, sent, lambda: _saved(request, sent, draft_id))
    except ShifenError as refusal:
        return await _page(request, draft_id, refusal, "save", sent)
    return said(f"/drafts/{draft_id}", "draft_saved")


async def _saved(request: Req, sent: Form, draft_id: int) -> str:
    stored = await scoring.queries.drafts.draft(draft_id)
    await scoring.operations.drafts.save_draft(
        draft_id=draft_id,
        revision=sent.whole("revision", 1, 10**9 - 1),
        text=sent.document("text", stored.text),
        name=sent.text("name", 200),
        actor=request.state.actor,
    )
    return f"/drafts/{draft_id}"


@post("/drafts/{draft_id:int}/discard", opt=EDIT, status_code=303)
async def discard(request: Req, draft_id: FromPath[int]) -> Redirect:
    """Take a draft off the list."""
    await form_of(request)
    await scoring.operations.drafts.discard_draft(draft_id=draft_id, actor=request.state.actor)
    return said("/drafts", "draft_discarded")


@get("/drafts/{draft_id:int}/file", opt=SEE)
async def export(draft_id: FromPath[int]) -> Response[bytes]:
    """Return the draft as a file of the same bytes."""
    found = await scoring.queries.drafts.draft(draft_id)
    headers = {"content-disposition": f'attachment; filename="shifen-rules-draft-{draft_id}.toml"'}
    return Response(found.text.encode(), media_type="application/toml", headers=headers)


@get("/drafts/{draft_id:int}/data-checks", opt=SEE)
async def data_checks(draft_id: FromPath[int]) -> Response[str]:
    """Return what the last months show of a draft, as a piece of its page."""
    found = await scoring.queries.drafts.draft(draft_id)
    checked = await scoring.queries.drafts.checked_text(found.text)
    problems = (
        await leaderboards.queries.rule_checks.problems_with_months(checked.book)
        if checked.book is not None and checked.sound
        else ()
    )
    return Response(
        fragment("_checks.html", checks=findings(problems), nothing=say("no_findings")), media_type="text/html"
    )


@post("/drafts/{draft_id:int}/try", opt=EDIT, status_code=303)
async def try_out(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Ask for a trial on the chosen months."""
    sent = await form_of(request)
    try:
        done = await once(request, sent, lambda: _tried(request, sent, draft_id))
    except ShifenError as refusal:
        return await _page(request, draft_id, refusal, "try", sent)
    return Redirect(done.address, status_code=303)


async def _tried(request: Req, sent: Form, draft_id: int) -> str:
    number = await months.operations.simulating.ask_simulation(
        draft_id=draft_id,
        revision=sent.whole("revision", 1, 10**9 - 1),
        months=[month for one in sent.texts("month") if (month := month_key(one)) is not None],
        actor=request.state.actor,
    )
    return f"/simulations/{number}"


@post("/drafts/{draft_id:int}/propose", opt=EDIT, status_code=303)
async def propose(request: Req, draft_id: FromPath[int]) -> Response[str] | Redirect:
    """Put the draft before a second person."""
    sent = await form_of(request)
    try:
        done = await once(request, sent, lambda: _proposed(request, sent, draft_id))
    except ShifenError as refusal:
        return await _page(request, draft_id, refusal, "propose", sent)
    return said(done.address, "rules_proposed")


async def _proposed(request: Req, sent: Form, draft_id: int) -> str:
    number = await months.operations.publishing.propose_rules(
        draft_id=draft_id,
        revision=sent.whole("revision", 1, 10**9 - 1),
        month=sent.whole("month", 200001, 209912),
        why=sent.text("why", 500),
        actor=request.state.actor,
    )
    return f"/rule-proposals/{number}"


HANDLERS = (draft_page, save, discard, export, data_checks, try_out, propose)

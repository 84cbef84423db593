"""A unit that a change would cost an award reads what concerns itself, and answers."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import months.queries.changes
from core.clock import now
from core.errors import Invalid, ShifenError, problem
from core.language import current
from core.points import cents_text
from months.changes.guards import public_places
from months.changes.preview import Preview, Way
from months.operations.changing import hearing
from months.queries.calendar import month_row
from months.queries.change_names import names_of
from months.queries.changes import ChangeRow, HearingRow
from org.roles import Action
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.once import once
from web.pages.changes.parts import say, words
from web.views.changes import HearingView, Part

OWN = {"action": Action.ACCOUNT_SELF}


async def _own(request: Req, hearing_id: int) -> HearingRow:
    """Return a hearing of a unit that the reader stands for; another's is not there."""
    row = await months.queries.changes.hearing(hearing_id)
    if row is None or row.unit_id not in request.state.scope.own:
        raise hearing.no_hearing()
    return row


@get("/hearings/{hearing_id:int}", opt=OWN)
async def hearing_page(request: Req, hearing_id: FromPath[int]) -> Response[str]:
    """Show what a change would mean for one's own unit."""
    return await _page(request, hearing_id)


async def _page(request: Req, hearing_id: int, refusal: ShifenError | None = None) -> Response[str]:
    row = await _own(request, hearing_id)
    change = await months.queries.changes.change(row.change_set_id)
    found = await months.queries.changes.preview_of(row.change_set_id)
    reader, rests = current(), not public_places((await month_row(change.month, now())).state)
    beside = found is not None and found.way is Way.RESTATE
    over = row.answered_at is None and (rests or now() >= row.until or change.state != "open")
    view = HearingView(
        words=words(),
        about=say("heard_about_beside" if beside else "heard_about"),
        key=row.id,
        title=change.title,
        unit=f"{row.unit_name.read(reader)} · {show.month(change.month, reader)}",
        facts=await _facts(row, change, found) if found and not rests else (),
        why=change.why,
        until=_until(row, rests=rests, over=over),
        answer=say("heard_done", answer=row.answer or say("heard_agree")) if row.answered_at else "",
        may_answer=row.answered_at is None and not over,
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )
    return html(request, "hearing.html", view, refusal.status if refusal else 200)


def _until(row: HearingRow, *, rests: bool, over: bool) -> str:
    """Return how long the unit may answer; a month that rests tells neither that nor any number, not even that it is decided."""
    if rests or over:
        return say("heard_rests" if rests else "heard_over")
    return say("heard_until", when=show.until(row.until, current(), short=True))


async def _facts(row: HearingRow, change: ChangeRow, found: Preview) -> tuple[Part, ...]:
    """Return what the change means for this unit alone."""
    names = await names_of(change.month, found, change.payload.get("rule_book_id"))
    award = say("heard_award_beside" if found.way is Way.RESTATE else "heard_award")
    told = [
        Part(award, names.awards[one.award].read(current()))
        for one in found.report.awards
        if one.unit == row.unit_id and not one.won and one.award in names.awards
    ]
    for card in found.report.cards:
        if row.unit_id in card.units:
            at = card.units.index(row.unit_id)
            old, new = (_total(column[at]) for column in (card.old, card.new))
            told.append(Part(say("heard_total"), f"{old} → {new}"))
            told.append(Part(say("heard_place"), f"{card.old_rank[at] or '–'} → {card.new_rank[at] or '–'}"))
    return tuple(told)


def _total(cents: int | None) -> str:
    return "–" if cents is None else show.minus(cents_text(cents))


@post("/hearings/{hearing_id:int}", opt=OWN, status_code=303)
async def answer(request: Req, hearing_id: FromPath[int]) -> Response[str] | Redirect:
    """Say what is to be said."""
    await _own(request, hearing_id)
    sent = await form_of(request)

    async def effect() -> str:
        act = sent.text("act", 10)
        if act not in {"agree", "disagree"}:
            raise Invalid(problem("no_decision", "请选择同意或不同意。", "Choose whether you agree."))
        await hearing.answer(
            hearing_id=hearing_id, agrees=act == "agree", text=sent.text("text"), actor=request.state.actor
        )
        return f"/hearings/{hearing_id}"

    try:
        await once(request, sent, effect)
    except ShifenError as refusal:
        return await _page(request, hearing_id, refusal)
    return said(f"/hearings/{hearing_id}", "hearing_answered")


HANDLERS = (hearing_page, answer)

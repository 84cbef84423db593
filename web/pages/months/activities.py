"""The activities of a month: one's own on a phone in the hall, and the list of those who check."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import months.queries.activities
import months.queries.calendar
import org.queries
from core import evidence, period
from core.clock import now, today
from core.errors import Invalid, NotFound, ShifenError, problem
from core.evidence import Evidence
from core.language import current
from core.points import plain_text
from months.lifecycle import OPEN, State
from months.operations.activities import check_record, revoke_record, submit_record
from months.planning.recording import MOST_AT_ONCE, checkable, may_judge_all
from months.queries.activities import RecordRow
from months.queries.calendar import MonthRow
from org.organisation import Organisation
from org.roles import Action
from org.visibility import Viewer
from scoring.book_parts import Activity
from scoring.queries.rules import rules_of
from web import show
from web.forms import Form, form_of
from web.frame import Req, html, my_unit, said
from web.once import once
from web.pages.months.parts import month_choices, path_to
from web.sentences.activities import TITLE, WORDS, words
from web.sentences.teller import teller
from web.views.activities import ActivitiesView, OwnActivity, RecordView
from web.views.shell import Choice

OPT = {"action": Action.RECORD_ACTIVITY}
CHECK = {"action": Action.CHECK_ACTIVITY}
MOST_UNITS, MOST_SHOWN, MOST_WAITING = 400, 60, 200
say = teller(WORDS)


@get("/activities", opt=OPT)
async def activities_now(request: Req) -> Redirect:
    """Go on to the activities of the month that runs, else of the newest that is announced."""
    rows = [row for row in await months.queries.calendar.months() if row.state not in {State.DRAFT, State.CANCELLED}]
    wish = request.query_params.get("month", "")
    chosen = next((row for row in rows if str(row.month) == wish), None) or _running(rows)
    if chosen is None:
        raise NotFound(problem("no_month", WORDS["no_month"].zh, WORDS["no_month"].en))
    return Redirect(f"/months/{chosen.month}/activities")


def _running(rows: Sequence[MonthRow]) -> MonthRow | None:
    return next((row for row in rows if row.month <= period.month_at(now())), rows[-1] if rows else None)


@get("/months/{month:int}/activities", opt=OPT)
async def activities_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show what the month asks for, how far the reader's unit has come, and the records."""
    return await _page(request, await _announced(month))


async def _announced(month: int) -> MonthRow:
    row = await months.queries.calendar.month_row(month)
    if row.state is State.DRAFT:
        raise NotFound(problem("not_announced", "这个月还没有发布。", "This month is not announced yet."))
    return row


async def _page(
    request: Req, row: MonthRow, refusal: ShifenError | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    reader, month, viewer = current(), row.month, request.state.viewer
    organisation = await org.queries.organisation_of_month(month)
    rules = await rules_of(month)
    theme = rules.book.themes.get(rules.theme or "")
    asked = tuple(theme.activities.values()) if theme else ()
    unit = my_unit(viewer, organisation)
    given = typed or {}
    units = _units(viewer, request, organisation, {kind for one in asked for kind in one.kinds}, given.get("unit", ""))
    found, submitted = await _records(request, month), await _records(request, month, "submitted", MOST_WAITING)
    rows = await months.queries.calendar.months()
    shown = [one.month for one in rows if one.state not in {State.DRAFT, State.CANCELLED}]
    judged, to_check = ([_record(one, asked, viewer, organisation, row) for one in some] for some in (found, submitted))
    view = ActivitiesView(
        month=month,
        title=TITLE.read(reader),
        subtitle=f"{show.month(month, reader)} · {theme.name.read(reader) if theme else ''}",
        crumbs=path_to(month, TITLE),
        months=month_choices(shown, month),
        unit=unit.name(reader) if unit else "",
        own=await _own(month, unit.id) if unit else (),
        activities=tuple(Choice(one.code, one.name.read(reader), one.code == given.get("activity")) for one in asked),
        units=units,
        first=period.first_day(month).isoformat(),
        last=min(today(), period.next_first_day(month) - timedelta(days=1)).isoformat(),
        may_record=bool(units and asked) and row.state in OPEN and now() < row.cut_off_at,
        why_not="" if row.state in OPEN and now() < row.cut_off_at else say("closed"),
        evidence=True,
        problems=tuple(str(one.sentence) for one in refusal.problems) if refusal else (),
        typed=given,
        waiting=tuple(one for one in to_check if one.may_check),
        records=tuple(one for one in judged if not one.may_check),
        words=words(),
    )
    return html(request, "activities.html", view, refusal.status if refusal else 200)


async def _records(request: Req, month: int, state: str | None = None, most: int = MOST_SHOWN) -> tuple[RecordRow, ...]:
    """Return the records that are the reader's business: of the own unit, of those one manages, or of all."""
    ids = None if may_judge_all(request.state.viewer) else request.state.scope.own
    return await months.queries.activities.records(month, ids, state, most=most)


def _units(
    viewer: Viewer, request: Req, organisation: Organisation, kinds: set[str], chosen: str
) -> tuple[Choice, ...]:
    """Return the units for which the reader may record, one's own first."""
    own = sorted(request.state.scope.own, key=lambda one: (one != viewer.unit_id, one))
    found = [unit for unit in map(organisation.unit, own) if unit is not None and {unit.kind, unit.post or ""} & kinds]
    return tuple(Choice(str(unit.id), unit.name(current()), str(unit.id) == chosen) for unit in found[:MOST_UNITS])


async def _own(month: int, unit_id: int) -> tuple[OwnActivity, ...]:
    found = await months.queries.activities.own(month, unit_id)
    lines = {line.code: line for line in found.lines}
    shown = []
    for one in found.asked:
        line, waits = lines.get(one.code), found.waiting.get(one.code, 0)
        points = line.points if line else "0.00"
        count = say("so_far", count=line.count if line else 0)
        shown.append(
            OwnActivity(
                name=one.name.read(current()),
                told=f"{_worth(one)} · {count}",
                points=points.replace("-", "−"),
                share=_share(one, points),
                of="" if one.cap is None else say("of_cap", cap=plain_text(one.cap, 2)),
                waiting=say("waiting", n=waits) if waits else "",
            )
        )
    return tuple(shown)


def _worth(one: Activity) -> str:
    parts = [say("each", points=plain_text(one.points, 2).replace("-", "−")) if one.points else say("nothing")]
    if one.cap is not None:
        parts.append(say("cap", cap=plain_text(one.cap, 2)))
    return " · ".join(parts)


def _share(one: Activity, points: str) -> int:
    """Return how much of the cap is reached, in whole per cent."""
    if not one.cap:
        return 0
    cents = int(points.replace(".", "").replace("-", ""))
    return min(100, cents * 100 // int(abs(one.cap) * 100))


def _record(
    one: RecordRow, asked: Sequence[Activity], viewer: Viewer, organisation: Organisation, row: MonthRow
) -> RecordView:
    reader, terms = current(), next((each for each in asked if each.code == one.activity), None)
    state = "revoked" if one.revoked_at else one.state
    judges = row.state in OPEN and one.submitted_by != viewer.account_id
    judges = judges and checkable(viewer, organisation, one.unit_id, terms.checker if terms else "organiser")
    why = one.revoked_why or one.reason
    return RecordView(
        id=one.id,
        unit=one.unit_name.read(reader),
        code=one.unit_code,
        activity=terms.name.read(reader) if terms else one.activity,
        told=say("told", day=show.day(one.on_day, "short", reader), count=one.count, name=one.submitter or "–"),
        note=one.note,
        evidence=one.evidence_name or (say("file") if one.evidence else ""),
        evidence_href=f"/activities/{one.id}/evidence" if one.evidence else "",
        state=say(state),
        tone={"submitted": "warn", "valid": "good", "rejected": "bad", "revoked": "bad"}[state],
        decided=" · ".join(part for part in (_decided(one), say("because", why=why) if why else "") if part),
        may_check=judges and one.state == "submitted",
        may_revoke=judges and one.counts,
    )


def _decided(one: RecordRow) -> str:
    if one.checked_at is None:
        return ""
    checked = say("decided", name=one.checker or "–", when=show.moment(one.checked_at, current(), short=True))
    if one.revoked_at is None:
        return checked
    revoked = say("revoked_by", name=one.revoker or "–", when=show.moment(one.revoked_at, current(), short=True))
    return f"{checked} · {revoked}"


@post("/months/{month:int}/activities", opt=OPT, status_code=303, request_max_body_size=evidence.LARGEST_FORM)
async def submit(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Record what was done."""
    sent, row = await form_of(request), await _announced(month)
    try:
        await once(request, sent, lambda: _submitted(request, sent, month))
    except ShifenError as refusal:
        typed = {name: sent.typed(name) for name in ("activity", "unit", "on", "count", "note")}
        return await _page(request, row, refusal, typed)
    return said(f"/months/{month}/activities", "activity_recorded")


async def _submitted(request: Req, sent: Form, month: int) -> str:
    shown = await _shown(request, sent)
    await submit_record(
        month=month,
        activity=sent.text("activity", 48),
        unit_id=sent.whole("unit", 1, 2_000_000_000),
        on=_day(sent.text("on", 10)),
        count=sent.whole("count", 1, MOST_AT_ONCE),
        note=sent.text("note", 501),
        evidence=shown.sha256 if shown else None,
        evidence_name=shown.filename if shown else None,
        viewer=request.state.viewer,
        actor=request.state.actor,
    )
    return f"/months/{month}/activities"


async def _shown(request: Req, sent: Form) -> Evidence | None:
    """Keep the file that was sent along; None without one. Invalid for what is not taken."""
    file = sent.file("evidence")
    if file is None:
        return None
    content = await file.read()
    return await asyncio.to_thread(evidence.keep, evidence.folder(request.app.state.settings), content, file.filename)


@get("/activities/{record_id:int}/evidence", opt=OPT)
async def shown_evidence(request: Req, record_id: FromPath[int]) -> Response[bytes]:
    """Hand the file of a record to those whose business it is, never to be opened inside the page."""
    record = await months.queries.activities.record(record_id)
    mine = record.unit_id in request.state.scope.own or may_judge_all(request.state.viewer)
    if not mine or record.evidence is None:
        raise NotFound(problem("no_such_record", "没有这条登记。", "There is no such record."))
    name = record.evidence_name or "evidence"
    content = await asyncio.to_thread(evidence.read, evidence.folder(request.app.state.settings), record.evidence)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(problem("bad_day", WORDS["bad_day"].zh, WORDS["bad_day"].en)) from None


@post("/activities/{record_id:int}/check", opt=CHECK, status_code=303)
async def decide(request: Req, record_id: FromPath[int]) -> Response[str] | Redirect:
    """Find a record valid, reject it, or revoke it."""
    sent = await form_of(request)
    record = await months.queries.activities.record(record_id)
    who = {"viewer": request.state.viewer, "actor": request.state.actor}
    act = sent.typed("act")
    try:
        why = sent.text("reason", 500)
        if act not in {"accept", "reject", "revoke"}:
            raise Invalid(problem("no_decision", "请选择裁定。", "Choose the decision."))
        if act == "revoke":
            await revoke_record(record_id=record_id, why=why, **who)
        else:
            await check_record(record_id=record_id, valid=act == "accept", reason=why, **who)
    except ShifenError as refusal:
        return await _page(request, await _announced(record.month), refusal)
    return said(f"/months/{record.month}/activities", "activity_revoked" if act == "revoke" else "activity_checked")


HANDLERS = (activities_now, activities_page, submit, decide, shown_evidence)

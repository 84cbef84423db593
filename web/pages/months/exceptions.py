"""The page of a month's exclusions and adjustments, for those who run the contest."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import months.queries.changes
import months.queries.exclusions
from core.clock import now
from core.errors import Invalid, Problem, ShifenError
from core.language import Text, current
from core.points import fixed
from months.changes.payloads import NAMES, Kind
from months.guards import require_begun
from months.lifecycle import State
from months.operations import changes
from months.queries.calendar import month_row
from months.queries.exclusions import AdjustmentEntry, ExclusionRow
from org.organisation import Organisation
from org.roles import Action
from scoring.posted_reason import reason_in
from web import show
from web.forms import Form, form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.changes.parts import line
from web.pages.months.parts import path_to
from web.sentences.exceptions import TITLE, WHATS, WORDS
from web.sentences.teller import teller
from web.views.exceptions import AdjustmentView, ExceptionsView, ExclusionView
from web.views.shell import Choice

SEE = {"action": Action.APPROVE_CLOSE}
PROPOSE = {"action": Action.ADJUST_POINTS}
TYPED = ("unit", "what", "points", "reason", "evidence")
MOST_CENTS = 100_000
BESIDE = frozenset({Kind.ADJUSTMENT, Kind.EXCLUSION, Kind.RED_LINE})
say = teller(WORDS)


@get("/months/{month:int}/exceptions", opt=SEE)
async def exceptions_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show who is left out of a month, and which points were adjusted."""
    return await _page(request, month)


async def _page(
    request: Req, month: int, refusal: ShifenError | None = None, typed: dict[str, str] | None = None
) -> Response[str]:
    given = typed or {}
    reader, row = current(), await month_row(month)
    over = row.state is State.CANCELLED
    can = allowed(request.state.viewer)
    found = await months.queries.exclusions.exclusions(month)
    adjusted = await months.queries.exclusions.adjustments(month)
    view = ExceptionsView(
        month=month,
        subtitle=f"{show.month(month, reader)} · {say('subtitle')}",
        crumbs=path_to(month, TITLE),
        waiting=tuple(line(one) for one in await months.queries.changes.open_of_month(month) if one.kind in BESIDE),
        exclusions=tuple(_exclusion(one, month, can, over=over) for one in found),
        adjustments=tuple(_adjustment(one, month) for one in adjusted),
        whats=tuple(Choice(code, words.read(reader), code == given.get("what")) for code, words in WHATS.items()),
        out=given if "what" in given else {},
        points={} if "what" in given else given,
        problems=tuple(one.sentence.read(reader) for one in refusal.problems) if refusal else (),
        may_propose=Action.ADJUST_POINTS in can and not over,
        may_adjust=Action.ADJUST_POINTS in can and not over,
        over=say("over") if over else "",
    )
    return html(request, "exceptions.html", view, refusal.status if refusal else 200)


def _exclusion(one: ExclusionRow, month: int, can: frozenset[Action], *, over: bool) -> ExclusionView:
    state = "lifted" if one.lifted_at else one.decision or "waiting"
    tones = {"waiting": "warn", "approved": "blue"}
    told = [_by("proposed_by", one.proposer, one.proposed_at)]
    if one.decided_at and one.decision in {"approved", "rejected"}:
        told.append(_by("decided_by", one.decider, one.decided_at))
    if one.lifted_at:
        told.append(_by("lifted_by", one.lifter, one.lifted_at, one.lifted_why))
    return ExclusionView(
        id=one.id,
        unit=one.unit_name.read(current()),
        code=one.unit_code,
        href=f"/units/{one.unit_id}?month={month}",
        what=WHATS[one.what].read(current()),
        reason=one.reason,
        state=say(state),
        tone=tones.get(state, ""),
        told=" · ".join(told),
        may_lift=one.stands and Action.ADJUST_POINTS in can and not over,
    )


def _by(words: str, name: str | None, at: datetime, why: str | None = None) -> str:
    return say(words, name=name or "–", when=show.moment(at, current(), short=True), why=why or "")


def _adjustment(one: AdjustmentEntry, month: int) -> AdjustmentView:
    return AdjustmentView(
        unit=one.unit_name.read(current()),
        code=one.unit_code,
        href=f"/units/{one.unit_id}?month={month}",
        points=show.signed(Decimal(one.points), 2, current()),
        reason=reason_in(one.reason, current()),
        evidence=one.evidence or "",
        told=_by("adjusted_by", one.approver, one.at),
    )


@post("/months/{month:int}/exclusions", opt=PROPOSE, status_code=303)
async def propose(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Propose to leave a unit out, or to end an exclusion: a change set."""
    sent = await form_of(request)

    async def effect() -> str:
        if sent.text("lift", 10):
            payload: dict[str, object] = {"lift": sent.whole("lift", 1, 2**31 - 1)}
        else:
            payload = {"unit_id": _unit_of(request, sent), "what": _what(sent.text("what", 10))}
        return await _proposed(request, month, Kind.EXCLUSION, payload, sent.text("reason"))

    return await _done(request, sent, month, effect)


@post("/months/{month:int}/adjustments", opt=PROPOSE, status_code=303)
async def adjust(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Propose signed points beside a unit's card: a change set."""
    sent = await form_of(request)

    async def effect() -> str:
        require_begun(month, now())
        payload: dict[str, object] = {
            "unit_id": _unit_of(request, sent),
            "points": _cents(sent.text("points", 12)),
            "evidence": sent.text("evidence", 500) or None,
        }
        return await _proposed(request, month, Kind.ADJUSTMENT, payload, sent.text("reason"))

    return await _done(request, sent, month, effect)


async def _proposed(request: Req, month: int, kind: Kind, payload: dict[str, object], reason: str) -> str:
    title = f"{NAMES[kind].read(current())}：{reason}"[:160]
    number = await changes.propose(
        month=month, kind=kind, payload=payload, title=title, why=reason, actor=request.state.actor
    )
    return f"/changes/{number}"


async def _done(request: Req, sent: Form, month: int, effect: Callable[[], Awaitable[str]]) -> Response[str] | Redirect:
    try:
        done = await once(request, sent, effect)
    except ShifenError as refusal:
        return await _page(request, month, refusal, {name: sent.typed(name) for name in TYPED if name in sent.fields})
    return said(done.address, "change_proposed")


def _what(text: str) -> str:
    if text not in WHATS:
        raise _wrong("no_such_exclusion", WORDS["no_what"])
    return text


def _unit_of(request: Req, sent: Form) -> int:
    organisation: Organisation = request.state.organisation
    code = sent.text("unit", 32)
    unit = organisation.by_code.get(code)
    if unit is None:
        raise _wrong("no_such_unit", WORDS["no_unit"].format(code=code))
    return unit.id


def _cents(text: str) -> int:
    try:
        cents = fixed(text.replace("−", "-").replace("+", ""), 2)
    except (ValueError, ArithmeticError):
        raise _wrong("bad_points", WORDS["no_points"]) from None
    if not 0 < abs(cents) <= MOST_CENTS:
        raise _wrong("bad_points", WORDS["no_points"])
    return cents


def _wrong(code: str, sentence: Text) -> Invalid:
    return Invalid(Problem(code=code, sentence=sentence))


HANDLERS = (exceptions_page, propose, adjust)

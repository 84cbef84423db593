"""The life of a month beyond its closing: announcement, branches, reopening, ceremony, public notice."""

from typing import Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.months import Done, Why
from api.schemas import Code, Number, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from core.errors import NotFound, problem
from months.operations import announcing, branches, objecting, releasing, reopening
from months.queries import branches as branch_rows
from months.queries import calendar
from months.queries import notice as notices
from months.queries.awards import known_winners
from months.queries.branches import BranchRow
from months.queries.notice import Notice
from org.roles import Action
from rewards.queries import Winner
from web.frame import allowed

TAGS = ["months"]


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One award, or one winner of it."""

    award: Code
    unit_id: Number | None = None


class Objecting(msgspec.Struct, forbid_unknown_fields=True):
    """An objection to one award of one unit."""

    award: Code
    unit_id: Number
    text: Words


class Deciding(msgspec.Struct, forbid_unknown_fields=True):
    """The decision of an objection, with its reason."""

    decision: Literal["upheld", "rejected"]
    reason: Words


class Made(msgspec.Struct):
    """The number of what was made."""

    id: int


@post("/api/v1/months/{month:int}/announcement/proposal", opt={"action": Action.PLAN_MONTH}, status_code=200, tags=TAGS)
async def propose_announcement(request: Req, month: PathMonth) -> Response[Done]:
    """Put the month as it is planned before a second person."""

    async def effect() -> Done:
        await announcing.propose_announcement(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post(
    "/api/v1/months/{month:int}/announcement/withdrawal", opt={"action": Action.PLAN_MONTH}, status_code=200, tags=TAGS
)
async def withdraw_announcement(request: Req, month: PathMonth) -> Response[Done]:
    """Take the announcement's proposal back."""

    async def effect() -> Done:
        await announcing.withdraw_announcement(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/reopening", opt={"action": Action.REOPEN_MONTH}, status_code=200, tags=TAGS)
async def reopen(request: Req, month: PathMonth, data: JSONBody[Why]) -> Response[Done]:
    """Open a closed month again before its publication; the next closing is a new version."""

    async def effect() -> Done:
        await reopening.reopen(month=checked(month), why=data.why, actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@get("/api/v1/months/{month:int}/branches", opt={"action": Action.APPROVE_CLOSE}, tags=TAGS)
async def month_branches(month: PathMonth) -> list[BranchRow]:
    """List the branches where some are closed before the others; else nothing."""
    return list(await branch_rows.branches(checked(month)))


@post(
    "/api/v1/months/{month:int}/branches/{branch:int}/proposal",
    opt={"action": Action.PROPOSE_CLOSE},
    status_code=200,
    tags=TAGS,
)
async def propose_branch(request: Req, month: PathMonth, branch: UnitId) -> Response[Made]:
    """Propose to close a branch before the others."""

    async def effect() -> Made:
        return Made(await branches.propose_branch(month=checked(month), unit_id=branch, actor=request.state.actor))

    return await once(request, effect)


@post(
    "/api/v1/months/{month:int}/branches/{branch:int}/approval",
    opt={"action": Action.APPROVE_CLOSE},
    status_code=200,
    tags=TAGS,
)
async def approve_branch(request: Req, month: PathMonth, branch: UnitId) -> Response[Done]:
    """Close a branch as the second person; its later facts count for this month no longer."""

    async def effect() -> Done:
        await branches.approve_branch(month=checked(month), unit_id=branch, actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post(
    "/api/v1/months/{month:int}/branches/{branch:int}/reopening",
    opt={"action": Action.PROPOSE_CLOSE},
    status_code=200,
    tags=TAGS,
)
async def open_branch(request: Req, month: PathMonth, branch: UnitId, data: JSONBody[Why]) -> Response[Done]:
    """Take a branch's proposal back, or open the closed branch again."""

    async def effect() -> Done:
        await branches.open_branch(month=checked(month), unit_id=branch, why=data.why, actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/revelations", opt={"action": Action.REVEAL_AWARDS}, status_code=200, tags=TAGS)
async def reveal(request: Req, month: PathMonth, data: JSONBody[Line]) -> Response[list[Winner]]:
    """Make an award, or one winner of it, public during the embargo; return the winners that everybody knows now."""

    async def effect() -> list[Winner]:
        await releasing.reveal(month=checked(month), award=data.award, unit_id=data.unit_id, actor=request.state.actor)
        return list(await known_winners(await calendar.month_row(month), ()) or ())

    return await once(request, effect)


@post("/api/v1/months/{month:int}/ceremony/end", opt={"action": Action.REVEAL_AWARDS}, status_code=200, tags=TAGS)
async def end_ceremony(request: Req, month: PathMonth) -> Response[Done]:
    """End the ceremony: the result is public."""

    async def effect() -> Done:
        await releasing.end_ceremony(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post(
    "/api/v1/months/{month:int}/ceremony/cancellation",
    opt={"action": Action.REVEAL_AWARDS},
    status_code=200,
    tags=TAGS,
)
async def cancel_ceremony(request: Req, month: PathMonth, data: JSONBody[Why]) -> Response[Done]:
    """Call the ceremony off: the result is published without it."""

    async def effect() -> Done:
        await releasing.cancel_ceremony(month=checked(month), why=data.why, actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@get("/api/v1/months/{month:int}/notice", opt={"action": Action.SEE_AWARDS}, tags=TAGS)
async def public_notice(request: Req, month: PathMonth) -> Notice:
    """Return the public notice of a published month; who objected and why is told to those who decide, but not about an own unit."""
    await calendar.month_row(checked(month))
    found = await notices.notice(month)
    if found is None:
        raise NotFound(problem("not_published", "结果还没有公布。", "The result is not published yet."))
    viewer = request.state.viewer
    return await notices.read_by(found, viewer.account_id, judges=Action.DECIDE_OBJECTION in allowed(viewer))


@get("/api/v1/months/{month:int}/payable", opt={"action": Action.EXPORT_RESULTS}, tags=TAGS)
async def payable(month: PathMonth) -> list[Winner]:
    """List the awards that may be paid: the notice over, no objection to the line open or upheld."""
    return list(await notices.payable(checked(month)))


@post("/api/v1/months/{month:int}/objections", opt={"action": Action.OBJECT_TO_RESULT}, status_code=201, tags=TAGS)
async def object_to(request: Req, month: PathMonth, data: JSONBody[Objecting]) -> Response[Made]:
    """Object to one line of the public notice."""

    async def effect() -> Made:
        number = await objecting.object_to(
            month=checked(month), award=data.award, unit_id=data.unit_id, text=data.text, actor=request.state.actor
        )
        return Made(number)

    return await once(request, effect, 201)


@post("/api/v1/objections/{number:int}/decision", opt={"action": Action.DECIDE_OBJECTION}, status_code=200, tags=TAGS)
async def decide_objection(request: Req, number: PathNumber, data: JSONBody[Deciding]) -> Response[Made]:
    """Uphold or reject an objection, with the reason."""

    async def effect() -> Made:
        await objecting.decide_objection(
            objection_id=number, decision=data.decision, reason=data.reason, actor=request.state.actor
        )
        return Made(number)

    return await once(request, effect)


async def _done(month: int) -> Done:
    return Done(month, (await calendar.month_row(month)).state)


HANDLERS = (
    propose_announcement, withdraw_announcement, reopen, month_branches, propose_branch, approve_branch, open_branch,
    reveal, end_ceremony, cancel_ceremony, public_notice, payable, object_to, decide_objection,
)  # fmt: skip

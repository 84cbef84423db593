"""Service months: their state, planning, and closing by two people."""

from datetime import datetime

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.schemas import Code, First, Limit, Number, PathMonth, Words
from api.schemas import month as checked
from core.errors import NotFound, Problem
from leaderboards.faces import shown
from months.disclosure import no_such_month, sees_month
from months.operations import announcing, closing, planning, releasing
from months.operations.closing import Closed
from months.queries import calendar, sealed
from months.queries.calendar import MonthPage, MonthRow
from months.queries.sealed import Late
from org.roles import ALLOWED, Action
from org.visibility import Face


class NewMonth(msgspec.Struct, forbid_unknown_fields=True):
    """A month to be planned."""

    month: int
    theme: Code
    rule_book_id: Number


class Why(msgspec.Struct, forbid_unknown_fields=True):
    """A reason."""

    why: Words


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """A proposal to close; soft reasons against it may be waived by name, with a reason."""

    waivers: list[Code] = []
    why: Words | None = None


class Done(msgspec.Struct):
    """What was done to which month."""

    month: int
    state: str


class MonthDocument(msgspec.Struct):
    """A month with every reason that stands against its next step: closing, publishing, ending the ceremony, settling."""

    month: MonthRow
    problems: list[Problem]
    waivable: list[str]
    proposed_at: datetime | None
    proposed_by: str | None
    waiting_for_restatement: list[Late]


MOST_LATE = 200
SEE = {"action": Action.SEE_MONTH}


@get("/api/v1/months", opt=SEE, tags=["months"])
async def every_month(request: Req) -> list[MonthRow]:
    """List the service months, the newest first; those that are not announced yet are told to those who plan them."""
    roles = request.state.viewer.roles
    return [told(row) for row in await calendar.months() if sees_month(row.announced_at, roles)]


@get("/api/v1/months/{month:int}", opt=SEE, tags=["months"])
async def one_month(request: Req, month: PathMonth) -> MonthDocument:
    """Return a month; what stands against its closing is told to those who may close it."""
    page = await calendar.month_page(checked(month))
    if not sees_month(page.row.announced_at, request.state.viewer.roles):
        raise NotFound(no_such_month())
    return _document(page, organises=_organises(request))


@post("/api/v1/months", opt={"action": Action.PLAN_MONTH}, status_code=201, tags=["months"])
async def plan(request: Req, data: JSONBody[NewMonth]) -> Response[Done]:
    """Plan a month."""

    async def effect() -> Done:
        await planning.plan_month(
            month=checked(data.month), theme=data.theme, rule_book_id=data.rule_book_id, actor=request.state.actor
        )
        return await _done(data.month)

    return await once(request, effect, 201)


@post(
    "/api/v1/months/{month:int}/announcement", opt={"action": Action.ANNOUNCE_MONTH}, status_code=200, tags=["months"]
)
async def announce(request: Req, month: PathMonth) -> Response[Done]:
    """Announce a planned month."""

    async def effect() -> Done:
        await announcing.announce(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/cancellation", opt={"action": Action.PLAN_MONTH}, status_code=200, tags=["months"])
async def cancel(request: Req, month: PathMonth, data: JSONBody[Why]) -> Response[Done]:
    """Call a month off."""

    async def effect() -> Done:
        await planning.cancel(month=checked(month), why=data.why, actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/proposal", opt={"action": Action.PROPOSE_CLOSE}, status_code=200, tags=["months"])
async def propose(request: Req, month: PathMonth, data: JSONBody[Proposal]) -> Response[Done]:
    """Propose to close a month."""

    async def effect() -> Done:
        await closing.propose_close(month=checked(month), actor=request.state.actor, waivers=data.waivers, why=data.why)
        return await _done(month)

    return await once(request, effect)


@post(
    "/api/v1/months/{month:int}/proposal/withdrawal",
    opt={"action": Action.PROPOSE_CLOSE},
    status_code=200,
    tags=["months"],
)
async def withdraw(request: Req, month: PathMonth) -> Response[Done]:
    """Take a proposal back."""

    async def effect() -> Done:
        await closing.withdraw_proposal(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/approval", opt={"action": Action.APPROVE_CLOSE}, status_code=200, tags=["months"])
async def approve(request: Req, month: PathMonth) -> Response[Closed]:
    """Close a month for good, as the second person."""

    async def effect() -> Closed:
        return await closing.approve_close(month=checked(month), actor=request.state.actor)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/publication", opt={"action": Action.PUBLISH_MONTH}, status_code=200, tags=["months"])
async def publish(request: Req, month: PathMonth) -> Response[Done]:
    """Make a closed month public."""

    async def effect() -> Done:
        await releasing.release(month=checked(month), actor=request.state.actor)
        return await _done(month)

    return await once(request, effect)


@get("/api/v1/months/{month:int}/late-facts", opt={"action": Action.APPROVE_CLOSE}, tags=["months"])
async def late(month: PathMonth, first: First = 0, limit: Limit = 50) -> list[Late]:
    """List the facts that came after the closing and wait for a restatement."""
    found = await sealed.waiting_for_restatement(checked(month))
    return list(found[first : first + limit])


async def _done(month: int) -> Done:
    return Done(month, (await calendar.month_row(month)).state)


def told(row: MonthRow) -> MonthRow:
    """Return a month without the numbers that count what was done behind its face, for those who are shown that."""
    if row.public or shown() is Face.INNER or (shown() is Face.HOST and row.released_at):
        return row
    return msgspec.structs.replace(row, closing_id=None, snapshot_id=None, closed_by=None)


def _organises(request: Req) -> bool:
    roles = request.state.viewer.roles
    return any(Action.PROPOSE_CLOSE in ALLOWED[role] or Action.APPROVE_CLOSE in ALLOWED[role] for role in roles)


def _document(page: MonthPage, *, organises: bool) -> MonthDocument:
    proposal = page.proposal if organises else None
    return MonthDocument(
        month=told(page.row),
        problems=list(page.problems) if organises else [],
        waivable=list(page.waivable) if organises else [],
        proposed_at=proposal.proposed_at if proposal else None,
        proposed_by=str(proposal.proposer.name) if proposal else None,
        waiting_for_restatement=list(page.waiting[:MOST_LATE]) if organises else [],
    )


HANDLERS = (every_month, one_month, plan, announce, cancel, propose, withdraw, approve, publish, late)

"""Payout lists: what of a published month is paid, proposed by one person, approved by another."""

import msgspec
from litestar import Response, get, post

from api.answers import Req, once
from api.schemas import PathMonth, PathNumber
from api.schemas import month as checked
from months.operations import paying
from months.payouts import PayLine, Waiting
from months.queries import calendar, payouts
from months.queries.payouts import PayoutList
from org.roles import Action

TAGS = ["months"]
WHO = {"action": Action.DECIDE_PAYOUT}


class Payouts(msgspec.Struct):
    """The lists made so far, what the next one would hold, and the lines that wait with every reason."""

    lists: list[PayoutList]
    due: list[PayLine]
    waiting: list[Waiting]


class PayoutNumber(msgspec.Struct):
    """The number of a payout list within its month."""

    number: int


@get("/api/v1/months/{month:int}/payouts", opt=WHO, tags=TAGS)
async def month_payouts(month: PathMonth) -> Payouts:
    """Return the payout lists of a month, what is due beyond them, and what waits for what."""
    await calendar.month_row(checked(month))
    due = await payouts.due(month)
    return Payouts(list(await payouts.lists(month)), list(due.lines), list(due.waiting))


@post("/api/v1/months/{month:int}/payouts", opt=WHO, status_code=201, tags=TAGS)
async def propose_payout(request: Req, month: PathMonth) -> Response[PayoutNumber]:
    """Propose to pay what is due now; refused before the public notice is over, with every reason."""

    async def effect() -> PayoutNumber:
        return PayoutNumber(await paying.propose_payout(month=checked(month), actor=request.state.actor))

    return await once(request, effect, 201)


@post("/api/v1/months/{month:int}/payouts/{number:int}/approval", opt=WHO, status_code=200, tags=TAGS)
async def approve_payout(request: Req, month: PathMonth, number: PathNumber) -> Response[PayoutNumber]:
    """Approve a list as the second person; from then on it never changes."""

    async def effect() -> PayoutNumber:
        await paying.approve_payout(month=checked(month), number=number, actor=request.state.actor)
        return PayoutNumber(number)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/payouts/{number:int}/withdrawal", opt=WHO, status_code=200, tags=TAGS)
async def withdraw_payout(request: Req, month: PathMonth, number: PathNumber) -> Response[PayoutNumber]:
    """Take a proposed list back."""

    async def effect() -> PayoutNumber:
        await paying.withdraw_payout(month=checked(month), number=number, actor=request.state.actor)
        return PayoutNumber(number)

    return await once(request, effect)


HANDLERS = (month_payouts, propose_payout, approve_payout, withdraw_payout)

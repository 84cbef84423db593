"""Units left out of a month, and points adjusted beside the card: who proposed, who decided, why."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.schemas import First, Limit, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from months.operations import exclusions
from months.queries.exclusions import AdjustmentEntry, ExclusionRow
from months.queries.exclusions import adjustments as adjustment_rows
from months.queries.exclusions import exclusions as exclusion_rows
from org.roles import Action

SEE = {"action": Action.APPROVE_CLOSE}
PROPOSE = {"action": Action.ADJUST_POINTS}


class ExclusionWish(msgspec.Struct, forbid_unknown_fields=True):
    """What a unit is to be left out of, and why."""

    what: Annotated[Literal["award", "statistics", "both"], msgspec.Meta(examples=["award"])]
    reason: Words


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a proposal is approved."""

    approve: bool


class LiftingWish(msgspec.Struct, forbid_unknown_fields=True):
    """Why an exclusion ends."""

    why: Words


class Kept(msgspec.Struct):
    """The number of the exclusion."""

    id: int


@get("/api/v1/months/{month:int}/exclusions", opt=SEE, tags=["cards"])
async def every_exclusion(month: PathMonth, first: First = 0, limit: Limit = 50) -> list[ExclusionRow]:
    """List the units left out of a month's award or statistics, and the proposals to leave some out."""
    return list((await exclusion_rows(checked(month)))[first : first + limit])


@get("/api/v1/months/{month:int}/adjustments", opt=SEE, tags=["cards"])
async def every_adjustment(month: PathMonth, first: First = 0, limit: Limit = 50) -> list[AdjustmentEntry]:
    """List the adjustments of a month with their reasons and who approved them."""
    return list((await adjustment_rows(checked(month)))[first : first + limit])


@post(
    "/api/v1/months/{month:int}/units/{unit_id:int}/exclusions",
    opt={**PROPOSE, "unit": "unit_id"},
    status_code=201,
    tags=["cards"],
)
async def propose(request: Req, month: PathMonth, unit_id: UnitId, data: JSONBody[ExclusionWish]) -> Response[Kept]:
    """Propose to leave a unit out; a second person decides."""

    async def effect() -> Kept:
        number = await exclusions.propose_exclusion(
            month=checked(month), unit_id=unit_id, what=data.what, reason=data.reason, actor=request.state.actor
        )
        return Kept(number)

    return await once(request, effect, 201)


@post("/api/v1/exclusions/{exclusion_id:int}/decision", opt=SEE, status_code=200, tags=["cards"])
async def decide(request: Req, exclusion_id: PathNumber, data: JSONBody[Decision]) -> Response[Kept]:
    """Approve or reject a proposal, as the second person."""

    async def effect() -> Kept:
        await exclusions.decide_exclusion(exclusion_id=exclusion_id, approve=data.approve, actor=request.state.actor)
        return Kept(exclusion_id)

    return await once(request, effect)


@post("/api/v1/exclusions/{exclusion_id:int}/withdrawal", opt=PROPOSE, status_code=200, tags=["cards"])
async def withdraw(request: Req, exclusion_id: PathNumber) -> Response[Kept]:
    """Take one's own proposal back."""

    async def effect() -> Kept:
        await exclusions.withdraw_exclusion(exclusion_id=exclusion_id, actor=request.state.actor)
        return Kept(exclusion_id)

    return await once(request, effect)


@post("/api/v1/exclusions/{exclusion_id:int}/lifting", opt=SEE, status_code=200, tags=["cards"])
async def lift(request: Req, exclusion_id: PathNumber, data: JSONBody[LiftingWish]) -> Response[Kept]:
    """End an exclusion that stands, with the reason."""

    async def effect() -> Kept:
        await exclusions.lift_exclusion(exclusion_id=exclusion_id, why=data.why, actor=request.state.actor)
        return Kept(exclusion_id)

    return await once(request, effect)


HANDLERS = (every_exclusion, every_adjustment, propose, decide, withdraw, lift)

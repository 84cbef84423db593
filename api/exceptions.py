"""Units left out of a month, and points adjusted beside the card: who proposed, who decided, why."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.schemas import First, Limit, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from months.changes.payloads import NAMES, Kind
from months.operations import changes
from months.queries.exclusions import AdjustmentEntry, ExclusionRow, month_of_exclusion
from months.queries.exclusions import adjustments as adjustment_rows
from months.queries.exclusions import exclusions as exclusion_rows
from org.roles import Action

SEE = {"action": Action.APPROVE_CLOSE}
PROPOSE = {"action": Action.ADJUST_POINTS}


class ExclusionWish(msgspec.Struct, forbid_unknown_fields=True):
    """What a unit is to be left out of, and why."""

    what: Annotated[Literal["award", "statistics", "both"], msgspec.Meta(examples=["award"])]
    reason: Words


class LiftingWish(msgspec.Struct, forbid_unknown_fields=True):
    """Why an exclusion ends."""

    why: Words


class Kept(msgspec.Struct):
    """The number of the change set that was proposed."""

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
    status_code=202,
    tags=["cards"],
)
async def propose(request: Req, month: PathMonth, unit_id: UnitId, data: JSONBody[ExclusionWish]) -> Response[Kept]:
    """Propose to leave a unit out: a change set, which a second person applies."""

    async def effect() -> Kept:
        return await _proposed(request, checked(month), {"unit_id": unit_id, "what": data.what}, data.reason)

    return await once(request, effect, 202)


@post("/api/v1/exclusions/{exclusion_id:int}/lifting", opt=PROPOSE, status_code=202, tags=["cards"])
async def lift(request: Req, exclusion_id: PathNumber, data: JSONBody[LiftingWish]) -> Response[Kept]:
    """Propose to end an exclusion that stands: a change set, which a second person applies."""

    async def effect() -> Kept:
        month = await month_of_exclusion(exclusion_id)
        return await _proposed(request, month, {"lift": exclusion_id}, data.why)

    return await once(request, effect, 202)


async def _proposed(request: Req, month: int, payload: dict[str, object], reason: str) -> Kept:
    title = f"{NAMES[Kind.EXCLUSION].zh}：{reason}"[:160]
    number = await changes.propose(
        month=month, kind=Kind.EXCLUSION, payload=payload, title=title, why=reason, actor=request.state.actor
    )
    return Kept(number)


HANDLERS = (every_exclusion, every_adjustment, propose, lift)

"""Activities of a month: what is asked, records, their checking by others."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

from api.answers import Req, once
from api.evidence import LARGEST_BODY, FileWish, kept
from api.schemas import INT4, NO_CONTROLS, Code, First, Limit, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from core.errors import NotFound, problem
from leaderboards.queries.activities import ActivityLine
from months.lifecycle import HIDDEN, State
from months.operations.activities import check_record, revoke_record, submit_record
from months.planning.recording import MOST_AT_ONCE, may_judge_all
from months.queries import activities, calendar
from months.queries.activities import RecordRow
from org.roles import Action
from scoring.book_parts import Activity

OPT = {"action": Action.RECORD_ACTIVITY}
CHECK = {"action": Action.CHECK_ACTIVITY}


class RecordWish(msgspec.Struct, forbid_unknown_fields=True):
    """What was done: which activity, for which unit, on which day of the month, how often."""

    activity: Code
    unit_id: Annotated[int, msgspec.Meta(ge=1, le=INT4)]
    on: date
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 1
    note: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_CONTROLS)] = ""
    evidence: FileWish | None = None


class CheckWish(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a record is valid; rejecting one takes a reason."""

    valid: bool
    reason: Annotated[str, msgspec.Meta(max_length=500, pattern=NO_CONTROLS)] = ""


class Revocation(msgspec.Struct, forbid_unknown_fields=True):
    """Why a valid record counts no longer."""

    why: Words


class Recorded(msgspec.Struct):
    """The number of the record."""

    id: int


@get("/api/v1/months/{month:int}/activities", opt=OPT, tags=["activities"])
async def asked(month: PathMonth) -> list[Activity]:
    """List what the month asks for: points for each valid record, cap, who checks it."""
    await _announced(checked(month))
    return list(await activities.activities_of_month(month))


@get("/api/v1/months/{month:int}/units/{unit_id:int}/activities", opt=OPT, tags=["activities"])
async def own(request: Req, month: PathMonth, unit_id: UnitId) -> list[ActivityLine]:
    """Return what activities have brought a unit so far; while the month is frozen to its own people only."""
    row = await _announced(checked(month))
    scope = request.state.scope
    seen = scope.live(unit_id) if row in HIDDEN else scope.detail(unit_id)
    if not seen:
        raise NotFound(problem("no_such_unit", "没有这个单位。", "There is no such unit."))
    return list((await activities.own(month, unit_id)).lines)


@get("/api/v1/months/{month:int}/activity-records", opt=OPT, tags=["activities"])
async def records(request: Req, month: PathMonth, first: First = 0, limit: Limit = 50) -> list[RecordRow]:
    """List records of one's own units, the newest first; the organisers see all."""
    ids = None if may_judge_all(request.state.viewer) else request.state.scope.own
    return list(await activities.records(checked(month), ids, first=first, most=limit))


@post(
    "/api/v1/months/{month:int}/activity-records",
    opt=OPT,
    status_code=201,
    request_max_body_size=LARGEST_BODY,
    tags=["activities"],
)
async def submit(request: Req, month: PathMonth, data: JSONBody[RecordWish]) -> Response[Recorded]:
    """Record that a unit did what an activity asks for; it counts when somebody else has checked it."""

    async def effect() -> Recorded:
        shown = await kept(request, data.evidence) if data.evidence else None
        number = await submit_record(
            month=checked(month),
            activity=data.activity,
            unit_id=data.unit_id,
            on=data.on,
            count=data.count,
            note=data.note,
            evidence=shown.sha256 if shown else None,
            evidence_name=shown.filename if shown else None,
            viewer=request.state.viewer,
            actor=request.state.actor,
        )
        return Recorded(number)

    return await once(request, effect, 201)


@post("/api/v1/activity-records/{record_id:int}/check", opt=CHECK, status_code=200, tags=["activities"])
async def check(request: Req, record_id: PathNumber, data: JSONBody[CheckWish]) -> Response[Recorded]:
    """Find a record valid or reject it, as somebody else than who recorded it."""

    async def effect() -> Recorded:
        await check_record(
            record_id=record_id,
            valid=data.valid,
            reason=data.reason,
            viewer=request.state.viewer,
            actor=request.state.actor,
        )
        return Recorded(record_id)

    return await once(request, effect)


@post("/api/v1/activity-records/{record_id:int}/revocation", opt=CHECK, status_code=200, tags=["activities"])
async def revoke(request: Req, record_id: PathNumber, data: JSONBody[Revocation]) -> Response[Recorded]:
    """Let a valid record count no longer, with the reason; it stays readable."""

    async def effect() -> Recorded:
        await revoke_record(record_id=record_id, why=data.why, viewer=request.state.viewer, actor=request.state.actor)
        return Recorded(record_id)

    return await once(request, effect)


async def _announced(month: int) -> State:
    state = (await calendar.month_row(month)).state
    if state is State.DRAFT:
        raise NotFound(problem("not_announced", "这个月还没有发布。", "This month is not announced yet."))
    return state


HANDLERS = (asked, own, records, submit, check, revoke)

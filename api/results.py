"""What a month brought: awards and why not me, coaching, the exports of a closed month."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, PathParameter

import coaching.operations
import coaching.queries
import rewards.queries
from api.answers import Req, once
from api.imports import XLSX, attachment
from api.schemas import NO_CONTROLS, Code, First, Limit, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from coaching.queries import Assignment
from core import language
from core.clock import now
from core.errors import Refused, problem
from core.period import month_of
from months import disclosure
from months.changes.payloads import NAMES, Kind
from months.guards import require_begun
from months.operations import changes
from months.queries import calendar
from months.queries.awards import known_winners
from months.queries.results import results
from org.refusals import no_such
from org.roles import Action
from org.visibility import may
from rewards.queries import WhyNot, Winner

ExportForm = Annotated[Literal["xlsx", "csv", "json"], PathParameter(description="Kind of file.")]


class Note(msgspec.Struct, forbid_unknown_fields=True):
    """What was done in a step."""

    note: Annotated[str, msgspec.Meta(max_length=2000, pattern=NO_CONTROLS)] | None = None


class AdjustmentWish(msgspec.Struct, forbid_unknown_fields=True):
    """Signed points in cents, why, and where the evidence lies."""

    cents: Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]
    reason: Words
    evidence: Words | None = None


class RedLineWish(msgspec.Struct, forbid_unknown_fields=True):
    """A verified misconduct by its code in the rule book."""

    on: date
    code: Code
    reason: Words


class Entered(msgspec.Struct):
    """The number of the change set that was proposed."""

    id: int


@get("/api/v1/months/{month:int}/awards", opt={"action": Action.SEE_AWARDS}, tags=["awards"])
async def awards(request: Req, month: PathMonth) -> list[Winner]:
    """List the winners of a closed month as far as they may be known: during the embargo those revealed so far."""
    row = await calendar.month_row(checked(month))
    won = await known_winners(row, request.state.viewer.roles)
    if won is None:
        raise Refused(problem("not_published", "结果还没有公布。", "The result is not published yet."))
    return list(won)


@get(
    "/api/v1/months/{month:int}/units/{unit_id:int}/awards",
    opt={"action": Action.SEE_UNIT, "unit": "unit_id"},
    tags=["awards"],
)
async def why_not(request: Req, month: PathMonth, unit_id: UnitId) -> list[WhyNot]:
    """Tell of each award whether the unit won it, or every gate that it failed."""
    row = await calendar.month_row(checked(month))
    if row.final and not disclosure.sees_results(row.state, request.state.viewer.roles):
        raise Refused(problem("not_published", "结果还没有公布。", "The result is not published yet."))
    return list(await rewards.queries.why_not(month, unit_id, named=row.final))


@get("/api/v1/months/{month:int}/coaching", opt={"action": Action.SEE_COACHING}, tags=["coaching"])
async def assignments(request: Req, month: PathMonth, first: First = 0, limit: Limit = 50) -> list[Assignment]:
    """List the coaching assignments of a month: one's own and those of the units one manages."""
    found = await coaching.queries.assignments(checked(month), request.state.scope)
    return list(found[first : first + limit])


@get("/api/v1/units/{unit_id:int}/coaching", opt={"action": Action.SEE_COACHING, "unit": "unit_id"}, tags=["coaching"])
async def assignment(unit_id: UnitId) -> Assignment:
    """Return the newest coaching assignment of a unit."""
    found = await coaching.queries.assignment(unit_id)
    if found is None:
        raise no_such("帮扶", "coaching assignment")
    return found


@post(
    "/api/v1/coaching/{assignment_id:int}/steps/{number:int}",
    opt={"action": Action.TICK_STEP},
    status_code=200,
    tags=["coaching"],
)
async def tick(
    request: Req, assignment_id: PathNumber, number: PathNumber, data: JSONBody[Note]
) -> Response[Assignment]:
    """Mark the next step of a plan as done."""
    found = await coaching.queries.assignment_by_id(assignment_id)
    state = request.state
    if found is None or not may(state.viewer, Action.TICK_STEP, found.unit_id, state.organisation):
        raise no_such("帮扶", "coaching assignment")

    async def effect() -> Assignment:
        await coaching.operations.tick_step(
            assignment_id=assignment_id, number=number, note=data.note, actor=state.actor
        )
        return await coaching.queries.assignment_by_id(assignment_id) or found

    return await once(request, effect)


@get("/api/v1/months/{month:int}/export/{form:str}", opt={"action": Action.EXPORT_RESULTS}, tags=["exports"])
async def export(request: Req, month: PathMonth, form: ExportForm) -> Response[bytes]:
    """Return a closed month as a workbook, as CSV files in a ZIP, or as JSON, with its digest."""
    from months.exports import files

    found = await results(checked(month), request.state.viewer, request.state.organisation)
    if form == "xlsx":
        return attachment(files.xlsx(found, language.current()), f"shifen-{month}.xlsx", XLSX)
    if form == "csv":
        return attachment(files.csv_zip(found, language.current()), f"shifen-{month}.zip", "application/zip")
    return attachment(files.json_bytes(found), f"shifen-{month}.json", "application/json")


@post(
    "/api/v1/months/{month:int}/units/{unit_id:int}/adjustments",
    opt={"action": Action.ADJUST_POINTS, "unit": "unit_id"},
    status_code=202,
    tags=["cards"],
)
async def adjust(request: Req, month: PathMonth, unit_id: UnitId, data: JSONBody[AdjustmentWish]) -> Response[Entered]:
    """Propose signed points beside a unit's card, with a reason; a change set, which a second person applies."""

    async def effect() -> Entered:
        require_begun(checked(month), now())
        payload = {"unit_id": unit_id, "points": data.cents, "evidence": data.evidence}
        return await _proposed(request, checked(month), Kind.ADJUSTMENT, payload, data.reason)

    return await once(request, effect, 202)


@post(
    "/api/v1/units/{unit_id:int}/red-lines",
    opt={"action": Action.ADJUST_POINTS, "unit": "unit_id"},
    status_code=202,
    tags=["cards"],
)
async def red_line(request: Req, unit_id: UnitId, data: JSONBody[RedLineWish]) -> Response[Entered]:
    """Propose a verified red-line event of a unit; a change set, which a second person applies."""

    async def effect() -> Entered:
        require_begun(month_of(data.on), now())
        payload = {"unit_id": unit_id, "on": data.on.isoformat(), "code": data.code}
        return await _proposed(request, month_of(data.on), Kind.RED_LINE, payload, data.reason)

    return await once(request, effect, 202)


async def _proposed(request: Req, month: int, kind: Kind, payload: Mapping[str, object], reason: str) -> Entered:
    title = f"{NAMES[kind].zh}：{reason}"[:160]
    number = await changes.propose(
        month=month, kind=kind, payload=payload, title=title, why=reason, actor=request.state.actor
    )
    return Entered(number)


HANDLERS = (awards, why_not, assignments, assignment, tick, export, adjust, red_line)

"""Losses that are passed on: the ledger of the city, a department's lines and answers, whose a unit's loss is."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, once
from api.schemas import INT4, NO_CONTROLS, PathCode, PathMonth, UnitId
from api.schemas import month as checked
from leaderboards.answering import LONGEST, Answer
from leaderboards.operations import answer_loss
from leaderboards.queries import drilling, line_facts, passed_on, upstream
from leaderboards.queries.drilling import Drill
from leaderboards.queries.line_facts import LineFacts
from leaderboards.queries.passed_on import CityLosses, DepartmentLosses
from leaderboards.queries.upstream import UnitLosses
from org.refusals import no_such
from org.roles import Action
from org.visibility import may

UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
CauseCode = Annotated[str, msgspec.Meta(max_length=48, pattern=NO_CONTROLS, examples=["no_signal"])]
AskedCause = Annotated[
    str,
    QueryParameter(max_length=48, pattern=NO_CONTROLS, description="Code of a cause, empty for the part without one."),
]
Said = Annotated[str, msgspec.Meta(max_length=LONGEST, pattern=NO_CONTROLS)]
Under = Annotated[
    int | None, QueryParameter(ge=1, le=INT4, description="A unit inside, to be taken apart in its turn.")
]


class LossAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Taken on, with what is done and by when; or contested with a reason and figures or evidence."""

    cause: CauseCode = ""
    accepted: bool
    reason: Said = ""
    figures: Said = ""
    done_by: date | None = None


class LossAnswered(msgspec.Struct):
    """The number of the answer; it moves no points by itself."""

    id: int


@get("/api/v1/months/{month:int}/losses", opt={"action": Action.SEE_LEDGER}, tags=["losses"])
async def city(month: PathMonth) -> CityLosses:
    """Return what the branches lost and at which department it arrived, with the state of the answers; for organisers."""
    return await passed_on.city_losses(month=checked(month))


@get("/api/v1/months/{month:int}/units/{unit_id:int}/losses", opt=UNIT, tags=["losses"])
async def of_unit(month: PathMonth, unit_id: UnitId) -> UnitLosses:
    """Return which part of a unit's loss was caused elsewhere, whose it is, and what the departments answered."""
    return await upstream.unit_losses(unit_id, month=checked(month))


@get("/api/v1/months/{month:int}/units/{unit_id:int}/losses/{kpi:str}", opt=UNIT, tags=["losses"])
async def drilled(request: Req, month: PathMonth, unit_id: UnitId, kpi: PathCode, under: Under = None) -> Drill:
    """Return a unit's loss on one KPI by the units beneath, with mix and offsets as a line of its own."""
    return await drilling.drill(unit_id, kpi, request.state.scope, under=under, month=checked(month))


@get("/api/v1/months/{month:int}/departments/{unit_id:int}/losses", opt={**UNIT}, tags=["losses"])
async def of_department(month: PathMonth, unit_id: UnitId) -> DepartmentLosses:
    """Return the lines passed on to a department: points of the city, branches, words of customers, answers, the cheapest cure."""
    return await passed_on.department_losses(unit_id, month=checked(month))


@get("/api/v1/months/{month:int}/departments/{unit_id:int}/losses/{kpi:str}", opt={**UNIT}, tags=["losses"])
async def facts(request: Req, month: PathMonth, unit_id: UnitId, kpi: PathCode, cause: AskedCause = "") -> LineFacts:
    """Return one line of a department down to its facts; units within a branch are named only to their own people."""
    return await line_facts.line_facts(unit_id, kpi, cause, request.state.scope, month=checked(month))


@post(
    "/api/v1/months/{month:int}/departments/{unit_id:int}/losses/{kpi:str}/answers",
    opt={"action": Action.ANSWER_LOSS},
    status_code=201,
    tags=["losses"],
)
async def answer(
    request: Req, month: PathMonth, unit_id: UnitId, kpi: PathCode, data: JSONBody[LossAnswer]
) -> Response[LossAnswered]:
    """Take a line on or contest it; answers are only ever added, and points stay as they are."""
    if not may(request.state.viewer, Action.ANSWER_LOSS, unit_id, request.state.organisation):
        raise no_such("单位", "unit")

    async def effect() -> LossAnswered:
        said = Answer(kpi=kpi, **{name: getattr(data, name) for name in LossAnswer.__struct_fields__})
        number = await answer_loss(month=checked(month), department_id=unit_id, answer=said, actor=request.state.actor)
        return LossAnswered(number)

    return await once(request, effect, 201)


HANDLERS = (city, of_unit, drilled, of_department, facts, answer)

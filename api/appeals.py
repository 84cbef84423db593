"""Appeals: filed against one line of one's own card, read by those concerned, decided by people elsewhere."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody

import leaderboards.queries.cards
from api.answers import Req, once
from api.schemas import NO_CONTROLS, Code, PathMonth, PathNumber, UnitId, Words
from api.schemas import month as checked
from core.errors import NotFound, problem
from months.appealing import AppealState, Ground, Opinion
from months.operations.appealing import file_appeal, withdraw_appeal
from months.operations.judging import decide_appeal, look_again, take_up
from months.operations.opinions import give_opinion
from months.queries import appeals
from months.queries.appeals import AppealRow, AppealStepRow, WaitingVerdict
from months.queries.opinions import AskedAppeal, OpinionRow, asked_of, opinion
from org.roles import Action
from org.visibility import may
from scoring.queries.rules import rules_of

OPT = {"action": Action.APPEAL}
JUDGE = {"action": Action.DECIDE_APPEAL}
Remedy = Literal["correction", "quarantine", "adjustment", "red_line", "membership"]


class AppealWish(msgspec.Struct, forbid_unknown_fields=True):
    """Which line is disputed, on what ground, what it should be, and what happened."""

    kpi: Code
    ground: Ground
    told: Words
    claimed: Annotated[str, msgspec.Meta(max_length=200, pattern=NO_CONTROLS)] = ""


class AppealDecision(msgspec.Struct, forbid_unknown_fields=True):
    """What is decided and why; upheld or partly takes the change that follows, of one kind of change set."""

    decision: Literal["inadmissible", "upheld", "partly", "denied"]
    reason: Words
    kind: Remedy = "correction"
    change: dict[str, Any] | None = None


class SecondLook(msgspec.Struct, forbid_unknown_fields=True):
    """Whether a waiting decision is confirmed; sending it back takes a reason."""

    agrees: bool
    note: Annotated[str, msgspec.Meta(max_length=1000, pattern=NO_CONTROLS)] = ""


class Appealed(msgspec.Struct):
    """The number of the appeal, and of the change set that follows from it."""

    id: int
    change_set_id: int | None = None


class AppealPage(msgspec.Struct):
    """An appeal with what happened to it, the oldest first; `waiting` is a decision that waits for its second look."""

    appeal: AppealRow
    steps: list[AppealStepRow]
    waiting: WaitingVerdict | None = None
    opinion: OpinionRow | None = None
    """What the department whose data are disputed was asked and said."""


class OpinionWish(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the disputed data are right, and what shows it."""

    stand: Opinion
    text: Words


@get("/api/v1/appeals", opt=OPT, tags=["appeals"])
async def listed(request: Req) -> list[AppealRow]:
    """List the appeals of one's own units and those filed by oneself, what is due first in front; who decides appeals sees all."""
    return list(await _seen(request))


@get("/api/v1/appeals/{appeal_id:int}", opt=OPT, tags=["appeals"])
async def one(request: Req, appeal_id: PathNumber) -> AppealPage:
    """Return one appeal with its history."""
    row = next((row for row in await _seen(request) if row.id == appeal_id), None)
    if row is None:
        raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
    judges = may(request.state.viewer, Action.DECIDE_APPEAL, None, request.state.organisation)
    waiting = await appeals.waiting_verdict(appeal_id) if judges else None
    return AppealPage(row, list(await appeals.steps(appeal_id)), waiting, await opinion(appeal_id))


@get("/api/v1/opinions", opt=OPT, tags=["appeals"])
async def asked(request: Req) -> list[AskedAppeal]:
    """List the appeals about which one's department is asked, what is still open first; empty for all but heads."""
    return list(await asked_of(request.state.viewer.account_id))


@post("/api/v1/appeals/{appeal_id:int}/opinion", opt=OPT, status_code=200, tags=["appeals"])
async def speak(request: Req, appeal_id: PathNumber, data: JSONBody[OpinionWish]) -> Response[Appealed]:
    """Say for one's department whether the disputed data are right; once, before the appeal is decided."""

    async def effect() -> Appealed:
        await give_opinion(appeal_id=appeal_id, stand=data.stand, text=data.text, actor=request.state.actor)
        return Appealed(appeal_id)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/units/{unit_id:int}/appeals", opt=OPT, status_code=201, tags=["appeals"])
async def file(request: Req, month: PathMonth, unit_id: UnitId, data: JSONBody[AppealWish]) -> Response[Appealed]:
    """File an appeal of one of one's own units, once for each KPI and month."""
    if unit_id not in request.state.scope.own:
        raise NotFound(problem("no_such_unit", "没有这个单位。", "There is no such unit."))
    recorded = await _recorded(request, unit_id, data.kpi, checked(month))

    async def effect() -> Appealed:
        number = await file_appeal(
            month=month,
            unit_id=unit_id,
            kpi=data.kpi,
            ground=data.ground,
            claimed=data.claimed,
            told=data.told,
            recorded=recorded,
            viewer=request.state.viewer,
            actor=request.state.actor,
        )
        return Appealed(number)

    return await once(request, effect, 201)


@post("/api/v1/appeals/{appeal_id:int}/review", opt=JUDGE, status_code=200, tags=["appeals"])
async def review(request: Req, appeal_id: PathNumber) -> Response[Appealed]:
    """Take an appeal up: the first answer, due within two working days."""

    async def effect() -> Appealed:
        await take_up(appeal_id=appeal_id, viewer=request.state.viewer, actor=request.state.actor)
        return Appealed(appeal_id)

    return await once(request, effect)


@post("/api/v1/appeals/{appeal_id:int}/decision", opt=JUDGE, status_code=200, tags=["appeals"])
async def decide(request: Req, appeal_id: PathNumber, data: JSONBody[AppealDecision]) -> Response[Appealed]:
    """Decide an appeal with its reason; upheld, it becomes a change set that a second person applies."""

    async def effect() -> Appealed:
        number = await decide_appeal(
            appeal_id=appeal_id,
            decision=AppealState(data.decision),
            reason=data.reason,
            kind=data.kind,
            change=data.change,
            viewer=request.state.viewer,
            actor=request.state.actor,
        )
        return Appealed(appeal_id, number)

    return await once(request, effect)


@post("/api/v1/appeals/{appeal_id:int}/second-look", opt=JUDGE, status_code=200, tags=["appeals"])
async def second_look(request: Req, appeal_id: PathNumber, data: JSONBody[SecondLook]) -> Response[Appealed]:
    """Confirm a decision that touches an award or a red line, or send it back; by HR or an auditor, not by the judge."""

    async def effect() -> Appealed:
        who = {"viewer": request.state.viewer, "actor": request.state.actor}
        return Appealed(appeal_id, await look_again(appeal_id=appeal_id, agrees=data.agrees, note=data.note, **who))

    return await once(request, effect)


@post("/api/v1/appeals/{appeal_id:int}/withdrawal", opt=OPT, status_code=200, tags=["appeals"])
async def withdraw(request: Req, appeal_id: PathNumber) -> Response[Appealed]:
    """Take back an appeal that one filed oneself, before it is decided."""

    async def effect() -> Appealed:
        await withdraw_appeal(appeal_id=appeal_id, actor=request.state.actor)
        return Appealed(appeal_id)

    return await once(request, effect)


async def _recorded(request: Req, unit_id: int, code: str, month: int) -> str:
    """Return what the disputed line records: its value, or the days of a red line on the card."""
    live = request.state.scope.live(unit_id)
    if code not in (await rules_of(month)).book.red_lines:
        return (await leaderboards.queries.cards.line(unit_id, code, month=month, live=live)).line.value or ""
    card = await leaderboards.queries.cards.card(unit_id, month=month, live=live)
    days = [one.on.isoformat() for one in card.red_lines if one.code == code]
    if not days:
        raise NotFound(problem("no_such_red_line", "没有这条红线。", "There is no such red line."))
    return ", ".join(days)


async def _seen(request: Req) -> tuple[AppealRow, ...]:
    judges = may(request.state.viewer, Action.DECIDE_APPEAL, None, request.state.organisation)
    return await appeals.appeals(None if judges else request.state.scope.own, filer=request.state.viewer.account_id)


HANDLERS = (listed, one, asked, speak, file, review, decide, second_look, withdraw)

"""Completeness by process with its sign-offs, the league of late data, and odd facts with their verdicts."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from api.answers import Req, once
from api.schemas import First, Limit, PathMonth, PathNumber, Words
from api.schemas import month as checked
from months.operations import signing, watching
from months.queries import complete
from months.queries import watching as queries
from months.queries.complete import ProcessMatrix, Signed
from months.queries.late import late_league
from months.queries.watching import Behind, FindingRow
from months.watch.lateness import LateDepartment
from org.roles import Action

SEE = {"action": Action.SEE_COMPLETENESS}
SIGN = {"action": Action.SIGN_COMPLETENESS}
ANOMALIES = {"action": Action.SEE_ANOMALIES}
JUDGE = {"action": Action.PROPOSE_CHANGE}


class SignWish(msgspec.Struct, forbid_unknown_fields=True):
    """A process to sign for, or of which what lacks is waived; a waiver needs the reason."""

    process: Annotated[str, msgspec.Meta(max_length=24, examples=["NET"])]
    decision: Literal["signed", "waived"] = "signed"
    why: Annotated[str, msgspec.Meta(max_length=2_000)] | None = None


class ProcessWish(msgspec.Struct, forbid_unknown_fields=True):
    """The process whose sign-off is taken back."""

    process: Annotated[str, msgspec.Meta(max_length=24, examples=["NET"])]


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    """What a person says of a finding, and why."""

    verdict: Literal["fine", "quarantine"]
    why: Words


class Judged(msgspec.Struct):
    """The finding, and the change set that a quarantine waits in."""

    id: int
    change_id: int | None


@get("/api/v1/months/{month:int}/processes/{card:str}", opt=SEE, tags=["months"])
async def processes(
    request: Req, month: PathMonth, card: FromPath[str], first: First = 0, limit: Limit = 50
) -> ProcessMatrix:
    """Return processes by units of one card: what is there, who signs for it, whether that is done."""
    scope = request.state.scope
    units = None if scope.sees_all else scope.own
    return await complete.process_matrix(checked(month), card, unit_ids=units, first=first, limit=limit)


@get("/api/v1/months/{month:int}/sign-offs", opt=SEE, tags=["months"])
async def sign_offs(month: PathMonth) -> list[Signed]:
    """List the sign-offs and waivers that hold."""
    return list(await complete.signed_of(checked(month)))


@post("/api/v1/months/{month:int}/sign-offs", opt=SIGN, status_code=200, tags=["months"])
async def sign(request: Req, month: PathMonth, data: JSONBody[SignWish]) -> Response[list[Signed]]:
    """Sign for a process as head of its department, or waive what lacks of it as an organiser."""

    async def effect() -> list[Signed]:
        number, actor = checked(month), request.state.actor
        if data.decision == signing.WAIVED:
            await signing.waive(month=number, process=data.process, why=data.why or "", actor=actor)
        else:
            await signing.sign(month=number, process=data.process, why=data.why, actor=actor)
        return list(await complete.signed_of(number))

    return await once(request, effect)


@post("/api/v1/months/{month:int}/sign-offs/withdrawal", opt=SIGN, status_code=200, tags=["months"])
async def withdraw(request: Req, month: PathMonth, data: JSONBody[ProcessWish]) -> Response[list[Signed]]:
    """Take a sign-off or a waiver back."""

    async def effect() -> list[Signed]:
        await signing.withdraw(month=checked(month), process=data.process, actor=request.state.actor)
        return list(await complete.signed_of(checked(month)))

    return await once(request, effect)


@get("/api/v1/months/{month:int}/late-data", opt=SEE, tags=["months"])
async def late_data(month: PathMonth) -> list[LateDepartment]:
    """Return the league of late data: points (cents) that late sources cost their departments; no unit's score moves."""
    return list(await late_league(checked(month)))


@get("/api/v1/months/{month:int}/findings", opt=ANOMALIES, tags=["months"])
async def every_finding(month: PathMonth, first: First = 0, limit: Limit = 50) -> list[FindingRow]:
    """List what was found odd in the facts of a month, what nobody has looked at first."""
    return list((await queries.findings(checked(month)))[first : first + limit])


@get("/api/v1/findings/{finding_id:int}", opt=ANOMALIES, tags=["months"])
async def one_finding(finding_id: PathNumber) -> Behind:
    """Return a finding with the facts behind it."""
    return await queries.behind(finding_id)


@post("/api/v1/findings/{finding_id:int}/verdict", opt=JUDGE, status_code=200, tags=["months"])
async def judge(request: Req, finding_id: PathNumber, data: JSONBody[Verdict]) -> Response[Judged]:
    """Record that a finding is fine, or propose by a change set to set its facts aside."""

    async def effect() -> Judged:
        actor = request.state.actor
        if data.verdict == watching.FINE:
            await watching.judge_fine(finding_id=finding_id, why=data.why, actor=actor)
            return Judged(finding_id, None)
        return Judged(finding_id, await watching.quarantine(finding_id=finding_id, why=data.why, actor=actor))

    return await once(request, effect)


HANDLERS = (processes, sign_offs, sign, withdraw, late_data, every_finding, one_finding, judge)

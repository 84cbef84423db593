"""Change sets: proposed, previewed, applied or cancelled whole; who is heard; restatements of published months."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, once
from api.schemas import First, Limit, Month, PathMonth, PathNumber, Words
from api.schemas import month as checked
from core.errors import NotFound, problem
from months.changes.payloads import Kind
from months.changes.preview import Preview
from months.operations import changes as operations
from months.operations.changes import Applied
from months.operations.changing import hearing
from months.operations.changing.applying import StaleError
from months.queries import changes as queries
from months.queries.changes import ChangeRow, HearingRow, RestatementRow
from org.roles import Action

SEE, MAKE, DECIDE = ({"action": one} for one in (Action.SEE_CHANGES, Action.PROPOSE_CHANGE, Action.APPLY_CHANGE))
OfMonth = Annotated[int | None, QueryParameter(ge=200001, le=209912, description="Only those of this month.")]
State = Annotated[
    Literal["open", "applied", "cancelled"] | None, QueryParameter(description="Only those in this state.")
]


class ChangeWish(msgspec.Struct, forbid_unknown_fields=True):
    """A change of a month: its kind, and what is to change in the shape of that kind (docs/changes.md)."""

    month: Month
    kind: Annotated[Kind, msgspec.Meta(examples=["adjustment"])]
    payload: Annotated[dict[str, Any], msgspec.Meta(examples=[{"unit_id": 12, "points": -200, "evidence": "2026-118"}])]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=160, examples=["晚报两天，扣 2 分"])]
    why: Words


class Seen(msgspec.Struct, forbid_unknown_fields=True):
    """The digest of the preview that was looked at."""

    preview_digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", examples=["0" * 64])]


class CancelWish(msgspec.Struct, forbid_unknown_fields=True):
    """Why a change set is cancelled or undone."""

    why: Words


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """What a unit says to a change that would cost it an award."""

    agrees: Annotated[bool, msgspec.Meta(examples=[False])]
    text: Annotated[str, msgspec.Meta(max_length=2000, examples=["整修已于本月初完成"])] = ""


@get("/api/v1/changes", opt=SEE, tags=["months"])
async def every_change(
    month: OfMonth = None, decided: State = None, first: First = 0, limit: Limit = 50
) -> list[ChangeRow]:
    """List the change sets, the newest first."""
    wanted = None if month is None else checked(month)
    return list((await queries.changes(wanted, decided, first))[:limit])


@post("/api/v1/changes", opt=MAKE, status_code=202, tags=["months"])
async def propose(request: Req, data: JSONBody[ChangeWish]) -> Response[ChangeRow]:
    """Propose a change; its preview is made in the background, and nothing counts yet."""

    async def effect() -> ChangeRow:
        number = await operations.propose(
            month=checked(data.month), kind=data.kind, payload=data.payload, title=data.title, why=data.why,
            actor=request.state.actor,
        )  # fmt: skip
        return await queries.change(number)

    return await once(request, effect, 202)


@get("/api/v1/changes/{change_id:int}", opt=SEE, tags=["months"])
async def one_change(change_id: PathNumber) -> ChangeRow:
    """Return a change set: how far its preview is, and what was decided."""
    return await queries.change(change_id)


@get("/api/v1/changes/{change_id:int}/preview", opt=SEE, tags=["months"])
async def preview(change_id: PathNumber) -> Preview:
    """Return the preview: by kind the columns of units, totals (cents) and places before and after, awards, coaching, reward points."""
    await queries.change(change_id)
    found = await queries.preview_of(change_id)
    if found is None:
        raise NotFound(problem("no_preview", "还没有预览。", "There is no preview yet."))
    return found


@post("/api/v1/changes/{change_id:int}/previews", opt=MAKE, status_code=202, tags=["months"])
async def ask(request: Req, change_id: PathNumber) -> Response[ChangeRow]:
    """Ask for a new preview."""

    async def effect() -> ChangeRow:
        await operations.ask_preview(change_id=change_id, actor=request.state.actor)
        return await queries.change(change_id)

    return await once(request, effect, 202)


@post("/api/v1/changes/{change_id:int}/application", opt=DECIDE, status_code=200, tags=["months"])
async def apply(request: Req, change_id: PathNumber, data: JSONBody[Seen]) -> Response[Applied]:
    """Let a change set count as it was seen; 409 `preview_stale` when it would do something else by now."""

    async def effect() -> Applied:
        return await operations.apply(
            change_id=change_id, preview_digest=data.preview_digest, actor=request.state.actor
        )

    try:
        return await once(request, effect)
    except StaleError as stale:
        await operations.keep(change_id, stale.preview)
        raise


@post("/api/v1/changes/{change_id:int}/cancellation", opt=MAKE, status_code=200, tags=["months"])
async def cancel(request: Req, change_id: PathNumber, data: JSONBody[CancelWish]) -> Response[ChangeRow]:
    """Cancel a change set, or undo one that counts while its month is open."""

    async def effect() -> ChangeRow:
        await operations.cancel(change_id=change_id, why=data.why, actor=request.state.actor)
        return await queries.change(change_id)

    return await once(request, effect)


@get("/api/v1/changes/{change_id:int}/hearings", opt=SEE, tags=["months"])
async def hearings(change_id: PathNumber) -> list[HearingRow]:
    """List the units that are heard about a change, with what they said."""
    await queries.change(change_id)
    return list(await queries.hearings(change_id))


@post("/api/v1/hearings/{hearing_id:int}/answer", opt={"action": Action.ACCOUNT_SELF}, status_code=200, tags=["months"])
async def answer(request: Req, hearing_id: PathNumber, data: JSONBody[Answer]) -> Response[HearingRow]:
    """Answer for one's own unit, once and in time."""
    row = await queries.hearing(hearing_id)
    if row is None or row.unit_id not in request.state.scope.own:
        raise hearing.no_hearing()

    async def effect() -> HearingRow:
        await hearing.answer(hearing_id=hearing_id, agrees=data.agrees, text=data.text, actor=request.state.actor)
        found = await queries.hearing(hearing_id)
        return found or row

    return await once(request, effect)


@get("/api/v1/months/{month:int}/restatements", opt={"action": Action.SEE_MONTH}, tags=["months"])
async def restatements(request: Req, month: PathMonth) -> list[RestatementRow]:
    """List the later versions of a published month with their public notes; totals are those of units one may look into."""
    scope = request.state.scope
    return [
        msgspec.structs.replace(row, totals={unit: cents for unit, cents in row.totals.items() if scope.detail(unit)})
        for row in await queries.restatements(checked(month))
    ]


HANDLERS = (
    every_change, propose, one_change, preview, ask, apply, cancel, hearings, answer, restatements,
)  # fmt: skip

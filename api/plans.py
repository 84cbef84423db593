"""Plans: a year at one go, the plan of a month with all that speaks against it, its versions with their notices."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post, put
from litestar.params import JSONBody, PathParameter

from api.answers import Req, once
from api.schemas import PathMonth
from api.schemas import month as checked
from core.errors import NotFound, Problem, problem
from core.language import Text
from months.lifecycle import State
from months.operations import plan_changes
from months.operations.plans import copy_plan, plan_year, save_plan
from months.planning.plan import Plan
from months.queries import calendar, plans
from months.queries.plans import PlanRow
from org.roles import ALLOWED, Action

MAKE = {"action": Action.PLAN_MONTH}
TWO = {"action": Action.ANNOUNCE_MONTH}
Year = Annotated[int, PathParameter(ge=2000, le=2098, description="Year.")]
Revision = Annotated[int, msgspec.Meta(ge=0, le=1_000_000, description="The revision last seen, 0 for no draft.")]
SourceMonth = Annotated[int, msgspec.Meta(ge=200001, le=209912, examples=[202611])]


class YearWish(msgspec.Struct, forbid_unknown_fields=True):
    """What the months of a year are to be planned from."""

    source: Literal["themes", "last_year"] = "themes"


class YearPlanned(msgspec.Struct):
    """The months that were planned now."""

    months: list[int]


class PlanWish(msgspec.Struct, forbid_unknown_fields=True):
    """A month's plan as it is to be kept, and the revision that its writer has seen."""

    revision: Revision
    plan: Plan


class CopyWish(msgspec.Struct, forbid_unknown_fields=True):
    """Which month's plan is copied, and whether its theme comes along."""

    source: SourceMonth
    keep_theme: bool = False


class PlanNotice(msgspec.Struct, forbid_unknown_fields=True):
    """What everybody is told of a change, in both languages."""

    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class PlanKept(msgspec.Struct):
    """The revision under which the plan is kept."""

    month: int
    revision: int


class PlanVersion(msgspec.Struct):
    """The number of the version that holds now."""

    month: int
    version: int


class PlanDocument(msgspec.Struct):
    """A month's plan; drafts and what speaks against them are shown to planners only."""

    month: int
    version: int
    revision: int
    holds_since: datetime | None
    proposed_at: datetime | None
    notice: Text | None
    plan: Plan
    problems: list[Problem]


@post("/api/v1/years/{year:int}/plan", opt=MAKE, status_code=200, tags=["plans"])
async def fill(request: Req, year: Year, data: JSONBody[YearWish]) -> Response[YearPlanned]:
    """Plan all months of a year that are still to come and have no plan yet."""

    async def effect() -> YearPlanned:
        made = await plan_year(year=year, last_year=data.source == "last_year", actor=request.state.actor)
        return YearPlanned(list(made))

    return await once(request, effect)


@get("/api/v1/months/{month:int}/plan", opt={"action": Action.SEE_MONTH}, tags=["plans"])
async def one(request: Req, month: PathMonth) -> PlanDocument:
    """Return the plan of a month: the version that holds, to planners the draft with every reason against it."""
    held, draft = await plans.plan_that_holds(checked(month)), await plans.draft_of(month)
    if any(Action.PLAN_MONTH in ALLOWED[role] for role in request.state.viewer.roles) and draft is not None:
        base = await plans.base_of(month)
        found = await plans.problems(draft.plan, base, await plans.surroundings(month, base.book))
        return _document(draft, found)
    if held is None or (await calendar.month_row(month)).state is State.DRAFT:
        raise NotFound(problem("not_announced", "这个月还没有发布。", "This month is not announced yet."))
    return _document(held, ())


@get("/api/v1/months/{month:int}/plan/versions", opt={"action": Action.SEE_MONTH}, tags=["plans"])
async def versions(month: PathMonth) -> list[PlanDocument]:
    """List the versions of a month's plan that hold or held, the newest first, with their notices."""
    return [_document(row, ()) for row in await plans.versions(checked(month)) if row.holds_since is not None]


@put("/api/v1/months/{month:int}/plan", opt=MAKE, tags=["plans"])
async def save(request: Req, month: PathMonth, data: JSONBody[PlanWish]) -> Response[PlanKept]:
    """Keep the plan of a month, or the next version of one that is announced."""

    async def effect() -> PlanKept:
        number = await save_plan(
            month=checked(month), plan=data.plan, revision=data.revision, actor=request.state.actor
        )
        return PlanKept(month, number)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/plan/copy", opt=MAKE, status_code=200, tags=["plans"])
async def copy(request: Req, month: PathMonth, data: JSONBody[CopyWish]) -> Response[PlanKept]:
    """Make a month's plan that of another month, dates moved along."""

    async def effect() -> PlanKept:
        number = await copy_plan(
            source=checked(data.source), month=checked(month), keep_theme=data.keep_theme, actor=request.state.actor
        )
        return PlanKept(month, number)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/plan/proposal", opt=TWO, status_code=200, tags=["plans"])
async def propose(request: Req, month: PathMonth, data: JSONBody[PlanNotice]) -> Response[PlanVersion]:
    """Propose the next version of a plan that is announced, with public notice."""

    async def effect() -> PlanVersion:
        notice = Text(zh=data.zh, en=data.en)
        await plan_changes.propose_change(month=checked(month), notice=notice, actor=request.state.actor)
        held = await plans.plan_that_holds(month)
        return PlanVersion(month, held.version if held else 0)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/plan/approval", opt=TWO, status_code=200, tags=["plans"])
async def approve(request: Req, month: PathMonth) -> Response[PlanVersion]:
    """Let the proposed version hold from now on, as the second person."""

    async def effect() -> PlanVersion:
        return PlanVersion(month, await plan_changes.approve_change(month=checked(month), actor=request.state.actor))

    return await once(request, effect)


@post("/api/v1/months/{month:int}/plan/withdrawal", opt=TWO, status_code=200, tags=["plans"])
async def withdraw(request: Req, month: PathMonth) -> Response[PlanVersion]:
    """Take a proposed version back."""

    async def effect() -> PlanVersion:
        await plan_changes.withdraw_change(month=checked(month), actor=request.state.actor)
        held = await plans.plan_that_holds(month)
        return PlanVersion(month, held.version if held else 0)

    return await once(request, effect)


@post("/api/v1/months/{month:int}/plan/discard", opt=MAKE, status_code=200, tags=["plans"])
async def discard(request: Req, month: PathMonth) -> Response[PlanKept]:
    """Drop what was written for the next version: the draft says again what holds. Refused while it waits for approval."""

    async def effect() -> PlanKept:
        return PlanKept(month, await plan_changes.discard_change(month=checked(month), actor=request.state.actor))

    return await once(request, effect)


def _document(row: PlanRow, found: tuple[Problem, ...]) -> PlanDocument:
    told = Text(zh=row.notice_zh, en=row.notice_en) if row.notice_zh and row.notice_en else None
    return PlanDocument(
        month=row.month,
        version=row.version,
        revision=row.revision,
        holds_since=row.holds_since,
        proposed_at=row.proposed_at,
        notice=told,
        plan=row.plan,
        problems=list(found),
    )


HANDLERS = (fill, one, versions, save, copy, propose, approve, withdraw, discard)

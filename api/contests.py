"""Contests inside a month: drawn up, announced by a second person, read round by round."""

from typing import Annotated

import msgspec
from litestar import Response, get, post, put
from litestar.params import JSONBody, QueryParameter

from api.answers import Req, once
from api.months import told
from api.schemas import Month, PathNumber, Words
from api.schemas import month as checked
from core.language import Text
from months.contests.spec import Spec
from months.operations.contests import planning
from months.queries.contests.pages import ContestPage, contest_page, contest_pages, reader_of
from months.queries.contests.rows import months_with_contests
from org.roles import Action

SEE = {"action": Action.SEE_CONTESTS}
RUN = {"action": Action.RUN_CONTESTS}
ContestMonth = Annotated[
    Month | None, QueryParameter(description="Month as yyyymm; the newest with contests when left out.")
]


class ContestWish(msgspec.Struct, forbid_unknown_fields=True):
    """A contest: names in both languages, what is at stake, and its rules by kind; units by their numbers."""

    name: Text
    spec: Spec
    stake: Text | None = None


class NewContest(ContestWish, forbid_unknown_fields=True, kw_only=True):
    """A contest of a month that has not begun."""

    month: Month


class ContestOff(msgspec.Struct, forbid_unknown_fields=True):
    """Why a contest is called off."""

    why: Words


class ContestKept(msgspec.Struct):
    """The number of the contest."""

    id: int


@get("/api/v1/contests", opt=SEE, tags=["contests"])
async def every_contest(request: Req, month: ContestMonth = None) -> list[ContestPage]:
    """List the contests of a month; drafts are told to those who run contests."""
    reader = reader_of(request.state.viewer, request.state.scope)
    known = await months_with_contests(drafts=reader.runs)
    wanted = checked(month) if month is not None else (known[0] if known else None)
    pages = await contest_pages(wanted, reader) if wanted in known and wanted is not None else ()
    return [msgspec.structs.replace(page, month=told(page.month)) for page in pages]


@get("/api/v1/contests/{contest_id:int}", opt=SEE, tags=["contests"])
async def one_contest(request: Req, contest_id: PathNumber) -> ContestPage:
    """Return a contest: its rules, its rounds as far as they may be told, how it stands now."""
    page = await contest_page(contest_id, reader_of(request.state.viewer, request.state.scope))
    return msgspec.structs.replace(page, month=told(page.month))


@post("/api/v1/contests", opt=RUN, status_code=201, tags=["contests"])
async def create(request: Req, data: JSONBody[NewContest]) -> Response[ContestKept]:
    """Draw up a contest as a draft."""

    async def effect() -> ContestKept:
        number = await planning.create_contest(
            month=checked(data.month), name=data.name, stake=data.stake, spec=data.spec, actor=request.state.actor
        )
        return ContestKept(number)

    return await once(request, effect, 201)


@put("/api/v1/contests/{contest_id:int}", opt=RUN, tags=["contests"])
async def revise(request: Req, contest_id: PathNumber, data: JSONBody[ContestWish]) -> Response[ContestKept]:
    """Change a draft."""

    async def effect() -> ContestKept:
        await planning.revise_contest(
            contest_id=contest_id, name=data.name, stake=data.stake, spec=data.spec, actor=request.state.actor
        )
        return ContestKept(contest_id)

    return await once(request, effect)


@post("/api/v1/contests/{contest_id:int}/announcement", opt=RUN, status_code=200, tags=["contests"])
async def announce(request: Req, contest_id: PathNumber) -> Response[ContestKept]:
    """Announce a draft as the second person, before its month begins."""

    async def effect() -> ContestKept:
        await planning.announce_contest(contest_id=contest_id, actor=request.state.actor)
        return ContestKept(contest_id)

    return await once(request, effect)


@post("/api/v1/contests/{contest_id:int}/cancellation", opt=RUN, status_code=200, tags=["contests"])
async def cancel(request: Req, contest_id: PathNumber, data: JSONBody[ContestOff]) -> Response[ContestKept]:
    """Call a contest off, with the reason."""

    async def effect() -> ContestKept:
        await planning.cancel_contest(contest_id=contest_id, why=data.why, actor=request.state.actor)
        return ContestKept(contest_id)

    return await once(request, effect)


HANDLERS = (every_contest, one_contest, create, revise, announce, cancel)

"""What people do to a month on its page: announce it, close it, open it again, publish it, call it off."""

from collections.abc import Awaitable, Callable

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import now
from core.errors import ShifenError
from months.operations import announcing, branches, closing, closing_runs, planning, releasing, reopening
from months.queries.calendar import month_row
from months.queries.closing import is_large
from org.roles import Action
from web.forms import Form, form_of
from web.frame import Req, said
from web.once import once
from web.pages.months.month import page_of

Answer = Response[str] | Redirect


async def _done(
    request: Req, month: int, act: Callable[[], Awaitable[object]], code: str, *, cancelling: bool = False,
    sent: Form | None = None,
) -> Answer:  # fmt: skip
    """Do something to a month and say so on its page; what stands against it is said there too, beside what was written."""
    try:
        await act()
    except ShifenError as refusal:
        return await page_of(request, month, refusal, cancelling=cancelling, sent=sent)
    return said(f"/months/{month}", code)


@post("/months/{month:int}/announcement", opt={"action": Action.PLAN_MONTH}, status_code=303)
async def propose_announcement(request: Req, month: FromPath[int]) -> Answer:
    """Put the month as it is planned before a second person."""
    actor = request.state.actor
    return await _done(
        request, month, lambda: announcing.propose_announcement(month=month, actor=actor), "announcement_proposed"
    )


@post("/months/{month:int}/announcement/withdraw", opt={"action": Action.PLAN_MONTH}, status_code=303)
async def withdraw_announcement(request: Req, month: FromPath[int]) -> Answer:
    """Take the announcement's proposal back."""
    actor = request.state.actor
    return await _done(
        request, month, lambda: announcing.withdraw_announcement(month=month, actor=actor), "withdrawn_proposal"
    )


@post("/months/{month:int}/announce", opt={"action": Action.ANNOUNCE_MONTH}, status_code=303)
async def announce(request: Req, month: FromPath[int]) -> Answer:
    """Tell everybody about a month, as the second person."""
    actor = request.state.actor
    return await _done(request, month, lambda: announcing.announce(month=month, actor=actor), "announced")


@post("/months/{month:int}/propose", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def propose(request: Req, month: FromPath[int]) -> Answer:
    """Propose to close the month; the reasons against it are shown where it was asked."""
    sent = await form_of(request)
    return await _done(
        request, month, lambda: once(request, sent, lambda: _proposed(request, sent, month)), "proposed", sent=sent
    )


async def _proposed(request: Req, sent: Form, month: int) -> str:
    await closing.propose_close(
        month=month, actor=request.state.actor, waivers=tuple(sent.texts("waive")), why=sent.text("why") or None
    )
    return f"/months/{month}"


@post("/months/{month:int}/approve", opt={"action": Action.APPROVE_CLOSE}, status_code=303)
async def approve(request: Req, month: FromPath[int]) -> Answer:
    """Close the month for good, as the second person."""
    actor = request.state.actor
    if await is_large(month):
        return await _done(request, month, lambda: closing_runs.ask(month=month, actor=actor), "closing_begun")
    return await _done(request, month, lambda: closing.approve_close(month=month, actor=actor, at=now()), "closed")


@post("/months/{month:int}/withdraw", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def withdraw(request: Req, month: FromPath[int]) -> Answer:
    """Take the open proposal back."""
    actor = request.state.actor
    return await _done(
        request, month, lambda: closing.withdraw_proposal(month=month, actor=actor), "withdrawn_proposal"
    )


@post("/months/{month:int}/reopen", opt={"action": Action.REOPEN_MONTH}, status_code=303)
async def reopen(request: Req, month: FromPath[int]) -> Answer:
    """Open the closed month again, with the reason."""
    sent, actor = await form_of(request), request.state.actor

    async def work() -> None:
        await reopening.reopen(month=month, why=sent.text("reopen"), actor=actor)

    return await _done(request, month, work, "reopened", sent=sent)


@post("/months/{month:int}/branches", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def propose_branch(request: Req, month: FromPath[int]) -> Answer:
    """Propose to close a branch before the others."""
    unit_id = (await form_of(request)).whole("branch", 1, 2**31 - 1)
    actor = request.state.actor
    return await _done(
        request, month, lambda: branches.propose_branch(month=month, unit_id=unit_id, actor=actor), "proposed"
    )


@post("/months/{month:int}/branches/{branch:int}/approve", opt={"action": Action.APPROVE_CLOSE}, status_code=303)
async def approve_branch(request: Req, month: FromPath[int], branch: FromPath[int]) -> Answer:
    """Close a branch, as the second person."""
    actor = request.state.actor
    return await _done(
        request, month, lambda: branches.approve_branch(month=month, unit_id=branch, actor=actor), "branch_closed"
    )


@post("/months/{month:int}/branches/{branch:int}/open", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def open_branch(request: Req, month: FromPath[int], branch: FromPath[int]) -> Answer:
    """Take a branch's proposal back, or open the closed branch again."""
    sent, actor = await form_of(request), request.state.actor

    async def work() -> None:
        await branches.open_branch(month=month, unit_id=branch, why=sent.text("why"), actor=actor)

    return await _done(request, month, work, "reopened", sent=sent)


@post("/months/{month:int}/cancel", opt={"action": Action.PLAN_MONTH}, status_code=303)
async def cancel(request: Req, month: FromPath[int]) -> Answer:
    """Call a month off, with the reason."""
    sent, actor = await form_of(request), request.state.actor

    async def work() -> None:
        await planning.cancel(month=month, why=sent.text("reason", 500), actor=actor)

    return await _done(request, month, work, "cancelled", cancelling=True)


@post("/months/{month:int}/publish", opt={"action": Action.PUBLISH_MONTH}, status_code=303)
async def publish(request: Req, month: FromPath[int]) -> Answer:
    """Make the closed month public, or put it under the embargo of its ceremony."""
    actor, row = request.state.actor, await month_row(month)
    said_of_it = "embargoed" if row.ceremony_at is not None and row.ceremony_at > now() else "published"
    return await _done(request, month, lambda: releasing.release(month=month, actor=actor), said_of_it)


HANDLERS = (
    propose_announcement,
    withdraw_announcement,
    announce,
    propose,
    approve,
    withdraw,
    reopen,
    propose_branch,
    approve_branch,
    open_branch,
    cancel,
    publish,
)

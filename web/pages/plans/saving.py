"""What is done with a plan: saved, put under another theme, copied, proposed, approved, taken back."""

from collections.abc import Awaitable, Callable

from litestar import Response, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, ShifenError, problem
from core.language import Text
from months.lifecycle import State
from months.operations import announcing, plan_changes
from months.operations.plans import copy_plan, save_plan
from months.planning.making import under
from months.queries import plans
from org.roles import Action
from web.forms import Form, form_of
from web.frame import Req, said
from web.once import once
from web.pages.plans.form import Typed, plan_of
from web.pages.plans.page import OPT, known, page
from web.pages.plans.parts import Opened, opened

TWO = {"action": Action.ANNOUNCE_MONTH}
MOST_REVISIONS = 1_000_000


@post("/months/{month:int}/plan", opt=OPT, status_code=303)
async def save(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Keep the plan as it was typed."""
    sent, at = await form_of(request), await opened(known(month))
    typed = Typed(sent)
    plan = plan_of(typed, at.base.book, at.plan, at.around.names)
    try:
        if typed.problems:
            raise Invalid(*typed.problems)
        seen = sent.whole("revision", 0, MOST_REVISIONS)
        await save_plan(month=month, plan=plan, revision=seen, actor=request.state.actor)
    except ShifenError as refusal:
        return await page(request, at, (plan, typed), refusal)
    return said(f"/months/{month}/plan", "plan_saved")


@post("/months/{month:int}/plan/theme", opt=OPT, status_code=303)
async def take_theme(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Put the plan under another theme of the rules."""
    sent, at = await form_of(request), await opened(known(month))
    theme = sent.text("theme", 24)
    try:
        if theme not in at.base.book.themes:
            raise Invalid(problem("no_such_theme", "请选择主题。", "Choose a theme."))
        plan = under(at.plan, plans.usual(at.around, theme))
        await save_plan(month=month, plan=plan, revision=at.revision, actor=request.state.actor)
    except ShifenError as refusal:
        return await page(request, at, None, refusal)
    return said(f"/months/{month}/plan", "plan_saved")


@post("/months/{month:int}/plan/copy", opt=OPT, status_code=303)
async def copy(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Make the plan that of another month."""
    sent, at = await form_of(request), await opened(known(month))
    try:
        source = known(sent.whole("source", 200001, 209911))
        keep = bool(sent.text("keep_theme", 5))
        await copy_plan(source=source, month=month, keep_theme=keep, actor=request.state.actor)
    except ShifenError as refusal:
        return await page(request, at, None, refusal)
    return said(f"/months/{month}/plan", "plan_saved")


@post("/months/{month:int}/plan/propose", opt=TWO, status_code=303)
async def propose(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Put the plan, or its next version, before a second person."""
    return await _step(request, month, "plan_proposed", _propose)


@post("/months/{month:int}/plan/approve", opt=TWO, status_code=303)
async def approve(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Let the plan, or its next version, hold as the second person."""
    return await _step(request, month, "plan_approved", _approve)


@post("/months/{month:int}/plan/withdraw", opt=TWO, status_code=303)
async def withdraw(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Take the proposal back."""
    return await _step(request, month, "plan_withdrawn", _withdraw)


@post("/months/{month:int}/plan/discard", opt=OPT, status_code=303)
async def discard(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Drop what was written for the next version of an announced plan."""
    return await _step(request, month, "plan_discarded", _discard)


Act = Callable[[Req, Form, Opened], Awaitable[None]]


async def _step(request: Req, month: int, done: str, act: Act) -> Response[str] | Redirect:
    sent, at = await form_of(request), await opened(known(month))

    async def effect() -> str:
        await act(request, sent, at)
        return f"/months/{month}/plan"

    try:
        await once(request, sent, effect)
    except ShifenError as refusal:
        return await page(request, at, None, refusal, _notice(sent))
    return said(f"/months/{month}/plan", done)


def _notice(sent: Form) -> Text:
    return Text(zh=sent.text("notice_zh"), en=sent.text("notice_en"))


async def _propose(request: Req, sent: Form, at: Opened) -> None:
    if at.state is State.DRAFT:
        await announcing.propose_announcement(month=at.month, actor=request.state.actor)
    else:
        await plan_changes.propose_change(month=at.month, notice=_notice(sent), actor=request.state.actor)


async def _approve(request: Req, _sent: Form, at: Opened) -> None:
    step = announcing.announce if at.state is State.DRAFT else plan_changes.approve_change
    await step(month=at.month, actor=request.state.actor)


async def _withdraw(request: Req, _sent: Form, at: Opened) -> None:
    step = announcing.withdraw_announcement if at.state is State.DRAFT else plan_changes.withdraw_change
    await step(month=at.month, actor=request.state.actor)


async def _discard(request: Req, _sent: Form, at: Opened) -> None:
    await plan_changes.discard_change(month=at.month, actor=request.state.actor)


HANDLERS = (save, take_theme, copy, propose, approve, withdraw, discard)

"""One service month: theme and rules, what stands against closing it, and the two people who do."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import months.operations.announcing
import months.operations.closing
import months.operations.planning
import months.operations.releasing
import months.queries.calendar
import scoring.queries.rules
from core.clock import now
from core.errors import Refused, ShifenError
from core.language import Text, current
from months import guards
from months.lifecycle import OPEN, State
from months.queries.calendar import MonthPage
from org.roles import Action
from scoring.plain_words import sentences
from scoring.rulebook import RuleBook
from web import show
from web.forms import Form, form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.months.parts import path_to, stages, state_name, told
from web.sentences.exceptions import TITLE as EXCEPTIONS
from web.views.month import MonthView, Proposal, Reason
from web.views.shell import Fact, Link

OWN_PROPOSAL = Text(
    zh="您提议了关账；批准须由另一个人完成。", en="You proposed the closing; another person has to approve it."
)
CANCELLABLE = frozenset({State.DRAFT, State.ANNOUNCED, State.RUNNING})


@get("/months/{month:int}", opt={"action": Action.SEE_MONTH})
async def month_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show one month."""
    return await _page(request, month)


async def _page(
    request: Req, month: int, refusal: ShifenError | None = None, *, cancelling: bool = False
) -> Response[str]:
    reader = current()
    page = await months.queries.calendar.month_page(month)
    row = page.row
    book = await scoring.queries.rules.rule_book(row.rule_book_id)
    theme = book.themes.get(row.theme)
    can = allowed(request.state.viewer)
    cancelling = cancelling and row.state in CANCELLABLE
    closes = bool(can & {Action.PROPOSE_CLOSE, Action.APPROVE_CLOSE})
    view = MonthView(
        name=show.month(month, reader),
        theme=page.theme.read(reader),
        crumbs=path_to(month),
        key=month,
        subtitle=f"{show.month(month, reader)} · {book.name.read(reader)}",
        state=state_name(row.state),
        stages=stages(row),
        doubled=tuple(book.kpis[code].name.read(reader) for code in theme.doubled if code in book.kpis)
        if theme
        else (),
        activities=tuple(activity.name.read(reader) for activity in theme.activities.values()) if theme else (),
        rules=told(sentences(book, row.theme or None)),
        reasons=_reasons(page) if closes else (),
        proposal=_proposal(page, request.state.viewer.account_id) if closes else None,
        **_rights(page, can, request.state.viewer.account_id),
        why_not=_why_not(page, can, request.state.viewer.account_id, None if cancelling else refusal),
        cancelled=_cancelled(page),
        cancel_error=refusal.problem.sentence.read(reader) if refusal and cancelling else "",
        digest=row.digest or "",
        digest_note=_sealed(page),
        late_facts=_late(page),
        facts=_facts(page, book),
        links=tuple(_links(page, can)),
    )
    return html(request, "month.html", view, refusal.status if refusal else 200)


def _reasons(page: MonthPage) -> tuple[Reason, ...]:
    reader = current()
    return tuple(
        Reason(
            code=guards.key(one),
            sentence=one.sentence.read(reader),
            hint=one.hint.read(reader) if one.hint else "",
            soft=one.grade == "warning",
        )
        for one in page.problems
    )


def _proposal(page: MonthPage, account_id: int) -> Proposal | None:
    made = page.proposal
    if made is None:
        return None
    reader = current()
    words = {guards.key(one): one.sentence.read(reader) for one in page.problems}
    return Proposal(
        by=made.proposer.name,
        at=made.proposed_at,
        why=made.why or "",
        waived=tuple(words.get(code, code) for code in made.waivers),
        mine=made.proposer.account_id == account_id,
    )


def _rights(page: MonthPage, can: frozenset[Action], account_id: int) -> dict[str, bool]:
    made, state = page.proposal, page.row.state
    hard = any(one.grade == "error" for one in page.problems)
    mine = made is not None and made.proposer.account_id == account_id
    return {
        "may_announce": Action.ANNOUNCE_MONTH in can and state is State.DRAFT,
        "may_cancel": Action.PLAN_MONTH in can and state in CANCELLABLE,
        "may_propose": Action.PROPOSE_CLOSE in can and state in OPEN and made is None and not hard,
        "may_approve": Action.APPROVE_CLOSE in can and state in OPEN and made is not None and not mine,
        "may_publish": Action.PUBLISH_MONTH in can and state is State.CLOSED,
    }


def _why_not(page: MonthPage, can: frozenset[Action], account_id: int, refusal: ShifenError | None) -> str:
    reader = current()
    if refusal is not None:
        return " ".join(one.sentence.read(reader) for one in refusal.problems)
    if Action.PROPOSE_CLOSE not in can or page.row.state not in OPEN:
        return ""
    hard = [one for one in page.problems if one.grade == "error"]
    if page.proposal is None and hard:
        words = Text(zh="还不能提议关账：{reason}", en="The closing cannot be proposed yet: {reason}")
        return words.format(reason=hard[0].sentence).read(reader)
    mine = page.proposal is not None and page.proposal.proposer.account_id == account_id
    return OWN_PROPOSAL.read(reader) if mine else ""


def _sealed(page: MonthPage) -> str:
    reader, row = current(), page.row
    if row.closed_at is None:
        return ""
    words = Text(zh="关账于 {when}，快照 {number}。", en="Closed on {when}, snapshot {number}.").format(
        when=show.moment(row.closed_at, reader), number=row.snapshot_id
    )
    return words.read(reader)


def _cancelled(page: MonthPage) -> str:
    row = page.row
    if row.cancelled_at is None:
        return ""
    words = Text(zh="{when} 取消：{why}", en="Called off on {when}: {why}")
    return words.format(when=show.moment(row.cancelled_at, current()), why=row.cancelled_why or "").read(current())


def _late(page: MonthPage) -> str:
    if not page.waiting:
        return ""
    words = Text(
        zh="关账后又到了 {n} 批事实：已保存，等待重述，本月结果不变。",
        en="{n} batches arrived after the closing: they are kept and wait for a restatement; this result stays.",
    )
    return words.format(n=len(page.waiting)).read(current())


def _facts(page: MonthPage, book: RuleBook) -> tuple[Fact, ...]:
    reader, row = current(), page.row
    names = (
        (Text(zh="规则书", en="Rule book"), book.name.read(reader)),
        (Text(zh="计划于", en="Planned"), show.moment(row.planned_at, reader)),
        (Text(zh="发布于", en="Announced"), show.moment(row.announced_at, reader) if row.announced_at else ""),
        (Text(zh="公布于", en="Published"), show.moment(row.published_at, reader) if row.published_at else ""),
    )
    return tuple(Fact(name.read(reader), value) for name, value in names if value)


def _links(page: MonthPage, can: frozenset[Action]) -> list[Link]:
    reader, row = current(), page.row
    links = [Link(Text(zh="排行榜", en="Boards").read(reader), f"/boards?month={row.month}", "trophy")]
    if row.final:
        links.append(Link(Text(zh="奖项", en="Awards").read(reader), f"/awards?month={row.month}", "award"))
    if Action.APPROVE_CLOSE in can:
        links.append(Link(EXCEPTIONS.read(reader), f"/months/{row.month}/exceptions", "users"))
    if row.final and Action.EXPORT_RESULTS in can:
        links.append(Link(Text(zh="导出", en="Export").read(reader), f"/exports?month={row.month}", "download"))
    return links


@post("/months/{month:int}/announce", opt={"action": Action.ANNOUNCE_MONTH}, status_code=303)
async def announce(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Tell everybody about a planned month."""
    try:
        await months.operations.announcing.announce(month=month, actor=request.state.actor)
    except Refused as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "announced")


@post("/months/{month:int}/propose", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def propose(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Propose to close the month; the reasons against it are shown where it was asked."""
    sent = await form_of(request)
    try:
        await once(request, sent, lambda: _proposed(request, sent, month))
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "proposed")


async def _proposed(request: Req, sent: Form, month: int) -> str:
    await months.operations.closing.propose_close(
        month=month, actor=request.state.actor, waivers=tuple(sent.texts("waive")), why=sent.text("why") or None
    )
    return f"/months/{month}"


@post("/months/{month:int}/approve", opt={"action": Action.APPROVE_CLOSE}, status_code=303)
async def approve(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Close the month for good, as the second person."""
    try:
        await months.operations.closing.approve_close(month=month, actor=request.state.actor, at=now())
    except Refused as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "closed")


@post("/months/{month:int}/withdraw", opt={"action": Action.PROPOSE_CLOSE}, status_code=303)
async def withdraw(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Take the open proposal back."""
    try:
        await months.operations.closing.withdraw_proposal(month=month, actor=request.state.actor)
    except Refused as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "withdrawn_proposal")


@post("/months/{month:int}/cancel", opt={"action": Action.PLAN_MONTH}, status_code=303)
async def cancel(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Call a month off, with the reason."""
    sent = await form_of(request)
    try:
        await months.operations.planning.cancel(month=month, why=sent.text("reason", 500), actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal, cancelling=True)
    return said(f"/months/{month}", "cancelled")


@post("/months/{month:int}/publish", opt={"action": Action.PUBLISH_MONTH}, status_code=303)
async def publish(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Make the closed month public."""
    try:
        await months.operations.releasing.release(month=month, actor=request.state.actor)
    except Refused as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "published")


HANDLERS = (month_page, announce, propose, approve, withdraw, cancel, publish)

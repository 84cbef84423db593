"""One service month: theme and rules, what stands against closing it, and the two people who do."""

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace

import months.queries.calendar
import scoring.queries.rules
from core.errors import NotFound, ShifenError
from core.language import Text, current
from months import guards
from months.disclosure import no_such_month, sees_month
from months.lifecycle import OPEN, State
from months.queries import branches, closing
from months.queries.branches import BranchRow
from months.queries.calendar import MonthPage, MonthRow
from org.queries import account_by_id
from org.roles import Action
from scoring.plain_words import sentences
from scoring.rulebook import RuleBook
from web import show
from web.forms import Form
from web.frame import Req, allowed, html
from web.pages.months import links, obstacles, running
from web.pages.months.life_line import life_line
from web.pages.months.parts import path_to, state_name, told
from web.views.life import Branch
from web.views.month import Announcement, MonthView, Proposal
from web.views.shell import Choice, Fact

CALLED_OFF = "ceremony_cancelled"
TYPED = ("why", "reopen")
"""What somebody writes on the page of a month and keeps when it is refused."""


@get("/months/{month:int}", opt={"action": Action.SEE_MONTH})
async def month_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show one month."""
    return await page_of(request, month)


async def page_of(
    request: Req, month: int, refusal: ShifenError | None = None, *, cancelling: bool = False, sent: Form | None = None
) -> Response[str]:
    """Show a month, with what was refused where it was asked, and what was written there."""
    reader = current()
    page = await months.queries.calendar.month_page(month)
    row = page.row
    if not sees_month(row.announced_at, request.state.viewer.roles):
        raise NotFound(no_such_month())
    book = await scoring.queries.rules.rule_book(row.rule_book_id)
    theme = book.themes.get(row.theme)
    can = allowed(request.state.viewer)
    cancelling = cancelling and row.state in obstacles.CANCELLABLE
    closes = bool(can & {Action.PROPOSE_CLOSE, Action.APPROVE_CLOSE})
    shown = obstacles.steps(page, can)
    found = await obstacles.problems(page) if closes or any(shown.values()) else ()
    view = MonthView(
        name=show.month(month, reader),
        theme=page.theme.read(reader),
        crumbs=path_to(month),
        key=month,
        subtitle=f"{show.month(month, reader)} · {book.name.read(reader)}",
        state=state_name(row.state),
        line=life_line(row),
        doubled=tuple(book.kpis[code].name.read(reader) for code in theme.doubled if code in book.kpis)
        if theme
        else (),
        activities=tuple(activity.name.read(reader) for activity in theme.activities.values()) if theme else (),
        rules=told(sentences(book, row.theme or None)),
        reasons=obstacles.listed(row.state, found) if closes else (),
        reasons_title=obstacles.TITLES[row.state].read(reader) if row.state in obstacles.TITLES else "",
        proposal=_proposal(page, request.state.viewer.account_id) if closes else None,
        **shown,
        against=await obstacles.against(page, shown, found, request.state.viewer.account_id),
        why_not=obstacles.told(refusal.problems) if refusal and not cancelling else (),
        cancelled=_cancelled(page),
        cancel_error=refusal.problem.sentence.read(reader) if refusal and cancelling else "",
        digest=row.digest or "",
        digest_note=_sealed(page),
        late_facts=_late(page),
        facts=_facts(page, book),
        links=tuple(links.shown(row, can, reader)),
        announcement=await _announcement(page, request.state.viewer.account_id) if closes else None,
        branches=await _branches(page, can, request.state.viewer.account_id) if closes else (),
        run=await running.of_page(page, follows=Action.APPROVE_CLOSE in can) if closes else None,
        branch_choices=await _choices(page, can),
        typed={name: sent.typed(name) for name in TYPED} if sent else {},
        waived=frozenset(sent.texts("waive")) if sent else frozenset(),
        talks_href=f"/coaching?month={month}" if any(one.code == "talk_missing" for one in found) else "",
        closers=await closing.signatures(month) if row.final else ("", ""),
        reopened=await _reopened(row) if closes and row.state in OPEN else "",
    )
    return html(request, "month.html", view, refusal.status if refusal else 200)


def _proposal(page: MonthPage, account_id: int) -> Proposal | None:
    made = page.proposal
    if made is None:
        return None
    reader = current()
    words = {guards.key(one): one.sentence.read(reader) for one in page.problems}
    return Proposal(
        by=str(made.proposer.name),
        at=made.proposed_at,
        why=made.why or "",
        waived=tuple(words.get(code, code) for code in made.waivers),
        mine=made.proposer.account_id == account_id,
    )


async def _announcement(page: MonthPage, account_id: int) -> Announcement | None:
    """Return the announcement that waits for its second person."""
    row = page.row
    if row.state is not State.DRAFT or row.proposed_announcement_by is None or row.proposed_announcement_at is None:
        return None
    proposer = await account_by_id(row.proposed_announcement_by)
    return Announcement(
        by=str(proposer.name) if proposer else "?",
        at=row.proposed_announcement_at,
        mine=row.proposed_announcement_by == account_id,
    )


async def _branches(page: MonthPage, can: frozenset[Action], account_id: int) -> tuple[Branch, ...]:
    open_now = page.row.state in OPEN
    found = [_branch(one, can, open_now=open_now) for one in await branches.branches(page.row.month)]
    against = await obstacles.against_branches(page.row.month, account_id)
    return tuple(replace(one, against=against.get(one.id, ())) if one.may_approve else one for one in found)


def _branch(one: BranchRow, can: frozenset[Action], *, open_now: bool) -> Branch:
    reader = current()
    if one.closed_at is not None:
        words = Text(zh="{when} 关账，{who}批准", en="closed {when}, approved by {who}")
        told_by = words.format(when=show.moment(one.closed_at, reader, short=True), who=one.approver or "")
    elif one.id is not None:
        told_by = Text(zh="{who}已提请", en="proposed by {who}").format(who=one.proposer or "")
    else:
        told_by = Text(zh="未关账", en="open")
    waits = one.id is not None and one.closed_at is None
    return Branch(
        id=one.unit_id,
        name=one.unit_name.read(reader),
        said=told_by.read(reader),
        tone="good" if one.closed_at else "warn" if waits else "",
        may_approve=open_now and waits and Action.APPROVE_CLOSE in can,
        may_open=open_now and one.id is not None and Action.PROPOSE_CLOSE in can,
        closed=one.closed_at is not None,
    )


async def _choices(page: MonthPage, can: frozenset[Action]) -> tuple[Choice, ...]:
    """Return the branches that could be closed before the others."""
    if page.row.state not in OPEN or Action.PROPOSE_CLOSE not in can:
        return ()
    begun = {one.unit_id for one in await branches.branches(page.row.month) if one.id is not None}
    found = await branches.closable(page.row.month)
    return tuple(Choice(str(unit.id), unit.name(current())) for unit in found if unit.id not in begun)


async def _reopened(row: MonthRow) -> str:
    found = await closing.reopened(row.month)
    if found is None:
        return ""
    words = Text(
        zh="{name}于 {when} 重新打开本月。第 {version} 版仍然封存，再次关账成为新的一版。理由：{why}",
        en="{name} opened the month again on {when}. Version {version} stays sealed, the next closing is a new one. Reason: {why}",
    )
    when = show.moment(found.at, current())
    return words.format(name=found.name or "–", when=when, why=found.why, version=found.version).read(current())


def _sealed(page: MonthPage) -> str:
    reader, row = current(), page.row
    if row.closed_at is None:
        return ""
    words = Text(zh="第 {version} 版，关账于 {when}。", en="Version {version}, closed on {when}.").format(
        version=row.version, when=show.moment(row.closed_at, reader)
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
    open_now = row.state in OPEN
    moments = (
        (Text(zh="计划于", en="Planned"), row.planned_at),
        (Text(zh="发布于", en="Announced"), row.announced_at),
        (Text(zh="冻结", en="Freeze"), row.freeze_at),
        (Text(zh="迟到数据截止", en="Late data until"), row.cut_off_at if open_now else None),
        (Text(zh="申诉截止", en="Appeals until"), row.appeals_until if open_now else None),
        (Text(zh="颁奖", en="Ceremony"), None if row.via == CALLED_OFF else row.ceremony_at),
        (Text(zh="公布于", en="Published"), row.published_at),
        (Text(zh="公示截止", en="Public notice until"), row.notice_until),
    )
    ends = {row.appeals_until, row.notice_until}
    named = tuple(
        Fact(name.read(reader), (show.until if at in ends else show.moment)(at, reader))
        for name, at in moments
        if at is not None
    )
    settled = (
        (Fact(Text(zh="兑现", en="Settled").read(reader), show.moment(row.settled_at, reader)),)
        if row.settled_at
        else ()
    )
    off = Text(zh="颁奖已取消", en="Ceremony called off").read(reader)
    called_off = (Fact(off, row.published_why or ""),) if row.via == CALLED_OFF else ()
    rules = Fact(Text(zh="规则书", en="Rule book").read(reader), book.name.read(reader))
    return (rules, *named, *called_off, *settled)


HANDLERS = (month_page,)

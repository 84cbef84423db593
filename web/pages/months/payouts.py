"""The payout lists of a month: what is due, what waits for what, proposing and approving, files to take away."""

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import now
from core.errors import ShifenError
from core.language import Text, current
from months.exports import payouts as files
from months.operations import paying
from months.payouts import PayLine
from months.queries import payouts
from months.queries.calendar import month_row
from months.queries.payouts import PayoutList
from org.roles import Action
from web import show
from web.frame import Req, html, said
from web.pages.months.parts import path_to
from web.views.payouts import PayoutCard, PayoutsView, PayRow
from web.views.shell import Fact

_WHO = {"action": Action.DECIDE_PAYOUT}
TITLE = Text(zh="兑现清单", en="Payout lists")
LEAD = Text(
    zh="公示期满后，由一人提请、另一人批准；批准后的清单不再改变，以后的差额列入新的清单。",
    en="After the public notice one person proposes and another approves; an approved list never changes, later differences go on a new one.",
)
WORDS = {
    "due": Text(zh="现在可兑现", en="Can be paid now"),
    "none": Text(zh="没有可以兑现的奖项。", en="No award can be paid now."),
    "waiting": Text(zh="暂缓兑现", en="Waiting"),
    "propose": Text(zh="提请兑现", en="Propose the list"),
    "approve": Text(zh="批准", en="Approve"),
    "withdraw": Text(zh="撤回", en="Take back"),
    "digest": Text(zh="摘要", en="Digest"),
    "figures": Text(zh="合计", en="In figures"),
}
NAME = Text(zh="第 {number} 份", en="List {number}")
POINTS = Text(zh="{points} 积分", en="{points} reward points")
PROPOSED = Text(zh="{who} 于 {when} 提请", en="proposed by {who} on {when}")
APPROVED = Text(zh="，{who} 于 {when} 批准", en=", approved by {who} on {when}")
OPEN = (Text(zh="待批准", en="waits for approval"), "warn")
BACK = (Text(zh="已撤回", en="taken back"), "")
DONE = (Text(zh="已批准", en="approved"), "good")
_TYPES = {
    "xlsx": (files.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (files.csv, "text/csv"),
}


@get("/months/{month:int}/payouts", opt=_WHO)
async def payouts_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the payout lists of a month."""
    return await _page(request, month)


async def _page(request: Req, month: int, refusal: ShifenError | None = None) -> Response[str]:
    reader = current()
    await month_row(month)
    due, made = await payouts.due(month), await payouts.lists(month)
    told = (
        (Text(zh="现在可兑现", en="Can be paid now"), sum(one.points for one in due.lines)),
        (Text(zh="暂缓兑现", en="Waiting"), sum(one.line.points for one in due.waiting)),
        (Text(zh="已批准", en="Approved"), sum(one.total for one in made if one.approved_at)),
    )
    view = PayoutsView(
        title=f"{TITLE.read(reader)} · {show.month(month, reader)}",
        lead=LEAD.read(reader),
        crumbs=path_to(month, TITLE),
        key=month,
        facts=tuple(Fact(name.read(reader), _points(points)) for name, points in told),
        due=tuple(_row(one) for one in due.lines),
        waiting=tuple(_row(one.line, one.reasons) for one in due.waiting),
        lists=tuple(_card(one) for one in reversed(made)),
        against=tuple(one.sentence.read(reader) for one in await paying.obstacles(month, now())),
        errors=tuple(one.sentence.read(reader) for one in refusal.problems) if refusal else (),
        words={name: text.read(reader) for name, text in WORDS.items()},
    )
    return html(request, "payouts.html", view, refusal.status if refusal else 200)


def _points(points: int) -> str:
    reader = current()
    return POINTS.format(points=show.number(points, 0, reader)).read(reader)


def _row(line: PayLine, reasons: tuple[Text, ...] = ()) -> PayRow:
    reader = current()
    amount = " · ".join(one for one in (_points(line.points), line.prize.read(reader)) if one)
    why = " ".join(one.read(reader) for one in reasons or (line.reason,))
    return PayRow(unit=line.unit_name.read(reader), award=line.award_name.read(reader), amount=amount, why=why)


def _card(one: PayoutList) -> PayoutCard:
    reader = current()
    state, tone = OPEN if one.open else DONE if one.approved_at else BACK
    when = show.moment(one.proposed_at, reader, short=True)
    told = PROPOSED.format(who=one.proposer, when=when).read(reader)
    if one.approved_at:
        when = show.moment(one.approved_at, reader, short=True)
        told += APPROVED.format(who=one.approver or "", when=when).read(reader)
    return PayoutCard(
        number=one.number,
        name=f"{NAME.format(number=one.number).read(reader)} · {_points(one.total)}",
        state=state.read(reader),
        tone=tone,
        said=told,
        digest=one.digest,
        rows=tuple(_row(line) for line in one.lines),
        files=one.approved_at is not None,
        may_decide=one.open,
    )


@post("/months/{month:int}/payouts", opt=_WHO, status_code=303)
async def propose(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Propose to pay what is due now."""
    try:
        await paying.propose_payout(month=month, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}/payouts", "payout_proposed")


@post("/months/{month:int}/payouts/{number:int}/approve", opt=_WHO, status_code=303)
async def approve(request: Req, month: FromPath[int], number: FromPath[int]) -> Response[str] | Redirect:
    """Approve a list as the second person."""
    try:
        await paying.approve_payout(month=month, number=number, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}/payouts", "payout_approved")


@post("/months/{month:int}/payouts/{number:int}/withdraw", opt=_WHO, status_code=303)
async def withdraw(request: Req, month: FromPath[int], number: FromPath[int]) -> Response[str] | Redirect:
    """Take a proposed list back."""
    try:
        await paying.withdraw_payout(month=month, number=number, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}/payouts", "payout_withdrawn")


@get("/months/{month:int}/payouts/{number:int}/{kind:str}", opt=_WHO)
async def payout_file(month: FromPath[int], number: FromPath[int], kind: FromPath[str]) -> Response[bytes]:
    """Return an approved list as a file."""
    found = next((one for one in await payouts.lists(month) if one.number == number and one.approved_at), None)
    if found is None or kind not in _TYPES:
        raise NotFoundException
    write, media_type = _TYPES[kind]
    headers = {"content-disposition": f'attachment; filename="shifen-payout-{month}-{number}.{kind}"'}
    return Response(write(found, current()), media_type=media_type, headers=headers)


HANDLERS = (payouts_page, propose, approve, withdraw, payout_file)

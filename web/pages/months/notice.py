"""The public notice (公示) of a month: every award before everybody, objections to single lines, their decisions."""

from collections.abc import Iterator, Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, ShifenError, problem
from core.language import Text, current
from months.operations import objecting
from months.queries.calendar import month_row
from months.queries.notice import Notice, ObjectionRow, notice, objection, read_by
from months.queries.notice import NoticeLine as Line
from org.roles import Action
from web import show
from web.forms import form_of
from web.frame import Req, allowed, html, said
from web.pages.months.parts import path_to
from web.pages.places import above
from web.views.life import NoticeLine, NoticeView, Objected
from web.views.shell import Choice, Fact

TITLE = Text(zh="公示", en="Public notice")
NOT_YET = Text(zh="结果公布后开始公示。", en="The notice begins when the result is published.")
RUNNING = Text(
    zh="公示到 {until}；对某一项有异议，只暂缓这一项。", en="Until {until}; an objection holds back its own line only."
)
OVER = Text(zh="公示已于 {until} 结束。", en="The notice was over on {until}.")
CHOOSE = Text(zh="请选择", en="Choose one")
NOT_CHOSEN = "请选择要提出异议的一项。", "Choose the award to which you object."
PAYABLE = Text(zh="可兑现", en="payable")
HELD = Text(zh="暂缓兑现", en="held back")
SHOWN = Text(zh="公示中", en="on notice")
STATES: dict[str | None, tuple[Text, str]] = {
    None: (Text(zh="待裁定", en="not decided"), "warn"),
    "upheld": (Text(zh="异议成立", en="upheld"), "bad"),
    "rejected": (Text(zh="异议不成立", en="rejected"), ""),
}
SAID = Text(zh="{when} 提出", en="made on {when}")
SAID_BY = Text(zh="{who} 于 {when} 提出", en="made by {who} on {when}")


@get("/months/{month:int}/notice", opt={"action": Action.SEE_AWARDS})
async def notice_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the notice of a month."""
    return await _page(request, month)


async def _page(
    request: Req,
    month: int,
    refusal: ShifenError | None = None,
    text: str = "",
    chosen: str = "",
    judged: tuple[int, str] = (0, ""),
) -> Response[str]:
    reader = current()
    await month_row(month)
    found = await notice(month)
    viewer = request.state.viewer
    if found:
        found = await read_by(found, viewer.account_id, judges=Action.DECIDE_OBJECTION in allowed(viewer))
    lines = tuple(_line(one, found.over, request, judged) for one in found.lines) if found else ()
    view = NoticeView(
        title=f"{TITLE.read(reader)} · {show.month(month, reader)}",
        crumbs=path_to(month, TITLE),
        key=month,
        until=found.until if found else None,
        over=found.over if found else False,
        said=_said(found) if found else "",
        facts=_facts(found) if found else (),
        lines=lines,
        choices=tuple(_choices(lines, chosen)),
        may_object=found is not None and not found.over and Action.OBJECT_TO_RESULT in allowed(request.state.viewer),
        empty="" if found else NOT_YET.read(reader),
        error=" ".join(one.sentence.read(reader) for one in refusal.problems) if refusal else "",
        text=text,
    )
    return html(request, "notice.html", view, refusal.status if refusal else 200)


def _choices(lines: Sequence[NoticeLine], chosen: str) -> Iterator[Choice]:
    """Yield the lines that can be objected to; none is chosen beforehand, so that nobody objects to the wrong one."""
    if lines:
        yield Choice("", CHOOSE.read(current()))
    for one in lines:
        key = f"{one.award_code}:{one.unit_id}"
        yield Choice(key, f"{one.award} · {one.unit}", key == chosen)


def _said(found: Notice) -> str:
    words = OVER if found.over else RUNNING
    return words.format(until=show.until(found.until, current())).read(current())


def _facts(found: Notice) -> tuple[Fact, ...]:
    reader = current()
    made = [one for line in found.lines for one in line.objections]
    waiting = sum(one.decision is None for one in made)
    held = sum(line.held_back for line in found.lines)
    told = (
        (Text(zh="公示奖项", en="Awards on notice"), len(found.lines)),
        (Text(zh="异议", en="Objections"), len(made)),
        (Text(zh="待裁定", en="Not decided"), waiting),
        (Text(zh="暂缓兑现", en="Held back"), held),
    )
    return tuple(Fact(name.read(reader), str(count)) for name, count in told)


def _line(line: Line, over: bool, request: Req, judged: tuple[int, str]) -> NoticeLine:  # noqa: FBT001 - one of two states of the notice
    reader, won = current(), line.winner
    state, tone = (HELD, "warn") if line.held_back else (PAYABLE, "good") if over else (SHOWN, "blue")
    return NoticeLine(
        award=" · ".join(one for one in (won.award_name.read(reader), won.group_name.read(reader)) if one),
        award_code=won.award,
        unit=won.unit_name.read(reader),
        unit_id=won.unit_id,
        under=above(request.state.organisation, won.unit_id),
        place=won.place,
        value=won.value,
        prize=won.prize.read(reader),
        state=state.read(reader),
        tone=tone,
        objections=tuple(_objected(one, request, judged[1] if one.id == judged[0] else "") for one in line.objections),
    )


def _objected(one: ObjectionRow, request: Req, typed: str) -> Objected:
    """Return an objection: its words for those who may decide it and for who made it, its outcome for everybody."""
    reader, viewer = current(), request.state.viewer
    judges = Action.DECIDE_OBJECTION in allowed(viewer) and bool(one.objector)
    words = SAID_BY if judges else SAID
    state, tone = STATES[one.decision]
    return Objected(
        id=one.id,
        said=words.format(when=show.moment(one.at, reader, short=True), who=one.objector).read(reader),
        text=one.text,
        tone=tone,
        state=state.read(reader),
        reason=one.reason or "",
        may_decide=judges and one.decision is None and one.by != viewer.account_id,
        typed=typed,
    )


@post("/months/{month:int}/objections", opt={"action": Action.OBJECT_TO_RESULT}, status_code=303)
async def object_to(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Object to one line of the notice."""
    sent = await form_of(request)
    award, _, unit = sent.typed("line").partition(":")
    unit_id = int(unit) if unit.isascii() and unit.isdigit() and len(unit) < len("2147483647") else 0
    try:
        text = sent.text("text")
        if not award:
            raise Invalid(problem("no_line", *NOT_CHOSEN))
        await objecting.object_to(month=month, award=award, unit_id=unit_id, text=text, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal, sent.typed("text"), f"{award}:{unit}")
    return said(f"/months/{month}/notice", "objected")


@post("/objections/{objection_id:int}", opt={"action": Action.DECIDE_OBJECTION}, status_code=303)
async def decide(request: Req, objection_id: FromPath[int]) -> Response[str] | Redirect:
    """Uphold or reject an objection, with the reason."""
    sent = await form_of(request)
    decision = sent.typed("decision")
    found = await objection(objection_id)
    try:
        if decision not in {"upheld", "rejected"}:
            raise Invalid(problem("no_decision", "请选择裁定。", "Choose the decision."))
        await objecting.decide_objection(
            objection_id=objection_id,
            decision="upheld" if decision == "upheld" else "rejected",
            reason=sent.text("reason"),
            actor=request.state.actor,
        )
    except ShifenError as refusal:
        if found is None:
            raise
        return await _page(request, found.month, refusal, judged=(objection_id, sent.typed("reason")))
    return said(f"/months/{found.month if found else 0}/notice", "objection_decided")


HANDLERS = (notice_page, object_to, decide)

"""An appeal as the department reads it whose data are disputed, and where it says what it thinks of them."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, ShifenError, problem
from core.language import current
from months.appealing import Opinion
from months.operations.opinions import give_opinion, no_such_appeal, opinion_href
from months.queries.opinions import AskedAppeal, asked_of, department_name
from scoring.queries.rules import Rules, rules_of
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.once import once
from web.pages.appeals.one import files_of
from web.pages.appeals.parts import SEE, named, say, stands, words
from web.pages.lines import with_unit
from web.sentences.appeals import GROUNDS, TITLE
from web.views.appeals import OpinionPart, OpinionView
from web.views.shell import Crumb, Fact

TYPED = ("stand", "text")


@get("/appeals/{appeal_id:int}/opinion", opt=SEE)
async def opinion_page(request: Req, appeal_id: FromPath[int]) -> Response[str]:
    """Show the head of a department an appeal about which the department is asked."""
    return await _page(request, appeal_id, {})


async def _page(
    request: Req, appeal_id: int, typed: dict[str, str], refusal: ShifenError | None = None
) -> Response[str]:
    row = await _asked(request, appeal_id)
    reader, unit = current(), request.state.organisation.unit(row.unit_id)
    name = unit.name(reader) if unit else str(row.unit_id)
    rules, (state, tone) = await rules_of(row.month), stands(row.state, row.outcome)
    view = OpinionView(
        words=words(),
        crumbs=(Crumb(TITLE.read(reader), "/appeals"), Crumb(f"AP-{row.id:04d}")),
        id=row.id,
        title=f"{name} · {named(row.kpi, None, rules)}",
        about=f"{row.kpi} · {show.month(row.month, reader)} · {GROUNDS[row.ground].read(reader)}",
        state=state,
        tone=tone,
        facts=_facts(row, rules),
        told=row.told,
        files=await files_of(row.id),
        until=say("asked_by", when=show.until(row.opinion.due_at, reader, short=True)) if row.open else "",
        given=await _given(row),
        reason=row.reason or "",
        open=row.open,
        typed=typed,
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )
    return html(request, "appeal_opinion.html", view, refusal.status if refusal else 200)


async def _asked(request: Req, appeal_id: int) -> AskedAppeal:
    row = next((one for one in await asked_of(request.state.viewer.account_id) if one.id == appeal_id), None)
    if row is None:
        raise no_such_appeal()
    return row


def _facts(row: AskedAppeal, rules: Rules) -> tuple[Fact, ...]:
    kpi = rules.book.kpis.get(row.kpi)
    shown = with_unit(row.recorded, kpi.unit_name) if kpi and row.recorded else row.recorded
    recorded = (Fact(say("recorded"), shown),) if shown else ()
    return (*recorded, Fact(say("claimed"), row.claimed or "–"))


async def _given(row: AskedAppeal) -> OpinionPart | None:
    found = row.opinion
    if found.stand is None or found.given_at is None:
        return None
    name = (await department_name(found.code, row.month)).read(current())
    when = show.moment(found.given_at, current(), short=True)
    told = say("opinion_by", name=name, who=found.who or "–", when=when)
    return OpinionPart(name=say(found.stand), told=told, text=found.text or "")


@post("/appeals/{appeal_id:int}/opinion", opt=SEE, status_code=303)
async def give(request: Req, appeal_id: FromPath[int]) -> Response[str] | Redirect:
    """Say what the department thinks of the disputed data."""
    sent, row = await form_of(request), await _asked(request, appeal_id)

    async def effect() -> str:
        stand = sent.text("stand", 16)
        if stand not in set(Opinion):
            raise Invalid(problem("no_stand", "请选择数据是否有误。", "Choose whether the data are right."))
        await give_opinion(
            appeal_id=row.id, stand=Opinion(stand), text=sent.text("text", 1_000), actor=request.state.actor
        )
        return opinion_href(row.id)

    try:
        await once(request, sent, effect)
    except ShifenError as refusal:
        return await _page(request, row.id, {name: sent.typed(name) for name in TYPED}, refusal)
    return said(opinion_href(row.id), "appeal_opinion")


HANDLERS = (opinion_page, give)

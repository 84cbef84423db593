"""A new appeal: opened from one line of one's own card, with words and files."""

from litestar import Response, get, post
from litestar.response import Redirect

from core.clock import now
from core.errors import Invalid, NotFound, ShifenError, problem
from core.language import current
from core.period import bounds
from months.appealing import Ground
from months.operations.appealing import file_appeal
from months.queries import calendar
from scoring.queries.rules import rules_of
from web import show
from web.forms import Form, form_of
from web.frame import Req, html
from web.numbers import month_key, whole
from web.once import once
from web.pages.appeals.parts import LARGEST, SEE, disputed, figures, kept, named, say, words
from web.sentences.appeals import GROUNDS, TITLE
from web.views.appeals import FilingView
from web.views.shell import Choice, Crumb, Fact

TYPED = ("ground", "claimed", "told")
Place = tuple[int, int, str]


@get("/appeals/new", opt=SEE)
async def new_page(request: Req) -> Response[str]:
    """Show the form for one line of one's own card."""
    asked = request.query_params
    place = _place(request, asked.get("month", ""), asked.get("unit", ""), asked.get("kpi", ""))
    return await _page(request, place, {})


def _place(request: Req, month: str, unit: str, kpi: str) -> Place:
    """Return month, unit and KPI of the line; NotFound unless it stands on one's own card."""
    key, unit_id = month_key(month), whole(unit)
    if key is None or unit_id is None or unit_id not in request.state.scope.own:
        raise NotFound(problem("no_such_unit", "没有这个单位。", "There is no such unit."))
    return key, unit_id, kpi[:32]


async def _page(request: Req, place: Place, typed: dict[str, str], refusal: ShifenError | None = None) -> Response[str]:
    month, unit_id, kpi = place
    reader, (found, recorded) = current(), await disputed(request, unit_id, kpi, month)
    row, rules = await calendar.month_row(month), await rules_of(month)
    unit = request.state.organisation.unit(unit_id)
    until, name = row.appeals_until, found.card.name.read(reader) if found else unit.name(reader) if unit else ""
    line = named(kpi, found, rules)
    view = FilingView(
        words=words(),
        crumbs=(
            Crumb(name, f"/units/{unit_id}?month={month}"),
            *([Crumb(line, f"/units/{unit_id}/kpis/{kpi}?month={month}")] if found else []),
            Crumb(TITLE.read(reader)),
        ),
        about=f"{line} · {name} · {show.month(month, reader)}",
        line=figures(found) if found else (Fact(line, recorded),),
        month=month,
        unit=unit_id,
        kpi=kpi,
        grounds=tuple(Choice(key, text.read(reader), key == typed.get("ground")) for key, text in GROUNDS.items()),
        typed=typed,
        until=say("until", when=show.until(until, reader, short=True)),
        open=bounds(month)[0] <= now() < until,
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )
    return html(request, "appeal_new.html", view, refusal.status if refusal else 200)


@post("/appeals/new", opt=SEE, status_code=303, request_max_body_size=LARGEST)
async def file(request: Req) -> Response[str] | Redirect:
    """File the appeal and go on to it."""
    sent = await form_of(request)
    place = _place(request, sent.text("month", 6), sent.text("unit", 9), sent.text("kpi", 32))
    recorded = (await disputed(request, place[1], place[2], place[0]))[1]
    try:
        done = await once(request, sent, lambda: _filed(request, sent, place, recorded))
    except ShifenError as refusal:
        return await _page(request, place, {name: sent.typed(name) for name in TYPED}, refusal)
    return Redirect(f"{done.address}?said=appeal_filed", status_code=303)


async def _filed(request: Req, sent: Form, place: Place, recorded: str) -> str:
    month, unit_id, kpi = place
    if not sent.text("told"):
        raise Invalid(problem("told_needed", "请写明发生了什么。", "Write what happened."))
    number = await file_appeal(
        month=month,
        unit_id=unit_id,
        kpi=kpi,
        ground=_ground(sent.text("ground", 16)),
        claimed=sent.text("claimed", 200),
        told=sent.text("told", 1_000),
        recorded=recorded,
        files=await kept(request, sent),
        viewer=request.state.viewer,
        actor=request.state.actor,
    )
    return f"/appeals/{number}"


def _ground(text: str) -> Ground:
    if text not in GROUNDS:
        raise Invalid(problem("no_ground", "请选择理由。", "Choose the ground."))
    return Ground(text)


HANDLERS = (new_page, file)

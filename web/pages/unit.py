"""A unit's own page: its month in numbers, where the points went, and every line of its card."""

from collections.abc import Iterable
from decimal import Decimal

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace

import coaching.queries
import leaderboards.queries.cards
import leaderboards.queries.departments
from core.errors import NotFound
from core.language import current
from leaderboards.card_views import CardLine, ProcessPart
from leaderboards.queries.cards import Card
from leaderboards.queries.snapshots import heads, rules_shown
from months.queries.exclusions import exclusion_of
from org.organisation import Organisation, Unit
from org.refusals import no_such
from org.roles import Action
from org.visibility import Scope
from scoring.rulebook import RuleBook
from web import show
from web.charts.waterfall import Ends, Step
from web.frame import Req, html
from web.numbers import one_of
from web.pages.appeals.parts import may_change, red_line_links
from web.pages.department_home import department_sum
from web.pages.explained.gains import gains_href
from web.pages.ledger.unit import shares
from web.pages.lines import losers, number, score_of, shareless, state_of, value_of, weight_moved, why_href, with_unit
from web.pages.looking_back import part_href
from web.pages.losses import REST, gained, of_hundred, start_of
from web.pages.months.parts import month_choices
from web.pages.places import above, cents
from web.pages.resting import card_rests
from web.pages.stream import live_of
from web.pages.unit_links import contest_links, links_of
from web.pages.unit_sums import sum_line
from web.pages.unit_tiles import beside, has_points, tiles_of
from web.sentences.appeals import MAY_CHANGE
from web.sentences.exceptions import left_out
from web.sentences.ranges import certainty
from web.sentences.teller import teller
from web.sentences.unit import WORDS
from web.views.shell import Choice, Crumb, Link
from web.views.unit import Bar, Group, Line, UnitView

ENOUGH_FOR_RADAR, MOST_STEPS, MOST_MEMBERS = 3, 7, 40
say = teller(WORDS)


@get("/units/{unit_id:int}", opt={"action": Action.SEE_UNIT, "unit": "unit_id"})
async def unit_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show one unit in one month."""
    organisation: Organisation = request.state.organisation
    unit = organisation.unit(unit_id)
    if unit is None:
        raise no_such("单位", "unit")
    known = await heads()
    asked = request.query_params.get("month", "")
    month = one_of(asked, known.by_month) or known.latest
    choices = month_choices(known.by_month, month) if month else ()
    live = request.state.scope.live(unit_id)
    try:
        card = await leaderboards.queries.cards.card(unit_id, month=month, live=live) if month else None
    except NotFound:
        card = None
    plan = await coaching.queries.assignment(unit_id) if request.state.scope.coaching(unit_id) else None
    plan_id = plan.id if plan and plan.ended_at is None else None
    view = await _view(
        unit, organisation, card, choices, tuple(_members(unit, organisation, request.state.scope)), plan_id=plan_id
    )
    if card:
        more = (*await contest_links(request.state.scope, card), *await red_line_links(request.state.scope, card))
        view = replace(view, links=(*view.links, *more), resting=await card_rests(card.month, own=live))
    if card and await may_change(request, unit_id, card.month):
        view = replace(view, chips=(*view.chips, (MAY_CHANGE.read(current()), "warn")))
    return html(request, "unit.html", view)


async def _view(
    unit: Unit,
    organisation: Organisation,
    card: Card | None,
    months: tuple[Choice, ...],
    members: tuple[Link, ...],
    *,
    plan_id: int | None,
) -> UnitView:
    reader, where = current(), " · ".join(part for part in (above(organisation, unit.id), unit.code) if part)
    frame = UnitView(
        name=unit.name(reader),
        subtitle=where,
        crumbs=tuple(_crumbs(unit, organisation)),
        months=months,
        members=members,
        links=tuple(links_of(plan_id, card)),
        nothing="" if card else WORDS["no_card" if months else "no_month"].read(reader),
    )
    if card is None:
        return frame
    book = (await rules_shown(card.month)).book
    axes = _axes(card.body.processes) if of_hundred(card) else ()
    ends, steps = _waterfall(card)
    weighed = has_points(card)
    return UnitView(
        **{name: getattr(frame, name) for name in ("name", "crumbs", "months", "members", "links")},
        nothing="" if card.lines or card.total else say("no_lines"),
        subtitle=f"{where} · {show.month(card.month, reader)}",
        provisional=not card.sealed,
        whose=await shares(card, book),
        live=None if card.sealed else await live_of(card.month, card.snapshot_id),
        ahead=gains_href(card, book),
        day=part_href(card.unit_id, card.month, sealed=card.sealed),
        chips=tuple(_chips(card)),
        tiles=tiles_of(card, book.composition.coverage_min),
        axes=axes,
        axes_about=say("radar", list=show.listed((f"{name} {score}" for name, score, _ in axes), current())),
        weakest=min(axes, key=lambda axis: axis[1])[0] if axes else "",
        bars=_process_bars(card) if axes else _kpi_bars(card),
        ends=ends if weighed else None,
        steps=steps,
        finding=_finding(card),
        waterfall_about=_about(card, steps),
        waterfall_hint=say("from_full", full=show.plain(card.body.full)) if card.body.full else say("from_start"),
        bars_hint=say("of_full") if of_hundred(card) else "",
        groups=tuple(_groups(card)),
        certainty=certainty(book, card.reach, card.cents),
        left_out=left_out(await exclusion_of(card.month, card.unit_id)),
        sum_line=await _closing(card, book),
        peers_label=say("peers") if axes and all(axis[2] is not None for axis in axes) else "",
    )


def _chips(card: Card) -> Iterable[tuple[str, str]]:
    """Return peer group, grade and classes as tags."""
    reader = current()
    yield card.group_name.read(reader), ""
    if card.grade:
        yield card.grade.read(reader), "blue"
    for one in card.classes:
        yield one.step_name.read(reader), ""


def _crumbs(unit: Unit, organisation: Organisation) -> Iterable[Crumb]:
    yield Crumb(say("boards"), f"/boards?kind={unit.kind}")
    for unit_id in reversed(organisation.ancestors(unit.id)[:-1]):
        parent = organisation.unit(unit_id)
        if parent is not None:
            yield Crumb(parent.name(current()), f"/units/{parent.id}")
    yield Crumb(unit.name(current()))


def _members(unit: Unit, organisation: Organisation, scope: Scope) -> Iterable[Link]:
    """Yield the units directly beneath whose cards the reader may open."""
    for unit_id in (*organisation.children(unit.id), *organisation.employed(unit.id))[:MOST_MEMBERS]:
        member = organisation.unit(unit_id)
        if member is not None and scope.detail(member.id):
            yield Link(member.name(current()), f"/units/{member.id}")


def _axes(processes: Iterable[ProcessPart]) -> tuple[tuple[str, Decimal, Decimal | None], ...]:
    """Return the axes of the radar; with fewer than three processes there is none."""
    axes = tuple(
        (part.name.read(current()), Decimal(part.cents).scaleb(-2), cents(part.peers))
        for part in processes
        if part.cents is not None
    )
    return axes if len(axes) >= ENOUGH_FOR_RADAR else ()


def _process_bars(card: Card) -> tuple[Bar, ...]:
    return tuple(
        Bar(part.name.read(current()), part.score or "–", (part.cents or 0) // 100)
        for part in sorted(card.body.processes, key=lambda part: part.cents or 0)
        if part.cents is not None
    )


def _kpi_bars(card: Card) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            name=line.name.read(current()),
            shown=score_of(line),
            share=int(Decimal(line.score or 0) * 100 / (Decimal(line.full or 100) or 1)),
            href=why_href(card.unit_id, line.kpi, card.month),
            detail=value_of(line),
        )
        for line in card.lines
        if not line.extra
    )


def _waterfall(card: Card) -> tuple[Ends, tuple[Step, ...]]:
    reader = current()
    found = losers(card.lines)
    steps = [
        Step(
            line.name.read(reader), -Decimal(line.lost), f"−{number(line.lost)}", "loss most" if place == 0 else "loss"
        )
        for place, line in enumerate(found[:MOST_STEPS])
    ]
    rest = sum((Decimal(line.lost) for line in found[MOST_STEPS:]), Decimal(0))
    if rest:
        steps.append(Step(REST.format(n=len(found) - MOST_STEPS).read(reader), -rest, f"−{number(rest)}", "rest"))
    more = gained(card)
    if more > 0:
        steps.append(Step(say("over"), more, f"+{number(more)}", "gain"))
    elif number(more) != "0.00" and card.body.full is not None:
        steps.append(Step(say("held_down"), more, f"−{number(-more)}", "rest"))
    label, start = say("start" if card.body.full is None else "full"), start_of(card)
    return Ends(start, label, number(start), say("sum"), card.body.card_total), tuple(steps)


def _about(card: Card, steps: Iterable[Step]) -> str:
    told = show.listed((f"{step.label} {step.shown}" for step in steps), current())
    way = "waterfall_open" if card.body.full is None else "waterfall"
    return say(way, full=show.plain(start_of(card)), sum=card.body.card_total, list=told)


def _finding(card: Card) -> str:
    reader, found, lost = current(), losers(card.lines), Decimal(card.body.lost)
    if not found or not lost:
        return say("by_formula" if any(map(shareless, card.lines)) else "nothing_lost")
    top = found[:3]
    comma = "、" if reader == "zh" else ", "
    share = show.plain(sum((Decimal(line.lost) for line in top), Decimal(0)) * 100 / lost, 0)
    return say("finding", names=comma.join(line.name.read(reader) for line in top), share=share)


def _groups(card: Card) -> Iterable[Group]:
    for part in card.body.processes:
        lines = [line for line in card.lines if line.process == part.code]
        yield Group(
            name=part.name.read(current()),
            score=cents(part.cents),
            points=None if all(map(beside, lines)) else Decimal(part.points),
            lost=None if all(map(beside, lines)) else Decimal(part.lost),
            lines=tuple(_line(card, line) for line in lines),
        )


def _line(card: Card, line: CardLine) -> Line:
    state, tone = state_of(line)
    after = number(line.weight_after)
    weight = f"{number(line.weight)} → {after}" if weight_moved(line) else after
    return Line(
        code=line.kpi,
        name=line.name.read(current()),
        value=value_of(line),
        target=with_unit(line.target, line.unit_name),
        sample=show.number(line.sample, 0, current()) if line.sample else "–",
        score=Decimal(line.score) if line.score is not None else None,
        weight="–" if line.extra else weight,
        points=None if beside(line) else Decimal(line.points),
        lost=None if beside(line) else Decimal(line.lost),
        state=state,
        tone=tone,
        href=why_href(card.unit_id, line.kpi, card.month),
        measured=say("measured", value=with_unit(line.measured, line.unit_name)) if line.measured else "",
    )


async def _closing(card: Card, book: RuleBook) -> str:
    """Return how the total closes: from the card's points, for a support department from its three parts."""
    if card.card != book.department.kind or card.card in book.trees:
        return sum_line(card, tree=card.card in book.trees)
    return f"{department_sum(await leaderboards.queries.departments.department(card.unit_id, month=card.month))}{say('stop')}"


HANDLERS = (unit_page,)

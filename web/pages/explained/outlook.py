"""What would lift a unit most, what if, and how far the next place and each award are."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

import leaderboards.queries.outlook as ahead
import months.queries.calendar
import rewards.queries
from core.clock import today
from core.errors import Invalid, NotFound, Place, Refused, problem
from core.language import current
from leaderboards.outlooks import Slider, Supposed
from leaderboards.queries.outlook import Outlook
from leaderboards.queries.snapshots import heads, rules_shown
from months.disclosure import sees_results
from org.roles import Action
from org.visibility import Viewer
from rewards.queries import WhyNot
from web import show
from web.frame import Req, html
from web.numbers import one_of
from web.pace import what_if as pace
from web.pages.explained.gains import finding, gain_rows
from web.pages.explained.sliding import grouped
from web.pages.lines import DASH, number, with_unit
from web.pages.months.parts import month_choices
from web.pages.stream import live_of
from web.render import fragment
from web.sentences.explained import WORDS
from web.sentences.teller import teller
from web.views.explained import ChangedLine, OutcomeView, OutlookView, SliderRow
from web.views.shell import Check, Choice, Crumb, Link, Tile

PREFIX = "v."
MOST_FIELDS, LONGEST = 400, 32
UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
say = teller(WORDS)


@get("/units/{unit_id:int}/what-if", opt=UNIT)
async def outlook_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show what would lift a unit, and try values; without a script the form asks for this page again."""
    known = await heads()
    month = one_of(request.query_params.get("month", ""), known.by_month) or known.latest
    wishes = _wishes(request)
    scope = request.state.scope
    try:
        found = await ahead.outlook(unit_id, month=month, on=today(), scope=scope)
    except Refused as refusal:
        return html(request, "outlook.html", _empty(request, unit_id, refusal.problem.sentence.read(current())))
    if wishes:
        pace.take(request.state.viewer.account_id)
    tried = await ahead.what_if(unit_id, wishes, month=found.month, scope=scope)
    _, sliders = await ahead.sliders_of(unit_id, month=found.month)
    awards = await _awards(found, request.state.viewer)
    choices = month_choices(known.by_month, found.month)
    return html(request, "outlook.html", await _view(found, tried, sliders, wishes, choices, awards))


@get("/units/{unit_id:int}/what-if/outcome", opt=UNIT)
async def outcome_fragment(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Return what a try comes to, as a piece of the page."""
    pace.take(request.state.viewer.account_id)
    known = await heads()
    month = one_of(request.query_params.get("month", ""), known.by_month) or known.latest
    try:
        tried = await ahead.what_if(unit_id, _wishes(request), month=month, scope=request.state.scope)
        view = _outcome(tried)
    except Invalid as refusal:
        view = OutcomeView(DASH, DASH, Decimal(0), "", "", (), refusal.problem.sentence.read(current()))
    return Response(fragment("_outcome.html", outcome=view), media_type=MediaType.HTML)


def _wishes(request: Req) -> dict[str, str]:
    """Return the values asked for by KPI; Invalid for more of them, or longer ones, than any form sends."""
    found = {
        name.removeprefix(PREFIX): value
        for name, value in request.query_params.multi_items()
        if name.startswith(PREFIX) and value
    }
    if len(found) > MOST_FIELDS or any(len(value) > LONGEST or len(code) > LONGEST for code, value in found.items()):
        zh, en = "试算的数值太多或太长。", "There are too many values to try, or one is too long."
        raise Invalid(problem("too_much", zh, en, Place(path="v")))
    return found


def _empty(request: Req, unit_id: int, sentence: str) -> OutlookView:
    unit = request.state.organisation.unit(unit_id)
    name = unit.name(current()) if unit else ""
    crumbs = (Crumb(say("boards"), "/boards"), Crumb(name, f"/units/{unit_id}"), Crumb(say("outlook")))
    links = (Link(say("whole_card"), f"/units/{unit_id}", "layers"),)
    return OutlookView(say("outlook_of", name=name), "", False, crumbs, (), links, nothing=sentence)  # noqa: FBT003 - a view is a row of values


async def _view(
    found: Outlook,
    tried: Supposed,
    sliders: Iterable[Slider],
    wishes: Mapping[str, str],
    choices: tuple[Choice, ...],
    awards: tuple[tuple[str, tuple[Check, ...]], ...],
) -> OutlookView:
    name, query = found.name.read(current()), f"month={found.month}"
    movable = [one for one in found.lifts if one.movable]
    later = [one for one in found.lifts if not one.movable]
    return OutlookView(
        title=say("outlook_of", name=name),
        subtitle=show.month(found.month, current()),
        provisional=not found.sealed,
        crumbs=(
            Crumb(say("boards"), "/boards"),
            Crumb(name, f"/units/{found.unit_id}?{query}"),
            Crumb(say("outlook")),
        ),
        months=choices,
        links=(
            Link(say("whole_card"), f"/units/{found.unit_id}?{query}", "layers"),
            Link(say("receipt"), f"/units/{found.unit_id}/receipt?{query}", "file-text"),
        ),
        tiles=_tiles(found),
        gains=gain_rows(found, movable),
        later=gain_rows(found, later),
        finding=finding(movable),
        unit=found.unit_id,
        month=str(found.month),
        sliders=tuple(_slider(one, wishes) for one in sliders),
        groups=grouped(
            {one.kpi: _slider(one, wishes) for one in sliders},
            [one.kpi for one in movable],
            (await rules_shown(found.month)).book,
        ),
        outcome=_outcome(tried),
        awards=awards,
        live=None if found.sealed else await live_of(found.month, found.snapshot_id),
    )


def _tiles(found: Outlook) -> tuple[Tile, ...]:
    ahead_of = found.next_place
    return (
        Tile(say("total"), found.total or DASH),
        Tile(say("place"), str(found.place) if found.place else DASH, f"/ {found.of}"),
        Tile(say("gap", rank=ahead_of.rank), number(ahead_of.gap)) if ahead_of else Tile(say("gap_none"), DASH),
        Tile(say("days"), str(found.days_left), say("days_unit"))
        if found.days_left
        else Tile(say("days"), say("closed")),
    )


def _slider(one: Slider, wishes: Mapping[str, str]) -> SliderRow:
    value = wishes.get(one.kpi, one.value)
    now = with_unit(one.now, one.unit_name)
    return SliderRow(
        field=f"{PREFIX}{one.kpi}",
        name=one.name.read(current()),
        value=value,
        start=one.value,
        low=one.low,
        high=one.high,
        step=one.step,
        unit=with_unit("0", one.unit_name).removeprefix("0").strip(),
        hint=say("slider_now", value=now) if one.now is not None else say("slider_none"),
    )


def _outcome(tried: Supposed) -> OutcomeView:
    changed = [line for line in tried.lines if (line.score, line.points) != (line.score_before, line.points_before)]
    place = say("would_be", place=tried.place, of=tried.of) if tried.place else ""
    return OutcomeView(
        total=tried.total or DASH,
        before=tried.total_before or DASH,
        change=Decimal(tried.change),
        place=place,
        note=tried.place_note.read(current()),
        lines=tuple(
            ChangedLine(
                name=line.name.read(current()),
                before=line.score_before or DASH,
                after=line.score or DASH,
                points=Decimal(line.points) - Decimal(line.points_before),
            )
            for line in changed
        ),
    )


async def _awards(found: Outlook, viewer: Viewer) -> tuple[tuple[str, tuple[Check, ...]], ...]:
    """Return every failed condition of every award; of a closed month only where its awards may be read."""
    try:
        row = await months.queries.calendar.month_row(found.month)
    except NotFound:
        return ()
    if row.final and not sees_results(row.state, viewer.roles):
        return ()
    answers = await rewards.queries.why_not(found.month, found.unit_id, named=row.final)
    return tuple((one.award_name.read(current()), _checks(one)) for one in answers)


def _checks(one: WhyNot) -> tuple[Check, ...]:
    if one.won:
        return (Check(say("won"), one.value or "", "ok"),)
    if not one.gates:
        return (Check(say("award_met"), "", "ok"),)
    reader = current()
    return tuple(
        Check(show.full_width(gate.fact.read(reader)), show.full_width(gate.advice.read(reader)), "no")
        for gate in one.gates
    )


HANDLERS = (outlook_page, outcome_fragment)

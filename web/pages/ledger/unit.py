"""Whose a unit's loss is, in words and a bar; line by line; and one KPI taken down to the units beneath."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec
from litestar import Response, get
from litestar.params import FromPath

import leaderboards.queries.drilling
import leaderboards.queries.upstream
from core.language import Text, current
from leaderboards.queries.cards import Card
from leaderboards.queries.drilling import Drill, PartOfLoss
from leaderboards.queries.snapshots import no_board
from leaderboards.queries.upstream import Carried, UnitLosses
from org.roles import Action
from scoring.rulebook import RuleBook
from scoring.shares import NOBODY
from web import show
from web.frame import Req, html
from web.numbers import whole
from web.pages.ledger.department import spoken
from web.pages.ledger.parts import TONES, chosen_month, listed, of_most, points, say, words
from web.pages.lines import why_href
from web.pages.months.parts import month_choices
from web.views.ledger import DrillRow, DrillView, UnitLossesView, WhoseKpi, WhoseRow
from web.views.shell import Crumb, Link
from web.views.unit import Bar, Whose

_SEE = {"action": Action.SEE_UNIT, "unit": "unit_id"}
MOST_NAMED, MOST_BARS, MOST_OPEN = 3, 6, 3


@get("/units/{unit_id:int}/losses", opt=_SEE)
async def unit_losses(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show whose a unit's loss is in one month."""
    months, month = await chosen_month(request)
    if month is None:
        raise no_board()
    found = await leaderboards.queries.upstream.unit_losses(unit_id, month=month)
    return html(request, "unit_losses.html", _view(found, months))


def _view(found: UnitLosses, months: list[int]) -> UnitLossesView:
    reader, name = current(), found.name.read(current())
    return UnitLossesView(
        name=name,
        subtitle=" · ".join((say("whose_title"), show.month(found.month, reader))),
        provisional=found.provisional,
        crumbs=(Crumb(name, f"/units/{found.unit_id}?month={found.month}"), Crumb(say("whose_title"))),
        months=month_choices(months, found.month),
        whose=msgspec.structs.replace(whose(found), href=""),
        kpis=tuple(_kpis(found)),
        note=say("whose_note"),
        closing=say("whose_closing", lost=points(found.lost, 4)),
        words=words("department", "points", "state", "lines", "drill"),
    )


async def shares(card: Card, book: RuleBook) -> Whose | None:
    """Return whose the loss on a card is; None where nothing was lost, and for departments, whose losses are their own."""
    if card.card == book.department.kind or not Decimal(card.body.lost):
        return None
    return whose(await leaderboards.queries.upstream.unit_shares(card.unit_id, month=card.month))


def whose(found: UnitLosses) -> Whose:
    """Return a unit's loss by whose it is, in words and for a bar."""
    own, elsewhere = points(found.own, 2), points(found.elsewhere, 2)
    return Whose(
        parts=(("own", found.own), ("other", found.elsewhere)),
        about=say("whose_about", own=own, elsewhere=elsewhere),
        key=(("own", say("own"), own), ("other", say("elsewhere"), elsewhere)),
        say=_say(found),
        departments=tuple(_bars(found)),
        href=f"/units/{found.unit_id}/losses?month={found.month}",
        words=words("whose_title", "whose_hint", "whose_more", "whose_note"),
    )


def _say(found: UnitLosses) -> str:
    lost = points(found.lost, 2)
    if not Decimal(found.lost):
        return say("whose_nothing")
    if not Decimal(found.elsewhere):
        return say("whose_none", lost=lost)
    names = listed(_named(found))
    return say("whose", lost=lost, elsewhere=points(found.elsewhere, 2), own=points(found.own, 2), names=names)


def _named(found: UnitLosses) -> Iterable[Text]:
    """Yield the departments where most was caused, each with its points."""
    outside = sorted(found.departments, key=lambda one: -Decimal(one.elsewhere))
    for one in [one for one in outside if Decimal(one.elsewhere) > 0][:MOST_NAMED]:
        yield Text(zh="{name} {points}", en="{name} {points}").format(name=one.name, points=points(one.elsewhere, 2))


def _bars(found: UnitLosses) -> Iterable[Bar]:
    most = max((Decimal(one.points) for one in found.departments), default=Decimal(0))
    for one in [one for one in found.departments if one.code != NOBODY][:MOST_BARS]:
        yield Bar(
            name=one.name.read(current()),
            shown=points(one.points, 2),
            share=of_most(one.points, most),
            tone="other",
            detail=say("department_part", elsewhere=points(one.elsewhere, 2), support=points(one.support, 2)),
        )


def _kpis(found: UnitLosses) -> Iterable[WhoseKpi]:
    """Yield the KPIs that lost, the dearest first, each with whose its loss is."""
    by_kpi: dict[str, list[Carried]] = {}
    for one in found.lines:
        by_kpi.setdefault(one.kpi, []).append(one)
    sums = {kpi: sum((Decimal(one.points) for one in held), Decimal(0)) for kpi, held in by_kpi.items()}
    most = max(sums.values(), default=Decimal(0))
    for place, kpi in enumerate(sorted(sums, key=lambda code: (-sums[code], code))):
        first = by_kpi[kpi][0]
        yield WhoseKpi(
            title=first.kpi_name.read(current()),
            detail=first.process.read(current()),
            points=points(sums[kpi], 4),
            share=of_most(str(sums[kpi]), most),
            rows=tuple(map(_row, by_kpi[kpi])),
            href=f"/units/{found.unit_id}/losses/{kpi}?month={found.month}",
            opened=place < MOST_OPEN,
        )


def _row(one: Carried) -> WhoseRow:
    reader = current()
    kind = say("caused" if one.elsewhere else "support")
    detail = (one.cause_name.read(reader) if one.cause_name else "", say(f"grain_{one.grain}"), kind)
    return WhoseRow(
        department=one.department_name.read(reader),
        detail=" · ".join(part for part in detail if part),
        points=points(one.points, 4),
        state=say(one.state) if one.state else "",
        tone=TONES[one.state] if one.state else "",
        answer=spoken(one.answer) if one.answer else None,
    )


@get("/units/{unit_id:int}/losses/{kpi:str}", opt=_SEE)
async def drill(request: Req, unit_id: FromPath[int], kpi: FromPath[str]) -> Response[str]:
    """Show one KPI's loss by the units beneath, or beneath one of them."""
    _, month = await chosen_month(request)
    under = whole(request.query_params.get("under", "")) or None
    found = await leaderboards.queries.drilling.drill(unit_id, kpi, request.state.scope, under=under, month=month)
    return html(request, "loss_drill.html", _drill_view(found))


def _drill_view(found: Drill) -> DrillView:
    reader = current()
    month = show.month(found.month, reader)
    here = f"/units/{found.unit_id}/losses/{found.kpi}?month={found.month}"
    above = tuple(Crumb(name.read(reader), f"{here}&under={unit}") for unit, name in found.above)
    most = max((abs(Decimal(part.points)) for part in found.parts), default=Decimal(0))
    return DrillView(
        title=found.under_name.read(reader),
        subtitle=say("drill_sub", kpi=found.kpi_name, month=month, points=points(found.points, 4)),
        crumbs=(
            Crumb(say("whose_title"), f"/units/{found.unit_id}/losses?month={found.month}"),
            *above,
            Crumb(found.under_name.read(reader)),
        ),
        rows=tuple(_part(part, here, most) for part in found.parts),
        rest=show.number(Decimal(found.rest), 4, reader),
        rest_name=say("rest_others" if found.rest_has_others else "rest"),
        total=points(found.points, 4),
        note=say("moved_on" if found.moved_on else "drill_note"),
        why=Link(say("why"), why_href(found.under, found.kpi, found.month)) if found.under == found.unit_id else None,
        words=words("drill", "part", "value", "exposure", "points", "sum"),
    )


def _part(part: PartOfLoss, here: str, most: Decimal) -> DrillRow:
    reader = current()
    return DrillRow(
        name=part.name.read(reader),
        kind=part.kind.read(reader) if part.kind else "",
        value=part.value or "–",
        exposure=f"{show.plain(part.exposure, 1)}%" if part.exposure else "–",
        points=points(part.points, 4),
        share=of_most(part.points, most),
        href=f"{here}&under={part.unit_id}" if part.deeper and part.unit_id else "",
    )


HANDLERS = (unit_losses, drill)

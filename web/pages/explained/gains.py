"""What would lift a unit, as rows: the whole list on its own page, the first few on the unit's page."""

from collections.abc import Sequence
from decimal import Decimal

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath

import leaderboards.queries.outlook as ahead
from core.clock import today
from core.language import current
from leaderboards.outlooks import Gain
from leaderboards.queries.cards import Card
from leaderboards.queries.outlook import Outlook
from leaderboards.queries.snapshots import heads
from org.roles import Action
from scoring.rulebook import RuleBook
from web import show
from web.frame import Req
from web.numbers import one_of
from web.pages.lines import number, why_href
from web.render import fragment
from web.sentences.explained import WORDS
from web.sentences.teller import teller
from web.views.explained import GainRow

FIRST = 3
KEPT = "avoid"
say = teller(WORDS)


@get("/units/{unit_id:int}/gains", opt={"action": Action.SEE_UNIT, "unit": "unit_id"})
async def gains_fragment(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Return the largest gains of a unit as a piece of its page."""
    known = await heads()
    month = one_of(request.query_params.get("month", ""), known.by_month) or known.latest
    found = await ahead.outlook(unit_id, month=month, on=today(), scope=request.state.scope)
    movable = [one for one in found.lifts if one.movable] or list(found.lifts)
    content = fragment(
        "_gains.html",
        gains=gain_rows(found, movable[:FIRST]),
        finding=finding(movable),
        href=f"/units/{unit_id}/what-if?month={found.month}",
    )
    return Response(content, media_type=MediaType.HTML)


def gains_href(card: Card, book: RuleBook) -> str:
    """Return where the gains of a card are fetched from; empty for a card whose total is not added up from its lines."""
    lines = any(not line.extra for line in card.lines)
    return f"/units/{card.unit_id}/gains?month={card.month}" if lines and card.card != book.department.kind else ""


def gain_rows(found: Outlook, gains: list[Gain]) -> tuple[GainRow, ...]:
    """Return gains in the reader's language, their bars measured against the largest of all."""
    most = max((_points(found.lifts, one) for one in found.lifts), default=Decimal(1))
    return tuple(_row(found, one, most) for one in gains)


def held(gains: Sequence[Gain]) -> bool:
    """Tell whether something beside the card, such as a red line, keeps the total where it is."""
    return bool(gains) and not any(Decimal(one.points) > 0 for one in gains)


def _points(all_of_them: Sequence[Gain], one: Gain) -> Decimal:
    """Return what a gain is worth: in the ranked total, on the card where the total is held."""
    return Decimal(one.card_points if held(all_of_them) else one.points)


def _row(found: Outlook, one: Gain, most: Decimal) -> GainRow:
    reader, points = current(), _points(found.lifts, one)
    tag = say("keeps") if one.way == KEPT else say("to_place", place=one.place) if one.place else ""
    advice = one.advice.read(reader)
    return GainRow(
        sentence=show.full_width(one.sentence.read(reader)),
        points=points,
        share=max(0, min(100, int(points * 100 / most))) if most > 0 else 0,
        basis=show.full_width(one.basis.read(reader)),
        advice=show.full_width(say("how", advice=advice)) if advice else "",
        href=why_href(found.unit_id, one.kpi, found.month),
        tag="" if one.place == found.place else tag,
    )


def finding(movable: list[Gain]) -> str:
    """Return in one sentence what to do first."""
    if held(movable):
        return say("held")
    first = next((one for one in movable if one.movable and Decimal(one.points) > 0), None)
    if first is None:
        return say("nothing_left")
    key = "finding_kept" if first.way == KEPT else "finding"
    return show.full_width(say(key, sentence=first.sentence, points=number(first.points)))


HANDLERS = (gains_fragment,)

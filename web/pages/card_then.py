"""Looking back at one card: its lines, its place in the tree and the rules as they were known, beside what they are now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import FromPath

from core.clock import now
from core.errors import NotFound
from core.instants import asked_for, typed
from core.language import current
from leaderboards import difference_words
from leaderboards.card_views import CardLine
from leaderboards.queries import since, then
from leaderboards.queries.current import Heads
from leaderboards.queries.since import Difference, Moved
from leaderboards.queries.then import CardThen
from org.visibility import Scope
from scoring.queries.counted import TICK
from web import show
from web.frame import Req, html
from web.pages.looking_back import UNIT, asked_month, causes_of, say, then_and_now, words
from web.pages.months.parts import month_choices
from web.views.shell import Crumb, Link
from web.views.then import CardRow, CardThenView


@dataclass(frozen=True)
class Compared:
    """A card then and now, and what led from one to the other."""

    found: Difference
    moved: Moved
    before: CardThen
    after: CardThen | None


@get("/units/{unit_id:int}/as-of", opt=UNIT)
async def card_then_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show a unit's card as it was known at an instant, the end of yesterday when none is named."""
    month, known = await asked_month(request)
    at = asked_for(request.query_params.get("at", "")) or then.start_of_today()
    unit = request.state.organisation.unit(unit_id)
    name = unit.name(current()) if unit else ""
    query = urlencode({"month": month, "at": typed(at)})
    view = CardThenView(
        title=say("card_title", name=name, month=show.month(month, current())),
        subtitle=say("subtitle", at=show.moment(at, current())),
        crumbs=(Crumb(name, f"/units/{unit_id}?month={month}"), Crumb(say("card_then"))),
        links=(
            Link(say("why"), f"/units/{unit_id}/since?{query}", "git-compare"),
            Link(say("board_then"), f"/as-of?{query}", "history"),
        ),
        months=month_choices(known.by_month, month),
        at=typed(at),
        latest=typed(now()),
        words=words(),
        nothing=say("no_card_then"),
    )
    try:
        compared = await _compared(unit_id, month, at)
    except NotFound:
        return html(request, "card_then.html", view)
    return html(request, "card_then.html", await _card(view, compared, known, request.state.scope, query))


async def _compared(unit_id: int, month: int, at: datetime) -> Compared:
    found = await since.difference(month, at, now() + TICK)
    before = await then.card_of(found.before, unit_id, at)
    try:
        after = await then.card_of(found.after, unit_id, now())
    except NotFound:
        after = None
    return Compared(found, await since.moved(found, unit_id), before, after)


async def _card(frame: CardThenView, seen: Compared, known: Heads, scope: Scope, query: str) -> CardThenView:
    reader, before, moved = current(), seen.before, seen.moved
    sides = [await then.rules_then(side.rules) for side in (seen.found.before, seen.found.after)]
    parts = {name: getattr(frame, name) for name in _FRAME}
    return CardThenView(
        **parts,
        notes=tuple(_notes(before, known)),
        total=before.total or "–",
        total_now=(seen.after.total if seen.after else None) or "–",
        place=say("place_from_to", before=moved.places.before or "–", after=moved.places.after or "–"),
        sentence=difference_words.sentence(moved.before, moved.after, moved.parts, moved.places).read(reader),
        change=show.scaled((moved.after or 0) - (moved.before or 0), 2),
        causes=tuple(causes_of(moved)),
        lines=tuple(_lines(before, seen.after)),
        pairs=then_and_now(seen.found, before.unit_id, *sides),
        beneath=tuple(_beneath(seen.found, before.unit_id, scope, query)),
        rules_href=f"/rules?{query}",
    )


_FRAME = ("title", "subtitle", "crumbs", "links", "months", "at", "latest", "words")


def _notes(card: CardThen, known: Heads) -> Iterable[str]:
    if card.sealed:
        yield say("sealed")
    elif card.known_at:
        yield say("known", when=show.moment(datetime.fromisoformat(card.known_at), current()))
    if card.month in known.held_back:
        yield say("frozen")


def _lines(before: CardThen, after: CardThen | None) -> Iterable[CardRow]:
    """Give the KPIs of the card of then in its order, then those that came since."""
    was = {line.kpi: line for line in before.body.lines}
    now_: Mapping[str, CardLine] = {line.kpi: line for line in after.body.lines} if after else {}
    for code in dict.fromkeys([*was, *now_]):
        old, new = was.get(code), now_.get(code)
        told = old or now_[code]
        change = None if old is None or new is None else Decimal(new.points) - Decimal(old.points)
        yield CardRow(
            name=told.name.read(current()),
            code=code,
            value=(old.value if old else None) or "–",
            score=(old.score if old else None) or "–",
            then=Decimal(old.points) if old else None,
            now=Decimal(new.points) if new else None,
            change=change,
        )


def _beneath(found: Difference, unit_id: int, scope: Scope, query: str) -> Iterable[Link]:
    """Give the units that stood beneath it then, each with its card of then where there was one that the reader may open."""
    tree, cards = found.before.organisation, found.before.board.by_unit
    for number in tree.children(unit_id):
        unit = tree.unit(number)
        if unit is not None:
            opens = number in cards and scope.detail(number)
            yield Link(unit.name(current()), f"/units/{number}/as-of?{query}" if opens else "")


HANDLERS = (card_then_page,)

"""Looking back: a board as it was known at an instant, and what changed for a unit since then, with its causes."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath
from msgspec.structs import replace

from core.clock import now
from core.errors import NotFound
from core.instants import asked_for, typed
from core.language import Text, current
from leaderboards import difference_words
from leaderboards.differences import Cause
from leaderboards.queries import since, then
from leaderboards.queries.as_of import Known
from leaderboards.queries.current import Heads
from leaderboards.queries.since import Difference, LineMoved, Moved
from leaderboards.queries.snapshots import heads, no_board
from leaderboards.queries.then import BoardThen, RowThen, RulesThen
from org.roles import Action
from scoring.queries.counted import TICK
from web import show
from web.frame import Req, html, my_unit
from web.numbers import one_of, whole
from web.pages.lines import why_href, with_unit
from web.pages.months.parts import month_choices
from web.pages.places import cents
from web.render import fragment
from web.sentences.teller import teller
from web.sentences.then import WORDS
from web.views.shell import Choice, Crumb, Link
from web.views.then import AsOfView, CauseRow, MovedRow, Pair, SinceView, ThenRow

UNIT = {"action": Action.SEE_UNIT, "unit": "unit_id"}
ROWS = 50
POINT_PLACES, VALUE_PLACES = 4, 6
say = teller(WORDS)


@get("/as-of", opt={"action": Action.SEE_BOARD})
async def as_of_page(request: Req) -> Response[str]:
    """Show a board, and the rules that held, as they were known at an instant."""
    asked = request.query_params
    month, known = await asked_month(request)
    at = asked_for(asked.get("at", "")) or then.start_of_today()
    first = whole(asked.get("first", "")) or 0
    kind = asked.get("kind", "") or _own_kind(request)
    view = AsOfView(
        title=say("title", month=show.month(month, current())),
        subtitle=say("subtitle", at=show.moment(at, current())),
        crumbs=(Crumb(say("board"), f"/boards?month={month}"), Crumb(say("as_of"))),
        months=month_choices(known.by_month, month),
        cards=(),
        at=typed(at),
        latest=typed(now()),
        words=words(),
    )
    try:
        found = await _board(request, month, at, kind, first)
    except NotFound:
        return html(request, "as_of.html", replace(view, nothing=say("none")))
    return html(request, "as_of.html", _as_of(view, found, known))


def _own_kind(request: Req) -> str:
    """Return the kind of the reader's own card, as boards begin with it; nothing for the office."""
    mine = my_unit(request.state.viewer, request.state.organisation)
    return mine.kind if mine else ""


async def _board(request: Req, month: int, at: datetime, kind: str, first: int) -> BoardThen:
    """Return the board of the kind asked for, else the first one that there was."""
    scope = request.state.scope
    try:
        return await then.board_then(scope, month=month, at=at, card=kind or None, first=first, limit=ROWS)
    except NotFound:
        return await then.board_then(scope, month=month, at=at, first=first, limit=ROWS)


def _as_of(frame: AsOfView, found: BoardThen, known: Heads) -> AsOfView:
    reader = current()
    query = {"month": found.month, "kind": found.card, "at": frame.at}
    rows = tuple(_row(one, found, frame.at) for one in found.rows)
    back, onward = found.first - ROWS, found.first + ROWS
    return replace(
        frame,
        cards=tuple(Choice(code, name.read(reader), code == found.card) for code, name in found.cards),
        notes=tuple(_notes(found, known)),
        rows=rows,
        compared=any(row.why for row in rows),
        rules=_rules(found.rules, found.rules_now),
        differences=_differences(found),
        back=f"/as-of?{urlencode({**query, 'first': max(back, 0)})}" if found.first else "",
        onward=f"/as-of?{urlencode({**query, 'first': onward})}" if onward < found.shown else "",
    )


def _notes(found: BoardThen, known: Heads) -> Iterable[str]:
    if found.sealed:
        yield say("sealed")
    elif found.known_at:
        yield say("known", when=show.moment(datetime.fromisoformat(found.known_at), current()))
    if found.month in known.held_back:
        yield say("frozen")
    if found.ranked < found.shown:
        yield say("unranked", n=found.shown - found.ranked)


def _row(one: RowThen, found: BoardThen, at: str) -> ThenRow:
    row = one.row
    if row.hidden or row.unit_id is None or row.name is None:
        return ThenRow(str(row.rank or "–"), say("hidden"), "", "", hidden=True)
    query = urlencode({"month": found.month, "at": at})
    return ThenRow(
        rank=str(row.rank or "–"),
        name=row.name.read(current()),
        href=f"/units/{row.unit_id}/as-of?{query}" if row.inside else "",
        total=row.total or "–",
        hidden=False,
        rank_now=str(one.rank_now or ""),
        total_now=one.total_now or ("–" if row.inside else ""),
        change=None if one.change is None else Decimal(one.change),
        why=f"/units/{row.unit_id}/since?{query}" if row.inside else "",
    )


def _rules(before: RulesThen, after: RulesThen) -> tuple[Pair, ...]:
    was, now_ = _rules_words(before), _rules_words(after)
    return (Pair(say("version_and_theme"), was, now_, was != now_),)


def _rules_words(rules: RulesThen) -> str:
    version = say("version", version=rules.version) if rules.version else f"{rules.fingerprint[:12]}…"
    theme = rules.theme_name.read(current()) if rules.theme_name else say("no_theme")
    return f"{version} · {theme}"


def _differences(found: BoardThen) -> str:
    before, after = found.rules, found.rules_now
    if before.version is None or after.version is None or before.version == after.version:
        return ""
    return f"/rules/compare?from={before.version}&to={after.version}"


@get("/units/{unit_id:int}/since", opt=UNIT)
async def since_page(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Show what changed for a unit since an instant, the end of yesterday when none is named, and why."""
    month, known = await asked_month(request)
    at = asked_for(request.query_params.get("at", "")) or then.start_of_today()
    try:
        found = await since.difference(month, at, now() + TICK)
        moved = await since.moved(found, unit_id)
    except NotFound:
        found, moved = None, None
    unit = request.state.organisation.unit(unit_id)
    name = unit.name(current()) if unit else ""
    frame = _since(found, moved, f"/units/{unit_id}/since?month={month}") if found and moved else _nothing()
    about = {"month": show.month(month, current()), "since": show.moment(at, current())}
    view = SinceView(
        **{field: getattr(frame, field) for field in _SAME},
        title=say("since_title", name=name),
        subtitle=say("since_sub", until=show.moment(now(), current()), **about),
        crumbs=(Crumb(name, f"/units/{unit_id}?month={month}"), Crumb(say("since"))),
        links=(
            Link(say("card_then"), f"/units/{unit_id}/as-of?{urlencode({'month': month, 'at': typed(at)})}", "history"),
            Link(say("board_then"), f"/as-of?{urlencode({'month': month, 'at': typed(at)})}", "history"),
        ),
        months=month_choices(known.by_month, month),
        at=typed(at),
        latest=typed(now()),
        pairs=then_and_now(
            found, unit_id, await then.rules_then(found.before.rules), await then.rules_then(found.after.rules)
        )
        if found
        else (),
    )
    return html(request, "since.html", view)


@get("/units/{unit_id:int}/since/part", opt=UNIT)
async def since_part(request: Req, unit_id: FromPath[int]) -> Response[str]:
    """Return what changed for a unit since yesterday as a piece of another page; nothing where nothing can be told."""
    month, _ = await asked_month(request)
    try:
        found = await since.difference(month, then.start_of_today(), now() + TICK)
        moved = await since.moved(found, unit_id)
    except NotFound:
        return Response("", media_type=MediaType.HTML)
    view = _since(found, moved, f"/units/{unit_id}/since?month={month}")
    content = "" if moved.before is None and moved.after is None else fragment("_since.html", view=view)
    return Response(content, media_type=MediaType.HTML)


_SAME = (
    "words",
    "href",
    "sentence",
    "change",
    "moved",
    "place",
    "place_about",
    "causes",
    "closing",
    "lines",
    "nothing",
)


def part_href(unit_id: int, month: int, *, sealed: bool) -> str:
    """Return where the piece about a unit's day is fetched from; empty for a month that is closed."""
    return "" if sealed else f"/units/{unit_id}/since/part?month={month}"


def _since(found: Difference, moved: Moved, href: str) -> SinceView:
    reader, places = current(), moved.places
    change = (moved.after or 0) - (moved.before or 0)
    both = places.before is not None and places.after is not None
    about = difference_words.place_causes(places)
    from_to = say("place_from_to", before=places.before or "–", after=places.after or "–")
    return SinceView(
        words=words(),
        href=href,
        sentence=difference_words.sentence(moved.before, moved.after, moved.parts, places).read(reader),
        change=show.scaled(change, 2),
        moved=(places.before or 0) - (places.after or 0) if both else None,
        place=from_to if places.before != places.after else difference_words.place_words(places).read(reader),
        place_about=about.read(reader) if about else "",
        causes=tuple(causes_of(moved)),
        closing=say("sum", sum=show.signed(show.scaled(change, 2), 2, reader)) if moved.parts else say("nothing"),
        lines=tuple(_moved_row(line, found, moved.unit_id) for line in moved.lines),
    )


def _moved_row(line: LineMoved, found: Difference, unit_id: int) -> MovedRow:
    return MovedRow(
        name=line.name.read(current()),
        code=line.kpi,
        before=show.scaled(line.before, POINT_PLACES),
        after=show.scaled(line.after, POINT_PLACES),
        change=show.scaled(line.after - line.before, POINT_PLACES),
        href=why_href(unit_id, line.kpi, found.month),
        values=_values(line, found.after.rules.book.kpis[line.kpi].unit_name),
    )


def _values(line: LineMoved, unit_name: Text) -> str:
    """Return the value of then and of now; empty where it is the same and the points alone have changed."""
    if line.value_before == line.value_after:
        return ""
    was, now_ = (
        with_unit(None if value is None else str(show.scaled(value, VALUE_PLACES)), unit_name)
        for value in (line.value_before, line.value_after)
    )
    return f"{was} → {now_}"


def causes_of(moved: Moved) -> Iterable[CauseRow]:
    most = max((abs(part.cents) for part in moved.parts), default=1)
    for part in sorted(moved.parts, key=lambda one: -abs(one.cents)):
        yield CauseRow(
            name=difference_words.CAUSES[part.cause].read(current()),
            about=difference_words.ABOUT[Cause(part.cause)].read(current()),
            points=cents(part.cents) or Decimal(0),
            share=max(2, abs(part.cents) * 100 // most),
            tone="up" if part.cents > 0 else "other",
        )


def then_and_now(found: Difference, unit_id: int, before: RulesThen, after: RulesThen) -> tuple[Pair, ...]:
    was, now_ = _tree(found.before, unit_id), _tree(found.after, unit_id)
    return (Pair(say("membership"), was, now_, was != now_), *_rules(before, after))


def _tree(known: Known, unit_id: int) -> str:
    names: list[Text] = then.path(known.organisation, unit_id)
    return " · ".join(name.read(current()) for name in names) or say("top")


def _nothing() -> SinceView:
    return SinceView(words=words(), href="", sentence="", change=Decimal(0), moved=None, nothing=say("no_card_then"))


def words() -> dict[str, str]:
    return {key: text.read(current()) for key, text in WORDS.items() if "{" not in text.zh}


async def asked_month(request: Req) -> tuple[int, Heads]:
    known = await heads()
    month = one_of(request.query_params.get("month", ""), known.by_month) or known.latest
    if month is None:
        raise no_board()
    return month, known


HANDLERS = (as_of_page, since_page, since_part)

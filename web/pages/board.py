"""Boards: by kind, peer group, process, KPI, month or season; with search, pages and the reader's own place."""

from datetime import datetime
from functools import partial

from litestar import Response, get
from markupsafe import Markup

from core import period
from core.clock import now, today
from core.errors import NotFound
from core.language import Text, current
from leaderboards.board_rows import Row
from leaderboards.faces import showing
from leaderboards.month_board import CardHead, MonthBoard, Standing
from leaderboards.queries import boards
from leaderboards.queries.boards import BoardPage
from leaderboards.queries.snapshots import heads, month_board, rules_of_board
from months.queries.proof import closed_digest, digest_of
from months.seal import grouped
from org.organisation import Organisation
from org.roles import Action
from org.visibility import Face, Viewer
from scoring.plain_words import BREAKERS, TIES
from scoring.queries.rules import Rules
from scoring.rulebook import RuleBook
from web import show
from web.frame import Req, allowed, html, my_unit
from web.numbers import one_of
from web.pages.appeals.parts import appeals_note
from web.pages.board_wish import Wish, bar_html, wish_of
from web.pages.fragments import at_hand, has_cells, once, rows_html, same
from web.pages.losses import worst_sentence
from web.pages.places import my_place, row_view
from web.render import fragment
from web.sentences.board import WORDS
from web.sentences.ranges import confidence
from web.sentences.teller import teller
from web.views.board import BoardPodium, BoardView, PodiumStep
from web.views.home import MyPlace
from web.views.shell import Live, Pager

SEAL_SIGNS = 8
"""So many signs of the digest stand on a sealed board; the whole is a click away."""
PAGE = 50
NAME = Text(zh="排行榜", en="Boards")
say = teller(WORDS)


@get("/boards", opt={"action": Action.SEE_BOARD, "public": True})
async def board_page(request: Req) -> Response[str]:
    """Show one board as the reader may see it."""
    known = await heads()
    if known.latest is None:
        return html(request, "board.html", _no_board())
    asked = request.query_params.get("month", "")
    month = one_of(asked, known.by_month) or known.latest
    found = await month_board(month)
    rules = await rules_of_board(found)
    wish = wish_of(request, found)
    page = await boards.board(
        request.state.scope,
        card=wish.kind,
        month=month,
        group=wish.group,
        measure=wish.measure,
        span=wish.span,
        after=request.query_params.get("after"),
        limit=PAGE,
    )
    return html(request, "board.html", await _view(request, wish, page, rules, found))


async def _view(request: Req, wish: Wish, page: BoardPage, rules: Rules, found: MonthBoard) -> BoardView:
    organisation = request.state.organisation
    book, head = rules.book, found.heads[wish.kind]
    names = _names(book, found, head)
    mine = _mine(request.state.viewer, organisation, found, wish.kind)
    found_rows = (
        await boards.search(request.state.scope, text=wish.query, month=wish.month, card=wish.kind)
        if wish.query
        else page.rows
    )
    place, neighbours = await _place(request, wish, mine, rules, found)
    on_page = {row.unit_id for row in found_rows}
    drawn = partial(
        rows_html,
        found,
        organisation=organisation,
        names=names,
        mine=frozenset(mine),
        cells=has_cells(found_rows, names),
        have=at_hand(request),
    )
    first_page = page.first == 0 and not wish.query
    return BoardView(
        title=_title(rules, wish),
        subtitle=str(once(found, ("subtitle", wish), lambda: _subtitle(found, page, head))),
        provisional=not found.sealed,
        measure=_measure(wish, rules),
        bar_html=await bar_html(wish, found, head, rules),
        kind=wish.kind,
        podium_html=_podium_html(wish, page, found, organisation) if first_page else Markup(),
        place_html=await _place_html(wish, found, rules, place, mine),
        rows_html=drawn(found_rows),
        neighbours_html=drawn(() if any(one in on_page for one in mine) else neighbours),
        pager=None if wish.query else _pager(page, wish),
        ties=_ties(page),
        hidden_note=say("hidden", rank=page.hidden_from) if page.hidden_from else "",
        unranked_note="",
        appeals_note=await appeals_note(request, wish.month, on_page),
        range_note=_ranges(page, rules),
        month_note=await _month_note(found),
        seal=await _seal(found, page.snapshot_id),
        seal_href=f"/months/{wish.month}/verify",
        has_cells=has_cells(found_rows, names),
        fresh_href=wish.href() if (await heads()).by_month.get(wish.month) != page.snapshot_id else "",
        live=None if found.sealed else Live(wish.month, found.version, newest=wish.href() if page.first else ""),
        export_href=f"/exports?month={wish.month}"
        if found.sealed and Action.EXPORT_RESULTS in allowed(request.state.viewer)
        else "",
    )


async def _seal(found: MonthBoard, snapshot_id: int) -> str:
    """Return the first signs of the digest: of the board itself, or, from the closing on, of the result that is still kept back."""
    if found.sealed:
        return grouped((await digest_of(snapshot_id))[:SEAL_SIGNS])
    return (await closed_digest(found.month))[:SEAL_SIGNS] if found.month < period.month_of(today()) else ""


async def _place_html(wish: Wish, found: MonthBoard, rules: Rules, place: MyPlace | None, mine: list[int]) -> Markup:
    """Return the card of the reader's own place, drawn anew when something on it has changed."""
    if place is None:
        return Markup()
    worst, measure = await _worst(found, rules, mine[0]), _measure(wish, rules)
    return same(
        found, (place, worst, measure), lambda: fragment("_place_card.html", place=place, worst=worst, measure=measure)
    )


async def _worst(found: MonthBoard, rules: Rules, unit_id: int) -> str:
    """Return what costs a unit most; it follows from its own standing, and is asked for once."""
    memory: dict[int, tuple[Standing, str]] = found.shared(("worst", current()), dict)
    held = memory.get(unit_id)
    if held is None or held[0] is not found.by_unit[unit_id]:
        held = memory[unit_id] = (found.by_unit[unit_id], await worst_sentence(found, rules, unit_id))
    return held[1]


def _names(book: RuleBook, found: MonthBoard, head: CardHead) -> list[str]:
    """Return the names of the processes that the card has, an empty text for the others."""

    def names() -> list[str]:
        own = {book.kpis[code].process for code in head.kpis if code in book.kpis} or set(book.processes)
        return [book.processes[code].name.read(current()) if code in own else "" for code in found.detail.processes]

    kept: list[str] = found.kept(("names", head.code, current()), names)
    return kept


def _mine(viewer: Viewer | None, organisation: Organisation, found: MonthBoard, kind: str) -> list[int]:
    """Return the reader's own units that stand on this board: the one managed first, then oneself."""
    if viewer is None:
        return []
    first = my_unit(viewer, organisation)
    ids = dict.fromkeys([*([first.id] if first else []), *([viewer.unit_id] if viewer.unit_id else [])])
    return [unit_id for unit_id in ids if unit_id in found.by_unit and found.by_unit[unit_id].card == kind]


async def _place(
    request: Req, wish: Wish, mine: list[int], rules: Rules, found: MonthBoard
) -> tuple[MyPlace | None, tuple[Row, ...]]:
    if not mine:
        return None, ()
    try:
        place = await boards.place(
            request.state.scope,
            unit_id=mine[0],
            month=wish.month,
            group=wish.group,
            measure=wish.measure,
            span=wish.span,
            around=2,
        )
    except NotFound:
        return None, ()
    label = found.heads[wish.kind].name.read(current())
    told = my_place(place, label, provisional=not found.sealed, book=rules.book, month=wish.month)
    return told, place.neighbours


def _title(rules: Rules, wish: Wish) -> str:
    theme = rules.book.themes.get(rules.theme or "")
    return (
        theme.name.read(current())
        if theme and wish.span == "month"
        else WORDS["season" if wish.span == "season" else "this_month"].read(current())
    )


def _subtitle(found: MonthBoard, page: BoardPage, head: CardHead) -> str:
    reader = current()
    made = show.moment(datetime.fromisoformat(found.made_at), reader, short=True)
    n = len(found.population(page.card, page.group))
    return say("subtitle", month=show.month(page.month, reader), n=show.number(n, 0, reader), kind=head.name, when=made)


def _measure(wish: Wish, rules: Rules) -> str:
    reader = current()
    if wish.measure in rules.book.processes:
        return rules.book.processes[wish.measure].name.read(reader)
    if wish.measure in rules.book.kpis:
        return rules.book.kpis[wish.measure].name.read(reader)
    return say("total")


def _podium_html(wish: Wish, page: BoardPage, found: MonthBoard, organisation: Organisation) -> Markup:
    key = ("podium", wish, tuple((row.unit_id, row.inside) for row in page.rows[:3]), organisation.revision)
    return once(found, key, lambda: fragment("_podium.html", view=BoardPodium(_podium(page, organisation))))


def _podium(page: BoardPage, organisation: Organisation) -> tuple[PodiumStep, ...]:
    """Return the first three in the order in which they stand on the steps: second, first, third."""
    top = [row_view(row, (), organisation, frozenset()) for row in page.rows[:3]]
    steps = [
        PodiumStep(row.rank, row.name, row.href, row.under, row.total, row.movement)
        for row in top
        if row.rank is not None and row.total is not None and not row.hidden
    ]
    if len(steps) < 3:  # noqa: PLR2004 - three steps
        return ()
    return (steps[1], steps[0], steps[2])


def _pager(page: BoardPage, wish: Wish) -> Pager | None:
    if page.before is None and page.after is None:
        return None
    return Pager(
        first=page.first + 1,
        last=page.first + len(page.rows),
        total=page.shown,
        back=wish.href(after=page.before) if page.before else "",
        onward=wish.href(after=page.after) if page.after else "",
    )


def _ties(page: BoardPage) -> str:
    reader = current()
    words = say("ties", ties=TIES[page.ties]) if page.ties in TIES else ""
    if page.season:
        return page.season.read(reader)
    if not page.breakers:
        return words
    comma = "、" if reader == "zh" else ", "
    chain = comma.join(
        one.read(reader) for one in page.chain or [BREAKERS[code] for code in page.breakers if code in BREAKERS]
    )
    return f"{words}{' ' if reader == 'en' else ''}{WORDS['chain'].format(chain=chain).read(reader)}"


def _ranges(page: BoardPage, rules: Rules) -> str:
    """Return what the small numbers beside the places mean, and how far the first place cannot be told apart."""
    if not page.ranged:
        return ""
    first = next((row for row in page.rows if row.rank == 1 and row.worst is not None), None)
    words = say("ranges", sure=confidence(rules.book))
    tied = say("alike", worst=first.worst) if first and first.worst and first.worst > 1 else ""
    return (" " if current() == "en" else "").join(filter(None, (words, tied, say("carried") if page.carried else "")))


async def _month_note(found: MonthBoard) -> str:
    """Return how long the month still runs, or that its public board rests; nothing once the result is closed."""
    if found.sealed:
        return ""
    if found.month in (await heads()).held_back:
        return say("frozen")
    with showing(Face.PUBLIC):
        if found.month in (await heads()).held_back:
            return say("frozen_inside")
    left = (period.next_first_day(found.month) - today()).days
    begun = period.bounds(found.month)[0] <= now()
    return say("days", n=left) if begun and left > 0 else ""


def _no_board() -> BoardView:
    return BoardView(title=NAME.read(current()), subtitle=say("none"))


HANDLERS = (board_page,)

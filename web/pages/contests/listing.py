"""The contests of a month: the reader's own duels, teams and tables first."""

from collections.abc import Sequence

from litestar import Response, get

from core.clock import today
from core.language import current
from core.period import month_of
from months.contests.spec import KINDS
from months.lifecycle import State
from months.queries import calendar
from months.queries.calendar import MonthRow
from months.queries.contests.pages import ContestPage, Reader, contest_pages, reader_of
from months.queries.contests.rows import months_with_contests
from org.roles import Action
from org.visibility import Scope
from web import show
from web.frame import Req, html
from web.numbers import one_of
from web.pages.contests.parts import about, say, standing_view, state_of
from web.pages.months.parts import month_choices
from web.sentences.contests import TITLE
from web.views.contests import ContestCard, ContestsView, StandingView, TableView
from web.views.shell import Link

SEE = {"action": Action.SEE_CONTESTS}
MOST_OWN = 5
"""So many of the reader's own lines stand in the list; the contest's page has all."""


@get("/contests", opt=SEE)
async def contests_page(request: Req) -> Response[str]:
    """Show the contests of one month."""
    reader = reader_of(request.state.viewer, request.state.scope)
    rows = await calendar.months()
    known = await months_with_contests(drafts=reader.runs)
    asked = one_of(request.query_params.get("month", ""), [row.month for row in rows if _may_see(row, reader)])
    month = asked or _usual(known)
    listed = sorted({*known, month}, reverse=True) if month else known
    pages = await contest_pages(month, reader)
    cards = [_card(page, request.state.scope) for page in pages]
    language, ahead = current(), _ahead(rows, month)
    view = ContestsView(
        title=TITLE.read(language),
        subtitle=say("subtitle", month=show.month(month, language)),
        months=month_choices(listed, month) if listed else (),
        mine=tuple(card for card in cards if not card.mine.empty),
        others=tuple(card for card in cards if card.mine.empty),
        nothing="" if cards else say("nothing"),
        begin=_begin(ahead) if reader.runs else (),
        begin_about=say("begin", month=show.month(ahead, language)) if reader.runs and ahead else "",
    )
    return html(request, "contests.html", view)


def _usual(known: tuple[int, ...]) -> int:
    """Return the running month, or the newest that has contests."""
    now = month_of(today())
    return now if now in known or not known else next((month for month in known if month <= now), known[0])


def _card(page: ContestPage, scope: Scope) -> ContestCard:
    state, tone = state_of(page)
    mine = StandingView()
    if page.last is not None and not scope.sees_all:
        over = page.standing is None
        number = next((one.number for one in page.rounds if one.told is None), len(page.rounds))
        mine = standing_view(page.last, page, scope, over=over, mine=True, number=number)
        tables = tuple(TableView(one.name, one.rows[:MOST_OWN]) for one in mine.tables)
        mine = StandingView(mine.duels[:MOST_OWN], tables, mine.teams[:MOST_OWN])
    return ContestCard(
        name=page.row.name.read(current()),
        kind=page.row.kind_name.read(current()),
        href=f"/contests/{page.row.id}",
        state=state,
        tone=tone,
        about=about(page.row.spec),
        mine=mine,
    )


def _may_see(row: MonthRow, reader: Reader) -> bool:
    """Tell whether a month may be looked at though it has no contest: a draft by those alone who draw them up."""
    return reader.runs or row.state is not State.DRAFT


def _ahead(rows: Sequence[MonthRow], month: int) -> int:
    """Return the month for which a contest can be drawn up: the one shown if it is still ahead, else the next that is, 0 for none."""
    now = month_of(today())
    ahead = sorted(row.month for row in rows if row.state in {State.DRAFT, State.ANNOUNCED} and row.month > now)
    return month if month in ahead else ahead[0] if ahead else 0


def _begin(month: int) -> tuple[Link, ...]:
    """Return a way to each kind of contest."""
    if not month:
        return ()
    return tuple(Link(name.read(current()), f"/contests/new?kind={kind}&month={month}") for kind, name in KINDS.items())


HANDLERS = (contests_page,)

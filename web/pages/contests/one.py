"""One contest: how it stands, its rounds, its rules; announcing it and calling it off."""

from collections.abc import Awaitable, Callable, Iterable

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.clock import now
from core.errors import NotFound, ShifenError
from core.language import Text, current
from core.period import bounds, month_at, shifted
from core.sheets.writing import csv_bytes
from months.lifecycle import HIDDEN
from months.operations.contests import planning
from months.queries import calendar
from months.queries.contests.pages import ContestPage, ToldRound, contest_page, reader_of
from org.roles import Action
from scoring.queries.rules import rules_of
from web import show
from web.forms import Form, form_of
from web.frame import Req, allowed, html, said
from web.once import once
from web.pages.contests.parts import rules, say, standing_view, state_of, taking_part
from web.sentences.contests import TITLE
from web.views.contests import ContestView, RoundView, StandingView
from web.views.shell import Crumb, Link

SEE = {"action": Action.SEE_CONTESTS}
RUN = {"action": Action.RUN_CONTESTS}


@get("/contests/{contest_id:int}", opt=SEE)
async def one_contest(request: Req, contest_id: FromPath[int]) -> Response[str]:
    """Show one contest."""
    return await _page(request, contest_id)


async def _page(request: Req, contest_id: int, refusal: ShifenError | None = None) -> Response[str]:
    page = await contest_page(contest_id, reader_of(request.state.viewer, request.state.scope))
    view = await _view(request, page, refusal)
    return html(request, "contest.html", view, refusal.status if refusal else 200)


async def _view(request: Req, page: ContestPage, refusal: ShifenError | None) -> ContestView:
    reader, row = current(), page.row
    state, tone = state_of(page)
    runs = Action.RUN_CONTESTS in allowed(request.state.viewer)
    begun = now() >= bounds(row.month)[0]
    waits = runs and row.draft and row.cancelled_at is None
    mine = row.made_by == request.state.viewer.account_id
    return ContestView(
        id=row.id,
        title=row.name.read(reader),
        subtitle=f"{row.kind_name.read(reader)} · {show.month(row.month, reader)}",
        crumbs=(Crumb(TITLE.read(reader), f"/contests?month={row.month}"), Crumb(row.name.read(reader))),
        state=state,
        tone=tone,
        stake=row.stake.read(reader) if row.stake else "",
        rules=rules(page, await _card_name(page)),
        made=_made(page),
        standing_title=say("frozen_now" if page.month.state in HIDDEN and not runs else "now"),
        standing=_standing(request, page),
        rounds=tuple(_round(request, page, one) for one in page.rounds),
        taking_part=taking_part(page) if page.last is None else (),
        problems=tuple(one.sentence.read(reader) for one in refusal.problems) if refusal else (),
        note=say("called_off", why=row.cancelled_why) if row.cancelled_why else "",
        may_announce=waits and not begun and not mine,
        why_not_announce=(say("month_begun") if begun else say("own_draft") if mine else "") if waits else "",
        edit_href=f"/contests/{row.id}/edit" if waits and not begun else "",
        may_cancel=runs and row.cancelled_at is None and not page.over,
        export_href=f"/contests/{row.id}/export" if page.last else "",
        next=await _next(page) if runs and page.over else None,
    )


async def _next(page: ContestPage) -> Link | None:
    """Return the way to the same contest in the next month that has not begun, where that month is known already."""
    month = max(shifted(page.row.month, 1), shifted(month_at(now()), 1))
    try:
        await calendar.month_row(month)
    except NotFound:
        return None
    href = f"/contests/new?month={month}&kind={page.row.kind}&after={page.row.id}"
    return Link(say("go_on", month=show.month(month, current())), href, "repeat")


async def _card_name(page: ContestPage) -> Text:
    kinds = (await rules_of(page.row.month)).book.kinds
    card = page.row.spec.card
    return kinds[card].name if card in kinds else Text(zh=card, en=card)


def _standing(request: Req, page: ContestPage) -> StandingView | None:
    if page.standing is None:
        return None
    number = next((one.number for one in page.rounds if one.told is None), 0)
    return standing_view(page.standing, page, request.state.scope, over=False, number=number)


def _round(request: Req, page: ContestPage, one: ToldRound) -> RoundView:
    words = "settled" if one.told else "with_publication" if one.settled_at else "ahead"
    return RoundView(
        name=say("only_round") if len(page.rounds) == 1 else say("round", n=one.number),
        when=say("on", day=show.day(one.on, "short", current())) if one.on else say("sealed"),
        state=say(words),
        tone="good" if one.told else "",
        standing=standing_view(one.told, page, request.state.scope, over=True) if one.told else None,
        newest=page.standing is None
        and one.number == max(each.number for each in page.rounds if each.told or one is each),
    )


def _made(page: ContestPage) -> str:
    row = page.row
    parts = [say("made", name=row.maker, when=show.moment(row.made_at, current(), short=True))]
    if row.announcer:
        parts.append(say("announced_by", name=row.announcer))
    return " · ".join(parts)


@get("/contests/{contest_id:int}/export", opt=SEE)
async def contest_file(request: Req, contest_id: FromPath[int]) -> Response[bytes]:
    """Return the newest standing of a contest as CSV, cut to what the reader may see."""
    page = await contest_page(contest_id, reader_of(request.state.viewer, request.state.scope))
    found = page.last
    over = page.standing is None
    view = standing_view(found, page, request.state.scope, over=over, whole=True) if found else StandingView()
    headers = {"content-disposition": f'attachment; filename="contest-{contest_id}.csv"'}
    return Response(csv_bytes(_csv(view)), media_type="text/csv; charset=utf-8", headers=headers)


def _csv(view: StandingView) -> Iterable[tuple[str, ...]]:
    yield tuple(say(word) for word in ("class", "place", "code", "unit", "value", "mark"))
    for duel in view.duels:
        for side in (duel.left, duel.right):
            yield ("", "", side.code, side.name, side.value, duel.verdict)
    for table in view.tables:
        for line in table.rows:
            yield (table.name, line.place, line.code, line.name, line.value, line.mark)
    for team in view.teams:
        yield ("", "", "", team.name, team.value, team.verdict)


@post("/contests/{contest_id:int}/announce", opt=RUN, status_code=303)
async def announce(request: Req, contest_id: FromPath[int]) -> Response[str] | Redirect:
    """Announce a draft as the second person."""
    sent = await form_of(request)

    async def effect() -> None:
        await planning.announce_contest(contest_id=contest_id, actor=request.state.actor)

    return await _done(request, sent, contest_id, effect, "contest_announced")


@post("/contests/{contest_id:int}/cancel", opt=RUN, status_code=303)
async def cancel(request: Req, contest_id: FromPath[int]) -> Response[str] | Redirect:
    """Call a contest off, with the reason."""
    sent = await form_of(request)

    async def effect() -> None:
        await planning.cancel_contest(contest_id=contest_id, why=sent.text("why"), actor=request.state.actor)

    return await _done(request, sent, contest_id, effect, "contest_cancelled")


async def _done(
    request: Req, sent: Form, contest_id: int, effect: Callable[[], Awaitable[None]], word: str
) -> Response[str] | Redirect:
    address = f"/contests/{contest_id}"

    async def whole() -> str:
        await effect()
        return address

    try:
        await once(request, sent, whole)
    except ShifenError as refusal:
        return await _page(request, contest_id, refusal)
    return said(address, word)


HANDLERS = (one_contest, contest_file, announce, cancel)

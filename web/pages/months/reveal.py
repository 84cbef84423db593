"""The host's page during the embargo: what is revealed next, what was, and the end of the ceremony."""

from collections.abc import Sequence

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import rewards.queries
from core.clock import now
from core.errors import Invalid, NotFound, Problem, ShifenError, problem
from core.language import Text, current
from months.disclosure import sees_results
from months.lifecycle import State
from months.operations import releasing
from months.queries import obstacles
from months.queries.awards import Revealed, revealed
from months.queries.calendar import MonthRow, month_row
from org.organisation import Organisation
from org.roles import Action
from rewards.queries import Winner
from scoring.queries.rules import rules_of
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.numbers import whole
from web.pages.months.award_groups import Group, award_groups
from web.pages.months.obstacles import told
from web.pages.months.parts import path_to
from web.pages.places import above
from web.views.life import RevealGroup, RevealLine, RevealView
from web.views.shell import Link

TITLE = Text(zh="揭晓", en="Reveal")
SUBTITLE = Text(zh="颁奖时间 {when}；到 {until} 自动公布。", en="Ceremony {when}; public by itself on {until}.")
NOTHING = Text(
    zh="现在没有待揭晓的奖项：结果要先关账并由第二人公布，且约定了颁奖时间。",
    en="Nothing waits to be revealed: the result has to be closed and released, and a ceremony agreed upon.",
)
PUBLIC_AT_ONCE = Text(
    zh="揭晓后立即对所有人公开，不能收回。", en="Whoever is revealed is public at once; that cannot be taken back."
)
TOO_EARLY = Text(
    zh="还没到颁奖时间。揭晓后立即对所有人公开，不能收回。",
    en="The ceremony has not begun. Whoever is revealed is public at once; that cannot be taken back.",
)
NOT_SURE = Text(
    zh="还有 {left} 名没有揭晓。要随其余结果一并公布，请先勾选。",
    en="{left} winners are not revealed yet. Tick the box to publish them with the rest.",
)


@get("/months/{month:int}/reveal", opt={"action": Action.REVEAL_AWARDS})
async def reveal_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show the host what comes next."""
    return await _page(request, month)


async def _page(request: Req, month: int, refusal: ShifenError | None = None) -> Response[str]:
    reader, row = current(), await month_row(month)
    if row.state is State.EMBARGOED and not sees_results(row.state, request.state.viewer.roles):
        raise NotFound(problem("no_such_month", "没有这个服务月。", "There is no such service month."))
    waiting = row.state is State.EMBARGOED and row.ceremony_at is not None and row.embargo_until is not None
    known = await revealed(month)
    won = await rewards.queries.winners(month) if waiting else ()
    kinds = {code: one.name for code, one in (await rules_of(month)).book.kinds.items()}
    groups = tuple(_groups(award_groups(won, kinds, reader), known, request.state.organisation))
    following = next(((group, line) for group in groups for line in group.lines if not line.revealed), None)
    subtitle = (
        SUBTITLE.format(when=show.moment(row.ceremony_at, reader), until=show.moment(row.embargo_until, reader)).read(
            reader
        )
        if row.ceremony_at and row.embargo_until
        else ""
    )
    view = RevealView(
        title=f"{TITLE.read(reader)} · {show.month(month, reader)}",
        subtitle=subtitle,
        crumbs=path_to(month, TITLE),
        key=month,
        groups=groups,
        done=sum(line.revealed for group in groups for line in group.lines),
        total=sum(len(group.lines) for group in groups),
        following=following[1] if following else None,
        following_award=following[0].award if following else "",
        following_name=" · ".join(one for one in (following[0].name, following[0].group) if one) if following else "",
        hint=(TOO_EARLY if row.ceremony_at and now() < row.ceremony_at else PUBLIC_AT_ONCE).read(reader),
        empty="" if waiting else NOTHING.read(reader),
        links=_onward(row) if not waiting else (),
        against=told(await obstacles.of_ending(row)) if waiting else (),
        error=" ".join(one.sentence.read(reader) for one in refusal.problems) if refusal else "",
    )
    return html(request, "reveal.html", view, refusal.status if refusal else 200)


def _onward(row: MonthRow) -> tuple[Link, ...]:
    """Return where to go on from a month that has nothing to reveal."""
    reader, month = current(), f"/months/{row.month}"
    links = [Link(show.month(row.month, reader), month)]
    if row.public:
        links += [
            Link(Text(zh="奖项", en="Awards").read(reader), f"/awards?month={row.month}"),
            Link(Text(zh="公示", en="Public notice").read(reader), f"{month}/notice"),
        ]
    return tuple(links)


def _groups(won: Sequence[Group], known: Revealed, organisation: Organisation) -> list[RevealGroup]:
    """Return the awards in the order of the evening: the last of the rule book first, each from its last place up."""
    reader = current()
    return [
        RevealGroup(
            award=award,
            name=found[0].award_name.read(reader),
            group=group,
            lines=tuple(_line(one, known, organisation) for one in reversed(found)),
            revealed=all(known.shows(one.award, one.unit_id) for one in found),
        )
        for award, group, found in reversed(won)
    ]


def _line(one: Winner, known: Revealed, organisation: Organisation) -> RevealLine:
    reader = current()
    return RevealLine(
        unit_id=one.unit_id,
        name=one.unit_name.read(reader),
        under=above(organisation, one.unit_id),
        place=one.place,
        value=one.value,
        reason=show.full_width(one.reason.read(reader)),
        revealed=known.shows(one.award, one.unit_id),
    )


@post("/months/{month:int}/reveal", opt={"action": Action.REVEAL_AWARDS}, status_code=303)
async def reveal(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Make one winner public, all of a group, or a whole award."""
    sent = await form_of(request)
    units = [number for text in sent.texts("unit") if (number := whole(text)) is not None]
    award, actor = sent.text("award", 32), request.state.actor
    try:
        if units:
            await releasing.reveal_winners(month=month, award=award, unit_ids=units, actor=actor)
        else:
            await releasing.reveal(month=month, award=award, actor=actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}/reveal", "revealed")


@post("/months/{month:int}/ceremony/end", opt={"action": Action.REVEAL_AWARDS}, status_code=303)
async def end(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """End the ceremony: everything is public; asked first while winners are not revealed."""
    sent = await form_of(request)
    try:
        left = await _unrevealed(month)
        if left and sent.text("sure", 8) != "yes":
            raise Invalid(Problem(code="not_revealed", sentence=NOT_SURE.format(left=left)))
        await releasing.end_ceremony(month=month, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "ceremony_over")


async def _unrevealed(month: int) -> int:
    """Return how many winners nobody knows yet, of a month that waits for its ceremony."""
    if (await month_row(month)).state is not State.EMBARGOED:
        return 0
    known = await revealed(month)
    return sum(not known.shows(one.award, one.unit_id) for one in await rewards.queries.winners(month))


@post("/months/{month:int}/ceremony/cancel", opt={"action": Action.REVEAL_AWARDS}, status_code=303)
async def call_off(request: Req, month: FromPath[int]) -> Response[str] | Redirect:
    """Call the ceremony off, with the reason: the result is published without it."""
    why = (await form_of(request)).text("why")
    try:
        await releasing.cancel_ceremony(month=month, why=why, actor=request.state.actor)
    except ShifenError as refusal:
        return await _page(request, month, refusal)
    return said(f"/months/{month}", "ceremony_over")


HANDLERS = (reveal_page, reveal, end, call_off)

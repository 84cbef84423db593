"""The list of appeals: one's own, or all of them to who decides, what is due first in front."""

from litestar import Response, get

from core.clock import now
from core.language import current
from months.appealing import OPEN, AppealState
from months.operations.opinions import opinion_href
from months.queries import appeals
from months.queries.appeals import AppealRow
from months.queries.opinions import AskedAppeal, asked_of
from org.organisation import Organisation
from scoring.queries.rules import Rules
from web import show
from web.frame import Req, html
from web.numbers import month_key
from web.pages.appeals.parts import SEE, is_open, judges, named, rules_by_month, say, seen, stands, words
from web.sentences.appeals import FINISHED, GROUNDS, STATES, TITLE
from web.views.appeals import AppealItem, AppealsView
from web.views.shell import Link

MOST = 200


@get("/appeals", opt=SEE)
async def appeals_page(request: Req) -> Response[str]:
    """Show appeals by state, of one month if it is asked for."""
    wish, month = request.query_params.get("state", ""), month_key(request.query_params.get("month"))
    rows = [row for row in await seen(request) if month is None or row.month == month]
    states = sorted({row.state for row in rows}, key=list(STATES).index)
    chosen = [row for row in rows if row.state == wish] if wish in states else rows
    shown, asked = chosen[:MOST], await asked_of(request.state.viewer.account_id)
    judging, organisation = judges(request), request.state.organisation
    rules = await rules_by_month((*(row.month for row in shown), *(one.month for one in asked)))
    view = AppealsView(
        words=words(),
        tabs=tuple(_tabs(states, wish if wish in states else "", month)) if len(states) > 1 else (),
        heading=(say("to_decide") if wish in OPEN else TITLE.read(current())) if judging else say("mine"),
        rows=tuple(_item(row, organisation, rules[row.month]) for row in shown),
        share=await _share(month) if judging else "",
        asked=tuple(_asked(one, organisation, rules[one.month]) for one in asked),
    )
    return html(request, "appeals.html", view)


def _tabs(states: list[str], chosen: str, month: int | None) -> list[Link]:
    at = f"month={month}&" if month else ""
    every = Link(say("all"), f"/appeals?month={month}" if month else "/appeals", current=not chosen)
    names = {**STATES, AppealState.NOTIFIED: FINISHED}
    return [
        every,
        *(Link(names[one].read(current()), f"/appeals?{at}state={one}", current=one == chosen) for one in states),
    ]


def _item(row: AppealRow, organisation: Organisation, rules: Rules) -> AppealItem:
    reader, unit = current(), organisation.unit(row.unit_id)
    late = is_open(row) and row.due_at <= now()
    when = show.until(row.due_at, reader, short=True)
    ground, (state, tone) = GROUNDS[row.ground].read(reader), stands(row.state, row.outcome)
    return AppealItem(
        href=f"/appeals/{row.id}",
        title=f"{unit.name(reader) if unit else row.unit_id} · {named(row.kpi, None, rules)}",
        told=f"AP-{row.id:04d} · {show.month(row.month, reader)} · {ground}",
        state=state,
        tone=tone,
        due=say("overdue" if late else "due", when=when) if is_open(row) else "",
        late=late,
    )


def _asked(one: AskedAppeal, organisation: Organisation, rules: Rules) -> AppealItem:
    """Return one about which the reader's department is asked, by its name and when it is due."""
    reader, unit = current(), organisation.unit(one.unit_id)
    late = one.open and one.opinion.due_at <= now()
    when = show.until(one.opinion.due_at, reader, short=True)
    spoken = one.opinion.stand if one.opinion.stand and one.state in OPEN else one.state
    state, tone = stands(spoken, one.outcome)
    return AppealItem(
        href=opinion_href(one.id),
        title=f"{unit.name(reader) if unit else one.unit_id} · {named(one.kpi, None, rules)}",
        told=f"AP-{one.id:04d} · {show.month(one.month, reader)} · {GROUNDS[one.ground].read(reader)}",
        state=state,
        tone=tone,
        due=say("asked_late" if late else "asked_by", when=when) if one.open else "",
        late=late,
    )


async def _share(month: int | None) -> str:
    """Return how many appeals were right: the organisers' own mark."""
    upheld, decided = await appeals.outcomes(month)
    return say("share", n=decided, share=(200 * upheld + decided) // (2 * decided)) if decided else ""


HANDLERS = (appeals_page,)

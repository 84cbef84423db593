"""What the pages of appeals share: words, who sees which appeal, the line that is disputed, files that are sent."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta

from litestar.datastructures import UploadFile
from msgspec.structs import replace

import leaderboards.queries.cards
from core import evidence
from core.clock import now
from core.errors import NotFound, problem
from core.evidence import Evidence
from core.language import current
from core.period import bounds
from leaderboards.evidence import shown
from leaderboards.queries.cards import Card, LineDetail
from months.appealing import OPEN, AppealState
from months.operations.appealing import MOST_FILES
from months.queries import appeals, calendar, opinions
from months.queries.appeals import AppealRow
from org.roles import Action
from org.visibility import Scope
from scoring.queries.facts import FactRow
from scoring.queries.rules import Rules, rules_of
from web import show
from web.forms import Form
from web.frame import Req, allowed
from web.pages.lines import score_of, value_of
from web.sentences.appeals import OUTCOMES, STATES, TONES, WORDS
from web.sentences.teller import teller
from web.views.appeals import OpinionPart
from web.views.drafts import Words
from web.views.shell import Fact, Link

SEE, JUDGE = {"action": Action.APPEAL}, {"action": Action.DECIDE_APPEAL}
LARGEST = evidence.LARGEST_FORM
say = teller(WORDS)


def words() -> Words:
    """Return the plain words of these pages in the reader's language."""
    return Words({key: text.read(current()) for key, text in WORDS.items() if "{" not in text.zh})


def judges(request: Req) -> bool:
    """Tell whether the reader decides appeals."""
    return Action.DECIDE_APPEAL in allowed(request.state.viewer)


def is_open(row: AppealRow) -> bool:
    """Tell whether an appeal waits for its decision."""
    return row.state in OPEN


def stands(state: str, outcome: str | None) -> tuple[str, str]:
    """Return how an appeal stands, in words and as a tone: when all is done, what it came to."""
    if state == AppealState.NOTIFIED and outcome in OUTCOMES:
        return OUTCOMES[outcome].read(current()), TONES.get(outcome, "")
    return STATES[state].read(current()), TONES.get(state, "")


async def seen(request: Req) -> tuple[AppealRow, ...]:
    """Return the appeals that are the reader's business: of the own units or filed by oneself, or all to who decides."""
    me = request.state.viewer.account_id
    return await appeals.appeals(None if judges(request) else request.state.scope.own, filer=me)


async def one_seen(request: Req, appeal_id: int) -> AppealRow:
    """Return one of them; NotFound for any other, as if there were none."""
    row = next((row for row in await seen(request) if row.id == appeal_id), None)
    if row is None:
        raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
    return row


async def appeal_link(scope: Scope, unit_id: int, kpi: str, month: int) -> Link | None:
    """Return where the own people of a unit dispute a line, or follow the appeal about it; None for everybody else."""
    if unit_id not in scope.own:
        return None
    row = next((one for one in await appeals.appeals([unit_id], month) if one.kpi == kpi), None)
    if row is not None:
        return Link(say("see"), f"/appeals/{row.id}", "scale")
    if not bounds(month)[0] <= now() < (await calendar.month_row(month)).appeals_until:
        return None
    return Link(say("new"), f"/appeals/new?month={month}&unit={unit_id}&kpi={kpi}", "scale")


async def red_line_links(scope: Scope, card: Card) -> tuple[Link, ...]:
    """Return where the own people of a unit dispute the red lines on its card."""
    codes = {one.code: one.name for one in card.red_lines}
    if not codes or card.unit_id not in scope.own:
        return ()
    found = [(name, await appeal_link(scope, card.unit_id, code, card.month)) for code, name in codes.items()]
    return tuple(replace(link, label=f"{link.label} · {name.read(current())}") for name, link in found if link)


async def may_change(request: Req, unit_id: int, month: int) -> bool:
    """Tell its own people and those who decide that a unit's place may change; to everybody else an appeal says nothing."""
    concerned = judges(request) or unit_id in request.state.scope.own
    return concerned and unit_id in await appeals.may_change(month)


async def appeals_note(request: Req, month: int, unit_ids: Collection[int | None]) -> str:
    """Name the units of a board whose place may change, to those who decide appeals; to everybody else it says nothing."""
    if not judges(request):
        return ""
    moving = await appeals.may_change(month)
    units = [request.state.organisation.unit(one) for one in sorted(moving.intersection(unit_ids))]
    names = say("and").join(unit.name(current()) for unit in units if unit)
    return say("may_change", list=names) if names else ""


async def line_of(request: Req, unit_id: int, kpi: str, month: int) -> LineDetail:
    """Return a line as its reader may see it: the newest numbers for the own card, else those of the face."""
    scope: Scope = request.state.scope
    found = await leaderboards.queries.cards.line(unit_id, kpi, month=month, live=scope.live(unit_id))
    return shown(found, scope)


def days_of(fact: FactRow) -> str:
    """Return the day of a fact, or its first and last day, as a file would give them."""
    last = fact.on + timedelta(days=fact.span_days - 1)
    return fact.on.isoformat() if fact.span_days == 1 else f"{fact.on.isoformat()}至{last.isoformat()}"


def named(code: str, found: LineDetail | None, rules: Rules) -> str:
    """Return the name of what is disputed: a line of the card, or a red line."""
    if found is not None:
        return found.line.name.read(current())
    line = rules.book.kpis.get(code) or rules.book.red_lines.get(code)
    return line.name.read(current()) if line else code


async def rules_by_month(months: Iterable[int]) -> dict[int, Rules]:
    """Return the rules of some months, each asked for once."""
    return {month: await rules_of(month) for month in set(months)}


async def disputed(request: Req, unit_id: int, code: str, month: int) -> tuple[LineDetail | None, str]:
    """Return the disputed line with what it records; no line for a red line that stands on the card, with its days."""
    if code not in (await rules_of(month)).book.red_lines:
        found = await line_of(request, unit_id, code, month)
        return found, found.line.value or ""
    card = await leaderboards.queries.cards.card(unit_id, month=month, live=request.state.scope.live(unit_id))
    days = [one.on.isoformat() for one in card.red_lines if one.code == code]
    if not days:
        raise NotFound(problem("no_such_red_line", "没有这条红线。", "There is no such red line."))
    return None, ", ".join(days)


async def opinion_part(row: AppealRow) -> OpinionPart | None:
    """Return what the department was asked and said, for those who read the appeal."""
    found = await opinions.opinion(row.id)
    if found is None:
        return None
    reader, name = current(), (await opinions.department_name(found.code, row.month)).read(current())
    if found.stand is None or found.given_at is None:
        wait = "opinion_wait" if now() < found.due_at else "opinion_none"
        when = show.until(found.due_at, reader, short=True)
        return OpinionPart(name=say("opinion"), told=say(wait, name=name, when=when)) if is_open(row) else None
    when = show.moment(found.given_at, reader, short=True)
    told = say("opinion_by", name=name, who=found.who or "–", when=when)
    return OpinionPart(name=say(found.stand), told=told, text=found.text or "")


def figures(found: LineDetail) -> tuple[Fact, ...]:
    """Return what the line says now."""
    line = found.line
    return (
        Fact(say("now"), value_of(line)),
        Fact(say("sample"), str(line.sample)),
        Fact(say("score"), score_of(line)),
        Fact(say("weight"), line.weight_after),
        Fact(say("points"), line.points),
    )


async def kept(request: Req, sent: Form) -> tuple[Evidence, ...]:
    """Keep the files that were sent along; Invalid for what is not taken, before any is kept."""
    sheets = [one for one in sent.fields.getall("evidence", []) if isinstance(one, UploadFile) and one.filename]
    read = [(await one.read(), one.filename) for one in sheets[: MOST_FILES + 1]]
    for content, name in read:
        evidence.looked_at(content, name)
    where = evidence.folder(request.app.state.settings)
    return tuple([await asyncio.to_thread(evidence.keep, where, content, name) for content, name in read])

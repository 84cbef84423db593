"""Odd facts of a month: the list, one with the facts behind it, and the verdict of a person."""

from collections import Counter

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, NotFound, ShifenError, problem
from core.language import current
from core.period import first_day
from core.points import decimal_text
from months.operations import watching
from months.queries.calendar import month_row
from months.queries.watching import Behind, Dropped, FindingRow, behind, finding, findings
from months.watch.kinds import JUMP, KINDS
from org.organisation import Organisation
from org.roles import Action
from scoring.queries.facts import FactRow
from web import show
from web.forms import Form, form_of
from web.frame import Req, html, said
from web.once import once
from web.pages.months.parts import path_to
from web.sentences.teller import teller
from web.sentences.watch import TITLE, WORDS
from web.views.shell import Crumb, Link
from web.views.watch import FactView, FindingPage, FindingView, WatchView

SEE = {"action": Action.SEE_ANOMALIES}
JUDGE = {"action": Action.PROPOSE_CHANGE}
TONES = {watching.FINE: "good", watching.QUARANTINED: "warn"}
PLACES = 3
FACT_PLACES = 6
say = teller(WORDS)


@get("/months/{month:int}/watch", opt=SEE)
async def watch_page(request: Req, month: FromPath[int]) -> Response[str]:
    """Show what was found odd in a month, what nobody has looked at first."""
    await month_row(month)
    rows = await findings(month)
    kinds = Counter(row.kind for row in rows if row.verdict is None)
    view = WatchView(
        title=say("title", month=show.month(month, current())),
        crumbs=path_to(month, TITLE),
        waiting=tuple(_finding(row) for row in rows if row.verdict is None),
        done=tuple(_finding(row) for row in rows if row.verdict is not None),
        kinds=tuple((KINDS[kind].read(current()), count) for kind, count in kinds.most_common()),
        words=_words(),
    )
    return html(request, "watch.html", view)


@get("/months/{month:int}/watch/{finding_id:int}", opt=SEE)
async def finding_page(request: Req, month: FromPath[int], finding_id: FromPath[int]) -> Response[str]:
    """Show one finding with the facts behind it."""
    return await _page(request, month, finding_id)


async def _page(
    request: Req, month: int, finding_id: int, refusal: ShifenError | None = None, typed: str = ""
) -> Response[str]:
    found = await behind(finding_id)
    if found.finding.month != month:
        raise NotFound(problem("no_such_finding", "没有这条异常。", "There is no such finding."))
    one, reader = found.finding, current()
    crumbs = (*path_to(month, TITLE)[:-1], Crumb(TITLE.read(reader), f"/months/{month}/watch"), Crumb(str(one.id)))
    view = FindingPage(
        month=month,
        title=f"{KINDS[one.kind].read(reader)} · {one.name.read(reader)}",
        crumbs=crumbs,
        one=_finding(one),
        dropped=tuple(_dropped(each) for each in found.dropped),
        facts=_facts(found, request.state.organisation),
        facts_of=_span(found),
        card_href=f"/units/{one.unit_id}/kpis/{one.kpi}?month={month}",
        problems=tuple(each.sentence.read(reader) for each in refusal.problems) if refusal else (),
        words=_words(),
        typed=typed,
    )
    return html(request, "finding.html", view, refusal.status if refusal else 200)


@post("/months/{month:int}/watch/{finding_id:int}", opt=JUDGE, status_code=303)
async def judge(request: Req, month: FromPath[int], finding_id: FromPath[int]) -> Response[str] | Redirect:
    """Record that a finding is fine, or propose to set its facts aside."""
    sent = await form_of(request)
    if (await finding(finding_id)).month != month:
        raise NotFound(problem("no_such_finding", "没有这条异常。", "There is no such finding."))
    try:
        done = await once(request, sent, lambda: _judged(request, sent, finding_id))
    except ShifenError as refusal:
        return await _page(request, month, finding_id, refusal, sent.typed("why"))
    fine = not done.address.startswith("/changes/")
    return said(done.address, "finding_fine" if fine else "finding_quarantined")


async def _judged(request: Req, sent: Form, finding_id: int) -> str:
    """Do what was decided and return the page to go on to: the list, or the change set with its preview."""
    why, actor = sent.text("why", watching.LONGEST), request.state.actor
    act = sent.text("act", 16)
    if act not in {watching.FINE, "quarantine"}:
        raise Invalid(problem("no_decision", "请选择处置。", "Choose what to do."))
    if act == watching.FINE:
        await watching.judge_fine(finding_id=finding_id, why=why, actor=actor)
        return f"/months/{(await finding(finding_id)).month}/watch"
    return f"/changes/{await watching.quarantine(finding_id=finding_id, why=why, actor=actor)}"


def _finding(row: FindingRow) -> FindingView:
    reader = current()
    return FindingView(
        id=row.id,
        kind=KINDS[row.kind].read(reader),
        unit=row.name.read(reader),
        unit_href=f"/units/{row.unit_id}?month={row.month}",
        kpi=row.kpi_name.read(reader),
        when=show.day(row.on_day, "short", reader) if row.on_day > first_day(row.month) else say("whole"),
        told=told(row),
        strength=say("strength", times=show.plain(show.scaled(row.strength, PLACES), 1)),
        found=say("found_at", when=show.moment(row.found_at, reader, short=True)),
        verdict=say(row.verdict or "waiting"),
        tone=TONES.get(row.verdict or "", ""),
        judged=_judged_by(row),
        href=f"/months/{row.month}/watch/{row.id}",
        change=say("change", id=row.change_id) if row.change_id else "",
        change_href=f"/changes/{row.change_id}" if row.change_id else "",
        open=row.verdict is None,
    )


def _dropped(one: Dropped) -> Link:
    when = show.moment(one.at, current(), short=True)
    return Link(say("dropped", id=one.id, name=one.by, when=when, why=one.why), f"/changes/{one.id}")


def _judged_by(row: FindingRow) -> str:
    if row.looked_at is None:
        return ""
    when = show.moment(row.looked_at, current(), short=True)
    return say("judged", name=row.looked_by or "–", when=when, why=row.why or "")


def told(row: FindingRow) -> str:
    """Return in a sentence what is odd, with its numbers."""
    key = row.kind
    if row.kind == JUMP:
        key = "jump_month" if "before" in row.detail else "jump_day"
    if "words" in row.detail:
        key = "begging_words"
    return say(key, **{name: _short(value) for name, value in row.detail.items()})


def _short(value: str) -> str:
    """Return a number to two decimals, other words as they are."""
    try:
        return show.plain(value, 2)
    except ArithmeticError:
        return value


def _facts(found: Behind, organisation: Organisation) -> tuple[FactView, ...]:
    return tuple(_fact(row, found, organisation) for row in found.facts)


def _fact(row: FactRow, found: Behind, organisation: Organisation) -> FactView:
    reader, unit = current(), organisation.unit(row.unit_id)
    return FactView(
        on=show.day(row.on, "short", reader),
        unit=unit.name(reader) if unit else str(row.unit_id),
        value=f"{show.plain(decimal_text(row.num, FACT_PLACES), 4)} / {show.plain(decimal_text(row.den, FACT_PLACES), 4)}",
        sample=show.number(row.sample, 0, reader),
        batch=f"#{row.batch_id}",
        batch_href=f"/intake/batches/{row.batch_id}",
        near=row.on == found.finding.on_day and found.finding.on_day > first_day(found.finding.month),
    )


def _span(found: Behind) -> str:
    reader = current()
    days = {"first": show.day(found.first_on, "short", reader), "last": show.day(found.last_on, "short", reader)}
    return say("facts_of", n=show.number(found.found, 0, reader), **days)


def _words() -> dict[str, str]:
    return {key: text.read(current()) for key, text in WORDS.items() if "{" not in text.en}


HANDLERS = (watch_page, finding_page, judge)

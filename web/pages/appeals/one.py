"""One appeal: the line beside its facts, the evidence, what happened so far."""

import asyncio
from datetime import timedelta
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from core import evidence
from core.clock import now
from core.errors import NotFound, ShifenError, problem
from core.language import current
from leaderboards.queries.cards import LineDetail
from months.appealing import ASKED, NEXT
from months.queries import appeals
from months.queries.appeals import AppealRow
from months.queries.judging import looks_again, own_matter, rivals, same_person
from months.queries.opinions import asked_of, department_name
from scoring.queries.facts import FactRow
from scoring.queries.rules import Rules, rules_of
from web import show
from web.frame import Req, html
from web.pages.appeals.parts import (
    SEE,
    figures,
    is_open,
    judges,
    line_of,
    named,
    one_seen,
    opinion_part,
    say,
    stands,
    words,
)
from web.pages.changes.parts import named as change_names
from web.pages.changes.parts import told_change
from web.pages.lines import with_unit
from web.sentences.appeals import DESKS, GROUNDS, STATES, TITLE, WORDS
from web.views.appeals import AppealView, FileItem, SecondLook, StepItem
from web.views.shell import Choice, Crumb, Fact, Link

MOST_FACTS, FACT_PLACES = 12, 6
REMEDIES = ("correction", "quarantine", "adjustment")
KIB = 1024
TO_A_DESK = frozenset({"escalated", "reminded"})
DECISION_WORDS = {"inadmissible": "not_taken", "upheld": "upheld", "partly": "partly", "denied": "denied"}


@get("/appeals/{appeal_id:int}", opt=SEE)
async def appeal_page(request: Req, appeal_id: FromPath[int]) -> Response[str]:
    """Show one appeal to those concerned and to those who decide."""
    return await page(request, appeal_id, {})


async def page(
    request: Req, appeal_id: int, typed: dict[str, str], refusal: ShifenError | None = None
) -> Response[str]:
    """Return the page of an appeal, with what was typed and why it was refused."""
    row = await one_seen(request, appeal_id)
    try:
        found = await line_of(request, row.unit_id, row.kpi, row.month)
    except NotFound:
        found = None
    view = await _view(request, row, found, typed, refusal)
    return html(request, "appeal.html", view, refusal.status if refusal else 200)


async def _view(
    request: Req, row: AppealRow, found: LineDetail | None, typed: dict[str, str], refusal: ShifenError | None
) -> AppealView:
    reader, me = current(), request.state.viewer.account_id
    unit = request.state.organisation.unit(row.unit_id)
    judging = judges(request) and is_open(row)
    barred = judging and await _barred(row, me)
    live, rules = request.state.scope.live(row.unit_id), await rules_of(row.month)
    look = await _second_look(request, row, barred=barred) if judging else None
    line, (state, tone) = named(row.kpi, found, rules), stands(row.state, row.outcome)
    return AppealView(
        words=words(),
        crumbs=(Crumb(TITLE.read(reader), "/appeals"), Crumb(f"AP-{row.id:04d}")),
        id=row.id,
        title=f"{unit.name(reader) if unit else row.unit_id} · {line}",
        about=f"{row.kpi} · {show.month(row.month, reader)} · {GROUNDS[row.ground].read(reader)}",
        state=state,
        tone=tone,
        late=_late(row),
        why_href=f"/units/{row.unit_id}/kpis/{row.kpi}?month={row.month}" if found else "",
        recorded=_recorded(row, found) if live else "–",
        claimed=row.claimed or "–",
        now=figures(found) if found else (),
        told=row.told,
        facts=tuple(_facts(found)) if found else (),
        files=await files_of(row.id),
        clock=tuple(_clock(row)),
        steps=await _steps(row),
        opinion=await opinion_part(row),
        reason=row.reason or "",
        change=_change(row) if judges(request) else None,
        stage=row.state if judging and not barred and look is None else "",
        barred=barred,
        look=look,
        rests=row.kpi in rules.book.red_lines and is_open(row),
        may_withdraw=is_open(row) and row.filed_by == me,
        may_add=is_open(row) and row.unit_id in request.state.scope.own,
        remedies=tuple(Choice(one, say(one), typed.get("remedy") == one) for one in remedies(row, rules)),
        typed=typed,
        problems=tuple(one.read(reader) for one in refusal.problems) if refusal else (),
    )


async def _barred(row: AppealRow, account_id: int) -> bool:
    """Tell whether somebody who judges may not judge this one: an own matter, or of a rival for an award."""
    own = await own_matter(account_id, filed_by=row.filed_by, unit_id=row.unit_id, month=row.month)
    return own or await rivals(account_id, row.unit_id, row.month)


def remedies(row: AppealRow, rules: Rules) -> tuple[str, ...]:
    """Return what may follow from an appeal: for a red line that it is taken back, else what corrects a line."""
    return ("red_line", "adjustment") if row.kpi in rules.book.red_lines else REMEDIES


async def _second_look(request: Req, row: AppealRow, *, barred: bool) -> SecondLook | None:
    """Return the decision that waits to be confirmed, for those who decide appeals."""
    found = await appeals.waiting_verdict(row.id)
    if found is None:
        return None
    reader, me = current(), request.state.viewer
    mine = looks_again(me) and not barred and not await same_person(me.account_id, found.by, row.month)
    facts = [
        Fact(say("proposed"), say(DECISION_WORDS[found.decision])),
        Fact(say("by"), f"{found.who} · {show.moment(found.at, reader, short=True)}"),
    ]
    if found.change:
        facts.append(Fact(say("remedy"), say(found.kind) if found.kind in WORDS else found.kind))
        told = told_change(found.kind, found.change, await change_names(row.month))
        facts.extend(Fact(part.name, part.value) for part in told)
    return SecondLook(about=say(f"look_{found.stake}"), facts=tuple(facts), reason=found.reason, open=mine)


def _recorded(row: AppealRow, found: LineDetail | None) -> str:
    return with_unit(row.recorded, found.line.unit_name) if found and row.recorded else row.recorded or "–"


def _late(row: AppealRow) -> str:
    if not is_open(row):
        return ""
    when = show.until(row.due_at, current(), short=True)
    return say("overdue" if row.due_at <= now() else "due", when=when)


def _change(row: AppealRow) -> Link | None:
    if row.change_set_id is None:
        return None
    return Link(say("change", id=row.change_set_id), f"/changes/{row.change_set_id}", "git-compare")


def _days(one: FactRow) -> str:
    ends = (one.on, one.on + timedelta(days=one.span_days - 1))
    return " – ".join(dict.fromkeys(show.day(day, "short", current()) for day in ends))


def _facts(found: LineDetail) -> list[Fact]:
    """Return the facts behind the line, the newest first: a month's own stand before those of a window behind it."""
    rows = sorted(found.facts.rows, key=lambda one: one.on, reverse=True)
    told = [
        Fact(
            f"{_days(one)}{f' · {one.item}' if one.item else ''}",
            say(
                "fact",
                num=show.plain(show.scaled(one.num, FACT_PLACES)),
                den=show.plain(show.scaled(one.den, FACT_PLACES)),
            ),
        )
        for one in rows[:MOST_FACTS]
    ]
    more = len(rows) - MOST_FACTS
    return [*told, Fact(say("more_facts", n=more), say("more_facts_where"))] if more > 0 else told


def _clock(row: AppealRow) -> list[Fact]:
    reader = current()
    if not is_open(row):
        moment = row.decided_at or row.filed_at
        return [Fact(say("outcome"), show.moment(moment, reader, short=True))]
    after = NEXT[row.route]
    goes = say("goes_on") if after == row.route else f"→ {DESKS[after].read(reader)}"
    return [
        Fact(say("desk"), DESKS[row.route].read(reader)),
        Fact(say("answer_due"), show.until(row.due_at, reader, short=True)),
        *([Fact(say("late"), goes)] if after != row.route else []),
    ]


async def files_of(appeal_id: int) -> tuple[FileItem, ...]:
    reader = current()
    return tuple(
        FileItem(
            one.filename,
            f"/appeals/{appeal_id}/evidence/{one.id}",
            f"{one.who} · {show.moment(one.at, reader, short=True)} · {show.number(-(-one.size // KIB), 0, reader)} KiB",
        )
        for one in await appeals.files(appeal_id)
    )


async def _steps(row: AppealRow) -> tuple[StepItem, ...]:
    reader, found = current(), []
    for one in await appeals.steps(row.id):
        note = DESKS[one.note].read(reader) if one.step in TO_A_DESK and one.note in DESKS else one.note or ""
        if one.step == ASKED:
            note = (await department_name(note, row.month)).read(reader)
        told = " · ".join(part for part in (show.moment(one.at, reader, short=True), one.who or "") if part)
        found.append(StepItem(STATES[one.step].read(reader), told, note))
    return tuple(found)


@get("/appeals/{appeal_id:int}/evidence/{file_id:int}", opt=SEE)
async def evidence_file(request: Req, appeal_id: FromPath[int], file_id: FromPath[int]) -> Response[bytes]:
    """Hand a file to those whose business the appeal is, never to be opened inside the page; every answer forbids guessing its type."""
    if not any(one.id == appeal_id for one in await asked_of(request.state.viewer.account_id)):
        await one_seen(request, appeal_id)
    found = next((one for one in await appeals.files(appeal_id) if one.id == file_id), None)
    if found is None:
        raise NotFound(problem("no_such_file", "没有这个文件。", "There is no such file."))
    content = await asyncio.to_thread(evidence.read, evidence.folder(request.app.state.settings), found.sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.filename, safe='')}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


HANDLERS = (appeal_page, evidence_file)

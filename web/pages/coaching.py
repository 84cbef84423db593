"""Coaching: the list as far as the reader may know it, one plan, and ticking its steps."""

from collections.abc import Mapping
from decimal import Decimal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

import coaching.operations
import coaching.queries
from coaching.plan import ON_SITE
from coaching.queries import Assignment, StepRow, Talk
from core.clock import SHANGHAI, today
from core.errors import NotAllowed, NotFound, Refused, ShifenError, problem
from core.language import Text, current
from leaderboards.queries.snapshots import heads
from org.organisation import Organisation
from org.roles import Action
from org.visibility import may
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook
from web import show
from web.forms import form_of
from web.frame import Req, html, said
from web.numbers import one_of, whole
from web.pages.months.parts import month_choices
from web.sentences.coaching import ALL_OPEN, DONE, EMPTY, GOES_ON, NOTE, OUTCOMES, TITLE
from web.views.month import CoachingListView, CoachingRow, CoachingView, LossRow, PlanStep
from web.views.shell import Check, Choice, Crumb, Fact, Pager

_SEE = {"action": Action.SEE_COACHING}
MOST_ITEMS = 8
Typed = Mapping[str, str]
NOTHING: Typed = {}
PAGE = 50
POINTS = 4


@get("/coaching", opt=_SEE)
async def coaching_list(request: Req) -> Response[str]:
    """Show the assignments that the reader may know of."""
    wish = request.query_params.get("month", "")
    known = list((await heads()).by_month)
    month = one_of(wish, known) or 0
    scope = request.state.scope
    found = await (coaching.queries.assignments(month, scope) if month else coaching.queries.open_assignments(scope))
    choices = (Choice("", ALL_OPEN.read(current()), not month), *month_choices(known, month))
    first = request.query_params.get("from", "")
    start = whole(first) or 0
    view = CoachingListView(
        rows=tuple([await _row(one, request.state.organisation) for one in found[start : start + PAGE]]),
        pager=_pager(start, len(found), month),
        months=choices,
        note=NOTE.read(current()),
        empty=EMPTY.read(current()),
    )
    return html(request, "coaching_list.html", view)


def _pager(start: int, total: int, month: int) -> Pager | None:
    if total <= PAGE:
        return None
    href = f"/coaching?month={month or ''}&from="
    back = f"{href}{max(0, start - PAGE)}" if start else ""
    onward = f"{href}{start + PAGE}" if start + PAGE < total else ""
    return Pager(start + 1, min(start + PAGE, total), total, back, onward)


async def _row(one: Assignment, organisation: Organisation) -> CoachingRow:
    reader = current()
    book = (await rules_of(one.month)).book
    step = one.next_step
    return CoachingRow(
        unit=one.unit_name.read(reader),
        under=_above(organisation, one.unit_id),
        href=f"/coaching/{one.id}",
        month=show.month(one.month, reader),
        level=one.level_name.read(reader),
        triggers=reasons(one, book),
        step=_step_words(step),
        due=show.day(step.due_on, "short", reader) if step else "–",
    )


def reasons(one: Assignment, book: RuleBook) -> str:
    """Return why there is help: the triggers that fired, or that earlier help was not lifted."""
    told = [_trigger(book, fired.code) for fired in one.triggers] or [GOES_ON.read(current())]
    return ("；" if current() == "zh" else "; ").join(told)


def _step_words(step: StepRow | None) -> str:
    reader = current()
    if step is None:
        return DONE.read(reader)
    return Text(zh="第 {n} 步 {name}", en="Step {n}: {name}").format(n=step.number, name=step.name).read(reader)


def _trigger(book: RuleBook, code: str) -> str:
    known = book.coaching.triggers.get(code)
    return known.name.read(current()) if known else code


def _above(organisation: Organisation, unit_id: int) -> str:
    above = organisation.ancestors(unit_id)
    unit = organisation.unit(above[0]) if above else None
    return unit.name(current()) if unit else ""


async def _visible(request: Req, assignment_id: int) -> Assignment:
    found = await coaching.queries.assignment_by_id(assignment_id)
    if found is None or not request.state.scope.coaching(found.unit_id):
        raise NotFound(problem("no_such_assignment", "没有这项帮扶。", "There is no such coaching assignment."))
    return found


@get("/coaching/{assignment_id:int}", opt=_SEE)
async def coaching_page(request: Req, assignment_id: FromPath[int]) -> Response[str]:
    """Show one plan."""
    return await page(request, await _visible(request, assignment_id))


async def page(
    request: Req, one: Assignment, status: int = 200, *, refusal: ShifenError | None = None, typed: Typed = NOTHING
) -> Response[str]:
    """Return the page of a plan, with what stands against a talk and what was typed about it."""
    reader = current()
    book = (await rules_of(one.month)).book
    viewer, organisation = request.state.viewer, request.state.organisation
    may_tick = one.ended_at is None and may(viewer, Action.TICK_STEP, one.unit_id, organisation)
    spoken = await coaching.queries.talk_of(one.id)
    next_step = one.next_step
    unit_href = f"/units/{one.unit_id}?month={one.month}"
    where = " · ".join(
        part
        for part in (_above(request.state.organisation, one.unit_id), show.month(one.month, reader), NOTE.read(reader))
        if part
    )
    view = CoachingView(
        key=one.id,
        unit=one.unit_name.read(reader),
        unit_href=unit_href,
        subtitle=where,
        crumbs=(Crumb(TITLE.read(reader), "/coaching"), Crumb(one.unit_name.read(reader))),
        level=one.level_name.read(reader),
        step_chip=_step_words(next_step),
        due=_deadline(one),
        steps=tuple(_step(step, next_step, may_tick=may_tick) for step in one.steps),
        triggers=tuple(_checks(one, book)),
        why=_why(one),
        losses=_losses(one, book),
        losses_say=_main(one, book),
        lost=show.scaled(one.diagnosis.total_lost, POINTS),
        facts=(*_facts(one, book), *_talk(spoken)),
        may_talk=may_tick and spoken is None and one.level >= ON_SITE,
        today=today().isoformat(),
        problems=tuple(each.read(reader) for each in refusal.problems) if refusal else (),
        typed=typed,
    )
    return html(request, "coaching.html", view, status)


def _deadline(one: Assignment) -> str:
    if not one.steps:
        return ""
    last = show.day(one.steps[-1].due_on, "short", current())
    return Text(zh="{day}前完成", en="to be finished by {day}").format(day=last).read(current())


def _step(step: StepRow, next_step: StepRow | None, *, may_tick: bool) -> PlanStep:
    reader = current()
    is_next = next_step is not None and step.number == next_step.number
    state = "done" if step.done_at else "now" if is_next else "ahead"
    if step.done_at:
        day = show.day(step.done_at.astimezone(SHANGHAI).date(), "short", reader)
        due = Text(zh="{day} 完成", en="done {day}").format(day=day).read(reader)
    else:
        due = Text(zh="{day} 前", en="by {day}").format(day=show.day(step.due_on, "short", reader)).read(reader)
    return PlanStep(
        number=step.number,
        name=step.name.read(reader),
        due=due,
        detail=step.note or step.task.read(reader),
        state=state,
        may_tick=may_tick and is_next,
    )


def _checks(one: Assignment, book: RuleBook) -> list[Check]:
    reader = current()
    fired = {found.code: show.full_width(found.fact.read(reader)) for found in one.triggers}
    caught, quiet = Text(zh="触发", en="fired"), Text(zh="未触发", en="did not fire")
    return [
        Check(
            trigger.name.read(reader),
            fired.get(code) or show.full_width(trigger.rule.read(reader)),
            "caution" if code in fired else "plain",
            (caught if code in fired else quiet).read(reader),
        )
        for code, trigger in book.coaching.triggers.items()
    ]


def _why(one: Assignment) -> str:
    found = one.diagnosis
    if found.total is None:
        return Text(zh="本月没有总分。", en="There is no total for this month.").read(current())
    words = Text(
        zh="总分 {total}，同类组第 {place} / {members} 名。",
        en="Total {total}, place {place} of {members} in its peer group.",
    )
    total = show.number(show.scaled(found.total, 2), 2, current())
    return words.format(total=total, place=found.place or "–", members=found.members).read(current())


def _losses(one: Assignment, book: RuleBook) -> tuple[LossRow, ...]:
    items = one.diagnosis.items[:MOST_ITEMS]
    most = items[0].lost if items else 1
    rows = [
        LossRow(
            name=book.kpis[item.kpi].name.read(current()) if item.kpi in book.kpis else item.kpi,
            lost=show.scaled(item.lost, POINTS),
            share=item.lost * 100 // most,
            tone="loss5" if place == 0 else "loss4" if item.main else "loss1",
            href=f"/units/{one.unit_id}/kpis/{item.kpi}?month={one.month}",
        )
        for place, item in enumerate(items)
    ]
    rest = one.diagnosis.items[MOST_ITEMS:]
    if rest:
        lost = sum(item.lost for item in rest)
        name = Text(zh="其余 {n} 项", en="{n} others").format(n=len(rest)).read(current())
        rows.append(LossRow(name, show.scaled(lost, POINTS), min(100, lost * 100 // most), "other", ""))
    return tuple(rows)


def _main(one: Assignment, book: RuleBook) -> str:
    main = [item for item in one.diagnosis.items if item.main]
    if not main or not one.diagnosis.total_lost:
        return ""
    share = sum(item.lost for item in main) * 100 // one.diagnosis.total_lost
    comma = "、" if current() == "zh" else ", "
    names = comma.join(book.kpis[item.kpi].name.read(current()) for item in main if item.kpi in book.kpis)
    words = Text(
        zh="{names}占全部失分的 {share}%，先从这里教起。",
        en="{names} make up {share}% of all points lost: teach these first.",
    )
    return words.format(names=names, share=share).read(current())


def _talk(spoken: Talk | None) -> tuple[Fact, ...]:
    if spoken is None:
        return ()
    reader = current()
    words = Text(zh="{day}，{who}", en="{day}, {who}").format(
        day=show.day(spoken.held_on, "short", reader), who=spoken.with_whom
    )
    return (Fact(Text(zh="谈话", en="Talk").read(reader), words.read(reader)),)


def _facts(one: Assignment, book: RuleBook) -> tuple[Fact, ...]:
    reader = current()
    found = [
        Fact(Text(zh="教练", en="Coach").read(reader), one.coach_name.read(reader) if one.coach_name else "–"),
        Fact(Text(zh="开始", en="Opened").read(reader), show.moment(one.opened_at, reader)),
    ]
    for goal in one.diagnosis.goals:
        name = book.kpis[goal.kpi].name.read(reader) if goal.kpi in book.kpis else goal.kpi
        label = Text(zh="目标：{name}", en="Goal: {name}").format(name=name).read(reader)
        found.append(Fact(label, f"{_cents(goal.score)} → {_cents(goal.to)}"))
    if one.ended_at:
        found.append(
            Fact(Text(zh="结果", en="Outcome").read(reader), OUTCOMES.get(one.outcome or "", TITLE).read(reader))
        )
    return tuple(found)


def _cents(value: int) -> str:
    return show.number(Decimal(value).scaleb(-2), 2, current())


@post("/coaching/{assignment_id:int}/steps/{number:int}", opt={"action": Action.TICK_STEP}, status_code=303)
async def tick(request: Req, assignment_id: FromPath[int], number: FromPath[int]) -> Response[str] | Redirect:
    """Mark the next step as done."""
    one = await _visible(request, assignment_id)
    if not may(request.state.viewer, Action.TICK_STEP, one.unit_id, request.state.organisation):
        raise NotAllowed(problem("not_allowed", "您没有此项权限。", "You have no right to this."))
    sent = await form_of(request)
    try:
        await coaching.operations.tick_step(
            assignment_id=one.id, number=number, note=sent.text("note", 300) or None, actor=request.state.actor
        )
    except Refused as refusal:
        return await page(request, await _visible(request, assignment_id), refusal.status)
    return said(f"/coaching/{assignment_id}", "step_done")


HANDLERS = (coaching_list, coaching_page, tick)

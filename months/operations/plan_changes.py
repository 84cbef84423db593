"""Changing a plan that holds: a new version with public notice, by two people, for what lies ahead and never backwards."""

from collections.abc import Iterator
from datetime import datetime

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, Place, Problem, Refused, problem
from core.language import Text
from months import guards
from months.lifecycle import OPEN, State
from months.models.planning import MonthPlan
from months.operations import plans as plans_kept
from months.operations import plans_held, second_person, telling
from months.operations.guarding import KIND, account_of, locked, refuse
from months.planning.plan import DATES, Plan
from months.queries import calendar, closing, plans
from months.queries.plans import PlanRow
from org.roles import Action
from scoring.queries.rules import rule_book_text

LONGEST = 1_000
ASKED = Text(
    zh="{name}提请变更{month}的计划，等待第二人批准。",
    en="{name} proposes to change the plan of {month}; a second person has to approve it.",
)


async def propose_change(*, month: int, notice: Text, actor: Actor, at: datetime | None = None) -> None:
    """Put the next version of a plan before a second person, with what everybody will be told of it.

    Raises Invalid without a notice in both languages, and Refused with every reason: errors of the plan, dates that
    have passed, rules of a month that runs already (those change by a change set only).
    """
    moment = at or now()
    _demand(notice)
    async with transaction():
        draft, held = await _both(month, moment)
        refuse([*await _reasons(month, draft, held, moment)])
        await MonthPlan.filter(id=draft.id).update(
            proposed_at=moment, proposed_by=account_of(actor), notice_zh=notice.zh.strip(), notice_en=notice.en.strip()
        )
        after = {"version": draft.version}
        await audit.record(
            actor=actor, action="propose_plan", subject_kind=KIND, subject=month, after=after, why=notice.zh.strip()
        )
        await second_person.ask(
            month=month, what=ASKED, action=Action.ANNOUNCE_MONTH, href=_where(month), actor=actor, at=moment
        )


async def approve_change(*, month: int, actor: Actor, at: datetime | None = None) -> int:
    """Let the proposed version hold from now on, as the second person; return its number."""
    moment = at or now()
    async with transaction():
        draft, held = await _both(month, moment)
        if draft.proposed_by is None:
            raise Refused(problem("no_proposal", "还没有人提请这一版。", "Nobody has proposed this version."))
        refuse([await _same_person(draft.proposed_by, month, actor)])
        refuse([*await _reasons(month, draft, held, moment)])
        await plans_held.put_in_force(month=month, proposer=draft.proposed_by, actor=actor, at=moment)
        after = {"version": draft.version}
        await audit.record(actor=actor, action="approve_plan", subject_kind=KIND, subject=month, after=after)
        await second_person.answered(href=_where(month), at=moment)
        await telling.changed(month, Text(draft.notice_zh or "", draft.notice_en or ""), moment)
    return draft.version


async def withdraw_change(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Take a proposed version back, so that it can be altered; the one that holds goes on."""
    async with transaction():
        draft, _ = await _both(month, at or now())
        if draft.proposed_by is None:
            raise Refused(problem("no_proposal", "还没有人提请这一版。", "Nobody has proposed this version."))
        await MonthPlan.filter(id=draft.id).update(proposed_at=None, proposed_by=None)
        await audit.record(actor=actor, action="withdraw_plan", subject_kind=KIND, subject=month)
        await second_person.answered(href=_where(month), at=at or now())


async def discard_change(*, month: int, actor: Actor, at: datetime | None = None) -> int:
    """Drop what was written for the next version: the draft says again what holds; return its revision.

    Nothing is removed: who wrote what stays in the audit. Raises Refused while it waits for a second person.
    """
    async with transaction():
        draft, held = await _both(month, at or now())
        await audit.record(
            actor=actor, action="discard_plan", subject_kind=KIND, subject=month, before={"revision": draft.revision}
        )
        return await plans_kept.save_plan(month=month, plan=held.plan, revision=draft.revision, actor=actor, at=at)


def _where(month: int) -> str:
    return f"/months/{month}/plan"


async def _both(month: int, moment: datetime) -> tuple[PlanRow, PlanRow]:
    """Return the version that is being written and the one that holds, with the month's row taken."""
    await locked(month)
    state = (await calendar.month_row(month, moment)).state
    draft, held = await plans.draft_of(month), await plans.plan_that_holds(month)
    if state is not State.ANNOUNCED and state not in OPEN:
        zh, en = "这个月的计划现在不能变更。", "The plan of this month cannot be changed now."
        raise Refused(problem("month_state", zh, en))
    if draft is None or held is None:
        raise Conflict(problem("no_new_version", "没有写好的新版本。", "No new version has been written."))
    return draft, held


async def _reasons(month: int, draft: PlanRow, held: PlanRow, moment: datetime) -> list[Problem | None]:
    if draft.plan == held.plan:
        zh, en = "新版本与现行的一样，没有要变更的。", "The new version says what holds already: nothing changes."
        return [problem("nothing_changed", zh, en)]
    base = await plans.base_of(month)
    found = await plans.problems(draft.plan, base, await plans.surroundings(month, base.book))
    errors: list[Problem | None] = [one for one in found if one.grade == "error"]
    if errors:
        return errors
    return [*await reasons_ahead(month=month, plan=draft.plan, held=held, at=moment)]


async def reasons_ahead(*, month: int, plan: Plan, held: PlanRow, at: datetime | None = None) -> tuple[Problem, ...]:
    """Return what a sound plan may not change any more: rules once the month runs, dates that have passed."""
    moment = at or now()
    found = [*_backwards(held.plan, plan, moment)]
    runs = (await calendar.month_row(month, moment)).state is not State.ANNOUNCED
    if runs and await _moves_results(month, plan, held):
        found.insert(0, _rules_moved())
    return tuple(found)


async def _moves_results(month: int, plan: Plan, held: PlanRow) -> bool:
    """Tell whether a plan makes other rules than the version that holds, or leaves other units out."""
    if set(plan.left_out) != set(held.plan.left_out):
        return True
    text = await plans.rules_text(plan, await plans.base_of(month), month)
    return held.rule_book_id is not None and text != await rule_book_text(held.rule_book_id)


def _rules_moved() -> Problem:
    zh = "这个月已经开始：主题、加倍指标、活动、奖项和参加单位只能通过变更集修改，请改回现行的内容。"
    en = "The month runs already: theme, doubled KPIs, activities, awards and participants change by a change set only; put back what holds."
    return problem("rules_of_running_month", zh, en)


def _backwards(before: Plan, after: Plan, moment: datetime) -> Iterator[Problem]:
    """Yield the dates that would be moved though they have passed, or moved to what has passed."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in DATES}
    pairs |= {
        f"kpi_cut_offs.{code}": (before.kpi_cut_offs.get(code), after.kpi_cut_offs.get(code))
        for code in {*before.kpi_cut_offs, *after.kpi_cut_offs}
    }
    for name, (was, will) in sorted(pairs.items()):
        if was != will and any(one is not None and one <= moment for one in (was, will)):
            zh, en = (
                "变更只对以后有效，已过的日期不能改。",
                "Changes are for what lies ahead: a date that has passed stays.",
            )
            yield problem("backwards", zh, en, Place(path=name))


async def _same_person(proposed_by: int, month: int, actor: Actor) -> Problem | None:
    proposer = await closing.party(proposed_by, month)
    if guards.same_person(proposer, await closing.party(account_of(actor), month)) is None:
        return None
    words = Text(
        zh="变更要由两个不同的人完成，{name}已经提请。",
        en="A change takes two different people; {name} has proposed it.",
    )
    return Problem(code="same_person", sentence=words.format(name=proposer.name))


def _demand(notice: Text) -> None:
    if not (notice.zh.strip() and notice.en.strip()):
        zh, en = "请用中文和英文写明改了什么、为什么。", "Say in Chinese and in English what changes, and why."
        raise Invalid(problem("notice_needed", zh, en))
    if max(len(notice.zh), len(notice.en)) > LONGEST:
        raise Invalid(problem("notice_too_long", "通知太长。", "The notice is too long."))

"""Writing the plan of a month: saved as often as one likes until it holds, then only by new versions."""

from datetime import datetime

import msgspec

from core import audit, period
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, Problem, Refused, problem
from core.language import Text
from core.workdays import working_days
from months.lifecycle import State
from months.models.life import ServiceMonth
from months.models.planning import MonthPlan
from months.operations.guarding import KIND, account_of, locked
from months.planning.making import copied, under
from months.planning.plan import Plan, written
from months.planning.sanity import sanity_problems
from months.queries import calendar, plans
from months.queries.plans import PlanRow

NO_SOURCE = Text(zh="{month}没有计划可以照抄。", en="{month} has no plan that could be copied.")
CHANGEABLE = frozenset({State.DRAFT, State.ANNOUNCED, State.RUNNING, State.FROZEN, State.VERIFYING})


async def save_plan(*, month: int, plan: Plan, revision: int, actor: Actor, at: datetime | None = None) -> int:
    """Keep a plan as the month's draft; return its revision. The month is planned by it when it was not before.

    `revision` is the one that the writer has seen, 0 for no draft: another one is a Conflict. Raises Refused while the
    plan waits for a second person, and when the month is closed or called off; Invalid for what no plan can hold.
    """
    moment = at or now()
    insane = sanity_problems(plan)
    if insane:
        raise Invalid(*insane)
    async with transaction():
        await _planned(month, plan, actor, moment)
        draft = await MonthPlan.filter(month=month, holds_since=None).select_for_update().first()
        if (draft.revision if draft else 0) != revision:
            zh, en = (
                "别人刚刚保存过这份计划，请在新的一稿上修改。",
                "Somebody saved this plan meanwhile; change the newer one.",
            )
            raise Conflict(problem("plan_moved_on", zh, en))
        number = await (_again(draft, plan, actor, moment) if draft else first_version(month, plan, actor, moment))
        after = {"theme": plan.theme, "revision": number}
        await audit.record(actor=actor, action="save_plan", subject_kind=KIND, subject=month, after=after)
    return number


async def copy_plan(*, source: int, month: int, keep_theme: bool, actor: Actor, at: datetime | None = None) -> int:
    """Make the plan of one month that of another, dates moved along; without `keep_theme` under the usual theme of that month.

    A draft that is there is overwritten. Refused where the source has no plan.
    """
    async with transaction():
        before = await plans.draft_of(month)
        plan = await _copy(source, month, keep_theme=keep_theme)
        revision = before.revision if before else 0
        return await save_plan(month=month, plan=plan, revision=revision, actor=actor, at=at)


async def plan_year(*, year: int, last_year: bool, actor: Actor, at: datetime | None = None) -> tuple[int, ...]:
    """Plan all months of a year that are still to come and not planned yet, and return them.

    From the twelve themes of the rules, or from the same months a year before, where those have plans.
    """
    moment = at or now()
    made: list[int] = []
    async with transaction():
        for month in (year * 100 + number for number in range(1, period.MONTHS_A_YEAR + 1)):
            if month <= period.month_at(moment) or await plans.newest(month):
                continue
            plan = await _of_year(month, last_year=last_year)
            if plan is not None and await _is_open(month, moment):
                await save_plan(month=month, plan=plan, revision=0, actor=actor, at=at)
                made.append(month)
    return tuple(made)


async def unplanned(month: int, theme: str) -> Plan:
    """Return what a month without a plan of its own comes to under a theme."""
    base = await plans.base_of(month)
    return plans.usual(await plans.surroundings(month, base.book), theme)


async def _of_year(month: int, *, last_year: bool) -> Plan | None:
    before = period.shifted(month, -period.MONTHS_A_YEAR)
    if last_year:
        return await _copy(before, month, keep_theme=True) if await plans.newest(before) else None
    theme = await _usual_theme(month)
    return await unplanned(month, theme) if theme else None


async def _usual_theme(month: int) -> str | None:
    book = (await plans.base_of(month)).book
    named = book.months.get(month % 100)
    return named or next((code for code, one in book.themes.items() if one.month == month % 100), None)


async def _copy(source: int, month: int, *, keep_theme: bool) -> Plan:
    found = await plans.newest(source)
    if found is None:
        raise Refused(Problem(code="no_plan_to_copy", sentence=NO_SOURCE.format(month=period.month_name(source))))
    plan = copied(found.plan, source, month, working_days())
    theme = None if keep_theme else await _usual_theme(month)
    return under(plan, await unplanned(month, theme)) if theme and theme != plan.theme else plan


async def _planned(month: int, plan: Plan, actor: Actor, moment: datetime) -> None:
    """Take the month's row, made where there is none; refuse where its plan may not be written now."""
    if not await ServiceMonth.exists(month=month):
        base = await plans.base_of(month)
        theme, number = plan.theme[:24], base.rule_book_id
        await ServiceMonth.create(
            month=month, theme=theme, rule_book_id=number, planned_at=moment, planned_by=actor.account_id
        )
        after = {"theme": theme, "rule_book": number}
        await audit.record(actor=actor, action="plan_month", subject_kind=KIND, subject=month, after=after)
    row = await locked(month)
    state = (await calendar.month_row(month, moment)).state
    if state not in CHANGEABLE:
        zh, en = "这个月已经关账或取消，计划不能再改。", "The month is closed or called off; its plan stays."
        raise Refused(problem("month_is_over", zh, en))
    if state is State.DRAFT:
        if row.proposed_announcement_at is not None:
            raise waiting()
        await ServiceMonth.filter(month=month).update(theme=plan.theme[:24])


async def _is_open(month: int, moment: datetime) -> bool:
    if not await ServiceMonth.exists(month=month):
        return True
    return (await calendar.month_row(month, moment)).state is State.DRAFT


async def first_version(month: int, plan: Plan, actor: Actor, moment: datetime) -> int:
    """Begin the next version of a month's plan as a draft; return its revision."""
    last = await MonthPlan.filter(month=month).order_by("-version").first()
    await MonthPlan.create(
        month=month,
        version=(last.version if last else 0) + 1,
        body=written(plan),
        made_at=moment,
        made_by=account_of(actor),
        changed_at=moment,
        changed_by=actor.account_id,
    )
    return 1


async def _again(draft: MonthPlan, plan: Plan, actor: Actor, moment: datetime) -> int:
    if draft.proposed_at is not None:
        raise waiting()
    number = int(draft.revision) + 1
    await MonthPlan.filter(id=draft.id).update(
        body=written(plan), revision=number, changed_at=moment, changed_by=account_of(actor)
    )
    return number


def waiting() -> Refused:
    """Return the refusal to change what lies before a second person."""
    zh, en = "计划正等待第二个人批准；要改先撤回。", "The plan waits for a second person; take it back to change it."
    return Refused(problem("plan_waits", zh, en))


def differs(one: PlanRow | None, plan: Plan) -> bool:
    """Tell whether a plan says anything else than a stored version."""
    return one is None or msgspec.json.encode(one.plan) != msgspec.json.encode(plan)

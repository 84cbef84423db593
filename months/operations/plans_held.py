"""A plan comes to hold: its rules become a version that nobody can alter, its dates those of the month."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import org.queries
from core.audit import Actor
from core.clock import now
from core.database import raw
from core.errors import Problem
from months.models.exceptions import Exclusion
from months.models.life import ServiceMonth
from months.models.planning import MonthPlan
from months.operations import plans as writing
from months.operations.guarding import account_of, refuse
from months.operations.rules_held import hold
from months.planning.plan import DATES, Plan
from months.queries import plans
from scoring.operations.rules import add_version
from scoring.queries.rules import catalogue

_CUT_OFF = "INSERT INTO kpi_cut_off (month, kpi_id, at, since_at) VALUES ($1, $2, $3, $4)"
LET_IN = "按新版本的月度计划参加。 / Takes part by the new version of the plan of the month."
LEFT_OUT = "本月计划中不参加。 / Does not take part by the plan of the month."


async def reasons_against(month: int) -> tuple[Problem, ...]:
    """Return every reason against announcing a month as it is planned now, errors first."""
    plan = await planned(month)
    base = await plans.base_of(month)
    return await plans.problems(plan, base, await plans.surroundings(month, base.book))


async def refuse_unready(month: int) -> None:
    """Refuse to announce a month whose plan cannot hold, with all its errors at once."""
    refuse(one for one in await reasons_against(month) if one.grade == "error")


async def planned(month: int) -> Plan:
    """Return the plan of a month: the draft, else the one that holds, else what its theme makes of it."""
    found = await plans.newest(month)
    if found is not None:
        return found.plan
    row = await ServiceMonth.get(month=month)
    base = await plans.base_of(month)
    if row.theme in base.book.themes:
        return await writing.unplanned(month, row.theme)
    return await writing.unplanned(month, next(iter(base.book.themes)))


async def put_in_force(*, month: int, proposer: int, actor: Actor, at: datetime | None = None) -> int:
    """Let the draft of a month hold, inside the transaction of its approval; return the number of its rules.

    A month that was planned without a plan gets the one of its theme as version 1.
    """
    moment = at or now()
    draft = await MonthPlan.filter(month=month, holds_since=None).select_for_update().first()
    plan = await planned(month)
    if draft is None:
        await writing.first_version(month, plan, actor, moment)
    number = await _rules(month, plan, actor)
    before = await plans.plan_that_holds(month)
    values: dict[str, Any] = {name: getattr(plan, name) for name in DATES}
    await ServiceMonth.filter(month=month).update(
        rule_book_id=number, theme=plan.theme, notice_days=plan.notice_days, **values
    )
    await MonthPlan.filter(month=month, holds_since=None).update(
        holds_since=moment,
        approved_by=account_of(actor),
        rule_book_id=number,
        proposed_by=proposer,
        proposed_at=(draft.proposed_at if draft else None) or moment,
    )
    await _cut_offs(month, plan, before.plan.kpi_cut_offs if before else {}, moment)
    await _leave_out(month, plan, proposer, account_of(actor), moment)
    await hold(month=month, rule_book_id=number, theme=plan.theme, at=moment)
    return number


async def _rules(month: int, plan: Plan, actor: Actor) -> int:
    base = await plans.base_of(month)
    text = await plans.rules_text(plan, base, month)
    if text == base.text:
        return base.rule_book_id
    number, _ = await add_version(text=text, actor=actor, source=f"plan {month}")
    return number


async def _cut_offs(month: int, plan: Plan, before: Mapping[str, datetime], moment: datetime) -> None:
    """Write down the cut-offs of single KPIs that are new; one that was taken back is the month's own again."""
    numbers = (await catalogue()).kpis
    usual = plan.cut_off_at
    changed = {code: at for code, at in plan.kpi_cut_offs.items() if before.get(code) != at}
    changed |= {code: usual for code in before if code not in plan.kpi_cut_offs and usual is not None}
    async with raw() as connection:
        for code, at in changed.items():
            if code in numbers:
                await connection.execute(_CUT_OFF, month, numbers[code], at, moment)


async def _let_in(month: int, still_out: set[int], approver: int, moment: datetime) -> None:
    """Let those take part again whom an earlier version of the plan left out and this one does not."""
    before = Exclusion.filter(month=month, reason=LEFT_OUT, lifted_at=None, decision="approved")
    await before.exclude(unit_id__in=still_out).update(lifted_at=moment, lifted_by=approver, lifted_why=LET_IN)


async def _leave_out(month: int, plan: Plan, proposer: int, approver: int, moment: datetime) -> None:
    """Leave the units that do not take part out of award and statistics: two people have agreed by agreeing to the plan."""
    by_code = (await org.queries.organisation_of_month(month)).by_code
    await _let_in(month, {by_code[code].id for code in plan.left_out if code in by_code}, approver, moment)
    standing = await Exclusion.filter(month=month, lifted_at=None).exclude(decision__in=("rejected", "withdrawn"))
    out = {one.unit_id for one in standing}
    for code in plan.left_out:
        unit = by_code.get(code)
        if unit is not None and unit.id not in out:
            await Exclusion.create(
                month=month,
                unit_id=unit.id,
                what="both",
                reason=LEFT_OUT,
                proposed_at=moment,
                proposed_by=proposer,
                decision="approved",
                decided_at=moment,
                decided_by=approver,
            )

"""Planning a month, and calling it off."""

from datetime import datetime

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, Refused, problem
from months.lifecycle import Step
from months.models.life import ServiceMonth
from months.operations.guarding import KIND, check, locked
from months.operations.rules_held import hold
from scoring.queries.rules import rules_of


async def plan_month(*, month: int, theme: str, rule_book_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Plan a month under a theme and the rules in effect for it; a month that exists already is a conflict."""
    async with transaction():
        if await ServiceMonth.exists(month=month):
            raise Conflict(problem("month_exists", "这个服务月已经在册。", "This month is planned already."))
        if (await rules_of(month)).rule_book_id != rule_book_id:
            zh, en = "这个月用的不是这一版规则。", "Another version of the rules holds for this month."
            raise Refused(problem("other_rules_in_effect", zh, en))
        await ServiceMonth.create(
            month=month, theme=theme, rule_book_id=rule_book_id, planned_at=at or now(), planned_by=actor.account_id
        )
        await hold(month=month, rule_book_id=rule_book_id, theme=theme, at=at)
        after = {"theme": theme, "rule_book": rule_book_id}
        await audit.record(actor=actor, action="plan_month", subject_kind=KIND, subject=month, after=after)


async def cancel(*, month: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Call a month off, with the reason; only before it is over."""
    moment = at or now()
    if not why.strip():
        raise Invalid(problem("reason_needed", "请写明取消的理由。", "Give the reason for cancelling."))
    async with transaction():
        planned = await locked(month)
        await check(month, Step.CANCEL, moment)
        planned.cancelled_at, planned.cancelled_why = moment, why
        await planned.save(update_fields=["cancelled_at", "cancelled_why"])
        await audit.record(actor=actor, action="cancel_month", subject_kind=KIND, subject=month, why=why)

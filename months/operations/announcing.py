"""Announcing a month: proposed by one person, approved by another; from then on its rules are public."""

from datetime import datetime

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Problem, problem
from core.language import Text
from months.lifecycle import Step
from months.models.life import ServiceMonth
from months.operations import plans_held, second_person, telling
from months.operations.guarding import KIND, account_of, check, locked, refuse
from months.queries import calendar, obstacles
from org.roles import Action

ASKED = Text(
    zh="{name}提请发布{month}的计划，等待第二人批准。",
    en="{name} proposes to announce the plan of {month}; a second person has to approve it.",
)


async def propose_announcement(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Propose to announce a month as it is planned now; Refused while a proposal waits already, and with all that speaks against its plan."""
    moment = at or now()
    async with transaction():
        planned = await locked(month)
        await check(month, Step.ANNOUNCE, moment)
        refuse([_proposed_already(planned)])
        await plans_held.refuse_unready(month)
        planned.proposed_announcement_at, planned.proposed_announcement_by = moment, account_of(actor)
        await planned.save(update_fields=["proposed_announcement_at", "proposed_announcement_by"])
        await audit.record(actor=actor, action="propose_announcement", subject_kind=KIND, subject=month)
        await second_person.ask(
            month=month, what=ASKED, action=Action.ANNOUNCE_MONTH, href=_where(month), actor=actor, at=moment
        )


async def withdraw_announcement(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Take the proposal back, so that the plan can be altered."""
    async with transaction():
        planned = await locked(month)
        await check(month, Step.ANNOUNCE, at or now())
        refuse([_not_proposed(planned)])
        planned.proposed_announcement_at, planned.proposed_announcement_by = None, None
        await planned.save(update_fields=["proposed_announcement_at", "proposed_announcement_by"])
        await audit.record(actor=actor, action="withdraw_announcement", subject_kind=KIND, subject=month)
        await second_person.answered(href=_where(month), at=at or now())


async def announce(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Tell everybody about a month, as the second person; from its first instant on it runs.

    Refused without a proposal, and when the approver is the proposer by account or by person.
    """
    moment = at or now()
    async with transaction():
        planned = await locked(month)
        await check(month, Step.ANNOUNCE, moment)
        refuse([_not_proposed(planned)])
        refuse(await obstacles.of_announcing(await calendar.month_row(month, moment), account_of(actor)))
        await plans_held.refuse_unready(month)
        proposer = planned.proposed_announcement_by or 0
        await plans_held.put_in_force(month=month, proposer=proposer, actor=actor, at=moment)
        planned.announced_at, planned.announced_by = moment, actor.account_id
        await planned.save(update_fields=["announced_at", "announced_by"])
        await audit.record(actor=actor, action="announce_month", subject_kind=KIND, subject=month)
        await second_person.answered(href=_where(month), at=moment)
        await telling.announced(month, moment)


def _where(month: int) -> str:
    return f"/months/{month}/plan"


def _not_proposed(planned: ServiceMonth) -> Problem | None:
    if planned.proposed_announcement_at is not None:
        return None
    return problem("no_proposal", "还没有人提请发布。", "Nobody has proposed to announce this month.")


def _proposed_already(planned: ServiceMonth) -> Problem | None:
    if planned.proposed_announcement_at is None:
        return None
    return problem("already_proposed", "已经提请发布。", "The announcement is proposed already.")

"""Leaving a unit out of the award or of the statistics of a month: proposed by one person, decided by another."""

from datetime import datetime
from typing import Literal

from tortoise.expressions import Q

import org.queries
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, NotFound, Problem, Refused, problem
from core.language import Text
from months import guards
from months.lifecycle import State, final
from months.models.exceptions import Exclusion
from months.operations.guarding import account_of, locked, refuse
from months.queries import calendar, closing

KIND = "exclusion"
MOST_REASON = 2_000
What = Literal["award", "statistics", "both"]


async def propose_exclusion(
    *, month: int, unit_id: int, what: What, reason: str, actor: Actor, at: datetime | None = None
) -> int:
    """Propose to leave a unit out of a month's award, of its statistics, or of both; return the proposal's number.

    Refused for a closed or cancelled month; Conflict when an exclusion of the unit stands or waits already.
    """
    moment = at or now()
    _demand(reason)
    async with transaction():
        await _open_month(month, moment)
        if (await org.queries.organisation_of_month(month)).unit(unit_id) is None:
            raise NotFound(problem("no_such_unit", "没有这个单位。", "There is no such unit."))
        if await Exclusion.filter(_standing(), month=month, unit_id=unit_id).exists():
            zh, en = "这个单位本月已有一项排除。", "An exclusion of this unit stands or waits already."
            raise Conflict(problem("excluded_already", zh, en))
        row = await Exclusion.create(
            month=month, unit_id=unit_id, what=what, reason=reason, proposed_at=moment, proposed_by=account_of(actor)
        )
        after = {"month": month, "unit": unit_id, "what": what}
        await audit.record(
            actor=actor, action="propose_exclusion", subject_kind=KIND, subject=row.id, after=after, why=reason
        )
    return int(row.id)


async def decide_exclusion(*, exclusion_id: int, approve: bool, actor: Actor, at: datetime | None = None) -> None:
    """Approve or reject a proposed exclusion; approved, the month is scored anew with it.

    Refused to the proposer, by account or by person, and to whom the unit belongs, unless an auditor decides.
    """
    moment = at or now()
    async with transaction():
        row = await _row(exclusion_id)
        await _open_month(row.month, moment)
        if row.decision is not None:
            raise Conflict(problem("decided_already", "已经决定过了。", "This is decided already."))
        proposer = await closing.party(row.proposed_by, row.month)
        decider = await closing.party(account_of(actor), row.month)
        refuse([_two_people(proposer, decider), _own_unit(decider, row.unit_id) if approve else None])
        decision = "approved" if approve else "rejected"
        await Exclusion.filter(id=row.id).update(decision=decision, decided_at=moment, decided_by=actor.account_id)
        await _follow(row, "approve_exclusion" if approve else "reject_exclusion", actor, None)


async def withdraw_exclusion(*, exclusion_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Take one's own proposal back before it is decided."""
    moment = at or now()
    async with transaction():
        row = await _row(exclusion_id)
        await _open_month(row.month, moment)
        if row.decision is not None:
            raise Conflict(problem("decided_already", "已经决定过了。", "This is decided already."))
        if row.proposed_by != account_of(actor):
            raise Refused(
                problem("not_the_proposer", "只能撤回自己的提议。", "Only one's own proposal can be taken back.")
            )
        await Exclusion.filter(id=row.id).update(decision="withdrawn", decided_at=moment, decided_by=actor.account_id)
        await _follow(row, "withdraw_exclusion", actor, None)


async def lift_exclusion(*, exclusion_id: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """End an approved exclusion, with the reason; the unit stands in its month again as if it had never been out."""
    moment = at or now()
    _demand(why)
    async with transaction():
        row = await _row(exclusion_id)
        await _open_month(row.month, moment)
        if row.decision != "approved" or row.lifted_at is not None:
            raise Conflict(problem("not_standing", "这项排除不在生效中。", "This exclusion does not stand."))
        decider = await closing.party(account_of(actor), row.month)
        refuse([_own_unit(decider, row.unit_id)])
        await Exclusion.filter(id=row.id).update(lifted_at=moment, lifted_by=actor.account_id, lifted_why=why)
        await _follow(row, "lift_exclusion", actor, why)


async def _row(exclusion_id: int) -> Exclusion:
    found = await Exclusion.filter(id=exclusion_id).select_for_update().first()
    if found is None:
        raise NotFound(problem("no_such_exclusion", "没有这项排除。", "There is no such exclusion."))
    return found


async def _open_month(month: int, moment: datetime) -> None:
    """Take the month's row, and refuse when its result can no longer change."""
    await locked(month)
    state = (await calendar.month_row(month, moment)).state
    if final(state) or state is State.CANCELLED:
        zh, en = (
            "这个月已经关账或取消，不能再排除单位。",
            "The month is closed or called off; no unit can be left out of it any more.",
        )
        raise Refused(problem("month_is_over", zh, en))


def _two_people(proposer: guards.Party, decider: guards.Party) -> Problem | None:
    if guards.same_person(proposer, decider) is None:
        return None
    zh, en = (
        "排除要由两个不同的人完成，{name}已经提议。",
        "Leaving a unit out takes two people; {name} has proposed it.",
    )
    return Problem(code="same_person", sentence=Text(zh=zh, en=en).format(name=proposer.name))


def _own_unit(decider: guards.Party, unit_id: int) -> Problem | None:
    if decider.auditor or unit_id not in decider.own_units:
        return None
    zh, en = "{name}属于这个单位，须由别人决定。", "{name} belongs to this unit; somebody else has to decide."
    return Problem(code="own_unit", sentence=Text(zh=zh, en=en).format(name=decider.name))


def _standing() -> Q:
    return Q(lifted_at=None) & (Q(decision=None) | Q(decision="approved"))


async def _follow(row: Exclusion, action: str, actor: Actor, why: str | None) -> None:
    after = {"month": row.month, "unit": row.unit_id, "what": row.what}
    await audit.record(actor=actor, action=action, subject_kind=KIND, subject=row.id, after=after, why=why)
    await outbox.note("score", {"month": row.month}, dedup_key=f"score:{row.month}")


def _demand(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problem("reason_needed", "请写明原因。", "Give the reason."))
    if len(reason) > MOST_REASON:
        raise Invalid(problem("reason_too_long", "原因太长。", "The reason is too long."))

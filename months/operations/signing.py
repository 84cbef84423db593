"""Signing for the completeness of a process, or waiving what lacks, for one month."""

from datetime import datetime

import org.queries
from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, Invalid, Problem, Refused, problem
from core.language import Text
from months.lifecycle import NAMES, OPEN
from months.models.watch import SignOff
from months.operations.guarding import KIND, account_of, locked
from months.queries import calendar
from months.queries.complete import processes_of, processes_to_sign
from months.watch.owners import owner
from org.roles import Role
from scoring.queries.rules import rules_of
from scoring.rulebook import RuleBook

SIGNED, WAIVED = "signed", "waived"
LONGEST = 2_000


async def sign(*, month: int, process: str, actor: Actor, why: str | None = None, at: datetime | None = None) -> None:
    """Sign that the facts of a process are complete, as head of the department that owns it; NotAllowed for others.

    `why` may say what still lacks and why the signature is given all the same.
    """
    await _decide(month, process, SIGNED, actor, (why or "").strip() or None, at)


async def waive(*, month: int, process: str, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Waive what lacks of a process, as an organiser, with a written reason: missing data are treated as the rules say."""
    if not why.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    await _decide(month, process, WAIVED, actor, why.strip(), at)


async def withdraw(*, month: int, process: str, actor: Actor, at: datetime | None = None) -> None:
    """Take a sign-off or a waiver back; only who may give it may take it back."""
    async with transaction():
        await _open(month, at)
        row = await SignOff.filter(month=month, process=process, withdrawn_at=None).select_for_update().first()
        if row is None:
            raise Conflict(problem("not_signed", "这个过程没有签认。", "This process is not signed for."))
        await _may(month, process, row.decision, actor)
        await SignOff.filter(id=row.id).update(withdrawn_at=at or now(), withdrawn_by=account_of(actor))
        after = {"process": process}
        await audit.record(actor=actor, action="withdraw_sign_off", subject_kind=KIND, subject=month, after=after)


async def _decide(month: int, process: str, decision: str, actor: Actor, why: str | None, at: datetime | None) -> None:
    if why and len(why) > LONGEST:
        raise Invalid(problem("reason_too_long", "理由太长。", "The reason is too long."))
    async with transaction():
        await _open(month, at)
        await _may(month, process, decision, actor)
        if await SignOff.exists(month=month, process=process, withdrawn_at=None):
            raise Conflict(problem("signed_already", "这个过程已经签认。", "This process is signed for already."))
        await SignOff.create(
            month=month, process=process, decision=decision, why=why, at=at or now(), by=account_of(actor)
        )
        action = "sign_off" if decision == SIGNED else "waive_gaps"
        await audit.record(
            actor=actor, action=action, subject_kind=KIND, subject=month, after={"process": process}, why=why
        )


async def _open(month: int, at: datetime | None) -> None:
    await locked(month)
    row = await calendar.month_row(month, at or now())
    if row.state not in OPEN:
        zh, en = "这个服务月现在是“{state}”，不能签认。", "The month is “{state}”; nothing is signed for now."
        raise Refused(Problem(code="month_state", sentence=Text(zh=zh, en=en).format(state=NAMES[row.state])))


async def _may(month: int, process: str, decision: str, actor: Actor) -> None:
    """Refuse who may not sign for this process, or not waive."""
    book = (await rules_of(month)).book
    if process not in processes_of(book):
        raise Refused(problem("no_such_process", "没有这个过程。", "There is no such process."))
    grants = await org.queries.grants_of(account_of(actor))
    if decision == WAIVED:
        if not any(grant.role is Role.ORGANISER for grant in grants):
            raise Refused(problem("organisers_waive", "放行缺数是组织者的事。", "Only organisers waive what lacks."))
        return
    if process not in await processes_to_sign(month, account_of(actor)):
        raise _not_the_owner(book, process)


def _not_the_owner(book: RuleBook, process: str) -> Refused:
    code = owner(book, process)
    name = book.departments[code].name if code else Text(zh="–", en="–")
    zh, en = "这个过程由{name}的负责人签认。", "The head of {name} signs for this process."
    return Refused(Problem(code="not_the_owner", sentence=Text(zh=zh, en=en).format(name=name)))

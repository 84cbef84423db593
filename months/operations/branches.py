"""Closing a branch before the rest of a month: proposed by one person, approved by another; what comes later waits."""

from datetime import datetime

from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, NotFound, Problem, Refused, problem
from core.language import Text
from months import guards
from months.lifecycle import Step
from months.models.history import BranchClosing
from months.operations import second_person
from months.operations.guarding import KIND, account_of, check, locked, refuse
from months.queries import branches, closing, obstacles
from org.roles import Action
from scoring.operations.storing import INTAKE_LOCK

ASKED = Text(
    zh="{name}提请{month}一个分公司先行关账，等待第二人批准。",
    en="{name} proposes to close a branch for {month} before the others; a second person has to approve it.",
)


async def propose_branch(*, month: int, unit_id: int, actor: Actor, at: datetime | None = None) -> int:
    """Propose to close a branch for a month; return the proposal's number."""
    moment = at or now()
    async with transaction():
        await locked(month)
        await check(month, Step.CLOSE_BRANCH, moment)
        if not await branches.may_close(month, unit_id):
            raise NotFound(problem("no_such_branch", "没有这个分公司。", "There is no such branch."))
        if await BranchClosing.exists(month=month, unit_id=unit_id, lifted_at=None):
            zh, en = "这个分公司已经提请或完成关账。", "This branch is proposed or closed already."
            raise Conflict(problem("already_proposed", zh, en))
        row = await BranchClosing.create(
            month=month, unit_id=unit_id, closed_at=moment, by=account_of(actor), through_batch=await _through(month)
        )
        after = {"unit": unit_id}
        await audit.record(actor=actor, action="propose_branch", subject_kind=KIND, subject=month, after=after)
        await second_person.ask(
            month=month, what=ASKED, action=Action.APPROVE_CLOSE, href=_where(row), actor=actor, at=moment
        )
    return int(row.id)


async def approve_branch(*, month: int, unit_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Close a branch as the second person: facts of its units that come from now on count for the month no longer.

    Refused to the proposer, by account or by person, and to whoever belongs to the branch unless an auditor.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        await check(month, Step.CLOSE_BRANCH, moment)
        row = await _open(month, unit_id)
        refuse(await _partial(row, actor))
        through = await _through(month)
        await BranchClosing.filter(id=row.id).update(
            approved_by=account_of(actor), closed_at=moment, through_batch=through
        )
        await outbox.note("fold", {"month": month, "units": None}, dedup_key=f"fold:{month}")
        after = {"unit": unit_id, "through_batch": through}
        await audit.record(actor=actor, action="close_branch", subject_kind=KIND, subject=month, after=after)
        await second_person.answered(href=_where(row), at=moment)


async def open_branch(*, month: int, unit_id: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Take a branch's proposal back, or open the closed branch again, with the reason; its later facts count after all.

    A closed one is opened by somebody who does not belong to it, or by an auditor.
    """
    moment = at or now()
    if not why.strip():
        raise Refused(problem("reason_needed", "请写明理由。", "Give the reason."))
    async with transaction():
        await locked(month)
        await check(month, Step.CLOSE_BRANCH, moment)
        row = await BranchClosing.filter(month=month, unit_id=unit_id, lifted_at=None).first()
        if row is None:
            raise NotFound(problem("no_proposal", "这个分公司没有关账。", "This branch is not closed."))
        if row.approved_by is not None:
            refuse([guards.own_branch(row.unit_id, await closing.party(account_of(actor), month))])
        await BranchClosing.filter(id=row.id).update(lifted_at=max(moment, row.closed_at))
        await second_person.answered(href=_where(row), at=moment)
        if row.approved_by is not None:
            await outbox.note("fold", {"month": month, "units": None}, dedup_key=f"fold:{month}")
        after = {"unit": unit_id}
        await audit.record(
            actor=actor, action="open_branch", subject_kind=KIND, subject=month, after=after, why=why.strip()
        )


def _where(row: BranchClosing) -> str:
    return f"/months/{row.month}#branch-{row.unit_id}"


async def _through(month: int) -> int:
    """Return the last batch that has come; imports of the month on their way are waited for, later ones come after."""
    async with raw() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1::int4, $2::int4)", INTAKE_LOCK, month)
        return int(await connection.fetchval("SELECT coalesce(max(id), 0) FROM import_batch"))


async def _open(month: int, unit_id: int) -> BranchClosing:
    row = await BranchClosing.filter(month=month, unit_id=unit_id, lifted_at=None, approved_by=None).first()
    if row is None:
        raise Refused(guards.no_proposal())
    return row


async def _partial(row: BranchClosing, actor: Actor) -> list[Problem | None]:
    return list(await obstacles.of_branch(row.month, row.unit_id, row.by, account_of(actor)))

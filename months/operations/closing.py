"""Closing a month: proposed by one person, approved by another, sealed once."""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

import msgspec

import coaching.operations
import leaderboards.operations
import rewards.operations
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Refused
from core.language import Text
from leaderboards.queries import stored
from months import guards
from months.guards import Readiness
from months.lifecycle import Step
from months.models.life import Closing, ServiceMonth
from months.operations import second_person
from months.operations.guarding import KIND, account_of, locked, refuse
from months.queries import calendar, closing, sealed
from months.queries.closing import Proposal
from org.roles import Action

Tell = Callable[[int, int, Text], Awaitable[None]]
"""Told how many phases of how many are done, and which begins."""
PHASES = (
    Text(zh="计分与名次", en="points and places"),
    Text(zh="名次的把握", en="how sure places are"),
    Text(zh="奖项", en="awards"),
    Text(zh="帮扶", en="coaching"),
    Text(zh="封存", en="the seal"),
)


ASKED = Text(
    zh="{name}提请{month}关账，等待第二人批准。",
    en="{name} proposes to close {month}; a second person has to approve it.",
)


async def silent(_done: int, _of: int, _next: Text) -> None:
    """Say nothing."""


class Closed(msgspec.Struct, frozen=True):
    """What a closing has made: the sealed snapshot and its digest."""

    month: int
    snapshot_id: int
    digest: str


async def propose_close(
    *, month: int, actor: Actor, waivers: Collection[str] = (), why: str | None = None, at: datetime | None = None
) -> None:
    """Propose to close a month; raise Refused with every reason that stands against it and is not waived.

    `waivers` are keys of soft reasons such as `source_missing:survey`; they need the written reason `why`.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        problems = guards.closing_problems(await _readiness(month, moment))
        refused = guards.waiver_problems(problems, waivers, why) + guards.blocking(problems, waivers)
        proposal = await closing.proposal(month)
        if proposal:
            refused = (*refused, guards.already_proposed(proposal.proposer.name))
        refuse(refused)
        waived = msgspec.json.encode(sorted(waivers)).decode()
        await Closing.create(month=month, proposed_at=moment, proposed_by=account_of(actor), waivers=waived, why=why)
        after = {"waivers": sorted(waivers)}
        await audit.record(actor=actor, action="propose_close", subject_kind=KIND, subject=month, after=after, why=why)
        await second_person.ask(
            month=month, what=ASKED, action=Action.APPROVE_CLOSE, href=_where(month), actor=actor, at=moment
        )


async def withdraw_proposal(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Take an open proposal back, so that another can be made."""
    async with transaction():
        await locked(month)
        proposal = await closing.proposal(month)
        if proposal is None:
            raise Refused(guards.no_proposal())
        await Closing.filter(id=proposal.closing_id).update(withdrawn_at=at or now())
        await audit.record(actor=actor, action="withdraw_proposal", subject_kind=KIND, subject=month)
        await second_person.answered(href=_where(month), at=at or now())


async def approve_close(*, month: int, actor: Actor, at: datetime | None = None, tell: Tell = silent) -> Closed:
    """Close a month for good: recompute, seal, give the awards, open the coaching; all or nothing, and once.

    Refused while anything stands against it, when the approver is the proposer by account or by person, and when an own unit of
    the approver stands within two places of an award, unless the approver is an auditor. `tell` hears of each phase as it begins.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        proposal = await approvable(month, actor, moment)
        await _freeze(month, moment)
        await tell(0, len(PHASES), PHASES[0])
        snapshot_id = await leaderboards.operations.recompute(month)
        await tell(1, len(PHASES), PHASES[1])
        await leaderboards.operations.range_places(month)
        await tell(2, len(PHASES), PHASES[2])
        found = await stored.read_whole(snapshot_id)
        near = await rewards.operations.give(month=month, found=found)
        approver = await closing.party(account_of(actor), month)
        refuse([guards.own_award(approver, await closing.near(near, month))])
        await tell(3, len(PHASES), PHASES[3])
        await coaching.operations.assign(month=month, found=found, at=moment)
        await tell(4, len(PHASES), PHASES[4])
        header = await sealed.header(month)
        await _refuse_newcomers(month)
        seal = await sealed.document_digest(header, found)
        version = 1 + await Closing.filter(month=month, approved_at__isnull=False).count()
        await leaderboards.operations.seal(snapshot_id=snapshot_id, digest=seal)
        await Closing.filter(id=proposal.closing_id).update(
            approved_at=moment,
            approved_by=actor.account_id,
            snapshot_id=snapshot_id,
            digest=seal,
            header=msgspec.json.encode(header).decode(),
            version=version,
        )
        after = {"snapshot": snapshot_id, "version": version, "digest": seal, "auditor": approver.auditor}
        await audit.record(actor=actor, action="approve_close", subject_kind=KIND, subject=month, after=after)
        await second_person.answered(href=_where(month), at=moment)
    return Closed(month=month, snapshot_id=snapshot_id, digest=seal)


def _where(month: int) -> str:
    return f"/months/{month}"


async def approvable(month: int, actor: Actor, moment: datetime) -> Proposal:
    """Return the open proposal if this person may approve it now; Refused with every reason."""
    readiness = await _readiness(month, moment)
    wrong_state = guards.step_problem(readiness.state, Step.APPROVE)
    proposal = await closing.proposal(month)
    if wrong_state or proposal is None:
        raise Refused(wrong_state or guards.no_proposal())
    approver = await closing.party(account_of(actor), month)
    problems = guards.blocking(guards.closing_problems(readiness), proposal.waivers)
    refuse([guards.same_person(proposal.proposer, approver), *problems])
    return proposal


async def _freeze(month: int, moment: datetime) -> None:
    """Freeze a month that is closed before its freeze: what everybody reads stays as it stands now until publication."""
    if moment < (await calendar.month_row(month, moment)).frozen_from:
        await ServiceMonth.filter(month=month).update(freeze_at=moment)


async def _refuse_newcomers(month: int) -> None:
    """Refuse when facts were committed after the last look: the header names their batch, the ranking lacks them.

    A batch and its note commit together, and no worker can fold this month while this transaction holds its turn.
    """
    refuse([guards.work_waiting(await outbox.waiting_of_month(month))])


async def _readiness(month: int, moment: datetime) -> Readiness:
    row = await calendar.month_row(month, moment)
    return await closing.readiness(month, row.state, moment, row.cut_off_at)

"""What a draft would have done to past months: asked for, worked on in the background, kept as a report; nothing else is written."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

import scoring.queries.drafts
import scoring.queries.rules
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, Refused, ShifenError, problem
from core.log import logger
from core.period import month_at
from months.models.rules import Simulation
from months.queries import simulations
from months.queries.outlooks import Lens
from months.queries.readings import Reading
from scoring.rulebook import RuleBook

if TYPE_CHECKING:  # numpy is imported late: whoever only asks for a simulation need not wait for it
    from months.simulation.report import Report

KIND = "simulation"
MOST_MONTHS = 60
MOST_FAILURE = 2_000
Progress = Callable[[int, int], Awaitable[bool]]
"""Told how many months of how many are done; False stops the work."""

log = logger(__name__)


class StoppedError(Exception):
    """The simulation was cancelled while it worked."""


async def ask_simulation(
    *, draft_id: int, revision: int, months: Collection[int], actor: Actor, at: datetime | None = None
) -> int:
    """Have a draft tried on months that run or are over, against the rules in force now; return the simulation's number.

    The text is kept as it is at this moment. Raises Conflict when the draft has moved on, Invalid with the errors of a
    text that is not sound, Refused for months without facts. The same again while it waits or works is the same one.
    """
    moment = at or now()
    wanted = sorted(set(months))
    async with transaction():
        draft = await scoring.queries.drafts.draft(draft_id)
        if draft.revision != revision:
            raise Conflict(problem("draft_moved_on", "草稿已有更新的一稿。", "The draft has moved on."))
        await _sound(draft.text)
        await _check_months(wanted)
        base = await scoring.queries.rules.rules_of(month_at(moment))
        told = msgspec.json.encode(wanted).decode()
        same = await Simulation.filter(
            draft_id=draft_id,
            text=draft.text,
            base_id=base.rule_book_id,
            months=told,
            finished_at=None,
            cancelled_at=None,
        ).first()
        if same is not None:
            return int(same.id)
        row = await Simulation.create(
            draft_id=draft_id,
            revision=revision,
            name=draft.name,
            text=draft.text,
            base_id=base.rule_book_id,
            months=told,
            asked_at=moment,
            asked_by=actor.account_id,
            steps=len(wanted),
        )
        await outbox.note(KIND, {"simulation": row.id}, dedup_key=f"{KIND}:{row.id}")
        after = {"name": draft.name, "revision": revision, "months": wanted}
        await audit.record(actor=actor, action="ask_simulation", subject_kind=KIND, subject=row.id, after=after)
    return int(row.id)


async def cancel_simulation(*, simulation_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Stop a simulation that waits or works; one that has ended stays as it is."""
    async with transaction():
        row = await Simulation.filter(id=simulation_id).select_for_update().first()
        if row is None:
            raise simulations.no_simulation()
        if row.finished_at is None and row.cancelled_at is None:
            row.cancelled_at = at or now()
            await row.save(update_fields=["cancelled_at"])
            await audit.record(actor=actor, action="cancel_simulation", subject_kind=KIND, subject=simulation_id)


async def work(simulation_id: int) -> None:
    """Do a simulation that was asked for and keep its report; twice does no harm, and a cancelled one ends at its next month."""
    from months.simulation.report import encoded

    row = await Simulation.filter(id=simulation_id, finished_at=None, cancelled_at=None).first()
    if row is None:
        return
    await Simulation.filter(id=simulation_id).update(started_at=now(), done=0)
    try:
        draft = await _sound(row.text)
        base = await _sound(await scoring.queries.rules.rule_book_text(row.base_id))
        report = await simulate(
            base=base, draft=draft, months=msgspec.json.decode(row.months), progress=_told_to(simulation_id)
        )
    except StoppedError:
        return
    except ShifenError as refusal:
        await _end(simulation_id, failure=refusal.problem.read("zh")[:MOST_FAILURE])
        return
    await _end(simulation_id, result=encoded(report))


async def simulate(
    *, base: RuleBook, draft: RuleBook, months: Sequence[int], progress: Progress | None = None
) -> "Report":
    """Return what two rule books make of the same months, in order, from stored facts; nothing is written.

    Each month goes on from what the same book made of the month before, if that is among the months, else from what
    is stored: so it equals what publishing the draft from the first of them on would have given.
    """
    from months.simulation.compared import compared
    from months.simulation.report import Report

    reading = Reading(await scoring.queries.rules.catalogue())
    old = Lens(base, reading)
    new = Lens(draft, reading, twin=old)
    found = []
    for done, month in enumerate(sorted(months), start=1):
        theme = (await scoring.queries.rules.rules_of(month)).theme
        found.append(compared(await old.outlook(month, theme), await new.outlook(month, theme)))
        if progress is not None and not await progress(done, len(months)):
            raise StoppedError
    return Report(old=old.fingerprint, new=new.fingerprint, months=tuple(found))


def _told_to(simulation_id: int) -> Progress:
    async def told(done: int, _of: int) -> bool:
        statement = "UPDATE simulation SET done = $2 WHERE id = $1 AND cancelled_at IS NULL RETURNING id"
        async with raw() as connection:
            return await connection.fetchval(statement, simulation_id, done) is not None

    return told


async def _end(simulation_id: int, **outcome: str) -> None:
    await Simulation.filter(id=simulation_id, cancelled_at=None, finished_at=None).update(finished_at=now(), **outcome)


async def _sound(text: str) -> RuleBook:
    """Return the rules of a text that can be applied; Invalid with every error."""
    found = await scoring.queries.drafts.checked_text(text)
    if found.book is None or not found.sound:
        raise Invalid(*(one for one in found.problems if one.grade == "error"))
    return found.book


async def _check_months(months: Sequence[int]) -> None:
    known = set(await simulations.months_with_facts())
    strangers = [month for month in months if month not in known]
    if not months or len(months) > MOST_MONTHS:
        zh, en = f"请选择 1 到 {MOST_MONTHS} 个月。", f"Choose from 1 to {MOST_MONTHS} months."
        raise Invalid(problem("no_months", zh, en))
    if strangers:
        told = ", ".join(str(month) for month in strangers)
        zh, en = f"{told} 还没有可试算的数据。", f"There is nothing to try it on in {told}."
        raise Refused(problem("no_facts_yet", zh, en))

"""Letting a change set count: who may, how it reaches the month, what is written down about it."""

from datetime import datetime

import msgspec

from core import audit
from core.audit import Actor
from core.database import raw
from core.errors import Conflict, NotFound, problem
from months.changes import payloads, preview
from months.changes.payloads import Kind
from months.changes.preview import Preview, Way
from months.lifecycle import State
from months.models.changes import ChangeSet
from months.operations import reopening
from months.operations.changing import findings, hearing, restating, waiting
from months.operations.changing.effects import Order
from months.operations.changing.trying import Tried, tried
from months.operations.guarding import account_of, locked, refuse
from months.queries import calendar, closing, deciding

KIND = "change_set"
_SOMEBODY = """
INSERT INTO reopening (month, closing_id, at, by, why)
SELECT c.month, c.closing_id, $2, (SELECT min(id) FROM account WHERE id <> c.approved_by), '-'
FROM closed_month c WHERE c.month = $1
"""


class StaleError(Conflict):
    """A change set would do something else by now than the preview that was seen."""

    def __init__(self, found: Preview) -> None:
        zh, en = (
            "预览已经过时：数据或规则有了变化，请看新的预览再决定。",
            "The preview is out of date: facts or rules have moved; look at the new one and decide then.",
        )
        super().__init__(problem("preview_stale", zh, en))
        self.preview = found


async def row_of(change_id: int, *, for_update: bool = False) -> ChangeSet:
    """Return a change set; NotFound when there is none."""
    query = ChangeSet.filter(id=change_id)
    found = await query.first()
    if found is None:
        raise NotFound(problem("no_such_change", "没有这个变更集。", "There is no such change set."))
    if not for_update:
        return found
    # The month first, as everybody who scores takes it: the other way round two would wait for each other.
    await locked(found.month)
    return await query.select_for_update().get()


async def open_row(change_id: int) -> ChangeSet:
    """Take a change set that waits for its decision, or was undone and may be applied again."""
    row = await row_of(change_id, for_update=True)
    if row.state == "applied" or (row.state == "cancelled" and row.applied_at is None):
        raise Conflict(problem("decided_already", "这个变更集已有决定。", "This change set is decided already."))
    return row


async def decidable(row: ChangeSet, actor: Actor, moment: datetime) -> State:
    """Take the month and return its state; Refused with every reason why this person may not decide now."""
    await locked(row.month)
    refuse(await deciding.problems(row.id, Kind(row.kind), account_of(actor), moment))
    return (await calendar.month_row(row.month, moment)).state


async def carried_out(row: ChangeSet, way: Way, actor: Actor, moment: datetime) -> Tried:
    """Do what the change set says, for good if the transaction commits."""
    if way is Way.REOPEN:
        await reopening.reopen(month=row.month, why=row.why, actor=actor, at=moment)
    kind = Kind(row.kind)
    maker = Actor(row.made_by, (await closing.party(row.made_by, row.month)).name.zh)
    order = Order(row.id, row.month, row.why, maker, actor, moment)
    return await tried(kind, payloads.read(kind, row.payload), order, way)


async def opened_for_trial(month: int, moment: datetime) -> None:
    """Open a closed month inside a transaction that never commits."""
    async with raw() as connection:
        await connection.execute(_SOMEBODY, month, moment)


async def finish(row: ChangeSet, found: Tried, actor: Actor, moment: datetime) -> None:
    """Write down that a change set counts, by whom, and what it made."""
    if found.preview.way is Way.RESTATE:
        await restating.restate(row, found, actor, moment)
    seal = preview.digest(found.preview)
    await ChangeSet.filter(id=row.id).update(
        state="applied", applied_at=moment, applied_by=account_of(actor), cancelled_at=None, cancelled_by=None,
        cancelled_why=None, effects=msgspec.json.encode(found.effects).decode(), snapshot_before=found.before,
        snapshot_after=found.after, preview=preview.encoded(found.preview), preview_digest=seal, previewed_at=moment,
    )  # fmt: skip
    told = payloads.read(Kind(row.kind), row.payload)
    if isinstance(told, payloads.Quarantine):
        await findings.judge_again(row.id, told.finding_id, row.why, actor, moment)
    await hearing.tell_outcome(row, found.preview, moment)
    await waiting.counts(row, actor, moment)
    after = {"month": row.month, "preview": seal, "way": found.preview.way, "snapshot": found.after}
    await audit.record(actor=actor, action="apply_change", subject_kind=KIND, subject=row.id, after=after, why=row.why)

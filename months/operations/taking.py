"""Facts taken in while months stand at their different stages: from the freeze on what replaces stored facts goes by change set."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec

from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import NotFound, Refused, problem
from months.changes.guards import BEGUN
from months.changes.payloads import MOST_RECORDS, Kind
from months.lifecycle import State
from months.operations import changes
from months.queries import calendar
from months.queries.calendar import MonthRow
from scoring.intake.told import Options, Record, Taken
from scoring.operations import intake as operations
from scoring.operations.storing import months
from scoring.queries import intake

HELD = BEGUN - {State.RUNNING}
"""From the freeze on a correction or a withdrawal counts once a second person has seen whom it moves."""
UNSAID = "更正已入库的数据。"


class _HeldBackError(Exception):
    """Ends the transaction of an intake that has to go by change set."""

    def __init__(self, month: int, corrections: int) -> None:
        super().__init__(month)
        self.month = month
        self.corrections = corrections


async def commit_file(
    *, upload_id: int, only_good: bool, actor: Actor, reason: str | None = None, at: datetime | None = None
) -> Taken:
    """Take a previewed file in; one that corrects facts of a month from its freeze on becomes a change set instead."""
    payload = {"upload_id": upload_id, "only_good": only_good}

    async def take() -> Taken:
        return await operations.commit_file(upload_id=upload_id, only_good=only_good, actor=actor, reason=reason)

    taken = await _gated(take, payload, actor, reason, at or now())
    if taken.change_id is not None and taken.batch_id is None:
        await operations.discard_file(upload_id=upload_id)
    return taken


async def take_in_file(
    *, filename: str, content: bytes, via: str, options: Options, actor: Actor, only_good: bool = False,
    reason: str | None = None, dry_run: bool = False,
) -> Taken:  # fmt: skip
    """Take a file in at one go, under the same rule; the file is kept with the change set."""

    async def take() -> Taken:
        return await operations.take_in_file(
            filename=filename, content=content, via=via, options=options, actor=actor, only_good=only_good,
            reason=reason, dry_run=dry_run,
        )  # fmt: skip

    async def kept() -> dict[str, Any]:
        found = await operations.preview_file(filename=filename, content=content, options=options, actor=actor)
        await operations.discard_file(upload_id=found.upload_id)
        return {"upload_id": found.upload_id, "only_good": only_good}

    return await _gated(take, kept, actor, reason, now())


async def take_in_records(
    *, records: Sequence[Record], via: str, options: Options, actor: Actor, only_good: bool = False,
    reason: str | None = None, dry_run: bool = False, at: datetime | None = None,
) -> Taken:  # fmt: skip
    """Take records in, under the same rule."""

    async def take() -> Taken:
        return await operations.take_in_records(
            records=records, via=via, options=options, actor=actor, only_good=only_good, reason=reason, dry_run=dry_run
        )

    async def kept() -> dict[str, Any]:
        if len(records) > MOST_RECORDS:
            zh = f"冻结之后一次最多更正 {MOST_RECORDS} 条，更多请用文件。"
            en = f"After the freeze at most {MOST_RECORDS} records are corrected at once; send a file instead."
            raise Refused(problem("too_many_corrections", zh, en))
        return {"records": msgspec.to_builtins(list(records))}

    return await _gated(take, kept, actor, reason, at or now())


async def withdraw_batch(*, batch_id: int, reason: str, actor: Actor, at: datetime | None = None) -> int | None:
    """Take an import back; where it holds facts of a month from its freeze on, return the change set that proposes it."""
    moment = at or now()
    found = await intake.batch(batch_id)
    touched = months(found.first_on, found.last_on) if found.first_on and found.last_on else []
    held = await _held(touched, moment)
    if not held or not reason.strip() or found.withdrawn_at is not None:
        await operations.withdraw_batch(batch_id=batch_id, reason=reason, actor=actor)
        return None
    return await changes.propose(
        month=_one(held, alone=len(touched) == 1),
        kind=Kind.CORRECTION, payload={"withdraw": batch_id}, title=f"撤回批次 {batch_id}：{reason.strip()}"[:160],
        why=reason, actor=actor, at=moment,
    )  # fmt: skip


async def _gated(
    take: Callable[[], Awaitable[Taken]],
    payload: dict[str, Any] | Callable[[], Awaitable[dict[str, Any]]],
    actor: Actor,
    reason: str | None,
    moment: datetime,
) -> Taken:
    """Take in what may be taken in; propose what has to be seen first, and what came too late."""
    try:
        async with transaction():
            taken = await take()
            if taken.batch_id is None:
                return taken
            held, alone = await _held(taken.months, moment), len(taken.months) == 1
            if held and taken.corrections:
                raise _HeldBackError(_one(held, alone=alone), taken.corrections)  # noqa: TRY301 - nothing of it may stay
            late = await _late(held, taken, actor, moment) if alone else None
            return msgspec.structs.replace(taken, change_id=late)
    except _HeldBackError as back:
        given = payload if isinstance(payload, dict) else await payload()
        why = (reason or "").strip() or UNSAID
        number = await changes.propose(
            month=back.month, kind=Kind.CORRECTION, payload=given, title=f"更正 {back.corrections} 条：{why}"[:160],
            why=why, actor=actor, at=moment,
        )  # fmt: skip
        return msgspec.structs.replace(taken, batch_id=None, taken=0, change_id=number)


async def _late(held: Sequence[MonthRow], taken: Taken, actor: Actor, moment: datetime) -> int | None:
    """Propose to let an import in that came after the cut-off of its month: until then it does not count."""
    row = next((one for one in held if moment >= one.cut_off_at), None)
    if row is None or taken.batch_id is None or actor.account_id is None:
        return None
    why = f"截止时间之后到达，共 {taken.taken} 条。 / It came after the cut-off; facts: {taken.taken}."
    title = f"迟到批次 {taken.batch_id} / Late import {taken.batch_id}"
    return await changes.propose(
        month=row.month, kind=Kind.LATE_DATA, payload={"batch_id": taken.batch_id}, title=title, why=why,
        actor=actor, at=moment,
    )  # fmt: skip


async def _held(touched: Sequence[int], moment: datetime) -> tuple[MonthRow, ...]:
    """Return the months whose results have begun to be settled."""
    found = []
    for month in touched:
        with suppress(NotFound):
            found.append(await calendar.month_row(month, moment))
    return tuple(row for row in found if row.state in HELD)


def _one(held: Sequence[MonthRow], *, alone: bool) -> int:
    """Return the one month that a change set is of; Refused where facts of others come with it."""
    if len(held) != 1 or not alone:
        zh = "这批数据涉及几个月，其中有已冻结或结算中的月份：请分月导入。"
        en = "These facts are of several months, some of them frozen or being settled: send them month by month."
        raise Refused(problem("several_months", zh, en))
    return held[0].month

"""Change sets: proposed by one person, previewed, applied or cancelled whole by another; undone before publication."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from msgspec import structs

import org.queries
from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import inside_transaction, raw, transaction
from core.errors import Conflict, Invalid, Refused, ShifenError, problem
from core.language import Text
from months.changes import guards, payloads
from months.changes.payloads import Kind
from months.changes.preview import Preview, Way, digest, encoded, way_of
from months.models.changes import ChangeSet
from months.operations.changing import applying, effects, findings, hearing, waiting
from months.operations.changing.applying import KIND, StaleError
from months.operations.changing.effects import Effect, Order
from months.operations.changing.trying import Tried, rescored, tried
from months.operations.guarding import account_of, locked, refuse
from months.queries import calendar, deciding

MOST_TITLE, MOST_WHY = 160, 2_000
MOST_REASONS = 4
PREVIEW = "preview_change"
"""The outbox note that asks a worker for a preview."""


class _NeverKeptError(Exception):
    """Ends the transaction of a trial, so that nothing of it stays."""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What an applied change has made: the month's newest snapshot, and whether the month has to be closed again."""

    id: int
    month: int
    way: Way
    snapshot_id: int
    preview_digest: str


async def propose(
    *, month: int, kind: str, payload: Mapping[str, Any], title: str, why: str, actor: Actor,
    at: datetime | None = None,
) -> int:  # fmt: skip
    """Propose a change of a month and return its number; nothing counts yet, and a worker makes the preview.

    `payload` has the shape of its kind (`months.changes.payloads.SHAPES`). Raises Invalid for another shape or without a
    reason, Refused for a month without a result, and for rules of a published month.
    """
    moment = at or now()
    what = Kind(kind)
    told = payloads.read(what, payload)
    reason, name = _demanded(why, MOST_WHY), _demanded(title, MOST_TITLE)
    async with transaction():
        await locked(month)
        state = (await calendar.month_row(month, moment)).state
        refuse(guards.proposing_problems(state, what, way_of(state)))
        row = await ChangeSet.create(
            month=month, kind=what, title=name, payload=payloads.encoded(told), why=reason, made_at=moment,
            made_by=account_of(actor), asked_at=moment,
        )  # fmt: skip
        await outbox.note(PREVIEW, {"change": row.id}, dedup_key=f"{PREVIEW}:{row.id}")
        after = {"month": month, "kind": what, "title": name, "payload": msgspec.to_builtins(told)}
        await audit.record(
            actor=actor, action="propose_change", subject_kind=KIND, subject=row.id, after=after, why=reason
        )
        await waiting.ask(row, actor, moment)
    return int(row.id)


async def rehearse(
    *, month: int, kind: str, payload: Mapping[str, Any], title: str, why: str, actor: Actor,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Propose a change and carry it out without scoring the month, and throw both away; raise whatever stands against it."""
    moment = at or now()
    with suppress(_NeverKeptError):
        async with transaction():
            number = await propose(
                month=month, kind=kind, payload=payload, title=title, why=why, actor=actor, at=moment
            )
            await _rehearsed(await applying.row_of(number), moment)
            raise _NeverKeptError
    org.queries.forget()  # the organisation of a rehearsal has a number that the next real change will have too


async def _rehearsed(row: ChangeSet, moment: datetime) -> None:
    if way_of((await calendar.month_row(row.month, moment)).state) is Way.REOPEN:
        await applying.opened_for_trial(row.month, moment)
    kind = Kind(row.kind)
    await effects.carry_out(kind, payloads.read(kind, row.payload), _order(row, moment))


async def ask_preview(*, change_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Ask a worker for a new preview of an open change set."""
    async with transaction():
        row = await applying.open_row(change_id)
        await ChangeSet.filter(id=row.id).update(asked_at=at or now(), done=0, failure=None)
        await outbox.note(PREVIEW, {"change": row.id}, dedup_key=f"{PREVIEW}:{row.id}")
        await audit.record(actor=actor, action="ask_preview", subject_kind=KIND, subject=row.id)


async def preview(change_id: int, at: datetime | None = None) -> Preview:
    """Return what a change set would do now, and keep it: carried out in a transaction that never commits.

    Who would lose an award is told and asked, where places are public. Raises what would stand against carrying it out.
    """
    moment = at or now()
    row = await applying.row_of(change_id)
    found = await _trial(row, moment)
    await keep(change_id, found, moment)
    return found


async def keep(change_id: int, found: Preview, at: datetime | None = None) -> None:
    """Keep a preview as the one that is shown, and put it before those who would lose an award."""
    moment = at or now()
    async with transaction():
        row = await applying.open_row(change_id)
        await ChangeSet.filter(id=change_id).update(
            preview=encoded(found), preview_digest=digest(found), previewed_at=moment, failure=None, done=2
        )
        await hearing.ask(row, found, moment)


async def apply(*, change_id: int, preview_digest: str, actor: Actor, at: datetime | None = None) -> Applied:
    """Let a change set count: carried out, scored, and held against the preview that was seen.

    Raises StaleError with the new preview, and changes nothing, when it would do something else by now; Refused with
    every reason while the two people, own units, an auditor or hearings stand against it. A closed month is opened
    again and has to be closed anew; beside a published one a restatement is made.
    """
    moment = at or now()
    try:
        async with transaction():
            row = await applying.open_row(change_id)
            state = await applying.decidable(row, actor, moment)
            found = await applying.carried_out(row, way_of(state), actor, moment)
            if digest(found.preview) != preview_digest:
                raise StaleError(found.preview)  # noqa: TRY301 - ends the transaction; caught to keep the new preview
            await applying.finish(row, found, actor, moment)
    except StaleError as stale:
        if not inside_transaction():
            await keep(change_id, stale.preview, moment)
        raise
    return Applied(
        id=change_id, month=row.month, way=found.preview.way, snapshot_id=found.after, preview_digest=preview_digest
    )


async def cancel(*, change_id: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Cancel a change set: an open one is dropped, an applied one undone as a whole while its month is open.

    Whoever made it takes it back; others decide, and so not about an own unit. An undone one can be applied again. A restatement is never undone, and a closed month is not touched.
    """
    moment, reason = at or now(), _demanded(why, MOST_WHY)
    async with transaction():
        row = await applying.row_of(change_id, for_update=True)
        await locked(row.month)
        if row.state == "applied":
            await _undo(row, actor, reason, moment)
        elif row.state != "open":
            raise Conflict(problem("decided_already", "这个变更集已有决定。", "This change set is decided already."))
        else:
            refuse(guards.declining_problems(await deciding.case_of(row.id, account_of(actor), moment)))
        await ChangeSet.filter(id=row.id).update(
            state="cancelled", cancelled_at=moment, cancelled_by=account_of(actor), cancelled_why=reason
        )
        await findings.reopen(row.id, reason, actor)
        await waiting.dropped(row, reason, actor, moment)
        action = "undo_change" if row.state == "applied" else "cancel_change"
        await audit.record(actor=actor, action=action, subject_kind=KIND, subject=row.id, why=reason)


async def work(change_id: int) -> None:
    """Make the preview that was asked for; what stands against it is kept as its outcome. Twice does no harm."""
    async with raw() as connection:
        statement = "UPDATE change_set SET done = 1 WHERE id = $1 AND state = 'open' RETURNING id"
        if await connection.fetchval(statement, change_id) is None:
            return
    try:
        await preview(change_id)
    except ShifenError as refusal:
        told = msgspec.json.encode(_reasons(refusal)).decode()
        await ChangeSet.filter(id=change_id, state="open").update(failure=told, done=2)


def _reasons(refusal: ShifenError) -> Text:
    """Return the first reasons of a refusal as one text, such as the row that was refused after the count of such rows."""
    told = [one.sentence for one in refusal.problems[:MOST_REASONS]]
    return Text(zh="；".join(one.zh.rstrip("。") for one in told) + "。", en=" ".join(one.en for one in told))


async def _trial(row: ChangeSet, moment: datetime) -> Preview:
    """Carry a change set out as its maker would and throw everything away."""
    found: list[Tried] = []
    try:
        async with transaction():
            await locked(row.month)
            state = (await calendar.month_row(row.month, moment)).state
            refuse(guards.proposing_problems(state, Kind(row.kind), way_of(state)))
            if way_of(state) is Way.REOPEN:
                await applying.opened_for_trial(row.month, moment)
            found.append(await _carried(row, way_of(state), moment))
            raise _NeverKeptError  # noqa: TRY301 - ends the trial, whose answer is already known
    except _NeverKeptError:
        return found[0].preview


async def _carried(row: ChangeSet, way: Way, moment: datetime) -> Tried:
    return await tried(Kind(row.kind), payloads.read(Kind(row.kind), row.payload), _order(row, moment), way)


def _order(row: ChangeSet, moment: datetime) -> Order:
    """Return a change set as its own maker would carry it out."""
    maker = Actor(row.made_by, SYSTEM.name)
    return Order(row.id, row.month, row.why, maker, maker, moment)


async def _undo(row: ChangeSet, actor: Actor, why: str, moment: datetime) -> None:
    """Take everything back that a change set did; by another person than the one who proposed to undo nothing."""
    state = (await calendar.month_row(row.month, moment)).state
    if way_of(state) is not Way.DIRECT:
        zh = "这个月已经关账或公布，变更不能撤销；请提出新的变更。"
        en = "The month is closed or public: the change cannot be undone; propose another one."
        raise Refused(problem("month_is_over", zh, en))
    case = await deciding.case_of(row.id, account_of(actor), moment)
    refuse(guards.deciding_problems(structs.replace(case, hearings=())))
    order = Order(row.id, row.month, why, Actor(row.made_by, case.maker.name.zh), actor, moment)
    kind = Kind(row.kind)
    await effects.undo(msgspec.json.decode(row.effects or "[]", type=list[Effect]), order)
    await rescored(row.month, kind, payloads.read(kind, row.payload))


def _demanded(text: str, most: int) -> str:
    told = text.strip()
    if not told:
        raise Invalid(problem("reason_needed", "请写明名称和理由。", "Give a title and the reason."))
    if len(told) > most:
        raise Invalid(problem("reason_too_long", "文字太长。", "The text is too long."))
    return told

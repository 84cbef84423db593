"""Appeals decided: by somebody elsewhere, looked at again where an award or a red line is at stake, followed to their end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

import org.queries
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, NotAllowed, Refused, problem
from core.language import Text
from core.workdays import working_days
from months.appealing import COMES_BACK, DECISIONS, NEXT, OPEN, OUTCOMES, UPHELD, AppealState, desks_after, due_at
from months.changes import payloads
from months.changes.payloads import Kind
from months.models.appeals import Appeal, AppealVerdict
from months.operations import changes, red_lines
from months.operations.appeal_steps import (
    KIND,
    appeal_row,
    move,
    reason_given,
    step,
    tell,
    tell_desk,
    worded,
    wrong_state,
)
from months.operations.guarding import account_of, locked
from months.operations.opinions import demand_opinion
from months.queries import judging
from org.operations import notices
from org.roles import Action, Role
from org.visibility import Viewer, may

_OVERDUE = """
SELECT id FROM appeal WHERE state IN ('submitted', 'under_review') AND due_at <= $1 ORDER BY id
"""
_CARRIED = """
SELECT a.id FROM appeal a JOIN change_set c ON c.id = a.change_set_id
WHERE a.state IN ('upheld', 'partly') AND c.state = 'applied' ORDER BY a.id
"""
_FELL = """
SELECT a.id FROM appeal a JOIN change_set c ON c.id = a.change_set_id
WHERE a.state IN ('upheld', 'partly', 'applied', 'notified') AND c.state = 'cancelled' ORDER BY a.id
"""
DECIDED = Text(
    "{unit}对“{line}”的申诉{outcome}。理由：{why}", "Appeal of {unit} about {line}: {outcome}. Reason: {why}"
)
IN_EFFECT = Text("{unit}对“{line}”的申诉已生效。", "The appeal of {unit} about {line} is in effect.")
BACK = Text(
    "更正没有生效，{unit}对“{line}”的申诉重新审理。",
    "The correction does not stand: the appeal of {unit} about {line} is heard again.",
)
SECOND = Text(
    "申诉 AP-{id:04d} 的裁定待复核：{unit}，{line}",
    "The decision of appeal AP-{id:04d} waits for review: {unit}, {line}",
)
RETURNED = Text("申诉 AP-{id:04d} 的裁定被退回：{why}", "The decision of appeal AP-{id:04d} was sent back: {why}")
OVERDUE = Text(
    "申诉 AP-{id:04d} 超期未裁定：{unit}，{line}", "Appeal AP-{id:04d} is overdue without a decision: {unit}, {line}"
)
SECOND_DESKS = (str(Role.HR), str(Role.AUDITOR))
"""Whose second look it is, and who stands in."""
JUDGES = tuple(Role(desk) for desk in NEXT)
"""The desks, all of which are told of an appeal that the last one has left undecided."""
SECOND_LOOK, SEEN, SENT_BACK, REOPENED = "second_look", "confirmed", "returned", "reopened"
S = AppealState


async def take_up(*, appeal_id: int, viewer: Viewer, actor: Actor, at: datetime | None = None) -> None:
    """Begin to look into an appeal: the first answer to the appellant."""
    moment = at or now()
    async with transaction():
        row = await _judged(appeal_id, viewer, actor)
        await move(row, S.UNDER_REVIEW, actor, moment, None, answered_at=moment)


async def decide_appeal(
    *,
    appeal_id: int,
    decision: AppealState,
    reason: str,
    viewer: Viewer,
    actor: Actor,
    kind: str = "correction",
    change: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> int | None:
    """Decide an appeal with its reason; upheld or partly, return the number of the change set that follows from it.

    `change` is the payload of that change set, of the kind `kind`; one that cannot be carried out is refused before anybody
    is told. Nobody decides about an own unit or an own appeal.
    Where an award or a red line is at stake nothing is decided yet: the decision waits for `look_again`, and None is returned.
    """
    moment, why = at or now(), reason_given(reason)
    async with transaction():
        row = await _judged(appeal_id, viewer, actor)
        if decision not in DECISIONS:
            raise Invalid(problem("no_decision", "这不是裁定。", "This is not a decision."))
        if row.state not in OPEN or (decision is S.INADMISSIBLE) != (row.state == S.SUBMITTED):
            raise wrong_state()
        if decision is not S.INADMISSIBLE:
            await demand_opinion(row, moment)
        if decision in UPHELD and change is None:
            zh, en = "成立的申诉要写明更正内容。", "An upheld appeal takes what is to be corrected."
            raise Invalid(problem("change_needed", zh, en))
        if await AppealVerdict.filter(appeal_id=row.id, seen_at__isnull=True).exists():
            raise Conflict(
                problem("second_look_waits", "裁定正在等候复核。", "The decision waits for its second look.")
            )
        verdict = AppealVerdict(
            appeal_id=row.id, decision=decision.value, reason=why, kind=kind, by=account_of(actor), at=moment,
            change=None if change is None or decision not in UPHELD else msgspec.json.encode(change).decode(),
        )  # fmt: skip
        if verdict.change:
            follows = _follows(row, verdict, actor, moment)
            _demand_own_unit(row, follows["payload"])
            await changes.rehearse(**follows)
        stake = await judging.stake(row.month, row.unit_id, row.kpi, kind)
        if stake is None:
            return await _carry_out(row, verdict, actor, moment)
        verdict.stake = stake.value
        await _wait(row, verdict, actor, moment)
    return None


async def look_again(
    *, appeal_id: int, agrees: bool, note: str = "", viewer: Viewer, actor: Actor, at: datetime | None = None
) -> int | None:
    """Confirm a decision that waits for its second look, which then holds, or send it back to the judge with the reason.

    By HR or an auditor, another person than the judge. Return the number of the change set that follows.
    """
    moment = at or now()
    async with transaction():
        row = await _judged(appeal_id, viewer, actor)
        found = await AppealVerdict.filter(appeal_id=row.id, seen_at__isnull=True).first()
        if found is None or row.state not in OPEN:
            raise wrong_state()
        if not judging.looks_again(viewer):
            zh, en = "由人力资源或审计复核。", "HR or an auditor takes the second look."
            raise NotAllowed(problem("not_yours_to_review", zh, en))
        if await judging.same_person(account_of(actor), found.by, row.month):
            zh, en = "复核要由裁定人以外的人完成。", "Somebody other than the judge takes the second look."
            raise Refused(problem("same_person", zh, en))
        told = note.strip() if agrees else reason_given(note)
        seen = {"seen_by": account_of(actor), "seen_at": moment, "agrees": agrees, "seen_note": told or None}
        await AppealVerdict.filter(id=found.id).update(**seen)
        await notices.settle(kind=KIND, href=_review_href(row), at=moment)
        await step(row, SEEN if agrees else SENT_BACK, actor, moment, told or None)
        if agrees:
            return await _carry_out(row, found, await judging.actor_of(found.by), moment)
        text = await worded(row, RETURNED, why=told)
        await notices.tell(kind=KIND, text=text, href=f"/appeals/{row.id}", account_ids=[found.by], at=moment)
    return None


async def follow_up(at: datetime) -> int:
    """Hand on what was not answered in time, tell of what came into effect, hear again what was cancelled.

    Return how many appeals moved.
    """
    async with raw() as connection:
        late = [row["id"] for row in await connection.fetch(_OVERDUE, at)]
        carried = [row["id"] for row in await connection.fetch(_CARRIED)]
        fell = [row["id"] for row in await connection.fetch(_FELL)]
    for appeal_id in late:
        await _escalate(appeal_id, at)
    for appeal_id in carried:
        await _carried(appeal_id, at)
    for appeal_id in fell:
        await _come_back(appeal_id, at)
    return len(late) + len(carried) + len(fell)


async def _wait(row: Appeal, verdict: AppealVerdict, actor: Actor, at: datetime) -> None:
    """Keep a decision until somebody has looked again, and ask HR for it, or the auditor where nobody of HR may."""
    await verdict.save()
    row.route = await _free(row, SECOND_DESKS, aside=verdict.by)
    await Appeal.filter(id=row.id).update(route=row.route, due_at=due_at(at, working_days()), answered_at=at)
    await step(row, SECOND_LOOK, actor, at, None)
    text = await worded(row, SECOND)
    await notices.tell(
        kind=KIND, text=text, href=_review_href(row), roles=sorted(judging.SECOND), aside=actor.account_id, at=at
    )


async def _carry_out(row: Appeal, verdict: AppealVerdict, judge: Actor, at: datetime) -> int | None:
    decision = AppealState(verdict.decision)
    number: int | None = None
    if verdict.change:
        number = await changes.propose(**_follows(row, verdict, judge, at))
    decided = {"decided_at": at, "decided_by": verdict.by, "reason": verdict.reason, "change_set_id": number}
    await move(row, decision, judge, at, verdict.reason, **decided)
    await tell(row, DECIDED, at, outcome=OUTCOMES[decision], why=verdict.reason)
    if number is None:
        await red_lines.count_again(row, at)
        await move(row, S.NOTIFIED, SYSTEM, at, None, notified_at=at)
    return number


def _demand_own_unit(row: Appeal, payload: Mapping[str, Any]) -> None:
    """Refuse points, exclusions and red lines of another unit: an appeal is decided about the one that filed it."""
    kind, change = payloads.inner(Kind.APPEAL, payloads.read(Kind.APPEAL, payload))
    named = payloads.units_of(change)
    if kind in {Kind.ADJUSTMENT, Kind.EXCLUSION, Kind.RED_LINE, Kind.NAMING} and not named <= {row.unit_id}:
        zh = "申诉的结果只能落在申诉的单位上，不能改别的单位。"
        en = "What follows from an appeal is about the unit that filed it, not about another."
        raise Refused(problem("other_unit", zh, en))


def _follows(row: Appeal, verdict: AppealVerdict, judge: Actor, at: datetime) -> dict[str, Any]:
    """Return the change set that follows from an upheld appeal."""
    payload = {"appeal_id": row.id, "kind": verdict.kind, "payload": msgspec.json.decode(verdict.change or "{}")}
    title = f"AP-{row.id:04d} {row.kpi}"
    return {
        "month": row.month, "kind": KIND, "payload": payload, "title": title, "why": verdict.reason, "actor": judge, "at": at,
    }  # fmt: skip


async def _escalate(appeal_id: int, at: datetime) -> None:
    async with transaction():
        row = await appeal_row(appeal_id)
        if row.due_at > at or row.state not in OPEN:
            return
        onward = desks_after(row.route)
        last, row.route = not onward, await _free(row, onward) if onward else row.route
        await Appeal.filter(id=row.id).update(route=row.route, due_at=due_at(at, working_days()), escalated_at=at)
        await step(row, "reminded" if last else "escalated", SYSTEM, at, row.route)
        if not last:
            await tell_desk(row, at)
            return
        text = await worded(row, OVERDUE)
        await notices.tell(kind=KIND, text=text, href=f"/appeals/{row.id}", roles=JUDGES, at=at)


async def _free(row: Appeal, desks: Sequence[str], aside: int | None = None) -> str:
    """Return the first of some desks where somebody is not concerned by an appeal: its deputy stands in for a desk."""
    about = {"filed_by": row.filed_by, "unit_id": row.unit_id, "month": row.month}
    return await judging.first_free(desks, **about, aside=aside)


async def _carried(appeal_id: int, at: datetime) -> None:
    async with transaction():
        row = await appeal_row(appeal_id)
        if row.state not in UPHELD:
            return
        await move(row, S.APPLIED, SYSTEM, at, None)
        await red_lines.count_again(row, at)
        await tell(row, IN_EFFECT, at)
        await move(row, S.NOTIFIED, SYSTEM, at, None, notified_at=at)


async def _come_back(appeal_id: int, at: datetime) -> None:
    """Hear an appeal again, of which the change set was cancelled or undone: its outcome no longer stands."""
    async with transaction():
        month = (await appeal_row(appeal_id)).month
        await locked(month)
        row = await appeal_row(appeal_id)
        if row.state not in COMES_BACK or row.change_set_id is None:
            return
        undone = {"decided_at": None, "decided_by": None, "reason": None, "change_set_id": None, "notified_at": None}
        await Appeal.filter(id=row.id).update(state=S.UNDER_REVIEW.value, due_at=due_at(at, working_days()), **undone)
        await step(row, REOPENED, SYSTEM, at, None)
        await red_lines.count_again(row, at)
        await red_lines.rest(row, at)
        await tell(row, BACK, at)
        await tell_desk(row, at)


async def _judged(appeal_id: int, viewer: Viewer, actor: Actor) -> Appeal:
    """Take an appeal for somebody who may judge it: by office, and neither the own one nor of an own unit."""
    row = await appeal_row(appeal_id)
    organisation = await org.queries.organisation_of_month(row.month)
    if not may(viewer, Action.DECIDE_APPEAL, row.unit_id, organisation):
        raise NotAllowed(problem("not_yours_to_judge", "您不能裁定申诉。", "Appeals are decided by others."))
    if await judging.own_matter(account_of(actor), filed_by=row.filed_by, unit_id=row.unit_id, month=row.month):
        zh, en = "涉及您自己的单位，请由别人裁定。", "This concerns your own unit; somebody else has to decide."
        raise Refused(problem("own_unit", zh, en))
    if await judging.rivals(account_of(actor), row.unit_id, row.month):
        zh, en = (
            "您自己的单位与它争同一奖项，请由别人裁定。",
            "Your own unit is after the same award; somebody else has to decide.",
        )
        raise Refused(problem("own_unit", zh, en))
    return row


def _review_href(row: Appeal) -> str:
    return f"/appeals/{row.id}#second-look"

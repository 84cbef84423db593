"""Appeals: filed by who speaks for a unit, taken up, decided by somebody elsewhere, followed to their end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import org.queries
from core import audit, period
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, problem
from core.evidence import Evidence
from core.language import Text
from core.workdays import working_days
from months.appealing import NEXT, OPEN, ROUTES, AppealState, Ground, due_at, moves, window_problem
from months.models.appeals import Appeal, AppealFile, AppealStep
from months.operations import changes
from months.operations.guarding import account_of, locked, refuse
from months.queries import calendar
from months.queries.judging import own_matter
from org.operations import notices
from org.roles import Action
from org.visibility import Viewer, may, scope

KIND = "appeal"
LONGEST = 1_000
MOST_FILES = 10
_OVERDUE = """
SELECT id FROM appeal WHERE state IN ('submitted', 'under_review') AND due_at <= $1 AND route <> 'auditor' ORDER BY id
"""
_CARRIED = """
SELECT a.id FROM appeal a JOIN change_set c ON c.id = a.change_set_id
WHERE a.state IN ('upheld', 'partly') AND c.state = 'applied' ORDER BY a.id
"""
S = AppealState


async def file_appeal(  # noqa: PLR0913 - one named value for each field of the form
    *,
    month: int,
    unit_id: int,
    kpi: str,
    ground: Ground,
    claimed: str,
    told: str,
    recorded: str,
    files: Sequence[Evidence] = (),
    viewer: Viewer,
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """File the appeal of a unit against one line of its card and return its number.

    Raises NotAllowed for a unit of others, Refused outside the window, Conflict when the line is disputed already.
    """
    moment = at or now()
    reason = _demanded(told)
    async with transaction():
        await locked(month)
        organisation = await org.queries.organisation_of_month(month)
        if unit_id not in scope(viewer, organisation).own:
            raise NotAllowed(problem("not_your_unit", "只能为自己的单位申诉。", "Appeal for your own units only."))
        row = await calendar.month_row(month, moment)
        refuse([window_problem(moment, period.bounds(month)[0], row.appeals_until)])
        if await Appeal.filter(month=month, unit_id=unit_id, kpi=kpi).exists():
            raise Conflict(
                problem("appealed_already", "这一行本月已申诉过。", "This line has been appealed this month.")
            )
        made = await Appeal.create(
            month=month, unit_id=unit_id, kpi=kpi, ground=ground.value, claimed=claimed.strip()[:LONGEST], told=reason,
            recorded=recorded, route=ROUTES[ground], filed_at=moment, filed_by=account_of(actor),
            due_at=due_at(moment, working_days()),
        )  # fmt: skip
        await _attach(made, files, actor, moment)
        await _step(made, S.SUBMITTED, actor, moment, None)
    return int(made.id)


async def add_files(
    *, appeal_id: int, files: Sequence[Evidence], viewer: Viewer, actor: Actor, at: datetime | None = None
) -> None:
    """Add evidence to an appeal of one's own that is not decided; what was sent before stays."""
    async with transaction():
        row = await _row(appeal_id)
        if row.unit_id not in scope(viewer, await org.queries.organisation_of_month(row.month)).own:
            raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
        if row.state not in OPEN:
            raise Conflict(problem("appeal_state", "申诉已有结果。", "The appeal has come to its end."))
        await _attach(row, files, actor, at or now())


async def take_up(*, appeal_id: int, viewer: Viewer, actor: Actor, at: datetime | None = None) -> None:
    """Begin to look into an appeal: the first answer to the appellant."""
    moment = at or now()
    async with transaction():
        row = await _judged(appeal_id, viewer, actor)
        await _move(row, S.UNDER_REVIEW, actor, moment, None, answered_at=moment)


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

    `change` is the payload of that change set, of the kind `kind`. Nobody decides about an own unit or an own appeal.
    """
    moment, why = at or now(), _demanded(reason)
    async with transaction():
        row = await _judged(appeal_id, viewer, actor)
        number = None
        if decision in {S.UPHELD, S.PARTLY}:
            number = await _change(row, kind, change, why, actor, moment)
        elif decision not in {S.DENIED, S.INADMISSIBLE}:
            raise Invalid(problem("no_decision", "这不是裁定。", "This is not a decision."))
        decided = {"decided_at": moment, "decided_by": account_of(actor), "reason": why, "change_set_id": number}
        await _move(row, decision, actor, moment, why, **decided)
        zh, en = "您对{kpi}的申诉已有裁定：{why}", "Your appeal about {kpi} is decided: {why}"
        await _tell(row, Text(zh=zh, en=en).format(kpi=row.kpi, why=why), moment)
        if number is None:
            await _move(row, S.NOTIFIED, SYSTEM, moment, None, notified_at=moment)
    return number


async def withdraw_appeal(*, appeal_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Take an appeal back, by who filed it, before it is decided."""
    moment = at or now()
    async with transaction():
        row = await _row(appeal_id)
        if row.filed_by != account_of(actor):
            raise NotAllowed(problem("not_your_appeal", "只能撤回自己的申诉。", "Take back your own appeals only."))
        await _move(row, S.WITHDRAWN, actor, moment, None, decided_at=moment, decided_by=row.filed_by)


async def follow_up(at: datetime) -> int:
    """Hand on what was not answered in time and tell of what came into effect; return how many appeals moved."""
    async with raw() as connection:
        late = [row["id"] for row in await connection.fetch(_OVERDUE, at)]
        carried = [row["id"] for row in await connection.fetch(_CARRIED)]
    for appeal_id in late:
        await _escalate(appeal_id, at)
    for appeal_id in carried:
        await _carried(appeal_id, at)
    return len(late) + len(carried)


async def _escalate(appeal_id: int, at: datetime) -> None:
    async with transaction():
        row = await _row(appeal_id)
        if row.due_at > at or row.state not in {S.SUBMITTED, S.UNDER_REVIEW}:
            return
        to, until = NEXT[row.route], due_at(at, working_days())
        await Appeal.filter(id=row.id).update(route=to, due_at=until, escalated_at=at)
        await AppealStep.create(appeal_id=row.id, step="escalated", at=at, by=None, note=to)
        after = {"route": to}
        await audit.record(actor=SYSTEM, action="escalate_appeal", subject_kind=KIND, subject=row.id, after=after)


async def _carried(appeal_id: int, at: datetime) -> None:
    async with transaction():
        row = await _row(appeal_id)
        if row.state not in {S.UPHELD, S.PARTLY}:
            return
        await _move(row, S.APPLIED, SYSTEM, at, None)
        zh, en = "您对{kpi}的申诉已生效。", "Your appeal about {kpi} is in effect."
        await _tell(row, Text(zh=zh, en=en).format(kpi=row.kpi), at)
        await _move(row, S.NOTIFIED, SYSTEM, at, None, notified_at=at)


async def _change(
    row: Appeal, kind: str, change: Mapping[str, Any] | None, why: str, actor: Actor, at: datetime
) -> int:
    if change is None:
        zh, en = "成立的申诉要写明更正内容。", "An upheld appeal takes what is to be corrected."
        raise Invalid(problem("change_needed", zh, en))
    payload = {"appeal_id": row.id, "kind": kind, "payload": dict(change)}
    title = f"AP-{row.id:04d} {row.kpi}"
    return await changes.propose(
        month=row.month, kind="appeal", payload=payload, title=title, why=why, actor=actor, at=at
    )


async def _judged(appeal_id: int, viewer: Viewer, actor: Actor) -> Appeal:
    """Take an appeal for somebody who may judge it: by office, and neither the own one nor of an own unit."""
    row = await _row(appeal_id)
    organisation = await org.queries.organisation_of_month(row.month)
    if not may(viewer, Action.DECIDE_APPEAL, row.unit_id, organisation):
        raise NotAllowed(problem("not_yours_to_judge", "您不能裁定申诉。", "Appeals are decided by others."))
    if await own_matter(account_of(actor), filed_by=row.filed_by, unit_id=row.unit_id, month=row.month):
        zh, en = "涉及您自己的单位，请由别人裁定。", "This concerns your own unit; somebody else has to decide."
        raise Refused(problem("own_unit", zh, en))
    return row


async def _row(appeal_id: int) -> Appeal:
    row = await Appeal.filter(id=appeal_id).select_for_update().first()
    if row is None:
        raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
    return row


async def _move(row: Appeal, to: AppealState, actor: Actor, at: datetime, note: str | None, **values: object) -> None:
    if not moves(AppealState(row.state), to):
        zh, en = "申诉的状态不允许这一步。", "The state of the appeal does not allow this step."
        raise Conflict(problem("appeal_state", zh, en))
    await Appeal.filter(id=row.id).update(state=to.value, **values)
    row.state = to.value
    await _step(row, to, actor, at, note)


async def _attach(row: Appeal, files: Sequence[Evidence], actor: Actor, at: datetime) -> None:
    held = {one.sha256 for one in await AppealFile.filter(appeal_id=row.id)}
    fresh = {one.sha256: one for one in files if one.sha256 not in held}
    if len(held) + len(fresh) > MOST_FILES:
        zh, en = f"证据最多 {MOST_FILES} 个文件。", f"An appeal takes at most {MOST_FILES} files."
        raise Invalid(problem("too_many_files", zh, en))
    for one in fresh.values():
        await AppealFile.create(
            appeal_id=row.id, sha256=one.sha256, filename=one.filename, media_type=one.media_type, size=one.size,
            at=at, by=account_of(actor),
        )  # fmt: skip
        await audit.record(
            actor=actor, action="add_evidence", subject_kind=KIND, subject=row.id, after={"sha256": one.sha256}
        )


async def _step(row: Appeal, to: AppealState, actor: Actor, at: datetime, note: str | None) -> None:
    await AppealStep.create(appeal_id=row.id, step=to.value, at=at, by=actor.account_id, note=note)
    after = {"state": to.value, "month": row.month, "unit": row.unit_id, "kpi": row.kpi}
    await audit.record(actor=actor, action="move_appeal", subject_kind=KIND, subject=row.id, after=after, why=note)


async def _tell(row: Appeal, text: Text, at: datetime) -> None:
    href = f"/appeals/{row.id}"
    await notices.tell(kind=KIND, text=text, href=href, account_ids=[row.filed_by], at=at)


def _demanded(text: str) -> str:
    if not text.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    return text.strip()[:LONGEST]

"""What every step of an appeal shares: its row, the trail it leaves, who is told."""

from datetime import datetime

import org.queries
from core import audit
from core.audit import Actor
from core.errors import Conflict, Invalid, NotFound, problem
from core.language import Text
from months.appealing import AppealState, moves
from months.models.appeals import Appeal, AppealStep
from months.queries.judging import people_of
from months.queries.opinions import department_asked
from org.operations import notices
from org.roles import Role
from scoring.queries.rules import rules_of

KIND = "appeal"
LONGEST = 1_000
WAITS = Text("申诉 AP-{id:04d} 待答复：{unit}，{line}", "Appeal AP-{id:04d} waits for an answer: {unit}, {line}")


async def appeal_row(appeal_id: int) -> Appeal:
    """Return the row of an appeal, locked until the transaction ends."""
    row = await Appeal.filter(id=appeal_id).select_for_update().first()
    if row is None:
        raise NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))
    return row


async def move(row: Appeal, to: AppealState, actor: Actor, at: datetime, note: str | None, **values: object) -> None:
    """Bring an appeal into another state; Conflict where that does not follow from the present one."""
    if not moves(AppealState(row.state), to):
        raise wrong_state()
    await Appeal.filter(id=row.id).update(state=to.value, **values)
    row.state = to.value
    await step(row, to, actor, at, note)


def wrong_state() -> Conflict:
    """Return the refusal of a step that the state does not allow."""
    zh, en = "申诉的状态不允许这一步。", "The state of the appeal does not allow this step."
    return Conflict(problem("appeal_state", zh, en))


async def step(row: Appeal, name: str, actor: Actor, at: datetime, note: str | None) -> None:
    """Leave the trail of one step, for its readers and for the audit."""
    await AppealStep.create(appeal_id=row.id, step=str(name), at=at, by=actor.account_id, note=note)
    after = {"state": str(name), "month": row.month, "unit": row.unit_id, "kpi": row.kpi}
    await audit.record(actor=actor, action="move_appeal", subject_kind=KIND, subject=row.id, after=after, why=note)


async def worded(row: Appeal, text: Text, **values: object) -> Text:
    """Return a sentence about an appeal with its number and the names of its unit and its line filled in."""
    book = (await rules_of(row.month)).book
    unit = (await org.queries.organisation_of_month(row.month)).unit(row.unit_id)
    line = book.kpis.get(row.kpi) or book.red_lines.get(row.kpi)
    named = {"unit": Text(unit.name_zh, unit.name_en) if unit else "–", "line": line.name if line else row.kpi}
    return text.format(id=row.id, **named, **values)


async def tell(row: Appeal, text: Text, at: datetime, **values: object) -> None:
    """Tell everyone concerned by an appeal: who filed it, the unit, its managers, the department that was asked."""
    told, href = await worded(row, text, **values), f"/appeals/{row.id}"
    units = await people_of(row.unit_id, row.month)
    await notices.settle(kind=KIND, href=href, at=at)
    await notices.tell(kind=KIND, text=told, href=href, account_ids=[row.filed_by], unit_ids=units, at=at)
    department = await department_asked(row.id, row.month)
    if department is not None:
        await notices.settle(kind=KIND, href=f"{href}/opinion", at=at)
        await notices.tell(kind=KIND, text=told, href=f"{href}/opinion", unit_ids=[department], at=at)


async def tell_desk(row: Appeal, at: datetime, aside: int | None = None) -> None:
    """Tell the desk to which an appeal has come that it waits there."""
    text = await worded(row, WAITS)
    await notices.tell(kind=KIND, text=text, href=f"/appeals/{row.id}", roles=[Role(row.route)], aside=aside, at=at)


def reason_given(text: str) -> str:
    """Return a reason as it is kept; Invalid for none."""
    if not text.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    return text.strip()[:LONGEST]

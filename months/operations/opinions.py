"""The department whose data are disputed is asked before an appeal is decided, and says once what it thinks of them."""

from datetime import datetime

from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import transaction
from core.errors import Conflict, NotFound, Refused, problem
from core.language import Text
from core.period import until
from core.workdays import working_days
from months.appealing import ASKED, Opinion, opinion_due
from months.models.appeals import Appeal
from months.operations.appeal_steps import KIND, appeal_row, reason_given, step, worded
from months.operations.guarding import account_of
from months.queries.opinions import asked_of, department_asked, department_of, opinion
from org.operations import notices
from org.roles import Role

PLEASE = Text(
    "请在 {until} 前对申诉 AP-{id:04d} 说明意见：{unit}，{line}",
    "Please give your opinion on appeal AP-{id:04d} by {until}: {unit}, {line}",
)
GIVEN = Text(
    "申诉 AP-{id:04d} 的部门意见已到：{unit}，{line}", "The opinion on appeal AP-{id:04d} is in: {unit}, {line}"
)


async def ask(row: Appeal, at: datetime) -> None:
    """Ask the department that delivers the disputed data, if anybody at its head may speak; inside the caller's transaction."""
    code = await department_of(
        month=row.month, unit_id=row.unit_id, kpi=row.kpi, filed_by=row.filed_by, at=at
    )  # fmt: skip
    if code is None:
        return
    await step(row, ASKED, SYSTEM, at, code)
    department = await department_asked(row.id, row.month)
    text = await worded(row, PLEASE, until=until(opinion_due(at, working_days())))
    await notices.tell(
        kind=KIND, text=text, href=opinion_href(row.id), unit_ids=[department] if department else [], at=at
    )


async def give_opinion(*, appeal_id: int, stand: Opinion, text: str, actor: Actor, at: datetime | None = None) -> None:
    """Say for one's department whether the disputed data are right, and why; once, until the appeal is decided.

    NotFound for everybody whose department was not asked or who belongs to the matter, Conflict for a second opinion.
    """
    moment, told = at or now(), reason_given(text)
    async with transaction():
        row = await appeal_row(appeal_id)
        found = next((one for one in await asked_of(account_of(actor)) if one.id == appeal_id), None)
        if found is None:
            raise no_such_appeal()
        if found.opinion.stand is not None:
            raise Conflict(problem("opinion_given", "已经说明过意见。", "The opinion is given already."))
        if not found.open:
            raise Conflict(problem("appeal_state", "申诉已有结果。", "The appeal has come to its end."))
        await step(row, stand, actor, moment, told)
        await notices.settle(kind=KIND, href=opinion_href(row.id), at=moment)
        given = await worded(row, GIVEN)
        await notices.tell(kind=KIND, text=given, href=f"/appeals/{row.id}", roles=[Role(row.route)], at=moment)


async def demand_opinion(row: Appeal, at: datetime) -> None:
    """Refuse to go on to a decision while the department may still speak and has not."""
    found = await opinion(row.id)
    if found is not None and found.awaited(at):
        zh = "数据责任部门的意见还没到，{until} 后可以裁定。"
        en = "The department that delivers the data has not spoken yet; decide after {until}."
        sentence = Text(zh, en).format(until=until(found.due_at))
        raise Refused(problem("opinion_awaited", sentence.zh, sentence.en))


def opinion_href(appeal_id: int) -> str:
    """Return the address at which a department speaks."""
    return f"/appeals/{appeal_id}/opinion"


def no_such_appeal() -> NotFound:
    """Return the refusal for an appeal that is not there, or not this reader's."""
    return NotFound(problem("no_such_appeal", "没有这件申诉。", "There is no such appeal."))

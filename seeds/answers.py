"""What the heads of the cast say to the losses of the last closed month: most is taken on, some contested, some unsaid."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import org.queries
from core.audit import Actor
from core.clock import SHANGHAI
from leaderboards.answering import Answer
from leaderboards.operations import answer_loss
from leaderboards.queries.passed_on import DepartmentLosses, LossLine, city_losses, department_losses
from org.roles import Role
from seeds import draw
from seeds.tables import cast
from seeds.units import Company

MOST = 10
SILENT_ONE_IN, CONTESTED_ONE_IN = 6, 5
DONE = "列入本月整改，责任到人。"
REASON = "抽查工单，部分不属于本部门职责。"
FIGURES = "抽查 40 件，其中 13 件应归其他部门，清单已上传工单系统。"


async def answer(company: Company, month: int, at: datetime) -> None:
    """Answer the largest lines of a month for the departments whose heads are in the cast; the others stay silent."""
    city = await city_losses(month=month)
    for state in city.departments:
        base = draw.key(company.seed, "answer", state.code)
        head = await _head(state.code)
        if state.unit_id is None or head is None or not state.lines:
            continue
        found = await department_losses(state.unit_id, month=month)
        if not any(line.answers for line in found.lines):
            for told, moment in _said(found, base, at):
                await answer_loss(month=month, department_id=state.unit_id, answer=told, actor=head, at=moment)


def _said(found: DepartmentLosses, base: int, at: datetime) -> Iterator[tuple[Answer, datetime]]:
    for number, line in enumerate(found.lines[:MOST]):
        if draw.one_below(base, number, SILENT_ONE_IN):
            moment = at + timedelta(hours=5 * number, minutes=draw.one_below(base, 100 + number, 60))
            yield _answer(line, base, number, moment), moment


def _answer(line: LossLine, base: int, number: int, at: datetime) -> Answer:
    if draw.one_below(base, 200 + number, CONTESTED_ONE_IN) == 0:
        return Answer(kpi=line.kpi, cause=line.cause, accepted=False, reason=REASON, figures=FIGURES)
    day = at.astimezone(SHANGHAI).date() + timedelta(days=14 + draw.one_below(base, 300 + number, 14))
    return Answer(kpi=line.kpi, cause=line.cause, accepted=True, reason=DONE, done_by=day)


async def _head(code: str) -> Actor | None:
    """Return the head of a department, None where the cast has nobody who could answer."""
    named = next(
        (person.username for person in cast() if person.at == code and person.role == Role.DEPARTMENT_HEAD), ""
    )
    found = await org.queries.account_by_username(named) if named else None
    return Actor(found.id, found.username) if found else None

"""What every act on a month begins with: the month's row taken, the state asked, the reasons collected."""

from collections.abc import Iterable
from datetime import datetime

from core.audit import Actor
from core.errors import NotFound, Problem, Refused, problem
from months import guards
from months.lifecycle import Step
from months.models.life import ServiceMonth
from months.queries import calendar

KIND = "service_month"


async def locked(month: int) -> ServiceMonth:
    """Take the month's row for this transaction: of several who act at once each sees what the one before did.

    Rows that name the month may still be written by those who score it: they hold the fold, for which this one may wait.
    """
    found = await ServiceMonth.filter(month=month).select_for_update(no_key=True).first()
    if found is None:
        raise NotFound(problem("no_such_month", "没有这个服务月。", "There is no such service month."))
    return found


async def check(month: int, step: Step, moment: datetime) -> None:
    """Refuse a step that does not fit the state of the month."""
    row = await calendar.month_row(month, moment)
    refuse([guards.step_problem(row.state, step)])


def refuse(problems: Iterable[Problem | None]) -> None:
    """Refuse with all problems at once, if there are any."""
    found = [one for one in problems if one is not None]
    if found:
        raise Refused(*found)


def account_of(actor: Actor) -> int:
    """Return the account of a person; the program itself may not take this step."""
    if actor.account_id is None:
        raise Refused(problem("person_needed", "这一步要由具名的人来做。", "This step takes a person with a name."))
    return actor.account_id

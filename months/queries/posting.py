"""The month in which the differences of a restated month are posted, and what to do when there is none."""

from datetime import datetime

from core.errors import Problem, problem
from months.lifecycle import OPEN, State
from months.queries import calendar


async def posted_in(at: datetime) -> int | None:
    """Return the month that runs, else the newest that is still open, else nothing."""
    rows = [row for row in await calendar.months(at) if row.state in OPEN]
    running = [row.month for row in rows if row.state is State.RUNNING] or [row.month for row in rows]
    return max(running, default=None)


def nowhere() -> Problem:
    """Say that no month is open for the differences, and what opens one."""
    zh = "没有进行中的月份，差额无处可记。请先计划并公布一个月份，待它开始后再让这个变更生效。"
    en = (
        "No month is open in which the difference could be posted."
        " Plan and announce one; once it has begun this change can take effect."
    )
    return problem("no_open_month", zh, en)

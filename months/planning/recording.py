"""Who may record an activity for whom, and who may find a record valid."""

from datetime import date, datetime

from core import period
from core.clock import SHANGHAI
from core.errors import Problem, problem
from core.language import Text
from months.lifecycle import OPEN, State
from org.organisation import Organisation
from org.roles import SEEING_ALL, Action
from org.visibility import Viewer, may, scope
from scoring.book_parts import Activity, Checker
from scoring.contributors import card_of
from scoring.rulebook import RuleBook

MOST_AT_ONCE = 200


def recordable(viewer: Viewer, organisation: Organisation, unit_id: int) -> bool:
    """Tell whether somebody may record for a unit: for oneself, for units that one manages, or as an organiser for all."""
    return unit_id in scope(viewer, organisation).own or may_judge_all(viewer)


def may_judge_all(viewer: Viewer) -> bool:
    """Tell whether somebody checks records of the whole company."""
    limited = viewer.actions is not None and Action.CHECK_ACTIVITY not in viewer.actions
    return not limited and any(
        role in SEEING_ALL and may(viewer, Action.CHECK_ACTIVITY, None, _NOWHERE) for role in viewer.roles
    )


def checkable(viewer: Viewer, organisation: Organisation, unit_id: int, checker: Checker) -> bool:
    """Tell whether somebody may check the records of a unit: never one's own."""
    if unit_id == viewer.unit_id:
        return False
    if checker == "organiser":
        return may_judge_all(viewer)
    return may(viewer, Action.CHECK_ACTIVITY, unit_id, organisation)


def record_problem(
    activity: Activity | None, unit_id: int, organisation: Organisation, book: RuleBook, count: int
) -> Problem | None:
    """Return why a record cannot be: no such activity this month, not for this unit, too many at once."""
    if activity is None:
        return problem("no_such_activity", "本月没有这项活动。", "The month has no such activity.")
    unit = organisation.unit(unit_id)
    if unit is None:
        return problem("no_such_unit", "没有这个单位。", "There is no such unit.")
    if card_of(unit, book) not in activity.kinds:
        words = Text(zh="“{name}”不是给这类单位的活动。", en="“{name}” is not for units of this kind.")
        return Problem(code="activity_not_for_unit", sentence=words.format(name=activity.name))
    if not 1 <= count <= MOST_AT_ONCE:
        zh, en = f"次数应为 1 到 {MOST_AT_ONCE}。", f"The number must lie between 1 and {MOST_AT_ONCE}."
        return problem("bad_count", zh, en)
    return None


def time_problem(month: int, state: State, on: date, cut_off_at: datetime, at: datetime) -> Problem | None:
    """Return why nothing can be recorded now, or not for that day."""
    if state not in OPEN:
        return problem("month_not_open", "这个月现在不能登记。", "Nothing can be recorded for this month now.")
    if at >= cut_off_at:
        return problem("past_cut_off", "已过数据截止时间。", "The cut-off for data has passed.")
    if period.month_of(on) != month or on > at.astimezone(SHANGHAI).date():
        return problem(
            "bad_day", "日期应在本月之内，且不晚于今天。", "The day must lie in the month and not after today."
        )
    return None


_NOWHERE = Organisation(date.min, ())

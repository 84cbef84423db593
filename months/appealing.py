"""The rules of an appeal: who it goes to, how it may move, until when it is answered."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from core.errors import Problem, problem
from core.language import Text
from core.workdays import Calendar
from months.dates import end_of_working_day

ANSWER_DAYS = 2
"""Working days until the first answer, and again after each escalation."""
OPINION_DAYS = 1
"""Working days that the department has whose data are disputed."""


class AppealState(StrEnum):
    """How far an appeal has come; the values are public words."""

    SUBMITTED = "submitted"
    INADMISSIBLE = "inadmissible"
    UNDER_REVIEW = "under_review"
    UPHELD = "upheld"
    PARTLY = "partly"
    DENIED = "denied"
    APPLIED = "applied"
    NOTIFIED = "notified"
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """Why a line is disputed."""

    DATA_ERROR = "data_error"
    WRONG_UNIT = "wrong_unit"
    OUT_OF_CONTROL = "out_of_control"
    PROCEDURE = "procedure"


S = AppealState
OPEN = frozenset({S.SUBMITTED, S.UNDER_REVIEW})
UPHELD = frozenset({S.UPHELD, S.PARTLY})
DECISIONS = UPHELD | {S.DENIED, S.INADMISSIBLE}
MOVES: Mapping[AppealState, frozenset[AppealState]] = {
    S.SUBMITTED: frozenset({S.INADMISSIBLE, S.UNDER_REVIEW, S.WITHDRAWN}),
    S.UNDER_REVIEW: frozenset({S.UPHELD, S.PARTLY, S.DENIED, S.WITHDRAWN}),
    S.UPHELD: frozenset({S.APPLIED}),
    S.PARTLY: frozenset({S.APPLIED}),
    S.DENIED: frozenset({S.NOTIFIED}),
    S.INADMISSIBLE: frozenset({S.NOTIFIED}),
    S.APPLIED: frozenset({S.NOTIFIED}),
    S.NOTIFIED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
COMES_BACK = frozenset({S.UPHELD, S.PARTLY, S.APPLIED, S.NOTIFIED})
"""From here an appeal is under review again, when the change set that it made is cancelled or undone."""
ROUTES: Mapping[Ground, str] = {
    Ground.DATA_ERROR: "organiser",
    Ground.WRONG_UNIT: "hr",
    Ground.OUT_OF_CONTROL: "organiser",
    Ground.PROCEDURE: "auditor",
}
"""Whose desk an appeal comes to first, by its ground."""
NEXT: Mapping[str, str] = {"organiser": "hr", "hr": "auditor", "auditor": "auditor"}
"""Whose desk it goes on to when it was not answered in time."""


class Opinion(StrEnum):
    """What the department whose data are disputed says of them; the values are names of steps."""

    RIGHT = "opinion_right"
    WRONG = "opinion_wrong"


ASKED = "opinion_asked"
"""The step by which a department is asked; its note is the department's code."""
OUTCOMES: Mapping[AppealState, Text] = {
    S.UPHELD: Text("成立", "upheld"),
    S.PARTLY: Text("部分成立", "upheld in part"),
    S.DENIED: Text("不成立", "denied"),
    S.INADMISSIBLE: Text("不予受理", "inadmissible"),
}
"""What is said of each decision."""


class Stake(StrEnum):
    """What makes a second look necessary."""

    AWARD = "award"
    RED_LINE = "red_line"


def desks_from(ground: Ground) -> tuple[str, ...]:
    """Return the desks an appeal may begin with: that of its ground, then those it would go on to."""
    return (ROUTES[ground], *desks_after(ROUTES[ground]))


def desks_after(desk: str) -> tuple[str, ...]:
    """Return the desks that an appeal goes on to from another, one after the other; none after the last."""
    found = []
    while NEXT[desk] != desk:
        desk = NEXT[desk]
        found.append(desk)
    return tuple(found)


def moves(state: AppealState, to: AppealState) -> bool:
    """Tell whether an appeal may go from one state to another."""
    return to in MOVES[state]


def due_at(at: datetime, calendar: Calendar) -> datetime:
    """Return the end of the second working day after a moment."""
    return end_of_working_day(at, ANSWER_DAYS, calendar)


def opinion_due(asked_at: datetime, calendar: Calendar) -> datetime:
    """Return until when the department may speak before the decision: the end of the next working day."""
    return end_of_working_day(asked_at, OPINION_DAYS, calendar)


def window_problem(at: datetime, begins_at: datetime, until: datetime) -> Problem | None:
    """Return why no appeal can be filed at a moment, None inside the window."""
    if begins_at <= at < until:
        return None
    return problem("appeals_over", "不在申诉期限内。", "This is not within the time for appeals.")

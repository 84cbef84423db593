"""Who may read the result of a month in which state, and who may take all of it away."""

from collections.abc import Collection
from datetime import datetime

from core.errors import Problem, problem
from months.lifecycle import State, final, public
from org.roles import SEEING_EMBARGOED, SEEING_FROZEN, Role

EXPORTING_ALL = SEEING_EMBARGOED
"""Who exports every unit; others take what they may see."""


def sees_month(announced_at: datetime | None, roles: Collection[Role]) -> bool:
    """Say whether a month may be known at all: once it is announced by everybody, before by those who plan it."""
    return announced_at is not None or not SEEING_FROZEN.isdisjoint(roles)


def no_such_month() -> Problem:
    """Return what somebody is told of a month that is not there, or not for this reader."""
    return problem("no_such_month", "没有这个服务月。", "There is no such service month.")


def sees_results(state: State, roles: Collection[Role]) -> bool:
    """Say whether final places and awards may be read: after publication by everybody, before by those who prepare it, and by the award host from the release on."""
    if state is State.EMBARGOED and not SEEING_EMBARGOED.isdisjoint(roles):
        return True
    return public(state) or (final(state) and not SEEING_FROZEN.isdisjoint(roles))


def exports_all(roles: Collection[Role]) -> bool:
    """Say whether somebody exports the whole month."""
    return not EXPORTING_ALL.isdisjoint(roles)


def export_problem(state: State, roles: Collection[Role]) -> Problem | None:
    """Return why the result of a month cannot be exported now, None when it can."""
    if not final(state):
        return problem(
            "not_closed",
            "这个月还没有关账，没有可导出的结果。",
            "The month is not closed; there is no result to export.",
        )
    if not sees_results(state, roles):
        return problem("not_published", "结果还没有公布。", "The result is not published yet.")
    return None


def not_closed() -> Problem:
    """Return the refusal of an export of an open month."""
    zh, en = "这个月还没有关账，没有可导出的结果。", "The month is not closed; there is no result to export."
    return problem("not_closed", zh, en)

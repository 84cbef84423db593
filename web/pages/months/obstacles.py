"""What a month's page says before anything is clicked: which steps the reader sees, and why one cannot be taken now."""

from collections.abc import Iterable

from core.errors import Problem
from core.language import Text, current
from months import guards
from months.lifecycle import OPEN, State
from months.operations import plans_held
from months.queries import branches, obstacles
from months.queries.calendar import MonthPage
from org.roles import Action
from web.views.month import Reason

TITLES: dict[State, Text] = {
    State.DRAFT: Text(zh="发布前还缺什么", en="What stands in the way of announcing"),
    State.RUNNING: Text(zh="关账前还缺什么", en="What stands in the way of closing"),
    State.FROZEN: Text(zh="关账前还缺什么", en="What stands in the way of closing"),
    State.VERIFYING: Text(zh="关账前还缺什么", en="What stands in the way of closing"),
    State.CLOSED: Text(zh="公布前还缺什么", en="What stands in the way of publishing"),
    State.EMBARGOED: Text(zh="结束揭晓前还缺什么", en="What stands in the way of ending the ceremony"),
    State.PUBLISHED: Text(zh="兑现前还缺什么", en="What holds the rewards back"),
}
CANCELLABLE = frozenset({State.DRAFT, State.ANNOUNCED, State.RUNNING})
Against = dict[str, tuple[str, ...]]


def steps(page: MonthPage, can: frozenset[Action]) -> dict[str, bool]:
    """Return which steps the reader sees: those of the state that belong to an office of the reader's."""
    made, row = page.proposal, page.row
    draft, waits = row.state is State.DRAFT, row.proposed_announcement_by is not None
    return {
        "may_propose_announcement": Action.PLAN_MONTH in can and draft and not waits,
        "may_announce": Action.ANNOUNCE_MONTH in can and draft and waits,
        "may_cancel": Action.PLAN_MONTH in can and row.state in CANCELLABLE,
        "may_propose": Action.PROPOSE_CLOSE in can and row.state in OPEN and made is None,
        "may_approve": Action.APPROVE_CLOSE in can and row.state in OPEN and made is not None,
        "may_publish": Action.PUBLISH_MONTH in can and row.state is State.CLOSED,
        "may_reopen": Action.REOPEN_MONTH in can and row.state in (State.CLOSED, State.EMBARGOED),
    }


async def problems(page: MonthPage) -> tuple[Problem, ...]:
    """Return every reason against the next step of a month."""
    if page.row.state is State.DRAFT:
        return tuple(one for one in await plans_held.reasons_against(page.row.month) if one.grade == "error")
    return page.problems


async def against(page: MonthPage, shown: dict[str, bool], found: tuple[Problem, ...], account_id: int) -> Against:
    """Return for each step that the reader sees why it cannot be taken now."""
    row, why = page.row, {}
    if shown["may_propose_announcement"]:
        why["propose_announcement"] = found
    if shown["may_announce"]:
        why["announce"] = (*await obstacles.of_announcing(row, account_id), *found)
    if shown["may_propose"]:
        why["propose"] = tuple(one for one in found if one.grade == "error")
    if shown["may_approve"] and page.proposal is not None:
        why["approve"] = await obstacles.of_approving(row.month, page.proposal, found, account_id)
    if shown["may_publish"]:
        why["publish"] = await obstacles.of_releasing(row, account_id)
    if shown["may_reopen"]:
        why["reopen"] = await obstacles.of_reopening(row, account_id)
    return {step: told(reasons) for step, reasons in why.items()}


async def against_branches(month: int, account_id: int) -> dict[int, tuple[str, ...]]:
    """Return by branch why the reader cannot close it, where it is proposed."""
    waiting = [one for one in await branches.branches(month) if one.proposed_by is not None and one.closed_at is None]
    return {
        one.unit_id: told(await obstacles.of_branch(month, one.unit_id, one.proposed_by or 0, account_id))
        for one in waiting
    }


def told(reasons: Iterable[Problem]) -> tuple[str, ...]:
    """Return the sentences of reasons for the reader."""
    return tuple(one.sentence.read(current()) for one in reasons)


def listed(state: State, found: Iterable[Problem]) -> tuple[Reason, ...]:
    """Return the reasons against the next step as the page lists them; only those of a closing can be waived."""
    reader = current()
    return tuple(
        Reason(
            code=guards.key(one),
            sentence=one.sentence.read(reader),
            hint=one.hint.read(reader) if one.hint else "",
            soft=one.grade == "warning" and state in OPEN,
        )
        for one in found
    )

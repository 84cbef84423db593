"""What stands in the way of each act on a month: its page says it before anything is clicked, and the act refuses with the same."""

from typing import TYPE_CHECKING

import coaching.queries
import rewards.queries
import scoring.queries.rules
from core.database import raw
from core.errors import Problem, problem
from core.language import Text
from leaderboards.queries.snapshots import inner_board
from months import guards
from months.queries import appeals, changes, closing
from months.queries.closing import Proposal

if TYPE_CHECKING:  # the calendar asks here what stands in the way of a month
    from months.queries.calendar import MonthRow

OTHER_ANNOUNCES = Text(
    zh="发布要由两个不同的人完成，{name}已经提请。",
    en="Announcing takes two different people, and {name} has proposed it.",
)
OTHER_PUBLISHES = Text(
    zh="公布要由批准关账以外的人完成，{name}批准了关账。",
    en="Somebody other than the approver of the closing has to publish; {name} approved it.",
)
OTHER_REOPENS = Text(
    zh="重新打开要由批准关账以外的人完成，{name}批准了关账。",
    en="Somebody other than the approver of the closing has to open it again; {name} approved it.",
)


async def of_publishing(row: "MonthRow") -> tuple[Problem, ...]:
    """Return every reason against publishing a closed month, whoever does it; none of them can be waived."""
    if row.snapshot_id is None:
        return ()
    talks = await coaching.queries.talks_missing(row.snapshot_id)
    return (*(guards.talk_missing(talk.unit_name) for talk in talks), *await of_ending(row))


async def of_ending(row: "MonthRow") -> tuple[Problem, ...]:
    """Return every reason against ending the ceremony, or calling it off: with either the month is published."""
    waiting = await appeals.open_of_month(row.month), await changes.open_of_month(row.month)
    return guards.decisions_waiting(appeals=len(waiting[0]), changes=len(waiting[1]))


def of_settling(row: "MonthRow") -> tuple[Problem, ...]:
    """Return what holds rewards back, the time of the public notice aside."""
    return guards.objections_waiting(row.open_objections)


async def of_announcing(row: "MonthRow", account_id: int) -> tuple[Problem, ...]:
    """Return why this person is not the second one at the announcement."""
    return await _other_person(row.month, row.proposed_announcement_by or 0, account_id, OTHER_ANNOUNCES)


async def of_releasing(row: "MonthRow", account_id: int) -> tuple[Problem, ...]:
    """Return every reason why this person cannot publish a closed month now."""
    return (
        *await _other_person(row.month, row.closed_by or 0, account_id, OTHER_PUBLISHES),
        *await of_publishing(row),
    )


async def of_branch(month: int, unit_id: int, proposer_id: int, account_id: int) -> tuple[Problem, ...]:
    """Return every reason why this person cannot close a branch that somebody proposed."""
    proposer, approver = [await closing.party(one, month) for one in (proposer_id, account_id)]
    found = (guards.same_person(proposer, approver), guards.own_branch(unit_id, approver))
    return tuple(one for one in found if one is not None)


async def of_reopening(row: "MonthRow", account_id: int) -> tuple[Problem, ...]:
    """Return every reason why this person cannot open a closed month again."""
    statement = "SELECT EXISTS (SELECT FROM revelation WHERE month = $1)"
    async with raw() as connection:
        revealed = await connection.fetchval(statement, row.month)
    zh, en = "已有奖项揭晓，不能再重新打开。", "Awards are revealed; the month cannot be opened again."
    return (
        *await _other_person(row.month, row.closed_by or 0, account_id, OTHER_REOPENS),
        *([problem("revealed_already", zh, en)] if revealed else []),
    )


async def of_approving(
    month: int, proposal: Proposal, problems: tuple[Problem, ...], account_id: int
) -> tuple[Problem, ...]:
    """Return every reason why this person cannot approve a closing; `problems` are those against closing the month.

    Who stands near an award is read from the newest board; the approval looks again at the one it makes.
    """
    approver = await closing.party(account_id, month)
    board = await inner_board(month)
    rules, named = await scoring.queries.rules.rules_of(month), await rewards.queries.namings(month)
    near = await closing.near(await rewards.queries.outcomes(board, rules, named=named), month) if board else ()
    found = (guards.same_person(proposal.proposer, approver), guards.own_award(approver, near))
    return (*(one for one in found if one), *guards.blocking(problems, proposal.waivers))


async def _other_person(month: int, first: int, second: int, words: Text) -> tuple[Problem, ...]:
    """Return the refusal when two acts would be one person's, by account or by person."""
    one, other = await closing.party(first, month), await closing.party(second, month)
    if guards.same_person(one, other) is None:
        return ()
    return (Problem(code="same_person", sentence=words.format(name=one.name)),)

"""Payout lists: proposed after the public notice by one person, approved by another, never altered from then on."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from core import audit
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import NotFound, Problem, problem
from core.language import Text
from months import payouts
from months.guards import Party, same_person
from months.models.payouts import PayoutList
from months.operations import second_person
from months.operations.guarding import account_of, locked, refuse
from months.payouts import PayLine
from months.queries import calendar, closing
from months.queries import payouts as rows
from org.roles import Action

KIND = "payout_list"
ASKED = Text(
    zh="{name}提请批准{month}的兑现清单，等待第二人批准。",
    en="{name} proposes the payout list of {month}; a second person has to approve it.",
)
SAME = Text(
    zh="兑现要由两个不同的人完成，{name}已经提请。", en="Paying takes two different people, and {name} has proposed it."
)
OWN = Text(
    zh="“{award}”给了{unit}，与{name}本人有关，须由别人批准。",
    en="“{award}” goes to {unit}, an own matter of {name}; somebody else has to approve.",
)


async def propose_payout(*, month: int, actor: Actor, at: datetime | None = None) -> int:
    """Propose to pay what is due now; return the list's number in the month. Refused with every reason."""
    moment = at or now()
    async with transaction():
        await locked(month)
        refuse(await obstacles(month, moment))
        number = len(await rows.lists(month)) + 1
        lines = (await rows.due(month, moment)).lines
        made = await PayoutList.create(
            month=month, number=number, lines=msgspec.json.encode(lines).decode(),
            digest=payouts.sealed(month, number, lines), proposed_at=moment, proposed_by=account_of(actor),
        )  # fmt: skip
        await _recorded(made, "propose_payout", actor)
        await second_person.ask(
            month=month, what=ASKED, action=Action.DECIDE_PAYOUT, href=_where(month), actor=actor, at=moment
        )
    return number


async def withdraw_payout(*, month: int, number: int, actor: Actor, at: datetime | None = None) -> None:
    """Take a proposed list back; what it held may be proposed anew."""
    moment = at or now()
    async with transaction():
        await locked(month)
        found = await _open(month, number)
        found.withdrawn_at = moment
        await found.save(update_fields=["withdrawn_at"])
        await _recorded(found, "withdraw_payout", actor)
        await second_person.answered(href=_where(month), at=moment)


async def approve_payout(*, month: int, number: int, actor: Actor, at: datetime | None = None) -> None:
    """Approve a list as the second person.

    Refused to the proposer by account or by person, to whom one of its awards goes, and when other lines are due by now.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        found = await _open(month, number)
        lines = msgspec.json.decode(found.lines, type=tuple[PayLine, ...])
        proposer = await closing.party(found.proposed_by, month)
        approver = await closing.party(account_of(actor), month)
        refuse((
            *_own_matters(proposer, approver, lines),
            _stale(lines, (await rows.due(month, moment)).lines),
        ))  # fmt: skip
        found.approved_at, found.approved_by = moment, account_of(actor)
        await found.save(update_fields=["approved_at", "approved_by"])
        await _recorded(found, "approve_payout", actor)
        await second_person.answered(href=_where(month), at=moment)


async def obstacles(month: int, at: datetime) -> tuple[Problem, ...]:
    """Return every reason against proposing a payout list now; the page says them before anything is clicked."""
    row = await calendar.month_row(month, at)
    if not row.public:
        return (problem("not_published", "结果还没有公布。", "The result is not published yet."),)
    found = []
    if row.notice_until is None or at < row.notice_until:
        found.append(
            problem("notice_runs", "公示期未满，不能兑现。", "Nothing is paid before the public notice is over.")
        )
    if any(one.open for one in await rows.lists(month)):
        zh, en = "已有一份兑现清单等待批准。", "A payout list waits for its approval already."
        found.append(problem("payout_waits", zh, en))
    if not (await rows.due(month, at)).lines:
        found.append(problem("nothing_due", "没有可以兑现的奖项。", "No award can be paid now."))
    return tuple(found)


def _own_matters(proposer: Party, approver: Party, lines: Iterable[PayLine]) -> tuple[Problem, ...]:
    found = []
    if same_person(proposer, approver):
        found.append(Problem(code="same_person", sentence=SAME.format(name=proposer.name)))
    own = next((one for one in lines if one.unit_id in approver.own_units), None)
    if own and not approver.auditor:
        sentence = OWN.format(award=own.award_name, unit=own.unit_name, name=approver.name)
        found.append(Problem(code="own_award", sentence=sentence))
    return tuple(found)


def _stale(lines: tuple[PayLine, ...], today: tuple[PayLine, ...]) -> Problem | None:
    if {(one.key, one.points) for one in lines} == {(one.key, one.points) for one in today}:
        return None
    zh, en = (
        "清单提请后，可兑现的奖项有变；请撤回后重新提请。",
        "What is due has changed since the proposal; take it back and propose anew.",
    )
    return problem("payout_stale", zh, en)


async def _open(month: int, number: int) -> PayoutList:
    found = await PayoutList.filter(month=month, number=number).first()
    if found is None:
        raise NotFound(problem("no_such_payout", "没有这份兑现清单。", "There is no such payout list."))
    if found.approved_at or found.withdrawn_at:
        refuse([problem("payout_decided", "这份兑现清单已经办结。", "This payout list is decided already.")])
    return found


async def _recorded(found: PayoutList, action: str, actor: Actor) -> None:
    after = {"month": found.month, "number": found.number, "digest": found.digest}
    await audit.record(actor=actor, action=action, subject_kind=KIND, subject=found.id, after=after)


def _where(month: int) -> str:
    return f"/months/{month}/payouts"

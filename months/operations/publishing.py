"""Publishing rules by two people: proposed with the month from which they are to hold, approved or rejected by another."""

from datetime import datetime

import scoring.queries.drafts
import scoring.queries.rules
from core import audit
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Conflict, Invalid, Problem, Refused, problem
from core.language import Text
from months import guards
from months.models.rules import RuleProposal
from months.operations import second_person, telling
from months.operations.guarding import account_of, refuse
from months.operations.rules_held import hold
from months.queries import closing, publishing
from org.roles import Action
from scoring.operations.drafts import create_draft
from scoring.operations.rules import add_version, put_into_effect

KIND = "rule_proposal"
LONGEST_REASON = 2_000
PUBLISHING_LOCK = 0x5C1F04
ASKS = Text(
    "{name}提议自{month}起使用新规则，等待第二人批准。",
    "{name} proposes new rules from {month} on; a second person has to approve them.",
)

# A planned month that nobody has announced yet follows the version that has come into effect for it.
_FOLLOW = """
UPDATE service_month m SET rule_book_id = (
  SELECT e.rule_book_id FROM rule_effect e WHERE e.month <= m.month ORDER BY e.month DESC, e.id DESC LIMIT 1)
WHERE m.month >= $1 AND m.announced_at IS NULL AND m.cancelled_at IS NULL RETURNING m.month, m.theme, m.rule_book_id
"""


async def propose_rules(
    *, draft_id: int, revision: int, month: int, why: str, actor: Actor, at: datetime | None = None
) -> int:
    """Put a draft before a second person, to hold from a month on; return the proposal's number.

    `revision` is the one that the proposer has seen. Raises Conflict when the draft has moved on, Invalid with every
    error in the text, Refused for a month that has begun or is announced, for a month about which a proposal waits,
    and for rules that hold already.
    """
    moment = at or now()
    _demand(why)
    async with transaction():
        await _turn()
        draft = await scoring.queries.drafts.draft(draft_id)
        if draft.revision != revision:
            raise Conflict(problem("draft_moved_on", "草稿已有更新的一稿。", "The draft has moved on."))
        seal = await _sound(draft.text)
        refuse([await publishing.month_problem(month, moment), await _waiting(month), await _held_already(month, seal)])
        await _themes(draft.text, month)
        row = await RuleProposal.create(
            draft_id=draft_id,
            name=draft.name,
            text=draft.text,
            fingerprint=seal,
            month=month,
            why=why.strip(),
            proposed_at=moment,
            proposed_by=account_of(actor),
        )
        after = {"name": draft.name, "month": month, "revision": revision, "fingerprint": seal}
        await audit.record(
            actor=actor, action="propose_rules", subject_kind=KIND, subject=row.id, after=after, why=why.strip()
        )
        await second_person.ask(
            month=month, what=ASKS, action=Action.APPROVE_RULES, href=_where(row), actor=actor, at=moment
        )
    return int(row.id)


async def approve_rules(*, proposal_id: int, actor: Actor, at: datetime | None = None) -> int:
    """Make a proposal a version that nobody can alter any more, and let it hold from its month on; return its number.

    Refused for the proposer, by account and by person, and when the month has begun or was announced meanwhile.
    Planned months from then on follow the version; announced ones keep theirs.
    """
    moment = at or now()
    async with transaction():
        await _turn()
        row = await _open(proposal_id)
        refuse([await _same_person(row, actor), await publishing.month_problem(row.month, moment)])
        await _themes(row.text, row.month)
        number, _ = await add_version(text=row.text, actor=actor, source=row.name)
        await put_into_effect(rule_book_id=number, month=row.month, proposal_id=row.id)
        async with raw() as connection:
            followed = await connection.fetch(_FOLLOW, row.month)
        for found in followed:
            await hold(month=found["month"], rule_book_id=found["rule_book_id"], theme=found["theme"], at=moment)
        await _decide(row, "approved", actor, moment, rule_book_id=number)
        after = {"rule_book": number, "month": row.month, "months": sorted(found["month"] for found in followed)}
        await audit.record(actor=actor, action="approve_rules", subject_kind=KIND, subject=row.id, after=after)
    return number


async def reject_rules(*, proposal_id: int, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Send a proposal back with the reason, as a second person; the draft stays and can be proposed anew."""
    _demand(reason)
    async with transaction():
        await _turn()
        row = await _open(proposal_id)
        refuse([await _same_person(row, actor)])
        await _decide(row, "rejected", actor, at or now(), reason=reason.strip())
        await audit.record(actor=actor, action="reject_rules", subject_kind=KIND, subject=row.id, why=reason.strip())


async def withdraw_rules(*, proposal_id: int, actor: Actor, at: datetime | None = None) -> None:
    """Take one's own proposal back."""
    async with transaction():
        await _turn()
        row = await _open(proposal_id)
        if row.proposed_by != account_of(actor):
            raise Refused(
                problem("not_the_proposer", "只能撤回自己的提议。", "Only one's own proposal can be taken back.")
            )
        await _decide(row, "withdrawn", actor, at or now())
        await audit.record(actor=actor, action="withdraw_rules", subject_kind=KIND, subject=row.id)


async def propose_text(*, name: str, text: str, month: int, why: str, actor: Actor) -> tuple[int, int]:
    """Keep a text as a draft and propose it at once, for programs; return the numbers of draft and proposal."""
    async with transaction():
        draft_id = await create_draft(name=name, text=text, actor=actor)
        return draft_id, await propose_rules(draft_id=draft_id, revision=1, month=month, why=why, actor=actor)


async def _turn() -> None:
    """Let those who propose and decide follow each other, so that each sees what the one before did."""
    async with raw() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", PUBLISHING_LOCK)


async def _open(proposal_id: int) -> RuleProposal:
    row = await RuleProposal.filter(id=proposal_id).select_for_update().first()
    if row is None:
        raise publishing.no_proposal()
    if row.decision is not None:
        raise Conflict(problem("decided_already", "这项提议已有决定。", "This proposal is decided already."))
    return row


async def _decide(
    row: RuleProposal,
    decision: str,
    actor: Actor,
    at: datetime,
    *,
    reason: str | None = None,
    rule_book_id: int | None = None,
) -> None:
    await RuleProposal.filter(id=row.id).update(
        decision=decision, decided_at=at, decided_by=account_of(actor), reason=reason, rule_book_id=rule_book_id
    )
    await second_person.answered(href=_where(row), at=at)
    if decision != "withdrawn":
        await telling.rules_decided(row, decision, reason or "", at)


def _where(row: RuleProposal) -> str:
    return f"/rule-proposals/{row.id}"


async def _sound(text: str) -> str:
    """Return the fingerprint of rules that may be published; Invalid with every error."""
    found = await scoring.queries.drafts.checked_text(text)
    if not found.sound or found.fingerprint is None:
        raise Invalid(*(one for one in found.problems if one.grade == "error"))
    return found.fingerprint


async def _themes(text: str, month: int) -> None:
    """Refuse rules that lack the theme of a month that is planned."""
    found = await scoring.queries.drafts.checked_text(text)
    missing = await publishing.themes_missing(month, frozenset(found.book.themes if found.book else ()))
    if missing:
        zh, en = "已计划的 {months} 的主题不在这份规则里。", "The theme of the planned {months} is not in these rules."
        sentence = Text(zh=zh, en=en).format(months=", ".join(str(one) for one in missing))
        raise Refused(Problem(code="theme_missing", sentence=sentence))


async def _waiting(month: int) -> Problem | None:
    if not await RuleProposal.exists(month=month, decision=None):
        return None
    zh, en = "这个月已有一项提议在等待决定。", "A proposal about this month waits for its decision already."
    return problem("proposal_waits", zh, en)


async def _held_already(month: int, seal: str) -> Problem | None:
    rules = await scoring.queries.rules.rules_of(month)
    if rules.fingerprint != seal:
        return None
    return problem("no_change", "与该月将用的规则相同。", "These are the rules that hold for that month already.")


async def _same_person(row: RuleProposal, actor: Actor) -> Problem | None:
    """Return the refusal when the one who decides is the proposer, by account or by person."""
    proposer = await closing.party(row.proposed_by, row.month)
    if guards.same_person(proposer, await closing.party(account_of(actor), row.month)) is None:
        return None
    zh, en = (
        "规则要由两个不同的人发布，{name}已经提议。",
        "Publishing rules takes two different people; {name} has proposed.",
    )
    return Problem(code="same_person", sentence=Text(zh=zh, en=en).format(name=proposer.name))


def _demand(reason: str) -> None:
    if not reason.strip():
        raise Invalid(problem("reason_needed", "请写明理由。", "Give the reason."))
    if len(reason) > LONGEST_REASON:
        raise Invalid(problem("reason_too_long", "理由太长。", "The reason is too long."))

"""Proposals to publish a version of the rules: which wait, who made them, and from which month versions hold."""

from datetime import datetime

import msgspec

from core.database import raw
from core.errors import NotFound, Problem, problem
from core.language import Text
from core.period import month_at
from months.lifecycle import NAMES, State
from months.queries import calendar
from org.names import named

_PROPOSALS = """
SELECT p.id, p.draft_id, p.name, p.fingerprint, p.month, p.why, p.proposed_at, p.proposed_by,
  a.display_name AS proposed_by_name, p.decision, p.decided_at, d.display_name AS decided_by_name, p.reason,
  p.rule_book_id, b.version
FROM rule_proposal p LEFT JOIN account a ON a.id = p.proposed_by LEFT JOIN account d ON d.id = p.decided_by
LEFT JOIN rule_book b ON b.id = p.rule_book_id
"""
UNTOUCHED = frozenset({State.DRAFT, State.CANCELLED})
"""States in which new rules may still reach a month: from its announcement on a month keeps the rules it was announced with."""


class ProposalRow(msgspec.Struct, frozen=True, kw_only=True):
    """A draft put before a second person; `decision` is approved, rejected, withdrawn, or None while it waits."""

    id: int
    draft_id: int | None
    name: str
    fingerprint: str
    month: int
    why: str
    proposed_at: datetime
    proposed_by: int
    proposed_by_name: str | None
    decision: str | None
    decided_at: datetime | None
    decided_by_name: str | None
    reason: str | None
    rule_book_id: int | None
    version: int | None


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """From which month a version holds for months that name none; 0 is from ever."""

    month: int
    rule_book_id: int
    version: int


async def proposals(draft_id: int | None = None) -> tuple[ProposalRow, ...]:
    """Return all proposals, or those of one draft: the open ones first, then the newest."""
    statement = (
        _PROPOSALS + " WHERE $1::int IS NULL OR p.draft_id = $1 ORDER BY p.decision IS NOT NULL, p.id DESC LIMIT 200"
    )
    async with raw() as connection:
        rows = await connection.fetch(named(statement), draft_id)
    return tuple(ProposalRow(**row) for row in rows)


async def proposal(proposal_id: int) -> ProposalRow:
    """Return one proposal; NotFound when there is none."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_PROPOSALS) + " WHERE p.id = $1", proposal_id)
    if row is None:
        raise no_proposal()
    return ProposalRow(**row)


async def proposal_text(proposal_id: int) -> str:
    """Return the text as it was proposed: what the second person reads is what becomes the version."""
    async with raw() as connection:
        text = await connection.fetchval("SELECT text FROM rule_proposal WHERE id = $1", proposal_id)
    if text is None:
        raise no_proposal()
    return str(text)


async def effects() -> tuple[Effect, ...]:
    """Return from which month which version holds, the latest month first; of one month only what decides."""
    statement = """
        SELECT DISTINCT ON (e.month) e.month, e.rule_book_id, b.version FROM rule_effect e
        JOIN rule_book b ON b.id = e.rule_book_id ORDER BY e.month DESC, e.id DESC
    """
    async with raw() as connection:
        return tuple(Effect(**row) for row in await connection.fetch(statement))


async def month_problem(month: int, at: datetime) -> Problem | None:
    """Return why no new rules can hold from a month on, None when they can: it has begun, or is announced."""
    if month <= month_at(at):
        zh, en = "新规则只能从以后的月份起生效。", "New rules can only hold from a later month on."
        return problem("month_begun", zh, en)
    try:
        row = await calendar.month_row(month, at)
    except NotFound:
        return None
    if row.state in UNTOUCHED:
        return None
    zh, en = "这个月“{state}”，沿用已发布的规则。", "This month is “{state}” and keeps the rules it was announced with."
    return Problem(code="month_announced", sentence=Text(zh=zh, en=en).format(state=NAMES[row.state]))


async def themes_missing(month: int, themes: frozenset[str]) -> tuple[int, ...]:
    """Return the planned months from a month on whose theme stands in no such rule book."""
    rows = await calendar.months()
    reached = (row for row in rows if row.month >= month and row.state is State.DRAFT)
    return tuple(row.month for row in reached if row.theme and row.theme not in themes)


def no_proposal() -> NotFound:
    """Return the refusal for a proposal that is not there."""
    return NotFound(problem("no_such_proposal", "没有这项提议。", "There is no such proposal."))

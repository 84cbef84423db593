"""Who may judge an appeal: nobody who is concerned; what is at stake, who looks again, whose desk it comes to."""

import org.queries
import rewards.queries
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import raw
from leaderboards.queries.snapshots import inner_board
from months import guards
from months.appealing import Ground, Stake, desks_from
from months.queries import closing
from org.roles import MANAGING, Role
from org.visibility import Viewer
from scoring.queries.rules import rules_of

SECOND = frozenset({Role.HR, Role.AUDITOR})
"""Who takes a second look: HR, and the auditor in its place."""
_HOLDERS = """
SELECT DISTINCT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
WHERE g.role = $1 AND g.starts_on <= $2 AND (g.ends_on IS NULL OR g.ends_on > $2)
"""

_MANAGED = """
SELECT DISTINCT g.scope_id FROM role_grant g JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
WHERE g.scope_id = ANY ($1::int4[]) AND g.role = ANY ($2::text[])
  AND g.starts_on <= $3 AND (g.ends_on IS NULL OR g.ends_on > $3)
"""


async def own_matter(account_id: int, *, filed_by: int, unit_id: int, month: int) -> bool:
    """Tell whether somebody may not judge an appeal: filed by oneself or one's own people, or about an own unit."""
    judge, filer = await closing.party(account_id, month), await closing.party(filed_by, month)
    same = judge.account_id == filer.account_id or (judge.unit_id is not None and judge.unit_id == filer.unit_id)
    return same or unit_id in judge.own_units


async def same_person(one: int, other: int, month: int) -> bool:
    """Tell whether two acts would be one person's, by account or by person."""
    return guards.same_person(await closing.party(one, month), await closing.party(other, month)) is not None


def looks_again(viewer: Viewer) -> bool:
    """Tell whether a second look is this reader's office."""
    return any(role in SECOND for role, _ in viewer.grants)


async def stake(month: int, unit_id: int, code: str, kind: str) -> Stake | None:
    """Return what is at stake with an appeal: a red line, or an award that the unit holds or is two places from.

    `code` is the disputed line and `kind` that of the change which would follow; awards are read from the newest board.
    """
    rules = await rules_of(month)
    if kind == "red_line" or code in rules.book.red_lines:
        return Stake.RED_LINE
    board = await inner_board(month)
    if board is None:
        return None
    outcomes = await rewards.queries.outcomes(board, rules)
    near = any(unit_id == near for outcome in outcomes for near, _ in outcome.near)
    return Stake.AWARD if near else None


async def desk_of(ground: Ground, filer: Actor, unit_id: int, month: int) -> str:
    """Return whose desk an appeal comes to: that of its ground, or its deputy's where everybody there is concerned."""
    desks, day = desks_from(ground), now().astimezone(SHANGHAI).date()
    if filer.account_id is None:
        return desks[0]
    for desk in desks:
        async with raw() as connection:
            holders = [row["account_id"] for row in await connection.fetch(_HOLDERS, desk, day)]
        for account_id in holders:
            if not await own_matter(account_id, filed_by=filer.account_id, unit_id=unit_id, month=month):
                return desk
    return desks[0]


async def people_of(unit_id: int, month: int) -> tuple[int, ...]:
    """Return whom the outcome of a unit's appeal concerns: the unit itself and those above it, up to the first that somebody manages."""
    organisation, day = await org.queries.organisation_of_month(month), now().astimezone(SHANGHAI).date()
    chain = (unit_id, *organisation.ancestors(unit_id))
    async with raw() as connection:
        rows = await connection.fetch(_MANAGED, chain, sorted(str(role) for role in MANAGING), day)
    managed = {row["scope_id"] for row in rows}
    ends = next((number for number, unit in enumerate(chain) if unit in managed), 0)
    return chain[: ends + 1]


async def actor_of(account_id: int) -> Actor:
    """Return a person as one who acts, for what was decided before and holds now."""
    account = await org.queries.account_by_id(account_id)
    return Actor(account_id, account.username if account else "?")

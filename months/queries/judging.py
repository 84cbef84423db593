"""Who may judge an appeal: nobody who is concerned; what is at stake, who looks again, whose desk it comes to."""

from collections.abc import Sequence
from contextlib import suppress

import org.queries
import rewards.queries
from core.audit import Actor
from core.clock import SHANGHAI, now
from core.database import raw
from core.errors import NotFound
from leaderboards.faces import showing
from leaderboards.month_board import MonthBoard
from leaderboards.queries.snapshots import inner_board, month_board
from months import guards
from months.appealing import Ground, Stake, desks_from
from months.queries import closing
from org.roles import MANAGING, Role
from org.visibility import Face, Viewer
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


async def rivals(account_id: int, unit_id: int, month: int) -> bool:
    """Tell whether an own unit of somebody is after the same award as the unit of an appeal: both hold it or are two places from it.

    Never of an auditor, who stands in where all others are. Read from the newest board: for the doors of those who judge,
    not for anything that an appellant reads.
    """
    judge, board = await closing.party(account_id, month), await inner_board(month)
    here = board.by_unit.get(unit_id) if board else None
    if judge.auditor or board is None or here is None or judge.own_units.isdisjoint(board.by_unit):
        return False
    rules, named = await rules_of(month), await rewards.queries.namings(month)
    alike = {one for one in judge.own_units & board.by_unit.keys() if board.by_unit[one].group == here.group}
    near = [{one for one, _ in found.near} for found in await rewards.queries.outcomes(board, rules, named=named)]
    return any(unit_id in one and not alike.isdisjoint(one) for one in near)


async def same_person(one: int, other: int, month: int) -> bool:
    """Tell whether two acts would be one person's, by account or by person."""
    return guards.same_person(await closing.party(one, month), await closing.party(other, month)) is not None


def looks_again(viewer: Viewer) -> bool:
    """Tell whether a second look is this reader's office."""
    return any(role in SECOND for role, _ in viewer.grants)


async def stake(month: int, unit_id: int, code: str, kind: str) -> Stake | None:
    """Return what is at stake with an appeal: a red line, or an award that the unit holds or is two places from.

    `code` is the disputed line and `kind` that of the change which would follow. Awards are read from the board that everybody
    sees: the appellant follows the way of the appeal, and it may not tell what is hidden.
    """
    rules = await rules_of(month)
    if kind == "red_line" or code in rules.book.red_lines:
        return Stake.RED_LINE
    board = await _public_board(month)
    if board is None:
        return None
    outcomes = await rewards.queries.outcomes(board, rules, named={})
    near = any(unit_id == near for outcome in outcomes for near, _ in outcome.near)
    return Stake.AWARD if near else None


async def _public_board(month: int) -> MonthBoard | None:
    with showing(Face.PUBLIC), suppress(NotFound):
        return await month_board(month)
    return None


async def desk_of(ground: Ground, filer: Actor, unit_id: int, month: int) -> str:
    """Return whose desk an appeal comes to: that of its ground, or its deputy's where everybody there is concerned."""
    desks = desks_from(ground)
    if filer.account_id is None:
        return desks[0]
    return await first_free(desks, filed_by=filer.account_id, unit_id=unit_id, month=month)


async def first_free(desks: Sequence[str], *, filed_by: int, unit_id: int, month: int, aside: int | None = None) -> str:
    """Return the first of some desks where somebody may judge an appeal, the person `aside` not among them; the first of all where nobody may."""
    for desk in desks:
        for account_id in await _holders(desk):
            concerned = await own_matter(account_id, filed_by=filed_by, unit_id=unit_id, month=month)
            if not concerned and (aside is None or not await same_person(account_id, aside, month)):
                return desk
    return desks[0]


async def _holders(desk: str) -> list[int]:
    day = now().astimezone(SHANGHAI).date()
    async with raw() as connection:
        return [row["account_id"] for row in await connection.fetch(_HOLDERS, desk, day)]


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

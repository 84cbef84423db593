"""What the guards of a closing look at: completeness, work still waiting, the people, and who stands near an award."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

import msgspec

import org.queries
import scoring.queries.rules
from core import outbox
from core.database import raw
from core.language import Text
from core.period import shifted
from leaderboards.flags import EXCLUDED, RANKED, SHOWN_ONLY
from leaderboards.queries import stored
from months.guards import Few, Missing, Near, Party, Readiness
from months.lifecycle import State
from months.queries import appeals, branches, changes
from months.queries.watched import soft_problems
from org.names import named
from org.organisation import Organisation
from org.roles import MANAGING, Role
from rewards.entrants import Outcome
from scoring.queries.rules import Rules

_EARLIER = """
SELECT m.month FROM service_month m WHERE m.month < $1 AND m.month >= $2 AND m.announced_at IS NOT NULL
  AND m.cancelled_at IS NULL AND NOT EXISTS (SELECT FROM publication p WHERE p.month = m.month) ORDER BY m.month
"""
_SIGNATURES = """
SELECT p.display_name AS proposer, a.display_name AS approver FROM closed_month m JOIN closing c ON c.id = m.closing_id
LEFT JOIN account p ON p.id = c.proposed_by LEFT JOIN account a ON a.id = c.approved_by WHERE m.month = $1
"""
_REOPENED = """
SELECT a.display_name AS name, r.at, r.why, c.version FROM reopening r JOIN closing c ON c.id = r.closing_id
LEFT JOIN account a ON a.id = r.by WHERE r.month = $1 ORDER BY r.at DESC LIMIT 1
"""
LOOKING_BACK = 12
"""So many months back a month may look: windows, held scores, growth, season."""
LARGE = 4_000
"""Months of more units are closed by a worker."""
ENOUGH_RANKED = Fraction(4, 5)
"""Below this share of a kind the closing asks whether the data are complete."""


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """An open proposal to close a month: by whom, with which conditions waived, and why."""

    closing_id: int
    proposer: Party
    proposed_at: datetime
    waivers: tuple[str, ...]
    why: str | None


class Reopened(msgspec.Struct, frozen=True, kw_only=True):
    """By whom, when and why a month was opened again, and the version that holds no longer."""

    name: str | None
    at: datetime
    why: str
    version: int


async def readiness(month: int, state: State, at: datetime, cut_off_at: datetime) -> Readiness:
    """Return what stands for and against closing a month at a moment; late data are accepted until `cut_off_at`."""
    rules = await scoring.queries.rules.rules_of(month)
    few, ranked = await _ranked(month, rules)
    return Readiness(
        month=month,
        state=state,
        at=at,
        cut_off_at=cut_off_at,
        missing=await _missing(month, rules),
        few=few,
        pending=await outbox.waiting_of_month(month),
        ranked=ranked,
        appeals=len(await appeals.open_of_month(month)),
        changes=len(await changes.open_of_month(month)),
        earlier=await _unpublished_before(month),
        soft=await soft_problems(month),
        branches=tuple(one.unit_name for one in await branches.branches(month) if one.closed_at is None),
    )


async def _unpublished_before(month: int) -> tuple[int, ...]:
    """Return the months before that ran and are not published, oldest first."""
    async with raw() as connection:
        rows = await connection.fetch(_EARLIER, month, shifted(month, -LOOKING_BACK))
    return tuple(row["month"] for row in rows)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A closing that a worker carries out: at which phase it is (0 = waits), and what stood against it once it has ended."""

    done: int
    working: bool
    against: tuple[Text, ...]


async def run_of(closing_id: int) -> Run | None:
    """Return how far a worker is with a closing, None when nobody has asked for one."""
    statement = "SELECT done, finished_at IS NULL AS working, failure FROM closing_run WHERE closing_id = $1"
    async with raw() as connection:
        row = await connection.fetchrow(statement, closing_id)
    if row is None:
        return None
    against = msgspec.json.decode(row["failure"] or "[]", type=tuple[Text, ...])
    return Run(done=row["done"], working=row["working"], against=against)


async def is_large(month: int) -> bool:
    """Tell whether closing a month takes seconds, so that it is better left to a worker."""
    statement = "SELECT s.units FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id WHERE h.month = $1"
    async with raw() as connection:
        return (await connection.fetchval(statement, month) or 0) > LARGE


async def proposal(month: int) -> Proposal | None:
    """Return the open proposal to close a month, None when there is none."""
    statement = (
        "SELECT id, proposed_by, proposed_at, waivers, why FROM closing"
        " WHERE month = $1 AND withdrawn_at IS NULL AND approved_at IS NULL"
    )
    async with raw() as connection:
        row = await connection.fetchrow(statement, month)
    if row is None:
        return None
    return Proposal(
        closing_id=row["id"],
        proposer=await party(row["proposed_by"], month),
        proposed_at=row["proposed_at"],
        waivers=tuple(msgspec.json.decode(row["waivers"])),
        why=row["why"],
    )


async def party(account_id: int, month: int) -> Party:
    """Return a person as the closing sees one, with the own units: those above, those at the own desk, those managed; the company aside."""
    account = await org.queries.account_by_id(account_id)
    if account is None:
        return Party(account_id=account_id, name=Text(zh="?", en="?"))
    organisation = await org.queries.organisation_of_month(month)
    grants = await org.queries.grants_of(account_id)
    return Party(
        account_id=account_id,
        name=account.name,
        unit_id=account.unit_id,
        own_units=own_units(account.unit_id, [one.scope_id for one in grants if one.role in MANAGING], organisation),
        auditor=any(grant.role is Role.AUDITOR for grant in grants),
    )


def own_units(unit_id: int | None, managed: Iterable[int], organisation: Organisation) -> frozenset[int]:
    """Return the units whose results are somebody's own matter: of those above, of everybody at the same desk, and of those led."""
    above = () if unit_id is None else (unit_id, *organisation.ancestors(unit_id))
    led = [one for one in (*above[1:2], *managed) if one not in organisation.roots]
    return frozenset(above).union(*(organisation.subtree(one) for one in led)).difference(organisation.roots)


async def signatures(month: int) -> tuple[str, str]:
    """Return by name who proposed and who approved the closing that holds, empty names for none."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_SIGNATURES), month)
    return (str(row["proposer"] or ""), str(row["approver"] or "")) if row else ("", "")


async def reopened(month: int) -> Reopened | None:
    """Return how a month was last opened again; None for one that never was."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_REOPENED), month)
    return Reopened(**dict(row)) if row else None


async def near(outcomes: Iterable[Outcome], month: int) -> tuple[Near, ...]:
    """Return who stands within two places of which award, with the names that a refusal has to say."""
    organisation = await org.queries.organisation_of_month(month)
    awards = (await scoring.queries.rules.rules_of(month)).book.awards
    units = organisation.units
    return tuple(
        Near(
            unit_id=unit_id,
            name=Text(zh=units[unit_id].name_zh, en=units[unit_id].name_en),
            award=awards[outcome.award].name,
            distance=distance,
        )
        for outcome in outcomes
        for unit_id, distance in outcome.near
    )


async def _missing(month: int, rules: Rules) -> tuple[Missing, ...]:
    """Return the sources of which a KPI of some card has no fact at all in the month."""
    book = rules.book
    numbers = (await scoring.queries.rules.catalogue()).kpis
    delivered = await _delivered(month)
    expected = dict.fromkeys(code for card in book.kinds for code in book.kpis_of(card))
    gaps: dict[str, list[str]] = {}
    for code in expected:
        if numbers.get(book.kpis[code].facts) not in delivered:
            gaps.setdefault(book.kpis[code].source, []).append(code)
    return tuple(
        Missing(source=source, name=_source_name(rules, source), kpis=tuple(codes)) for source, codes in gaps.items()
    )


async def _delivered(month: int) -> set[int | None]:
    """Return the numbers of the KPIs of which the month has facts."""
    async with raw() as connection:
        rows = await connection.fetch("SELECT packed FROM month_matrix WHERE month = $1", month)
    import numpy as np  # imported late: this module is also read by pages

    from scoring.bulk import CELLS

    cells = np.frombuffer(b"".join(row["packed"] for row in rows), dtype=CELLS)
    return set(np.unique(cells["kpi"]).tolist())


def _source_name(rules: Rules, source: str) -> Text:
    known = rules.book.sources.get(source)
    return known.name if known else Text(zh=source, en=source)


async def _ranked(month: int, rules: Rules) -> tuple[tuple[Few, ...], int]:
    """Return the kinds of which too few units are ranked, and how many units are ranked in all."""
    board = await stored.board_or_none(month)
    few: list[Few] = []
    total = 0
    for card, standings in board.by_card.items() if board else ():
        competing = [standing for standing in standings if standing.status not in {SHOWN_ONLY, EXCLUDED}]
        ranked = sum(standing.status == RANKED for standing in competing)
        total += ranked
        if ranked < ENOUGH_RANKED * len(competing):
            few.append(Few(kind=card, name=rules.book.kinds[card].name, ranked=ranked, units=len(competing)))
    return tuple(few), total

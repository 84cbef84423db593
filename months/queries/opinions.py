"""What the departments whose data are disputed were asked, and what they said."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

import org.queries
from core.clock import SHANGHAI
from core.database import raw
from core.language import Text
from core.workdays import working_days
from months.appealing import ASKED, OPEN, AppealState, Opinion, opinion_due
from months.queries.appeals import AppealRow, appeals
from months.queries.complete import known_until
from months.queries.judging import own_matter
from months.watch.owners import kpi_owner
from org.names import named
from org.roles import Role
from scoring.queries.rules import rules_of

_HEADS = """
SELECT DISTINCT g.account_id FROM role_grant g JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
WHERE g.role = $1 AND g.scope_id = $2 AND g.starts_on <= $3 AND (g.ends_on IS NULL OR g.ends_on > $3)
"""
_OPINIONS = """
SELECT q.appeal_id, q.note AS code, q.at AS asked_at, s.step AS stand, s.note AS text, s.at AS given_at,
  p.display_name AS who
FROM appeal_step q
LEFT JOIN appeal_step s ON s.appeal_id = q.appeal_id AND s.step = ANY ($3::text[])
LEFT JOIN account p ON p.id = s.by
WHERE q.step = $2 AND ($1::int4[] IS NULL OR q.appeal_id = ANY ($1)) ORDER BY q.appeal_id
"""


class OpinionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A department that was asked about an appeal; `stand` and what follows it is None until it has spoken."""

    appeal_id: int
    code: str
    asked_at: datetime
    due_at: datetime
    stand: Opinion | None = None
    text: str | None = None
    given_at: datetime | None = None
    who: str | None = None

    def awaited(self, at: datetime) -> bool:
        """Tell whether a decision has to wait for the department at a moment."""
        return self.stand is None and at < self.due_at


class AskedAppeal(msgspec.Struct, frozen=True, kw_only=True):
    """An appeal as the department reads whose data it disputes: no scores, no places."""

    id: int
    month: int
    unit_id: int
    kpi: str
    ground: str
    claimed: str
    told: str
    recorded: str | None
    state: str
    outcome: str | None
    reason: str | None
    opinion: OpinionRow

    @property
    def open(self) -> bool:
        """Tell whether the department may still speak."""
        return AppealState(self.state) in OPEN and self.opinion.stand is None


async def department_of(*, month: int, unit_id: int, kpi: str, filed_by: int, at: datetime) -> str | None:
    """Return the code of the department that delivers the disputed data; None where nobody at its head may speak.

    A red line has no such department; heads who belong to the matter do not speak.
    """
    book = (await rules_of(month)).book
    code = kpi_owner(book, kpi) if kpi in book.kpis else None
    unit = (await org.queries.organisation_of_month(month)).by_code.get(code) if code else None
    if unit is None:
        return None
    async with raw() as connection:
        rows = await connection.fetch(_HEADS, str(Role.DEPARTMENT_HEAD), unit.id, at.astimezone(SHANGHAI).date())
    for row in rows:
        if not await own_matter(row["account_id"], filed_by=filed_by, unit_id=unit_id, month=month):
            return code
    return None


async def department_asked(appeal_id: int, month: int) -> int | None:
    """Return the unit of the department that was asked about an appeal."""
    found = await opinion(appeal_id)
    unit = (await org.queries.organisation_of_month(month)).by_code.get(found.code) if found else None
    return unit.id if unit else None


async def opinion(appeal_id: int) -> OpinionRow | None:
    """Return what a department was asked and said about an appeal, None where none was asked."""
    return next(iter(await _opinions([appeal_id])), None)


async def asked_of(account_id: int) -> tuple[AskedAppeal, ...]:
    """Return the appeals about which a person may speak as head of a department, what is still open first."""
    codes = await _headed(account_id)
    if not codes:
        return ()
    said = {one.appeal_id: one for one in await _opinions(None) if one.code in codes}
    rows = [row for row in await appeals() if row.id in said]
    found = [
        await _told(row, said[row.id])
        for row in rows
        if not await own_matter(account_id, filed_by=row.filed_by, unit_id=row.unit_id, month=row.month)
    ]
    return tuple(sorted(found, key=lambda one: (not one.open, one.opinion.due_at, one.id)))


async def _headed(account_id: int) -> frozenset[str]:
    """Return the codes of the departments that a person heads."""
    scopes = [one.scope_id for one in await org.queries.grants_of(account_id) if one.role is Role.DEPARTMENT_HEAD]
    if not scopes:
        return frozenset()
    organisation = await org.queries.organisation()
    return frozenset(unit.code for one in scopes if (unit := organisation.unit(one)) is not None)


async def _told(row: AppealRow, said: OpinionRow) -> AskedAppeal:
    """Return an appeal for the department; what was recorded only as far as the boards tell of that time."""
    until = await known_until(row.month)
    return AskedAppeal(
        id=row.id,
        month=row.month,
        unit_id=row.unit_id,
        kpi=row.kpi,
        ground=row.ground,
        claimed=row.claimed,
        told=row.told,
        recorded=row.recorded if until is None or row.filed_at < until else None,
        state=row.state,
        outcome=row.outcome,
        reason=row.reason,
        opinion=said,
    )


async def _opinions(appeal_ids: Collection[int] | None) -> tuple[OpinionRow, ...]:
    stands, calendar = [str(one) for one in Opinion], working_days()
    wanted = None if appeal_ids is None else sorted(appeal_ids)
    async with raw() as connection:
        rows = await connection.fetch(named(_OPINIONS), wanted, ASKED, stands)
    return tuple(_row(row, opinion_due(row["asked_at"], calendar)) for row in rows)


def _row(row: Any, due_at: datetime) -> OpinionRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    stand = values.pop("stand")
    return OpinionRow(**values, stand=Opinion(stand) if stand else None, due_at=due_at)


async def department_name(code: str, month: int) -> Text:
    """Return what a department is called in a month."""
    unit = (await org.queries.organisation_of_month(month)).by_code.get(code)
    return Text(unit.name_zh, unit.name_en) if unit else Text(code, code)

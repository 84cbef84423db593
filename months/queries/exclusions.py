"""What was decided about single units of a month beside their facts: exclusions, adjustments, red lines, namings."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

import org.queries
from core.database import raw
from core.errors import NotFound, problem
from core.language import Text
from core.period import first_day, next_first_day
from core.points import cents_text
from org.names import named
from org.organisation import Unit

_EXCLUSIONS = """
SELECT e.id, e.unit_id, e.what, e.reason, e.proposed_at, e.proposed_by, e.decision, e.decided_at, e.lifted_at,
  e.lifted_why, p.display_name AS proposer, d.display_name AS decider, l.display_name AS lifter
FROM exclusion e JOIN account p ON p.id = e.proposed_by
LEFT JOIN account d ON d.id = e.decided_by LEFT JOIN account l ON l.id = e.lifted_by
WHERE e.month = $1 ORDER BY e.id DESC
"""
_ADJUSTMENTS = """
SELECT a.id, a.unit_id, a.points, a.reason, a.evidence, a.at, p.display_name AS approver, a.change_set_id, a.lifted_at
FROM adjustment a LEFT JOIN account p ON p.id = a.approved_by WHERE a.month = $1 ORDER BY a.id DESC
"""

_RED_LINES = """
SELECT id, unit_id, on_day, code FROM red_line_event
WHERE on_day >= $1 AND on_day < $2 AND lifted_at IS NULL ORDER BY id DESC
"""


_NAMINGS = "SELECT id, award, unit_id FROM award_naming WHERE month = $1 AND lifted_at IS NULL ORDER BY id"


class ExclusionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit left out of a month's award, statistics or both: who proposed, who decided, whether it stands."""

    id: int
    unit_id: int
    unit_code: str
    unit_name: Text
    what: str
    reason: str
    proposer: str
    proposed_by: int
    proposed_at: datetime
    decision: str | None
    decider: str | None
    decided_at: datetime | None
    lifter: str | None
    lifted_at: datetime | None
    lifted_why: str | None

    @property
    def stands(self) -> bool:
        """Tell whether the month is scored with it."""
        return self.decision == "approved" and self.lifted_at is None


class AdjustmentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Signed points beside a unit's card, with the reason and who approved them."""

    id: int
    unit_id: int
    unit_code: str
    unit_name: Text
    points: str
    reason: str
    evidence: str | None
    approver: str | None
    at: datetime
    change_set_id: int | None
    lifted_at: datetime | None


class RedLineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A verified serious misconduct of a unit that stands, with its code in the rule book."""

    id: int
    unit_id: int
    unit_code: str
    unit_name: Text
    on_day: date
    code: str


class NamingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that is named for an award by hand."""

    id: int
    unit_id: int
    unit_code: str
    unit_name: Text
    award: str


async def exclusions(month: int) -> tuple[ExclusionRow, ...]:
    """Return all exclusions of a month, those of others' and those lifted too, the newest first."""
    async with raw() as connection:
        rows = await connection.fetch(named(_EXCLUSIONS), month)
    units = (await org.queries.organisation_of_month(month)).units
    return tuple(ExclusionRow(**{**row, **_named(units, row["unit_id"])}) for row in rows)


async def exclusion_of(month: int, unit_id: int) -> ExclusionRow | None:
    """Return the exclusion of a unit that stands in a month."""
    return next((one for one in await exclusions(month) if one.unit_id == unit_id and one.stands), None)


async def month_of_exclusion(exclusion_id: int) -> int:
    """Return the month of an exclusion; NotFound when there is none."""
    async with raw() as connection:
        month = await connection.fetchval("SELECT month FROM exclusion WHERE id = $1", exclusion_id)
    if month is None:
        raise NotFound(problem("no_such_exclusion", "没有这项排除。", "There is no such exclusion."))
    return int(month)


async def adjustments(month: int) -> tuple[AdjustmentEntry, ...]:
    """Return all adjustments of a month, the newest first."""
    async with raw() as connection:
        rows = await connection.fetch(named(_ADJUSTMENTS), month)
    units = (await org.queries.organisation_of_month(month)).units
    return tuple(
        AdjustmentEntry(**{**row, "points": cents_text(row["points"]), **_named(units, row["unit_id"])}) for row in rows
    )


async def red_lines(month: int) -> tuple[RedLineEntry, ...]:
    """Return the red lines of a month that stand, the newest first."""
    async with raw() as connection:
        rows = await connection.fetch(_RED_LINES, first_day(month), next_first_day(month))
    units = (await org.queries.organisation_of_month(month)).units
    return tuple(RedLineEntry(**{**row, **_named(units, row["unit_id"])}) for row in rows)


async def namings(month: int) -> tuple[NamingEntry, ...]:
    """Return who is named for the awards by hand of a month, the first named first."""
    async with raw() as connection:
        rows = await connection.fetch(_NAMINGS, month)
    units = (await org.queries.organisation_of_month(month)).units
    return tuple(NamingEntry(**{**row, **_named(units, row["unit_id"])}) for row in rows)


async def standing_red_line(unit_id: int, code: str, month: int) -> int:
    """Return the number of the newest red line of a kind that stands against a unit; NotFound when there is none."""
    found = next((one for one in await red_lines(month) if (one.unit_id, one.code) == (unit_id, code)), None)
    if found is None:
        raise NotFound(problem("no_such_red_line", "没有这条红线。", "There is no such red line."))
    return found.id


def _named(units: Mapping[int, Unit], unit_id: int) -> dict[str, object]:
    unit = units.get(unit_id)
    code = unit.code if unit else f"#{unit_id}"
    name = Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=code, en=code)
    return {"unit_code": code, "unit_name": name}

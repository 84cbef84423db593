"""Branches of a month that are closed before the others, and those that are not yet."""

from datetime import datetime
from typing import Any

import msgspec

import org.queries
from core.database import raw
from core.language import Text
from org.names import named
from org.organisation import Organisation, Unit

_ROWS = """
SELECT b.id, b.unit_id, b.closed_at, b.by, p.display_name AS proposer, b.approved_by, a.display_name AS approver, b.through_batch
FROM branch_closing b JOIN account p ON p.id = b.by LEFT JOIN account a ON a.id = b.approved_by
WHERE b.month = $1 AND b.lifted_at IS NULL ORDER BY b.id
"""


class BranchRow(msgspec.Struct, frozen=True, kw_only=True):
    """A branch in a month whose branches close one by one: proposed by whom, closed when and by whom; None for not yet."""

    unit_id: int
    unit_code: str
    unit_name: Text
    id: int | None = None
    proposed_by: int | None = None
    proposer: str | None = None
    approver: str | None = None
    closed_at: datetime | None = None
    through_batch: int | None = None


async def branches(month: int) -> tuple[BranchRow, ...]:
    """Return all branches of a month, nothing where none was closed before the others."""
    async with raw() as connection:
        rows = {row["unit_id"]: row for row in await connection.fetch(named(_ROWS), month)}
    if not rows:
        return ()
    organisation = await org.queries.organisation_of_month(month)
    kinds = {organisation.units[unit].kind for unit in rows if unit in organisation.units}
    return tuple(_row(unit, rows.get(unit.id)) for unit in _of(organisation, kinds))


async def closable(month: int) -> tuple[Unit, ...]:
    """Return the units that can be closed by themselves: right beneath the top of the company, with units below."""
    organisation = await org.queries.organisation_of_month(month)
    found = (unit for unit in organisation.units.values() if unit.parent_id in organisation.roots)
    return tuple(sorted((unit for unit in found if _stands_alone(organisation, unit)), key=lambda unit: unit.code))


async def may_close(month: int, unit_id: int) -> bool:
    """Say whether a unit is a part of the company that can be closed by itself."""
    return unit_id in {unit.id for unit in await closable(month)}


def _stands_alone(organisation: Organisation, unit: Unit) -> bool:
    """Say whether there are units beneath that are not people only: a department's staff makes no branch."""
    return any(organisation.children(child) for child in organisation.children(unit.id))


def _of(organisation: Organisation, kinds: set[str]) -> list[Unit]:
    return sorted(
        (unit for unit in organisation.units.values() if unit.kind in kinds and unit.parent_id in organisation.roots),
        key=lambda unit: unit.code,
    )


def _row(unit: Unit, row: Any) -> BranchRow:  # noqa: ANN401 - asyncpg ships no types
    found = BranchRow(unit_id=unit.id, unit_code=unit.code, unit_name=Text(zh=unit.name_zh, en=unit.name_en))
    if row is None:
        return found
    told = {name: row[name] for name in ("id", "proposer", "approver", "through_batch")}
    closed_at = row["closed_at"] if row["approved_by"] is not None else None
    return msgspec.structs.replace(found, **told, proposed_by=row["by"], closed_at=closed_at)

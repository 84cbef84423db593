"""A month's facts folded otherwise than they are stored, for rules that trim other ratings than those of the month do."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from core.database import Connection, copy_out
from core.period import first_day, next_first_day
from scoring.queries.counted import TICK, counted

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from scoring.bulk import UnitCells

_FOLD = "SELECT through_batch, folded_at FROM month_fold WHERE month = $1"
_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date
"""


async def cells_known(
    connection: Connection,
    month: int,
    known_at: datetime | None,
    trimmed: Collection[int],
    corrected: Mapping[int, int],
    through_batch: int | None = None,
) -> "UnitCells":
    """Return the cells of a month folded from what was known before an instant, however the matrix stands now."""
    which = await counted(connection, month, known_at, through_batch=through_batch)
    values = (first_day(month), next_first_day(month), *which.arguments)
    data = await copy_out(connection, _FACTS + which.condition, *values)
    return await _folded(data, trimmed, corrected)


async def cells_with_new(
    connection: Connection,
    month: int,
    span: tuple[datetime, datetime],
    trimmed: Collection[int],
    corrected: Mapping[int, int],
) -> "UnitCells":
    """Return the cells known at the first instant with only what was new by the second: nothing corrected or taken back.

    New is a fact of which nothing counted before.
    """
    days = first_day(month), next_first_day(month)
    before = await counted(connection, month, span[0])
    after = await counted(connection, month, span[1], placeholder=before.free)
    same = "SELECT FROM fact f WHERE (f.kpi_id, f.unit_id, f.on_day, f.item) = (n.kpi_id, n.unit_id, n.on_day, n.item)"
    # A row that counted before is no news: said first, so that few rows have to be looked for.
    fresh = f"{_FACTS}{after.condition} AND NOT (true{before.condition})".replace("f.", "n.").replace(
        "fact f", "fact n"
    )
    query = f"{_FACTS}{before.condition} UNION ALL {fresh} AND NOT EXISTS ({same}{before.condition})"
    data = await copy_out(connection, query, *days, *before.arguments, *after.arguments)
    return await _folded(data, trimmed, corrected)


async def only_new(connection: Connection, month: int, span: tuple[datetime, datetime]) -> bool:
    """Tell whether all that came between two instants is new: nothing that counted was corrected, taken back or set aside.

    Then what was new is all that is known at the second instant, and need not be folded apart.
    """
    days = first_day(month), next_first_day(month)
    before = await counted(connection, month, span[0])
    after = await counted(connection, month, span[1], placeholder=before.free)
    values = (*days, *before.arguments, *after.arguments)
    inside = "SELECT FROM fact f WHERE f.on_day >= $1::date AND f.on_day < $2::date"
    gone = f"{inside}{before.condition} AND NOT (true{after.condition})"
    if await connection.fetchval(f"SELECT EXISTS ({gone})", *values):
        return False
    # A first revision corrects nothing; rows that counted before are no news.
    later = f"{inside}{after.condition} AND f.revision > 0 AND NOT (true{before.condition})".replace("f.", "n.")
    same = "SELECT FROM fact f WHERE (f.kpi_id, f.unit_id, f.on_day, f.item) = (n.kpi_id, n.unit_id, n.on_day, n.item)"
    corrected = f"{later.replace('fact f', 'fact n')} AND EXISTS ({same}{before.condition})"
    return not await connection.fetchval(f"SELECT EXISTS ({corrected})", *values)


async def _folded(data: bytes, trimmed: Collection[int], corrected: Mapping[int, int]) -> "UnitCells":
    import numpy as np

    from scoring.bulk import UnitCells, copied_out
    from scoring.folding import FACTS, folded

    units, cells = await asyncio.to_thread(folded, copied_out(data, FACTS), sorted(trimmed), corrected)
    numbers, counts = np.unique(units, return_counts=True)
    return UnitCells(units=numbers, counts=counts, cells=cells)


async def cells_folded_anew(connection: Connection, month: int, trimmed: Collection[int]) -> "UnitCells":
    """Return the cells of a month as folding would make them if the ratings of these KPIs were trimmed."""
    fold = await connection.fetchrow(_FOLD, month)
    if fold is None:
        return await cells_known(connection, month, None, trimmed, {}, through_batch=0)
    # What the stored matrix was folded from: batches up to the last it holds, as decided by then.
    return await cells_known(connection, month, fold["folded_at"] + TICK, trimmed, {}, fold["through_batch"])

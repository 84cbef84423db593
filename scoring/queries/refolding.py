"""A month's facts folded otherwise than they are stored, for rules that trim other ratings than those of the month do."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from core.database import Connection, copy_out
from core.period import first_day, next_first_day

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from scoring.bulk import UnitCells

# What the stored matrix was folded from: batches up to the last it holds, without those withdrawn by then.
_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample
FROM fact f CROSS JOIN month_fold m
WHERE m.month = $3 AND f.on_day >= $1::date AND f.on_day < $2::date AND f.batch_id <= m.through_batch
  AND NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = f.batch_id AND w.at <= m.folded_at)
"""


async def cells_folded_anew(connection: Connection, month: int, trimmed: Collection[int]) -> "UnitCells":
    """Return the cells of a month as folding would make them if the ratings of these KPIs were trimmed."""
    import numpy as np

    from scoring.bulk import UnitCells, copied_out
    from scoring.folding import FACTS, folded

    data = await copy_out(connection, _FACTS, first_day(month), next_first_day(month), month)
    units, cells = folded(copied_out(data, FACTS), sorted(trimmed))
    numbers, counts = np.unique(units, return_counts=True)
    return UnitCells(units=numbers, counts=counts, cells=cells)

"""Imports that came too late to count for their month by themselves: only of these can a change set say that they count."""

from datetime import datetime

from core.database import raw
from core.period import first_day, next_first_day

# After a first closing everything that comes is late for the sealed version, whatever the cut-off says.
_LATE = """
WITH life AS (
  SELECT (SELECT min(approved_at) FROM closing WHERE month = $1) AS closed
), own AS (SELECT DISTINCT ON (kpi_id) kpi_id, at FROM kpi_cut_off WHERE month = $1 ORDER BY kpi_id, id DESC)
SELECT b.id FROM import_batch b CROSS JOIN life WHERE b.first_on >= $2 AND b.last_on < $3 AND (
    b.received_at >= $4 OR b.received_at >= life.closed
    OR EXISTS (SELECT FROM own JOIN fact f ON f.kpi_id = own.kpi_id AND f.batch_id = b.id WHERE b.received_at >= own.at))
  AND NOT EXISTS (SELECT FROM batch_withdrawal w WHERE w.batch_id = b.id)
  AND NOT EXISTS (SELECT FROM late_acceptance a WHERE a.month = $1 AND a.batch_id = b.id AND a.lifted_at IS NULL)
"""


async def late_imports(month: int, cut_off_at: datetime) -> frozenset[int]:
    """Return the imports of a month that do not count because they came late, and were neither taken back nor let in."""
    async with raw() as connection:
        rows = await connection.fetch(_LATE, month, first_day(month), next_first_day(month), cut_off_at)
    return frozenset(row["id"] for row in rows)

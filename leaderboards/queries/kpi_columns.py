"""Measured KPI scores of all units of a card as columns."""

import msgspec
import numpy as np

from core.database import raw
from leaderboards.month_board import MonthBoard
from scoring.columns import Bools
from scoring.packing import LINE

_LINE = np.dtype(
    [("kpi", "<i2"), ("state", "u1"), ("score", "<i4"), ("points", "<i4"), ("value", "<i8"), ("sample", "<i4")]
)
_LINES = (
    "SELECT DISTINCT ON (unit_id) unit_id, lines FROM standing WHERE snapshot_id = ANY (parts_of($1)) AND card = $2"
    " AND length(lines) = $3 ORDER BY unit_id, snapshot_id DESC"
)
MEASURED = 0


class KpiColumns(msgspec.Struct, frozen=True):
    """Measured scores of one card as columns: units in ascending order, scores in cents by unit and KPI, whether there is one."""

    units: np.ndarray
    kpis: tuple[str, ...]
    scores: np.ndarray
    known: Bools


async def kpi_columns(board: MonthBoard, card: str) -> KpiColumns:
    """Return the measured scores of all units of a card; what a policy put in for a missing one does not count."""
    key = ("kpi columns", card)
    found: KpiColumns | None = board.kept(key, lambda: None)
    if found is None:
        found = await _columns(board, card)
        board.keep(key, found)
    return found


async def _columns(board: MonthBoard, card: str) -> KpiColumns:
    head = board.heads[card]
    async with raw() as connection:
        rows = await connection.fetch(_LINES, board.snapshot_id, head.number, len(head.kpis) * LINE.size)
    packed = np.frombuffer(b"".join(row["lines"] for row in rows), dtype=_LINE).reshape(len(rows), len(head.kpis))
    known = packed["state"] & 0x0F == MEASURED
    return KpiColumns(
        np.array([row["unit_id"] for row in rows], dtype=np.int64), head.kpis, packed["score"].astype(np.int64), known
    )

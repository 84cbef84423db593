"""Results of a month as rows of `standing`, ready for a binary COPY: built as columns, no step a unit."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from leaderboards.results import NONE, CardResult
from scoring.bulk import LINES, Ints, copied_in, copy_stream
from scoring.packing import NONE as PACKED_NONE
from scoring.ranges import refuse_beyond

COLUMNS = (
    "snapshot_id",
    "unit_id",
    "card",
    "peer",
    "status",
    "flags",
    "pos",
    "rank",
    "peer_pos",
    "peer_rank",
    "total",
    "coverage",
    "measures",
    "breakers",
    "processes",
    "lines",
)
_SMALL, _WHOLE, _NULL = ">i2", ">i4", "null"


def standing_rows(snapshot_id: int, results: Sequence[CardResult], ids: Ints) -> bytes:
    """Return the COPY stream of all standings; `ids` numbers the unit at each place of the frame."""
    return copy_stream(part for result in results for part in _card_parts(snapshot_id, result, ids))


def _card_parts(snapshot_id: int, result: CardResult, ids: Ints) -> Iterator[memoryview]:
    _refuse_beyond_storage(result)
    units = ids[result.run.units]
    ranked = result.ranks > 0
    for rank_known, total_known in ((True, True), (False, True), (False, False)):
        chosen = np.flatnonzero((ranked == rank_known) & (result.has_total == total_known))
        if len(chosen):
            by_number = chosen[np.argsort(units[chosen], kind="stable")]
            yield _rows(snapshot_id, result, units, by_number, rank_known=rank_known, total_known=total_known)


def _refuse_beyond_storage(result: CardResult) -> None:
    """Refuse numbers that their columns cannot hold: cutting them would be silent."""
    lines = result.lines
    whole = (
        ("总分", "total", result.totals),
        ("结果", "result", result.measures),
        ("得分", "process score", result.processes),
    )
    parts = (
        ("得分", "score", lines.scores),
        ("分数", "number of points", lines.points),
        ("样本量", "sample", lines.samples),
    )
    refuse_beyond((*whole, *parts), 32)


def _rows(
    snapshot_id: int, result: CardResult, units: Ints, chosen: NDArray[np.intp], *, rank_known: bool, total_known: bool
) -> memoryview:
    measures, processes = result.measures.shape[1], result.processes.shape[1]
    rank_type, total_type = (_WHOLE if rank_known else _NULL), (_WHOLE if total_known else _NULL)
    kinds = (
        *(_WHOLE, _WHOLE, _SMALL, _SMALL, _SMALL, _SMALL, _WHOLE, rank_type, _WHOLE, rank_type, total_type, _WHOLE),
        ("<i4", (measures,)),
        ("<i8", (result.breakers.shape[1],)),
        ("<i4", (processes,)),
        (LINES, (len(result.lines.kpi_ids),)),
    )
    rows = copied_in(list(zip(COLUMNS, kinds, strict=True)), len(chosen))
    rows["snapshot_id"], rows["unit_id"], rows["card"] = snapshot_id, units[chosen], result.run.number
    rows["peer"], rows["status"], rows["flags"] = (
        result.run.group[chosen],
        result.statuses[chosen],
        result.flags[chosen],
    )
    rows["pos"], rows["peer_pos"], rows["coverage"] = (
        column[chosen] for column in (result.places, result.peer_places, result.coverage)
    )
    if rank_known:
        rows["rank"], rows["peer_rank"] = result.ranks[chosen], result.peer_ranks[chosen]
    if total_known:
        rows["total"] = result.totals[chosen]
    _packed(rows, "measures", _or_none(result.measures[chosen]))
    _packed(rows, "processes", _or_none(result.processes[chosen]))
    _packed(rows, "breakers", result.breakers[chosen])
    _fill_lines(rows, result, chosen)
    return rows.view(np.uint8).data


def _packed(rows: NDArray[np.void], name: str, values: Ints) -> None:
    """Write a column of packed numbers, unless it is empty: then the COPY has only its size."""
    if values.shape[1]:
        rows[name] = values


def _or_none(values: Ints) -> Ints:
    return np.where(values == NONE, PACKED_NONE, values)


def _fill_lines(rows: NDArray[np.void], result: CardResult, chosen: NDArray[np.intp]) -> None:
    lines = result.lines
    if not lines.kpi_ids:
        return
    target = rows["lines"]
    everyone = len(chosen) == result.run.size and bool((chosen == np.arange(len(chosen))).all())
    target["kpi"] = np.array(lines.kpi_ids, dtype=np.int16)
    columns = (("state", lines.states), ("score", lines.scores), ("points", lines.points))
    for name, column in (*columns, ("value", lines.values), ("sample", lines.samples)):
        target[name] = (column if everyone else column[:, chosen]).T

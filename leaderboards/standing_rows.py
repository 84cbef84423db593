"""Results of a month as rows of `standing`, ready for a binary COPY: built as columns, no step a unit."""

from collections.abc import Iterator, Mapping, Sequence

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
_NOBODY: NDArray[np.intp] = np.zeros(0, dtype=np.intp)
MOVES = np.dtype(
    [("unit", "<i4"), ("pos", "<i4"), ("rank", "<i4"), ("peer_pos", "<i4"), ("peer_rank", "<i4"), ("flags", "<i2")]
)


def standing_rows(
    snapshot_id: int, results: Sequence[CardResult], ids: Ints, some: Mapping[str, NDArray[np.intp]] | None = None
) -> bytes:
    """Return the COPY stream of all standings; `ids` numbers the unit at each place of the frame.

    `some` are the rows wanted of each card, where not all are.
    """
    wanted = [(result, None if some is None else some.get(result.run.code, _NOBODY)) for result in results]
    return copy_stream(part for result, rows in wanted for part in _card_parts(snapshot_id, result, ids, rows))


def packed_moves(results: Sequence[CardResult], ids: Ints, some: Mapping[str, NDArray[np.intp]]) -> bytes:
    """Return where units stand now of which nothing else has changed, as `leaderboards.moves` reads it."""
    parts = [
        _moves(result, ids, some[result.run.code]) for result in results if len(some.get(result.run.code, _NOBODY))
    ]
    return b"".join(parts)


def _moves(result: CardResult, ids: Ints, rows: NDArray[np.intp]) -> bytes:
    moves: NDArray[np.void] = np.empty(len(rows), dtype=MOVES)
    moves["unit"], moves["flags"] = ids[result.run.units][rows], result.flags[rows]
    moves["pos"], moves["rank"] = result.places[rows], result.ranks[rows]
    moves["peer_pos"], moves["peer_rank"] = result.peer_places[rows], result.peer_ranks[rows]
    return moves.tobytes()


def _card_parts(snapshot_id: int, result: CardResult, ids: Ints, rows: NDArray[np.intp] | None) -> Iterator[memoryview]:
    if rows is not None and not len(rows):
        return
    _refuse_beyond_storage(result, slice(None) if rows is None else rows)
    units = ids[result.run.units]
    ranked, wanted = result.ranks > 0, np.ones(result.run.size, dtype=bool)
    if rows is not None:
        wanted = np.zeros(result.run.size, dtype=bool)
        wanted[rows] = True
    for rank_known, total_known in ((True, True), (False, True), (False, False)):
        chosen = np.flatnonzero((ranked == rank_known) & (result.has_total == total_known) & wanted)
        if len(chosen):
            by_number = chosen[np.argsort(units[chosen], kind="stable")]
            yield _rows(snapshot_id, result, units, by_number, rank_known=rank_known, total_known=total_known)


def _refuse_beyond_storage(result: CardResult, rows: NDArray[np.intp] | slice) -> None:
    """Refuse numbers that their columns cannot hold: cutting them would be silent."""
    lines = result.lines
    whole = (
        ("总分", "total", result.totals[rows]),
        ("结果", "result", result.measures[rows]),
        ("得分", "process score", result.processes[rows]),
    )
    parts = (
        ("得分", "score", lines.scores[:, rows]),
        ("分数", "number of points", lines.points[:, rows]),
        ("样本量", "sample", lines.samples[:, rows]),
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

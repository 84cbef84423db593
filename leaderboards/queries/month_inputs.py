"""What a month is scored from, read in whole columns: for the one who scores, never for a page."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from core.database import Connection
from core.period import first_day, next_first_day, shifted
from core.workdays import days_by_name
from leaderboards.month_board import Detail
from leaderboards.queries.activities import activity_points
from leaderboards.queries.known import Shown, known_cells, organisation_then, rules_then, shown_of
from leaderboards.standing_names import NODE
from org.organisation import Organisation, Unit
from scoring.packing import lines
from scoring.packing import numbers as unpacked
from scoring.queries.rules import Catalogue, Rules

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.frame import Frame
    from leaderboards.inputs import MonthInputs
    from scoring.bulk import UnitCells
    from scoring.pooling import Pool
    from scoring.repooling import HeldPool

_FRAMES_KEPT = 8
_frames: "OrderedDict[tuple[int, str, datetime | None], tuple[Organisation, Frame]]" = OrderedDict()
_POOLS_KEPT = 4
_pools: "OrderedDict[tuple[int, int | datetime | None, str], tuple[Frame, Pool]]" = OrderedDict()
"""Months before the scored one, which seldom change, by month, number of the fold or freeze, and rules; with their frame."""

# Some hundred units at once: row by row they cost a sixth of the time in which a province is scored.
_MATRIX = """
SELECT many.heads, many.cells FROM (SELECT min(unit_id) >> 8 AS first, max(unit_id) >> 8 AS last FROM month_matrix WHERE month = $1) span,
  generate_series(span.first, span.last) AS block, LATERAL (
    SELECT string_agg(int4send(unit_id) || int4send(length(packed)), '') AS heads, string_agg(packed, '') AS cells
    FROM month_matrix WHERE month = $1 AND unit_id >= block << 8 AND unit_id < (block + 1) << 8
  ) many WHERE many.heads IS NOT NULL
"""
_TOTALS = "SELECT unit_id, total FROM standing WHERE snapshot_id = ANY (parts_of($1)) ORDER BY snapshot_id"
_MEASURES = "SELECT unit_id, measures FROM standing WHERE snapshot_id = ANY (parts_of($1)) ORDER BY snapshot_id"
_LINES = "SELECT unit_id, lines FROM standing WHERE snapshot_id = ANY (parts_of($1)) ORDER BY snapshot_id"
_DETAIL = "SELECT detail FROM snapshot WHERE id = $1"
# Without an instant what counts now; with one what counted just before it. A red line rests while it is disputed.
# Exclusions are decided in a package above this one; what has been approved is read here as a fact.
_BESIDE = """
SELECT 'adjustment' AS kind, unit_id, '' AS what, sum(points) AS number FROM adjustment WHERE month = $1
  AND ($2::timestamptz IS NULL OR at < $2) AND (lifted_at IS NULL OR lifted_at >= $2) GROUP BY unit_id
UNION ALL
SELECT 'red line', unit_id, code, count(*) FROM red_line_event WHERE on_day >= $3 AND on_day < $4
  AND ($2::timestamptz IS NULL OR verified_at < $2) AND (lifted_at IS NULL OR lifted_at >= $2)
  AND NOT red_line_rests(unit_id, code, $1, $2) GROUP BY code, unit_id
UNION ALL
SELECT 'exclusion', unit_id, what, 0 FROM exclusion WHERE month = $1 AND decision = 'approved'
  AND ($2::timestamptz IS NULL OR decided_at < $2) AND (lifted_at IS NULL OR lifted_at >= $2)
"""


async def frame_of(rules: Rules, until: datetime | None = None, revision: int | None = None) -> "Frame":
    """Return who stands where in a month, kept in memory until the organisation changes; `revision` where it is known already."""
    from leaderboards.frame import framed

    organisation = await organisation_then(rules.month, until, revision)
    key = (rules.month, rules.fingerprint, until)
    held = _frames.get(key)
    if held is None or held[0] is not organisation:
        held = _frames[key] = (organisation, framed(organisation, rules.book))
        while len(_frames) > _FRAMES_KEPT:
            _frames.popitem(last=False)
    return held[1]


PoolOf: TypeAlias = Callable[[Connection, Rules, Catalogue, "Frame", int], Awaitable["Pool"]]
"""Where the pooled facts of a month come from: the matrix, or for a simulation what was read already."""
ShownOf: TypeAlias = Callable[[Connection, int], Awaitable[Shown]]
"""Which snapshot of the month before its successor goes on from."""


async def month_inputs(
    connection: Connection,
    rules: Rules,
    numbers: Catalogue,
    frame: "Frame",
    pool_of: PoolOf | None = None,
    known_at: datetime | None = None,
    shown: ShownOf = shown_of,
) -> "MonthInputs":
    """Return what a month is scored from now, or from what was known of it before an instant.

    Of a month before that is frozen and not published counts what everybody sees of it: its board as of the freeze.
    """
    from leaderboards.inputs import MonthInputs, holds_last, months_back

    back, pool_before = months_back(rules.book), pool_of or earlier_pool
    before = await shown(connection, shifted(rules.month, -1))
    earlier = [
        await pool_before(connection, rules, numbers, frame, shifted(rules.month, -n)) for n in range(1, back + 1)
    ]
    return MonthInputs(
        book=rules.book,
        theme=rules.theme,
        frame=frame,
        month=rules.month,
        days=days_by_name(rules.month),
        kpi_ids=numbers.kpis,
        item_ids=numbers.items,
        pool=await (pool_of or _pool_known(known_at))(connection, rules, numbers, frame, rules.month),
        earlier=earlier,
        **await beside_of(connection, rules, frame.units, known_at),
        previous_totals=await _previous_totals(connection, rules, before.snapshot_id),
        previous_city=await _previous_city(connection, rules, before.snapshot_id),
        held=await _held_scores(connection, before.snapshot_id, numbers) if holds_last(rules.book) else {},
        held_nodes=await _held_nodes(connection, before.snapshot_id, rules.book.held_nodes()),
    )


async def beside_of(
    connection: Connection, rules: Rules, units: Sequence[Unit], known_at: datetime | None = None
) -> dict[str, Any]:
    """Return what is decided beside the facts of a month: now, or as it was known before an instant."""
    month = rules.month
    rows = await connection.fetch(_BESIDE, month, known_at, first_day(month), next_first_day(month))
    red_lines: dict[str, dict[int, int]] = {}
    for row in rows:
        if row["kind"] == "red line":
            red_lines.setdefault(row["what"], {})[row["unit_id"]] = row["number"]
    return {
        "adjustments": {row["unit_id"]: row["number"] for row in rows if row["kind"] == "adjustment"},
        "activities": await activity_points(connection, month, rules.book, rules.theme, units, known_at),
        "red_lines": red_lines,
        "exclusions": {row["unit_id"]: row["what"] for row in rows if row["kind"] == "exclusion"},
    }


def _pool_known(until: datetime | None) -> PoolOf:
    """Return how the facts of a month are read: from the matrix, or folded from what was known before an instant."""
    if until is None:
        return _pool

    async def pool(connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", month: int) -> "Pool":
        own = rules if month == rules.month else await rules_then(month, until)
        return _added(rules, numbers, frame, await known_cells(connection, month, until, own, numbers))

    return pool


async def _pool(connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", month: int) -> "Pool":
    return _added(rules, numbers, frame, await cells_of(connection, month))


def _added(rules: Rules, numbers: Catalogue, frame: "Frame", cells: "UnitCells") -> "Pool":
    from leaderboards.pools import pool_of

    return pool_of(rules.book, numbers.kpis, frame, cells)


async def cells_of(connection: Connection, month: int) -> "UnitCells":
    """Return the matrix of a month as it is stored."""
    from scoring.bulk import unit_cells

    return unit_cells([tuple(block) for block in await connection.fetch(_MATRIX, month)])


async def held_pool_of(connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame") -> "HeldPool":
    """Return the same for a month that is to be followed."""
    from leaderboards.pools import rising
    from scoring.repooling import HeldPool

    cells = await cells_of(connection, rules.month)
    return HeldPool.of(frame.tree, cells, *rising(rules.book, numbers.kpis, frame))


async def earlier_pool(connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", month: int) -> "Pool":
    until = (await shown_of(connection, month)).known_until
    fold = until or await connection.fetchval("SELECT number FROM month_fold WHERE month = $1", month)
    key = (month, fold, rules.fingerprint)
    held = _pools.get(key)
    if held is None or held[0] is not frame:
        held = _pools[key] = (frame, await _pool_known(until)(connection, rules, numbers, frame, month))
        while len(_pools) > _POOLS_KEPT:
            _pools.popitem(last=False)
    return held[1]


async def _previous_totals(connection: Connection, rules: Rules, before: int | None) -> dict[int, int]:
    chains = [breaker.field for board in rules.book.boards.values() for breaker in board.breakers]
    if "improvement" not in chains:
        return {}
    found = dict(map(tuple, await connection.fetch(_TOTALS, before)))
    return {unit_id: total for unit_id, total in found.items() if total is not None}


async def _previous_city(connection: Connection, rules: Rules, before: int | None) -> dict[str, Fraction]:
    """Return the scores of processes in the month before; none where growth counts for nothing or nothing was scored."""
    if not rules.book.department.improvement:
        return {}
    detail = await connection.fetchval(_DETAIL, before)
    found = msgspec.json.decode(detail, type=Detail).city if detail else {}
    return {code: Fraction(text) for code, text in found.items()}


async def _held_scores(connection: Connection, before: int | None, numbers: Catalogue) -> dict[tuple[int, int], int]:
    wanted = set(numbers.kpis.values())
    return {
        (line.kpi_id, unit_id): line.score
        for unit_id, packed in dict(map(tuple, await connection.fetch(_LINES, before))).items()
        for line in lines(packed)
        if line.has_score and line.score >= 0 and line.kpi_id in wanted
    }


async def _held_nodes(connection: Connection, before: int | None, codes: Sequence[str]) -> dict[str, dict[int, int]]:
    detail = await connection.fetchval(_DETAIL, before) if codes else None
    names = msgspec.json.decode(detail, type=Detail).measures if detail else ()
    places = {code: names.index(NODE + code) for code in codes if NODE + code in names}
    if not places:
        return {}
    stored = dict(map(tuple, await connection.fetch(_MEASURES, before)))
    kept = [(unit_id, unpacked(packed)) for unit_id, packed in stored.items()]
    return {
        code: {unit_id: value for unit_id, values in kept if (value := values[at]) is not None}
        for code, at in places.items()
    }


def forget() -> None:
    """Empty the memory: for tests that swap the database beneath a process."""
    _frames.clear()
    _pools.clear()

"""Facts of a month become the packed matrix, whole or for the units that something touched."""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from core.clock import now
from core.database import Connection, copy_in, raw, transaction
from core.period import first_day, next_first_day
from scoring.queries.counted import Counted, counted
from scoring.queries.records import records
from scoring.queries.rules import Catalogue, Rules, catalogue, rules_of
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: whoever only asks for folding need not wait for it
    from scoring.bulk import Records, UnitCells

FOLD_LOCK = 0x5C1F01
FEW = 500
"""Up to so many units are looked up by key; beyond that the month is read through."""
LIGHT = 8
"""Up to so many the facts come by a prepared statement."""

_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date
"""
_RATED = "SELECT DISTINCT unit_id FROM fact WHERE kpi_id = ANY ($3::int2[]) AND on_day >= $1 AND on_day < $2"
# What a closed month was scored on stays as it was: later facts are kept and wait for a restatement.
_SEALED = "SELECT EXISTS (SELECT FROM closed_month WHERE month = $1)"
_PUT = "INSERT INTO month_matrix (month, unit_id, packed) SELECT $1, * FROM unnest($2::int4[], $3::bytea[])"
_FOLDED = """
INSERT INTO month_fold (month, through_batch, number, folded_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (month) DO UPDATE SET through_batch = $2, number = month_fold.number + 1, folded_at = $3
RETURNING number
"""


class Folded(NamedTuple):
    """What a fold has written: the units whose cells may have moved (None for all), their cells, and which fold it was."""

    units: Collection[int] | None
    cells: "UnitCells"
    number: int


async def fold_month(*, month: int, unit_ids: Collection[int] | None = None, restating: bool = False) -> int:
    """Fold the facts of a month, of all units or of some; return the number of cells written, 0 for a closed month.

    Runs in the caller's transaction if there is one. Folds of the same month take turns, so that each sees what the
    one before has committed. `restating` folds a closed month too: whoever asks for it puts the matrix back.
    """
    async with transaction(), raw() as connection:
        await lock_month(connection, month)
        if not restating and await connection.fetchval(_SEALED, month):
            return 0
        found = await folded_units(connection, unit_ids, await rules_of(month), await catalogue())
        return len(found.cells.cells)


async def folded_units(
    connection: Connection, unit_ids: Collection[int] | None, rules: Rules, numbers: Catalogue
) -> Folded:
    """Fold the facts of some units of an open month, with the month's turn taken; those moved by their raters come along."""
    from scoring.bulk import UnitCells
    from scoring.folding import folded

    month, which = rules.month, await counted(connection, rules.month)
    trimmed, corrected = trimmed_kpis(rules.book, numbers.kpis)
    unit_ids = await _with_rated(connection, month, unit_ids, corrected)
    facts = await _facts(connection, month, which, unit_ids, sorted(numbers.kpis.values()))
    units, cells = folded(facts, trimmed, corrected)
    found = UnitCells.one_by_one(units, cells)
    await _cleared(connection, month, unit_ids)
    await _put(connection, month, found)
    number = await connection.fetchval(_FOLDED, month, which.through, now())
    return Folded(unit_ids, found, number)


async def lock_month(connection: Connection, month: int) -> None:
    """Take this month's turn until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1::int4, $2::int4)", FOLD_LOCK, month)


async def _with_rated(
    connection: Connection, month: int, unit_ids: Collection[int] | None, corrected: Collection[int]
) -> Collection[int] | None:
    """Return the units to fold: one new mark moves what its rater's severity is worth in all that were rated."""
    if unit_ids is None or not corrected:
        return unit_ids
    rows = await connection.fetch(_RATED, first_day(month), next_first_day(month), list(corrected))
    rated = {row["unit_id"] for row in rows}
    return rated.union(unit_ids) if rated.intersection(unit_ids) else unit_ids


async def _facts(
    connection: Connection, month: int, which: Counted, unit_ids: Collection[int] | None, kpi_ids: Collection[int]
) -> "Records":
    from scoring.folding import FACTS

    bounds = (first_day(month), next_first_day(month), *which.arguments)
    if unit_ids is None:
        return await records(connection, _FACTS + which.condition, FACTS, *bounds, few=False)
    query = f"{_FACTS}{which.condition} AND f.unit_id = ANY (${which.free}::int4[])"
    if len(unit_ids) > FEW:
        return await records(connection, query, FACTS, *bounds, sorted(unit_ids), few=False)
    by_key = f"{query} AND f.kpi_id = ANY (${which.free + 1}::int2[])"
    light = len(unit_ids) <= LIGHT
    return await records(connection, by_key, FACTS, *bounds, sorted(unit_ids), kpi_ids, few=light)


async def _cleared(connection: Connection, month: int, unit_ids: Collection[int] | None) -> None:
    if unit_ids is None:
        await connection.execute("DELETE FROM month_matrix WHERE month = $1", month)
    else:
        statement = "DELETE FROM month_matrix WHERE month = $1 AND unit_id = ANY ($2::int4[])"
        await connection.execute(statement, month, sorted(unit_ids))


async def _put(connection: Connection, month: int, found: "UnitCells") -> None:
    """Store the cells of units that have none; a few by a statement, which takes one trip to the database where COPY takes three."""
    from scoring.bulk import matrix_rows, packed_units

    if len(found.units) <= LIGHT:
        await connection.execute(_PUT, month, found.units.tolist(), packed_units(found))
    else:
        units = found.units.repeat(found.counts)
        await copy_in(
            connection, "month_matrix", ("month", "unit_id", "packed"), matrix_rows(month, units, found.cells)
        )

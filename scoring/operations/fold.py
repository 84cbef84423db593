"""Facts of a month become the packed matrix, whole or for the units that something touched."""

from collections.abc import Collection, Mapping

from core.clock import now
from core.database import Connection, copy_in, copy_out, raw, transaction
from core.period import first_day, next_first_day
from scoring.queries.counted import counted
from scoring.queries.rules import catalogue, rules_of
from scoring.single_ratings import trimmed_kpis

FOLD_LOCK = 0x5C1F01
FEW = 500
"""Up to so many units are looked up by key; beyond that the month is read through."""

_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date
"""
_RATED = "SELECT DISTINCT unit_id FROM fact WHERE kpi_id = ANY ($3::int2[]) AND on_day >= $1 AND on_day < $2"
# What a closed month was scored on stays as it was: later facts are kept and wait for a restatement.
_SEALED = "SELECT EXISTS (SELECT FROM closed_month WHERE month = $1)"
_FOLDED = """
INSERT INTO month_fold (month, through_batch, number, folded_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (month) DO UPDATE SET through_batch = $2, number = month_fold.number + 1, folded_at = $3
"""


async def fold_month(*, month: int, unit_ids: Collection[int] | None = None, restating: bool = False) -> int:
    """Fold the facts of a month, of all units or of some; return the number of cells written, 0 for a closed month.

    Runs in the caller's transaction if there is one. Folds of the same month take turns, so that each sees what the
    one before has committed. `restating` folds a closed month too: whoever asks for it puts the matrix back.
    """
    async with transaction(), raw() as connection:
        await lock_month(connection, month)
        if not restating and await connection.fetchval(_SEALED, month):
            return 0
        return (await _folded(connection, month, unit_ids))[0]


async def fold_units(*, month: int, unit_ids: Collection[int]) -> Collection[int]:
    """Fold the facts of some units of an open month; return these and all whose cells may have moved with them."""
    async with transaction(), raw() as connection:
        await lock_month(connection, month)
        return (await _folded(connection, month, unit_ids))[1] or ()


async def _folded(
    connection: Connection, month: int, unit_ids: Collection[int] | None
) -> tuple[int, Collection[int] | None]:
    through = await connection.fetchval("SELECT coalesce(max(id), 0) FROM import_batch")
    kpis = (await catalogue()).kpis
    trimmed, corrected = trimmed_kpis((await rules_of(month)).book, kpis)
    unit_ids = await _with_rated(connection, month, unit_ids, corrected)
    data = await _facts(connection, month, unit_ids, sorted(kpis.values()))
    count, stream = _stream(month, data, trimmed, corrected)
    await _replace(connection, month, unit_ids, stream)
    await connection.execute(_FOLDED, month, through, now())
    return count, unit_ids


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
    connection: Connection, month: int, unit_ids: Collection[int] | None, kpi_ids: Collection[int]
) -> bytes:
    which = await counted(connection, month)
    bounds = (first_day(month), next_first_day(month), *which.arguments)
    if unit_ids is None:
        return await copy_out(connection, _FACTS + which.condition, *bounds)
    query = f"{_FACTS}{which.condition} AND f.unit_id = ANY (${which.free}::int4[])"
    if len(unit_ids) > FEW:
        return await copy_out(connection, query, *bounds, sorted(unit_ids))
    by_key = f"{query} AND f.kpi_id = ANY (${which.free + 1}::int2[])"
    return await copy_out(connection, by_key, *bounds, sorted(unit_ids), kpi_ids)


def _stream(month: int, data: bytes, trimmed: Collection[int], corrected: Mapping[int, int]) -> tuple[int, bytes]:
    from scoring.bulk import copied_out, matrix_rows
    from scoring.folding import FACTS, folded

    units, cells = folded(copied_out(data, FACTS), trimmed, corrected)
    return len(cells), matrix_rows(month, units, cells)


async def _replace(connection: Connection, month: int, unit_ids: Collection[int] | None, stream: bytes) -> None:
    if unit_ids is None:
        await connection.execute("DELETE FROM month_matrix WHERE month = $1", month)
    else:
        statement = "DELETE FROM month_matrix WHERE month = $1 AND unit_id = ANY ($2::int4[])"
        await connection.execute(statement, month, sorted(unit_ids))
    await copy_in(connection, "month_matrix", ("month", "unit_id", "packed"), stream)

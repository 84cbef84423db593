"""A sealed month with everything it was made from, gathered from what is stored."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

import scoring.queries.rules
from core.database import Connection, copy_out, raw
from core.errors import NotFound, problem
from core.period import first_day, next_first_day, shifted
from leaderboards.inputs import months_back
from months.proof.bundle import Bundle, cells_digest, cells_of_facts
from months.queries import sealed
from scoring.queries.counted import TICK, Counted, counted
from scoring.queries.rules import Catalogue, Rules
from scoring.rulebook import RuleBook, parsed
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from scoring.bulk import Records, UnitCells

# The closing in question: the one that holds, or a version of old; a reopened one keeps its snapshot for ever.
_CLOSING = """
SELECT c.version, c.snapshot_id, c.digest, c.header, c.approved_at, s.made_at FROM closing c
JOIN snapshot s ON s.id = c.snapshot_id
WHERE c.month = $1 AND c.approved_at IS NOT NULL AND ($2::int IS NULL OR c.version = $2)
ORDER BY c.version DESC LIMIT 1
"""
_VERSIONS = """
SELECT c.version, c.digest, c.approved_at, EXISTS (SELECT FROM closed_month m WHERE m.closing_id = c.id) AS holds
FROM closing c WHERE c.month = $1 AND c.approved_at IS NOT NULL ORDER BY c.version
"""
_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date
"""
_MOMENTS = """
SELECT s.made_at AS at FROM closing c JOIN snapshot s ON s.id = c.snapshot_id WHERE c.month = $1
UNION SELECT known_until FROM board_face WHERE month = $1 ORDER BY at DESC
"""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed version of a month; `holds` for the one that counts now."""

    version: int
    digest: str
    approved_at: datetime
    holds: bool


async def versions(month: int) -> tuple[Version, ...]:
    """Return the sealed versions of a month, the first first; none while it is open."""
    async with raw() as connection:
        return tuple(Version(**row) for row in await connection.fetch(_VERSIONS, month))


async def bundle(month: int, version: int | None = None) -> Bundle:
    """Return a sealed month with its facts, rules, organisation and results; NotFound while it was never closed.

    Facts are those counted at the closing: batches that came later, and what was decided about them later, do not matter.
    """
    async with raw() as connection:
        row = await connection.fetchrow(_CLOSING, month, version)
    if row is None:
        raise NotFound(problem("not_closed", "这个月没有封存的结果。", "This month has no sealed result."))
    head: dict[str, Any] = msgspec.json.decode(row["header"])
    rules = await _rules(head)
    numbers = await scoring.queries.rules.catalogue()
    document = await sealed.document(head, row["snapshot_id"])
    wanted = head["inputs"]["facts"]
    return Bundle(
        document=document,
        digest=row["digest"],
        rules=rules,
        kpis=numbers.kpis,
        items=numbers.items,
        facts=await _facts(month, wanted[str(month)], (row["made_at"], row["approved_at"]), rules, numbers),
        earlier=await _earlier(month, wanted, row["made_at"], parsed(rules), numbers),
        version=row["version"] or 1,
    )


async def _rules(head: dict[str, Any]) -> str:
    statement = "SELECT text FROM rule_book WHERE fingerprint = $1"
    async with raw() as connection:
        return str(await connection.fetchval(statement, head["rule_book"]) or "")


async def _facts(
    month: int, wanted: str, moments: tuple[datetime, datetime], rules: str, numbers: Catalogue
) -> "Records":
    """Return the facts that fold to the sealed digest; those of the closing's moment where none do."""
    rated = trimmed_kpis(parsed(rules), numbers.kpis)
    first: Records | None = None
    async with raw() as connection:
        for moment in (moments[0] + TICK, moments[1] + TICK, None):
            found = await _counted_facts(connection, month, await counted(connection, month, moment))
            first = found if first is None else first
            if cells_digest(cells_of_facts(found, *rated)) == wanted:
                return found
    if first is None:  # never: three moments are tried
        raise NotFound(problem("not_closed", "这个月没有封存的结果。", "This month has no sealed result."))
    return first


async def _counted_facts(connection: Connection, month: int, which: Counted) -> "Records":
    from scoring.bulk import copied_out
    from scoring.folding import FACTS

    statement = _FACTS + which.condition + " ORDER BY f.unit_id, f.kpi_id, f.on_day, f.item, f.revision"
    data = await copy_out(connection, statement, first_day(month), next_first_day(month), *which.arguments)
    return copied_out(data, FACTS)


async def _earlier(
    month: int, wanted: dict[str, str], made_at: datetime, book: RuleBook, numbers: Catalogue
) -> dict[int, "UnitCells"]:
    """Return the cells of the months before that windows need: those that have the sealed digest, where there are any."""
    found: dict[int, UnitCells] = {}
    for back in range(1, months_back(book) + 1):
        one = shifted(month, -back)
        rules = await scoring.queries.rules.rules_of(one)
        async for cells in _candidates(one, made_at, rules, numbers):
            found.setdefault(one, cells)
            if cells_digest(cells) == wanted[str(one)]:
                found[one] = cells
                break
    return found


async def _candidates(month: int, made_at: datetime, rules: Rules, numbers: Catalogue) -> AsyncIterator["UnitCells"]:
    """Yield the cells of a month as they stand, then as they stood at each moment that a later month can rest on."""
    from leaderboards.queries.month_inputs import cells_of

    rated = trimmed_kpis(rules.book, numbers.kpis)
    async with raw() as connection:
        yield await cells_of(connection, month)
        moments = [row["at"] for row in await connection.fetch(_MOMENTS, month)]
        for moment in (made_at, *moments):
            yield cells_of_facts(
                await _counted_facts(connection, month, await counted(connection, month, moment + TICK)), *rated
            )

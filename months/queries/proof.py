"""A sealed month with everything it was made from, gathered from what is stored."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

import scoring.queries.rules
from core.database import Connection, copy_out, raw
from core.errors import NotFound, problem
from core.gathering import Remembering
from core.period import first_day, next_first_day, shifted
from months.proof.report import Report
from months.queries import sealed
from scoring.queries.counted import TICK, Counted, counted
from scoring.queries.rules import Catalogue, Rules
from scoring.rulebook import RuleBook, parsed
from scoring.single_ratings import trimmed_kpis

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from months.proof.bundle import Bundle
    from scoring.bulk import Records, UnitCells

# Sealed versions: the closings that were approved, reopened ones included, and what was restated after publication.
_SEALED = """
SELECT month, version, snapshot_id, digest, header, approved_at, 'closing' AS came_by,
  NOT EXISTS (SELECT FROM reopening r WHERE r.closing_id = c.id) AS holds
FROM closing c WHERE approved_at IS NOT NULL
UNION ALL SELECT month, version, snapshot_id, digest, header, at, 'restatement', true FROM restatement
"""
_ONE = f"""
SELECT c.*, s.made_at FROM ({_SEALED}) c JOIN snapshot s ON s.id = c.snapshot_id
WHERE c.month = $1 AND ($2::int IS NULL OR c.version = $2) ORDER BY c.version DESC LIMIT 1
"""  # noqa: S608 - one constant inside another
_VERSIONS = f"""
SELECT c.version, c.digest, c.approved_at, c.came_by, c.holds, v.at AS checked_at, v.equal, v.found
FROM ({_SEALED}) c LEFT JOIN LATERAL (
  SELECT at, equal, found FROM verification v WHERE v.month = c.month AND v.version = c.version ORDER BY v.id DESC LIMIT 1
) v ON true WHERE c.month = $1 ORDER BY c.version
"""  # noqa: S608 - one constant inside another
_UNCHECKED = f"""
SELECT c.month, c.version FROM ({_SEALED}) c WHERE NOT EXISTS (
  SELECT FROM verification v WHERE v.month = c.month AND v.version = c.version) ORDER BY c.month DESC, c.version DESC LIMIT 1
"""  # noqa: S608 - one constant inside another
_FACTS = """
SELECT f.unit_id, f.kpi_id, f.item, f.revision, (f.on_day - $1::date)::int4, f.num, f.den, f.sample FROM fact f
WHERE f.on_day >= $1::date AND f.on_day < $2::date
"""
_IN_ORDER = " ORDER BY f.unit_id, f.kpi_id, f.on_day, f.item, f.revision"
_MOMENTS = """
SELECT s.made_at AS at FROM closing c JOIN snapshot s ON s.id = c.snapshot_id WHERE c.month = $1
UNION SELECT at FROM restatement WHERE month = $1
UNION SELECT known_until FROM board_face WHERE month = $1 ORDER BY at DESC
"""


_digests: dict[int, str] = {}


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One sealed version of a month, and the last check of it.

    It came by a closing or a restatement; a closing that was reopened does not hold any more. `report` is there once it
    was checked.
    """

    version: int
    digest: str
    approved_at: datetime
    came_by: str
    holds: bool
    checked_at: datetime | None = None
    equal: bool | None = None
    report: Report | None = None


async def versions(month: int) -> tuple[Version, ...]:
    """Return the sealed versions of a month, the first first; none while it is open."""
    async with raw() as connection:
        rows = [dict(row) for row in await connection.fetch(_VERSIONS, month)]
    return tuple(
        Version(**{name: row[name] for name in row if name != "found"}, report=_report(row["found"])) for row in rows
    )


def _report(found: str | None) -> Report | None:
    return None if found is None else msgspec.json.decode(found, type=Report)


async def digest_of(snapshot_id: int) -> str:
    """Return the digest under which a snapshot is sealed, empty while it is not; sealed ones never change and are remembered."""
    held = _digests.get(snapshot_id, "")
    if not held:
        async with raw() as connection:
            held = await connection.fetchval("SELECT digest FROM snapshot WHERE id = $1 AND sealed", snapshot_id) or ""
        if held:
            _digests[snapshot_id] = held
    return held


async def closed_digest(month: int) -> str:
    """Return the digest under which a month is closed now, empty while it is not."""
    return await closed_digests.one(month) or ""


async def _closed_digests(months: Sequence[int]) -> dict[int, str]:
    async with raw() as connection:
        rows = await connection.fetch("SELECT month, digest FROM closed_month WHERE month = ANY ($1)", months)
    return {**dict.fromkeys(months, ""), **dict(map(tuple, rows))}


closed_digests: Remembering[int, str] = Remembering(_closed_digests, seconds=2, most=1_000)
"""Closings and reopenings are called at once (`core.bell.BOARDS`)."""


async def unchecked() -> tuple[int, int] | None:
    """Return month and version of a sealed result that nobody has checked yet, the newest first."""
    async with raw() as connection:
        row = await connection.fetchrow(_UNCHECKED)
    return None if row is None else (row["month"], row["version"])


async def bundle(month: int, version: int | None = None) -> "Bundle":
    """Return a sealed month with its facts, rules, organisation and results; NotFound while it was never closed.

    Facts are those counted at the closing: batches that came later, and what was decided about them later, do not matter.
    """
    from months.proof.bundle import Bundle

    async with raw() as connection:
        row = await connection.fetchrow(_ONE, month, version)
    if row is None:
        raise NotFound(problem("not_closed", "这个月没有封存的结果。", "This month has no sealed result."))
    head: dict[str, Any] = msgspec.json.decode(row["header"])
    rules = await _rules(head)
    numbers = await scoring.queries.rules.catalogue()
    document = await sealed.document_in_rows(head, row["snapshot_id"])
    wanted = head["inputs"]["facts"]
    return Bundle(
        document=document,
        digest=row["digest"],
        rules=rules,
        kpis=numbers.kpis,
        items=numbers.items,
        facts=await _facts(head, (row["made_at"], row["approved_at"]), rules, numbers),
        earlier=await _earlier(month, wanted, row["made_at"], parsed(rules), numbers),
        version=row["version"] or 1,
    )


async def _rules(head: dict[str, Any]) -> str:
    statement = "SELECT text FROM rule_book WHERE fingerprint = $1"
    async with raw() as connection:
        return str(await connection.fetchval(statement, head["rule_book"]) or "")


async def _facts(head: dict[str, Any], moments: tuple[datetime, datetime], rules: str, numbers: Catalogue) -> "Records":
    """Return the facts of the sealed batches that fold to the sealed digest; those of the first moment where none do."""
    from months.proof.bundle import cells_digest, cells_of_facts

    month = head["month"]
    wanted, batches = head["inputs"]["facts"][str(month)], [batch[0] for batch in head["inputs"]["batches"]]
    rated = trimmed_kpis(parsed(rules), numbers.kpis)
    first: Records | None = None
    async with raw() as connection:
        for moment in (moments[0] + TICK, moments[1] + TICK, None):
            found = await _counted_facts(connection, month, await counted(connection, month, moment), batches)
            first = found if first is None else first
            if cells_digest(cells_of_facts(found, *rated)) == wanted:
                return found
    if first is None:  # never: three moments are tried
        raise NotFound(problem("not_closed", "这个月没有封存的结果。", "This month has no sealed result."))
    return first


async def _counted_facts(
    connection: Connection, month: int, which: Counted, batches: list[int] | None = None
) -> "Records":
    from scoring.bulk import copied_out
    from scoring.folding import FACTS

    sealed_ones = "" if batches is None else f" AND f.batch_id = ANY (${which.free}::int4[])"
    values = (*which.arguments, *([] if batches is None else [batches]))
    statement = _FACTS + which.condition + sealed_ones + _IN_ORDER
    data = await copy_out(connection, statement, first_day(month), next_first_day(month), *values)
    return copied_out(data, FACTS)


async def _earlier(
    month: int, wanted: dict[str, str], made_at: datetime, book: RuleBook, numbers: Catalogue
) -> dict[int, "UnitCells"]:
    """Return the cells of the months before that windows need: those that have the sealed digest, where there are any."""
    from leaderboards.inputs import months_back
    from months.proof.bundle import cells_digest

    found: dict[int, UnitCells] = {}
    for back in range(1, months_back(book) + 1):
        one = shifted(month, -back)
        rules = await scoring.queries.rules.rules_of(one)
        async with aclosing(
            _candidates(one, made_at, rules, numbers)
        ) as candidates:  # gives its connection back at once
            async for cells in candidates:
                found.setdefault(one, cells)
                if cells_digest(cells) == wanted[str(one)]:
                    found[one] = cells
                    break
    return found


async def _candidates(
    month: int, made_at: datetime, rules: Rules, numbers: Catalogue
) -> AsyncGenerator["UnitCells", None]:
    """Yield the cells of a month as they stand, then as they stood at each moment that a later month can rest on."""
    from leaderboards.queries.month_inputs import cells_of
    from months.proof.bundle import cells_of_facts

    rated = trimmed_kpis(rules.book, numbers.kpis)
    async with raw() as connection:
        yield await cells_of(connection, month)
        moments = [row["at"] for row in await connection.fetch(_MOMENTS, month)]
        for moment in (made_at, *moments):
            yield cells_of_facts(
                await _counted_facts(connection, month, await counted(connection, month, moment + TICK)), *rated
            )

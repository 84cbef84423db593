"""The sealed document of a month: made once at the closing, read again to check its digest, and what came too late for it."""

import struct
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

import msgspec

import org.queries
import scoring.queries.rules
from core.database import Connection, raw
from core.errors import NotFound
from core.period import first_day, next_first_day, shifted
from leaderboards.month_board import MonthBoard
from leaderboards.queries import stored
from leaderboards.queries.stored import Whole
from months.proof.rows import Rows
from months.queries.beside import beside, facts_shown
from months.seal import Plain, digest_by_rows
from months.sealed_rows import StandingBytes, line_rows, organisation_rows, standing_row, unit_rows
from scoring.packing import line_tuples

FORMAT = "shifen-month-1"
UNREADABLE = "unreadable"
UNREADABLE_BY = (msgspec.MsgspecError, NotFound, LookupError, ValueError, TypeError, struct.error)
"""What reading a result that was tampered with may end in."""
WINDOW = 3
"""Months whose facts may enter a month: itself and two before, for rolling samples and growth."""

_BATCHES = """
SELECT b.id, b.checksum, b.rows_taken FROM import_batch b
WHERE b.first_on < $2 AND b.last_on >= $1 ORDER BY b.id
"""
_WITHDRAWN = """
SELECT w.batch_id FROM batch_withdrawal w JOIN import_batch b ON b.id = w.batch_id
WHERE b.first_on < $2 AND b.last_on >= $1 ORDER BY w.batch_id
"""
_MATRIX = """
SELECT encode(sha256(coalesce(string_agg(int4send(unit_id) || packed, ''::bytea ORDER BY unit_id), ''::bytea)), 'hex')
FROM month_matrix WHERE month = $1
"""
_AWARDS = "SELECT award, unit_id, peer_group, place, value, reason FROM award_grant WHERE snapshot_id = $1 ORDER BY id"
_COACHING = """
SELECT a.id, a.unit_id, a.level, a.triggers, a.diagnosis, a.coach_id,
  (SELECT json_agg(json_build_array(s.step, s.due_on) ORDER BY s.number) FROM coaching_step s WHERE s.assignment_id = a.id) AS steps
FROM coaching_assignment a WHERE a.snapshot_id = $1 ORDER BY a.unit_id
"""
_EXCLUDED = """
SELECT id, unit_id, what FROM exclusion WHERE month = $1 AND decision = 'approved' AND lifted_at IS NULL ORDER BY id
"""
_ACTIVITIES = """
SELECT id, unit_id, activity, count FROM activity_record
WHERE month = $1 AND state = 'valid' AND revoked_at IS NULL ORDER BY id
"""
_RESTATED = """
SELECT e->>'what' AS what, (e->>'number')::int4 AS number FROM restatement r JOIN change_set c ON c.id = r.change_set_id,
  jsonb_array_elements(c.effects::jsonb) e
WHERE r.month = $1
"""
"""What restatements have let count meanwhile; it waits for none any more."""
_KINDS = {
    "batch": "batch", "late_data": "batch", "withdrawal": "withdrawal", "adjustment": "adjustment", "red_line": "red_line",
}  # fmt: skip
_LATE = """
SELECT 'batch' AS kind, b.id, b.filename AS name, b.rows_taken AS rows, b.received_at AS at, b.reason
FROM import_batch b WHERE b.first_on < $2 AND b.last_on >= $1 AND NOT b.id = ANY ($3::int4[])
UNION ALL
SELECT 'withdrawal', b.id, b.filename, b.rows_taken, w.at, w.reason
FROM batch_withdrawal w JOIN import_batch b ON b.id = w.batch_id
WHERE b.first_on < $2 AND b.last_on >= $1 AND NOT w.batch_id = ANY ($4::int4[])
UNION ALL
SELECT 'adjustment', a.id, NULL, NULL, a.at, a.reason FROM adjustment a WHERE a.month = $5 AND NOT a.id = ANY ($6::int4[])
UNION ALL
SELECT 'red_line', r.id, r.code, NULL, r.verified_at, r.reason
FROM red_line_event r WHERE r.on_day >= $1 AND r.on_day < $2 AND NOT r.id = ANY ($7::int4[])
ORDER BY at
"""


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """Something that belongs to a closed month and came after the seal: a batch, a withdrawal, an adjustment, a red line."""

    kind: str
    id: int
    name: str | None
    rows: int | None
    at: datetime
    reason: str | None


class BrokenSeal(msgspec.Struct, frozen=True):
    """A closed month whose stored result no longer has the digest it was closed under."""

    month: int
    stored: str
    found: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored about the seal of a month."""

    month: int
    snapshot_id: int
    digest: str
    header: dict[str, Any]


async def header(month: int) -> dict[str, Plain]:
    """Return what a result rests on: facts, rule book, theme, organisation; kept with the closing, since all of it may move on."""
    rules = await scoring.queries.rules.rules_of(month)
    organisation = await org.queries.organisation_of_month(month)
    async with raw() as connection:
        inputs = await _inputs(connection, month)
    return {
        "format": FORMAT,
        "month": month,
        "rule_book": rules.fingerprint,
        "theme": rules.theme,
        "inputs": inputs,
        "organisation": organisation_rows(organisation),
        "units": unit_rows(organisation),
        "beside": await beside(rules, organisation),
    }


async def document(head: Mapping[str, Any], snapshot_id: int) -> dict[str, Plain]:
    """Return the whole document that the digest is over: the header, all standings with lines, awards, coaching."""
    codes, kpis = _codes(head), (await scoring.queries.rules.catalogue()).kpi_codes
    found = await stored.read_whole(snapshot_id)
    packed = found.lines.packed
    standings: list[Plain] = [
        standing_row(one, codes[one.unit_id], line_rows(line_tuples(packed.get(one.unit_id, b"")), kpis))
        for one in sorted(found.board.by_unit.values(), key=lambda one: codes[one.unit_id])
    ]
    return {**await _rest(head, found.board), "standings": standings}


async def document_digest(head: Mapping[str, Any], found: Whole) -> str:
    """Return the digest of the document over a snapshot: the same as that of `document`, which is never put together."""
    return digest_by_rows(await _rest(head, found.board), "standings", await _rows(head, found))


async def document_in_rows(head: Mapping[str, Any], snapshot_id: int) -> dict[str, Any]:
    """Return the document with its standings as bytes: for a province the objects of `document` take a gigabyte."""
    found = await stored.read_whole(snapshot_id)
    return {**await _rest(head, found.board), "standings": Rows([*await _rows(head, found)])}


async def _rows(head: Mapping[str, Any], found: Whole) -> Iterator[bytes]:
    """Return the standings in canonical form, by the codes of their units."""
    codes, write = _codes(head), StandingBytes((await scoring.queries.rules.catalogue()).kpi_codes).row
    packed = found.lines.packed
    units = sorted(((codes[one.unit_id], one) for one in found.board.by_unit.values()), key=itemgetter(0))
    return (write(one, code, packed.get(one.unit_id, b"")) for code, one in units)


def _codes(head: Mapping[str, Any]) -> dict[int, str]:
    return {row[0]: row[1] for row in head["organisation"]}


async def _rest(head: Mapping[str, Any], board: MonthBoard) -> dict[str, Plain]:
    """Return the document without its standings."""
    codes = _codes(head)
    async with raw() as connection:
        awards = await connection.fetch(_AWARDS, board.snapshot_id)
        coaching = await connection.fetch(_COACHING, board.snapshot_id)
    return {
        **head,
        "processes": list(board.detail.processes),
        "measures": list(board.detail.measures),
        "awards": [_award(row, codes) for row in awards],
        "coaching": [_coaching(row, codes) for row in coaching],
    }


async def seal_of(month: int) -> Sealed | None:
    """Return the seal of a month, None while it is open."""
    return next(iter(await _seals("AND month = $1", month)), None)


async def broken_seals() -> tuple[BrokenSeal, ...]:
    """Return the closed months whose result, put together again, has another digest than the stored one."""
    broken = []
    for month in await _closed_months():
        stored_digest, found = await _digests(month)
        if found != stored_digest:
            broken.append(BrokenSeal(month=month, stored=stored_digest, found=found))
    return tuple(broken)


async def _closed_months() -> list[int]:
    async with raw() as connection:
        rows = await connection.fetch("SELECT month FROM closed_month ORDER BY month")
    return [row["month"] for row in rows]


async def _digests(month: int) -> tuple[str, str]:
    """Return the stored digest of a closed month and the one found now; what cannot even be read has none."""
    async with raw() as connection:
        statement = "SELECT digest FROM closed_month WHERE month = $1"
        kept = str(await connection.fetchval(statement, month))
    try:
        seal = await seal_of(month)
        if seal is None:
            return kept, UNREADABLE
        return kept, await document_digest(seal.header, await stored.read_whole(seal.snapshot_id))
    except UNREADABLE_BY:
        return kept, UNREADABLE


async def waiting_for_restatement(month: int) -> tuple[Late, ...]:
    """Return what belongs to a closed month and is in no sealed result of it, in order of arrival."""
    seal = await seal_of(month)
    if seal is None:
        return ()
    inputs = seal.header["inputs"]
    known = (
        [row[0] for row in inputs["batches"]],
        inputs["withdrawn"],
        month,
        inputs["adjustments"],
        inputs["red_lines"],
    )
    async with raw() as connection:
        rows = await connection.fetch(_LATE, first_day(month), next_first_day(month), *known)
        done = {(_KINDS.get(one["what"]), one["number"]) for one in await connection.fetch(_RESTATED, month)}
    return tuple(Late(**row) for row in rows if (row["kind"], row["id"]) not in done)


async def _seals(condition: str, *values: object) -> list[Sealed]:
    statement = "SELECT month, snapshot_id, digest, header FROM closed_month WHERE true "
    async with raw() as connection:
        rows = await connection.fetch(f"{statement}{condition} ORDER BY month", *values)
    return [Sealed(**{**row, "header": msgspec.json.decode(row["header"])}) for row in rows]


async def _inputs(connection: Connection, month: int) -> dict[str, Plain]:
    days = (first_day(month), next_first_day(month))
    adjustments = await connection.fetch(
        "SELECT id FROM adjustment WHERE month = $1 AND lifted_at IS NULL ORDER BY id", month
    )
    red_lines = await connection.fetch(
        "SELECT id FROM red_line_event WHERE on_day >= $1 AND on_day < $2 AND lifted_at IS NULL"
        " AND NOT red_line_rests(unit_id, code, $3, NULL) ORDER BY id",
        *days,
        month,
    )
    months = [shifted(month, -n) for n in range(1, WINDOW)]
    facts = {str(month): await connection.fetchval(_MATRIX, month)}
    facts |= {str(one): await facts_shown(connection, one) or await connection.fetchval(_MATRIX, one) for one in months}
    return {
        "activities": [list(row) for row in await connection.fetch(_ACTIVITIES, month)],
        "batches": [list(row) for row in await connection.fetch(_BATCHES, *days)],
        "withdrawn": [row[0] for row in await connection.fetch(_WITHDRAWN, *days)],
        "adjustments": [row[0] for row in adjustments],
        "red_lines": [row[0] for row in red_lines],
        "exclusions": [list(row) for row in await connection.fetch(_EXCLUDED, month)],
        "facts": dict(facts),
    }


def _award(row: Any, codes: Mapping[int, str]) -> dict[str, Plain]:  # noqa: ANN401 - asyncpg ships no types
    return {
        "award": row["award"],
        "unit": codes[row["unit_id"]],
        "group": row["peer_group"],
        "place": row["place"],
        "value": row["value"],
        "reason": msgspec.json.decode(row["reason"]),
    }


def _coaching(row: Any, codes: Mapping[int, str]) -> dict[str, Plain]:  # noqa: ANN401 - asyncpg ships no types
    return {
        "unit": codes[row["unit_id"]],
        "level": row["level"],
        "triggers": msgspec.json.decode(row["triggers"]),
        "diagnosis": msgspec.json.decode(row["diagnosis"]),
        "coach": codes.get(row["coach_id"]) if row["coach_id"] is not None else None,
        "steps": msgspec.json.decode(row["steps"] or "[]"),
    }

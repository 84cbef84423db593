"""The one place that says which facts count for a month: now, or as it was known at an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from core.database import Connection
from core.period import first_day, month_of, next_first_day, shifted

TICK = timedelta(microseconds=1)
"""The smallest step of the clock: what was known *at* an instant is what came before the next one."""

# What is decided about months belongs to packages above this one; their rows are read here as facts. A cut-off that
# nobody has set comes with the transition that is due then.
_ASIDE = """
SELECT (SELECT coalesce(max(id), 0) FROM import_batch) AS through,
  (SELECT coalesce(array_agg(batch_id), '{}') FROM batch_withdrawal WHERE $4::timestamptz IS NULL OR at < $4) AS withdrawn,
  (SELECT coalesce(m.cut_off_at, t.due_at) FROM service_month m
    LEFT JOIN transition t ON t.month = m.month AND t.step = 'cut_off'
    WHERE m.month = $1 AND m.announced_at IS NOT NULL AND m.cancelled_at IS NULL) AS cut_off,
  (SELECT json_object_agg(kpi_id, at) FROM (
    SELECT DISTINCT ON (kpi_id) kpi_id, at FROM kpi_cut_off
    WHERE month = $1 AND ($4::timestamptz IS NULL OR since_at IS NULL OR since_at < $4) ORDER BY kpi_id, id DESC
  ) own) AS cut_offs,
  (SELECT json_object_agg(unit_id, through_batch) FROM branch_closing
    WHERE month = $1 AND approved_by IS NOT NULL AND ($4::timestamptz IS NULL OR closed_at < $4)
      AND (lifted_at IS NULL OR lifted_at >= $4)) AS closed,
  EXISTS (SELECT FROM fact_quarantine WHERE on_day >= $2 AND on_day < $3) AS quarantine
"""
_NOT_YET = """
SELECT coalesce(array_agg(id), '{}') FROM import_batch
WHERE received_at >= $3 AND (first_on IS NULL OR (first_on < $2 AND last_on >= $1))
"""
_LATE = """
SELECT b.id, b.received_at FROM import_batch b
WHERE b.received_at >= $4 AND (b.first_on IS NULL OR (b.first_on < $3 AND b.last_on >= $2)) AND NOT EXISTS (
  SELECT FROM late_acceptance a WHERE a.month = $1 AND a.batch_id = b.id
    AND ($5::timestamptz IS NULL OR a.at < $5) AND (a.lifted_at IS NULL OR a.lifted_at >= $5))
"""
_HELD_BACK = """
SELECT f.month, f.known_until FROM board_face f
WHERE f.month >= $1 AND NOT EXISTS (SELECT FROM publication p WHERE p.month = f.month)
"""
_BENEATH = """
WITH RECURSIVE beneath (id, through) AS (
  SELECT * FROM unnest($1::int4[], $2::int4[])
  UNION SELECT m.unit_id, b.through FROM membership m JOIN beneath b ON b.id = m.parent_id
  WHERE m.relation = 'line' AND m.starts_on < $4 AND (m.ends_on IS NULL OR m.ends_on > $3)
) SELECT id, min(through) AS through FROM beneath GROUP BY id
"""


@dataclass(frozen=True)
class Counted:
    """A condition on `fact f` that begins with AND, or nothing; its values stand from one placeholder on, `free` is the next.

    `through` is the last batch that had come when it was asked.
    """

    condition: str
    arguments: tuple[object, ...]
    free: int
    through: int


async def counted(
    connection: Connection,
    month: int,
    known_at: datetime | None = None,
    *,
    through_batch: int | None = None,
    placeholder: int = 3,
) -> Counted:
    """Return which facts count for a month: now, or what was known before an instant.

    A fact counts when its batch has come and was not withdrawn, it is not in quarantine, its unit's branch was not
    closed before, and it came before the cut-off of its KPI or was let in all the same. With `through_batch` only
    batches up to that number are looked at. One question in the usual case; values begin at `$placeholder`.
    """
    days = first_day(month), next_first_day(month)
    row = await connection.fetchrow(_ASIDE, month, *days, known_at)
    made = _Conditions(placeholder, row["through"])
    never = set(row["withdrawn"])
    if known_at is not None:
        never |= set(await connection.fetchval(_NOT_YET, *days, known_at))
    own = _own_cut_offs(row)
    late = await _late(connection, month, days, row["cut_off"], own, known_at)
    never |= late.pop(None, set()) if not own else set()
    made.add("NOT f.batch_id = ANY ({}::int4[])", sorted(never))
    if through_batch is not None:
        made.add("f.batch_id <= {}::int4", through_batch)
    if late:
        _keep_out_late(made, own, late)
    if row["quarantine"]:
        _keep_out_quarantine(made, known_at)
    if row["closed"]:
        await _keep_out_closed(connection, made, days, _numbers(row["closed"]))
    return made.done()


async def counted_between(
    connection: Connection,
    start: date,
    end: date,
    known_at: datetime,
    *,
    through_batch: int,
    placeholder: int,
) -> Counted:
    """Return which facts of a half-open span of days count, each for its own month, as known at an instant and in it.

    Of months before the last one that are frozen and not published only what was known before their freeze counts.
    """
    month, parts = month_of(start), []
    held = dict(map(tuple, await connection.fetch(_HELD_BACK, month))) if next_first_day(month) < end else {}
    while first_day(month) < end:
        last = next_first_day(month) >= end
        until = known_at + TICK if last else min(known_at + TICK, held.get(month, known_at + TICK))
        parts.append(await counted(connection, month, until, through_batch=through_batch, placeholder=placeholder))
        month, placeholder = shifted(month, 1), parts[-1].free
    if len(parts) == 1:
        return parts[0]
    spans = [
        f"(f.on_day < date '{first_day(shifted(month_of(start), number + 1))}'"
        f" AND f.on_day >= date '{first_day(shifted(month_of(start), number))}'{part.condition})"
        for number, part in enumerate(parts)
    ]
    values = tuple(value for part in parts for value in part.arguments)
    return Counted(f" AND ({' OR '.join(spans)})", values, placeholder, parts[0].through)


class _Conditions:
    """Conditions gathered with their values."""

    def __init__(self, placeholder: int, through: int) -> None:
        self._next = placeholder
        self._through = through
        self._texts: list[str] = []
        self._values: list[object] = []

    def add(self, text: str, *values: object) -> None:
        places = [f"${self._next + number}" for number in range(len(values))]
        self._texts.append(" AND " + text.format(*places))
        self._values += values
        self._next += len(values)

    def done(self) -> Counted:
        return Counted("".join(self._texts), tuple(self._values), self._next, self._through)


Late = dict[int | None, set[int]]
"""Batches that came too late: by KPI with a cut-off of its own, under None for all others."""


async def _late(
    connection: Connection,
    month: int,
    days: Sequence[date],
    general: datetime | None,
    own: Mapping[int, datetime],
    known_at: datetime | None,
) -> Late:
    ends = [*([general] if general else []), *own.values()]
    if not ends:
        return {}
    rows = await connection.fetch(_LATE, month, *days, min(ends), known_at)
    found: Late = {kpi: {row["id"] for row in rows if row["received_at"] >= end} for kpi, end in own.items()}
    if general is not None:
        found[None] = {row["id"] for row in rows if row["received_at"] >= general}
    return {kpi: batches for kpi, batches in found.items() if batches}


def _keep_out_late(made: _Conditions, own: Mapping[int, datetime], late: Late) -> None:
    general = late.pop(None, None)
    if general:
        text = "(f.kpi_id = ANY ({}::int2[]) OR NOT f.batch_id = ANY ({}::int4[]))"
        made.add(text, sorted(own), sorted(general))
    for kpi, batches in sorted((kpi, batches) for kpi, batches in late.items() if kpi is not None):
        made.add("NOT (f.kpi_id = {}::int2 AND f.batch_id = ANY ({}::int4[]))", kpi, sorted(batches))


def _keep_out_quarantine(made: _Conditions, known_at: datetime | None) -> None:
    aside = (
        "SELECT FROM fact_quarantine q WHERE q.kpi_id = f.kpi_id AND q.unit_id = f.unit_id AND q.on_day = f.on_day"
        " AND q.item = f.item"
    )
    if known_at is None:
        made.add(f"NOT EXISTS ({aside} AND q.lifted_at IS NULL)")
    else:
        made.add(
            f"NOT EXISTS ({aside} AND q.put_at < {{0}} AND (q.lifted_at IS NULL OR q.lifted_at >= {{0}}))", known_at
        )


async def _keep_out_closed(
    connection: Connection, made: _Conditions, days: Sequence[date], closed: Mapping[int, int]
) -> None:
    rows = await connection.fetch(_BENEATH, list(closed), list(closed.values()), *days)
    units, through = [row["id"] for row in rows], [row["through"] for row in rows]
    text = (
        "NOT EXISTS (SELECT FROM unnest({}::int4[], {}::int4[]) AS shut (unit_id, through)"
        " WHERE shut.unit_id = f.unit_id AND f.batch_id > shut.through)"
    )
    made.add(text, units, through)


def _own_cut_offs(row: Mapping[str, Any]) -> dict[int, datetime]:
    return {int(kpi): datetime.fromisoformat(at) for kpi, at in _decoded(row["cut_offs"]).items()}


def _numbers(text: str) -> dict[int, int]:
    return {int(unit): int(through) for unit, through in _decoded(text).items()}


def _decoded(text: str | None) -> dict[str, Any]:
    return dict(msgspec.json.decode(text)) if text else {}

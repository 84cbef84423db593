"""Making, changing, moving and closing units; places in the tree have dates and are never overwritten."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from core import audit, outbox
from core.audit import Actor
from core.clock import now, today
from core.database import Connection, raw, transaction
from core.errors import Invalid, Problem, problem
from org.new_units import CHANGEABLE, NewUnit, faults
from org.refusals import no_such

_INSERT = """
INSERT INTO unit (code, name_zh, name_en, kind, peer_group, post, star, size_class, customers, traffic, hors_concours,
  opened_on, closed_on)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::smallint[], $8::text[],
  $9::bigint[], $10::bigint[], $11::bool[], $12::date[], $13::date[])
RETURNING code, id
"""
_COLUMNS = (
    "code", "name_zh", "name_en", "kind", "peer_group", "post", "star", "size_class", "customers", "traffic",
    "hors_concours", "opened_on", "closed_on",
)  # fmt: skip
_PLACE = """
INSERT INTO membership (unit_id, parent_id, relation, starts_on)
SELECT u, p, $3, d FROM unnest($1::int[], $2::int[], $4::date[]) AS t (u, p, d)
"""


async def create_units(*, actor: Actor, rows: Sequence[NewUnit], at: datetime | None = None) -> dict[str, int]:
    """Make units with their places in the tree, all or none, and return their numbers by code.

    Parents and employers may be among the rows; they are known from `at` on. Raises Invalid with every fault found.
    """
    async with transaction(), raw() as connection:
        known = await _numbers(connection)
        found = faults(rows, known.keys())
        if found:
            raise Invalid(*found)
        columns = [[getattr(row, name) for row in rows] for name in _COLUMNS]
        made = {row["code"]: int(row["id"]) for row in await connection.fetch(_INSERT, *columns)}
        numbers = {**known, **made}
        await _place(connection, "line", [(row, row.parent) for row in rows], numbers)
        await _place(connection, "employer", [(row, row.employer) for row in rows], numbers)
        subject = rows[0].code if len(rows) == 1 else f"{len(rows)} units"
        after = {"count": len(rows), "codes": [row.code for row in rows[:50]]}
        await audit.record(actor=actor, action="create_units", subject_kind="unit", subject=subject, after=after)
        await _follow(at)
    return made


async def change_unit(*, actor: Actor, code: str, changes: Mapping[str, Any], why: str | None = None) -> None:
    """Change what is said about a unit (names, peer group, star, exposure …); its place is moved by `move_unit`."""
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown or not changes:
        listed = ", ".join(unknown)
        raise Invalid(problem("unknown_fields", f"不能更改：{listed}", f"These cannot be changed: {listed}"))
    async with transaction(), raw() as connection:
        before = await connection.fetchrow("SELECT * FROM unit WHERE code = $1 FOR UPDATE", code)
        if before is None:
            raise no_such("单位", "unit")
        names = sorted(changes)
        assignments = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, start=2))
        values = [changes[name] for name in names]
        await connection.execute(f"UPDATE unit SET {assignments} WHERE code = $1", code, *values)  # noqa: S608 - names checked against CHANGEABLE
        await audit.record(
            actor=actor,
            action="change_unit",
            subject_kind="unit",
            subject=code,
            before={name: before[name] for name in names},
            after=dict(changes),
            why=why,
        )
        await _follow()


async def move_unit(
    *, actor: Actor, code: str, parent: str, on: date, relation: str = "line", why: str | None = None
) -> None:
    """Put a unit under another parent (or employer) from a day on; where it stood before stays on record."""
    async with transaction(), raw() as connection:
        numbers = await _numbers(connection)
        if code not in numbers or parent not in numbers:
            raise no_such("单位", "unit")
        await _refuse_loop(connection, numbers[code], numbers[parent], on)
        before = await connection.fetchval(
            "UPDATE membership SET ends_on = $3 WHERE unit_id = $1 AND relation = $2 AND starts_on < $3"
            " AND (ends_on IS NULL OR ends_on > $3) RETURNING parent_id",
            numbers[code],
            relation,
            on,
        )
        await connection.execute(
            "DELETE FROM membership WHERE unit_id = $1 AND relation = $2 AND starts_on >= $3",
            numbers[code],
            relation,
            on,
        )
        await connection.execute(_PLACE, [numbers[code]], [numbers[parent]], relation, [on])
        await audit.record(
            actor=actor,
            action="move_unit",
            subject_kind="unit",
            subject=code,
            before={"parent_id": before},
            after={"parent": parent, "on": on, "relation": relation},
            why=why,
        )
        await _follow()


async def places_of(*, unit_id: int, relation: str) -> list[list[Any]]:
    """Return where a unit has stood: parent, first day, day after the last; by it a move can be undone."""
    statement = (
        "SELECT parent_id, starts_on, ends_on FROM membership WHERE unit_id = $1 AND relation = $2 ORDER BY starts_on"
    )
    async with raw() as connection:
        rows = await connection.fetch(statement, unit_id, relation)
    return [[row["parent_id"], row["starts_on"], row["ends_on"]] for row in rows]


async def restore_places(
    *, actor: Actor, unit_id: int, relation: str, places: Sequence[Sequence[Any]], why: str
) -> None:
    """Undo a move: the unit stands again where it stood, on the days on which it did."""
    statement = "INSERT INTO membership (unit_id, parent_id, relation, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5)"
    rows = [
        (unit_id, parent, relation, _day(starts_on), None if ends_on is None else _day(ends_on))
        for parent, starts_on, ends_on in places
    ]
    async with transaction(), raw() as connection:
        await connection.execute("DELETE FROM membership WHERE unit_id = $1 AND relation = $2", unit_id, relation)
        await connection.executemany(statement, rows)
        after = {"places": places, "relation": relation}
        await audit.record(
            actor=actor, action="restore_places", subject_kind="unit", subject=unit_id, after=after, why=why
        )
        await _follow()


def _day(told: date | str) -> date:
    return date.fromisoformat(told) if isinstance(told, str) else told


async def close_unit(*, actor: Actor, code: str, on: date, why: str) -> None:
    """Close a unit from a day on: it leaves the boards of later months, and its person's account is refused."""
    async with transaction(), raw() as connection:
        unit_id = await connection.fetchval("UPDATE unit SET closed_on = $2 WHERE code = $1 RETURNING id", code, on)
        if unit_id is None:
            raise no_such("单位", "unit")
        await connection.execute(
            "UPDATE membership SET ends_on = $2 WHERE unit_id = $1 AND starts_on < $2 AND (ends_on IS NULL OR ends_on > $2)",
            unit_id,
            on,
        )
        await audit.record(
            actor=actor, action="close_unit", subject_kind="unit", subject=code, after={"closed_on": on}, why=why
        )
        await _follow()


_MOMENT = """
UPDATE organisation_moment SET at = greatest($1, (SELECT max(at) FROM organisation_moment)) WHERE at IS NULL AND number > (
  SELECT coalesce(min(number), 0) FROM organisation_moment)
"""


async def _follow(at: datetime | None = None) -> None:
    """Keep when the organisation changed, and ask that the boards of open months follow it."""
    async with raw() as connection:
        await connection.execute(_MOMENT, at or now())
    await outbox.note("organisation", {}, dedup_key="organisation")


async def _numbers(connection: Connection) -> dict[str, int]:
    return {row["code"]: row["id"] for row in await connection.fetch("SELECT code, id FROM unit")}


async def _place(
    connection: Connection, relation: str, pairs: Iterable[tuple[NewUnit, str | None]], numbers: Mapping[str, int]
) -> None:
    placed = [(row, above) for row, above in pairs if above]
    units = [numbers[row.code] for row, _ in placed]
    parents = [numbers[above] for _, above in placed]
    days = [row.since or row.opened_on or today() for row, _ in placed]
    await connection.execute(_PLACE, units, parents, relation, days)


async def _refuse_loop(connection: Connection, unit_id: int, parent_id: int, on: date) -> None:
    statement = """
        WITH RECURSIVE above (id) AS (
          SELECT $2::int UNION SELECT m.parent_id FROM membership m JOIN above a ON m.unit_id = a.id
          WHERE m.relation = 'line' AND (m.ends_on IS NULL OR m.ends_on > $3))
        SELECT EXISTS (SELECT FROM above WHERE id = $1)
    """
    if await connection.fetchval(statement, unit_id, parent_id, on):
        raise Invalid(_loop())


def _loop() -> Problem:
    return problem("loop", "单位不能归到自己的下级之下。", "A unit cannot stand beneath one of its own.")


class UnitsTaken(msgspec.Struct, frozen=True):
    """What an import of units did, or would do."""

    made: int
    changed: int
    moved: int
    same: int

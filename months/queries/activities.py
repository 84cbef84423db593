"""Activities of a month as people see them: what is asked, the records, how far a unit has come."""

from collections.abc import Collection
from datetime import date, datetime

import msgspec

import org.queries
from core.database import raw
from core.errors import NotFound, problem
from core.language import Text
from leaderboards.queries.activities import ActivityLine, activity_lines
from org.names import named
from scoring.book_parts import Activity
from scoring.contributors import card_of
from scoring.queries.rules import rules_of

_RECORDS = """
SELECT r.id, r.month, r.activity, r.unit_id, u.code AS unit_code, u.name_zh, u.name_en, r.on_day, r.count, r.note,
  r.evidence, r.evidence_name, r.state, r.submitted_at, r.submitted_by, s.display_name AS submitter, r.checked_at,
  c.display_name AS checker, r.reason, r.revoked_at, r.revoked_why,
  v.display_name AS revoker
FROM activity_record r JOIN unit u ON u.id = r.unit_id
  LEFT JOIN account s ON s.id = r.submitted_by LEFT JOIN account c ON c.id = r.checked_by
  LEFT JOIN account v ON v.id = r.revoked_by
"""
MOST = 200


class RecordRow(msgspec.Struct, frozen=True, kw_only=True):
    """A record of an activity: for which unit, how often, its evidence (a digest), and what was decided by whom."""

    id: int
    month: int
    activity: str
    unit_id: int
    unit_code: str
    unit_name: Text
    on_day: date
    count: int
    note: str
    evidence: str | None
    evidence_name: str | None
    state: str
    submitted_at: datetime
    submitted_by: int
    submitter: str | None
    checked_at: datetime | None
    checker: str | None
    reason: str | None
    revoked_at: datetime | None
    revoked_why: str | None
    revoker: str | None

    @property
    def counts(self) -> bool:
        """Tell whether the record counts now."""
        return self.state == "valid" and self.revoked_at is None


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """How far a unit has come with the activities asked of it; `waiting` counts by code what is not checked yet."""

    asked: tuple[Activity, ...]
    lines: tuple[ActivityLine, ...]
    waiting: dict[str, int]


async def activities_of_month(month: int) -> tuple[Activity, ...]:
    """Return the activities of a month's theme."""
    rules = await rules_of(month)
    theme = rules.book.themes.get(rules.theme or "")
    return tuple(theme.activities.values()) if theme else ()


async def own(month: int, unit_id: int) -> Own:
    """Return what is asked of a unit and what its records, and those beneath it, have brought as of now."""
    rules, organisation = await rules_of(month), await org.queries.organisation_of_month(month)
    theme, unit = rules.book.themes.get(rules.theme or ""), organisation.unit(unit_id)
    if theme is None or unit is None:
        return Own(asked=(), lines=(), waiting={})
    kind = card_of(unit, rules.book)
    waits = """
        SELECT activity, sum(count)::int FROM activity_record
        WHERE month = $1 AND state = 'submitted' AND unit_id = ANY ($2::int4[]) GROUP BY activity
    """
    async with raw() as connection:
        lines = await activity_lines(connection, unit_id, month, rules.book, rules.theme, organisation)
        rows = await connection.fetch(waits, month, sorted(organisation.subtree(unit_id)))
    asked = tuple(one for one in theme.activities.values() if kind in one.kinds)
    return Own(asked=asked, lines=lines, waiting=dict(map(tuple, rows)))


async def records(
    month: int, unit_ids: Collection[int] | None = None, state: str | None = None, first: int = 0, most: int = MOST
) -> tuple[RecordRow, ...]:
    """Return the records of a month, the newest first; of some units only, in one state only."""
    where = """
        WHERE r.month = $1 AND ($2::int4[] IS NULL OR r.unit_id = ANY ($2)) AND ($3::text IS NULL OR r.state = $3)
        ORDER BY r.id DESC OFFSET $4 LIMIT $5
    """
    wanted = None if unit_ids is None else sorted(unit_ids)
    async with raw() as connection:
        rows = await connection.fetch(named(_RECORDS) + where, month, wanted, state, first, most)
    return tuple(_row(row) for row in rows)


async def record(record_id: int) -> RecordRow:
    """Return one record; NotFound when there is none."""
    async with raw() as connection:
        row = await connection.fetchrow(named(_RECORDS) + " WHERE r.id = $1", record_id)
    if row is None:
        raise NotFound(problem("no_such_record", "没有这条登记。", "There is no such record."))
    return _row(row)


def _row(row: object) -> RecordRow:
    values = dict(row)  # type: ignore[call-overload]  # asyncpg ships no types
    name = Text(zh=values.pop("name_zh"), en=values.pop("name_en"))
    return RecordRow(unit_name=name, **values)

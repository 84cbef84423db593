"""Change sets as people see them: lists, one with its preview, hearings, restatements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

import org.queries
from core.database import raw
from core.errors import NotFound, problem
from core.language import Text
from months.changes.payloads import Kind
from months.changes.preview import Preview, decoded
from org.names import named

MOST = 200
_ROWS = """
SELECT c.id, c.month, c.kind, c.title, c.payload, c.why, c.made_at, c.made_by, m.display_name AS maker, c.state, c.asked_at,
  c.done, c.previewed_at, c.preview_digest, c.failure, c.applied_at, c.applied_by, d.display_name AS decider,
  c.cancelled_at, x.display_name AS canceller, c.cancelled_why, c.snapshot_before, c.snapshot_after,
  (SELECT count(*) FROM change_hearing h WHERE h.change_set_id = c.id) AS asked,
  (SELECT count(*) FROM change_hearing h WHERE h.change_set_id = c.id AND h.answered_at IS NOT NULL) AS answered
FROM change_set c JOIN account m ON m.id = c.made_by LEFT JOIN account d ON d.id = c.applied_by
LEFT JOIN account x ON x.id = c.cancelled_by
"""
_HEARINGS = """
SELECT h.id, h.change_set_id, h.unit_id, h.told_at, h.until, h.answered_at, a.display_name AS answerer, h.agrees, h.answer
FROM change_hearing h LEFT JOIN account a ON a.id = h.answered_by
"""
_RESTATEMENTS = """
SELECT r.id, r.month, r.version, r.change_set_id, r.snapshot_id, r.digest, r.note_zh, r.note_en, r.difference, r.posted_in,
  r.at, m.display_name AS maker, d.display_name AS approver
FROM restatement r JOIN account m ON m.id = r.by JOIN account d ON d.id = r.approved_by
WHERE r.month = $1 ORDER BY r.version DESC
"""


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change set: what is proposed and why, how far its preview is (`done` of 2 steps), and who decided what."""

    id: int
    month: int
    kind: Kind
    title: str
    payload: dict[str, Any]
    why: str
    made_at: datetime
    made_by: int
    maker: str
    state: str
    asked_at: datetime | None
    done: int
    previewed_at: datetime | None
    preview_digest: str | None
    failure: Text | None
    applied_at: datetime | None
    applied_by: int | None
    decider: str | None
    cancelled_at: datetime | None
    canceller: str | None
    cancelled_why: str | None
    snapshot_before: int | None
    snapshot_after: int | None
    asked: int
    answered: int

    @property
    def working(self) -> bool:
        """Tell whether a preview is still being made."""
        waits = self.previewed_at is None or (self.asked_at is not None and self.asked_at > self.previewed_at)
        return self.state == "open" and self.failure is None and waits

    @property
    def revivable(self) -> bool:
        """Tell whether it was undone and may be applied again."""
        return self.state == "cancelled" and self.applied_at is not None


class HearingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that would lose an award by a change: told when, heard until when, and what it said."""

    id: int
    change_set_id: int
    unit_id: int
    unit_code: str
    unit_name: Text
    told_at: datetime
    until: datetime
    answered_at: datetime | None
    answerer: str | None
    agrees: bool | None
    answer: str | None


class RestatementRow(msgspec.Struct, frozen=True, kw_only=True):
    """A later version of a published month, with its public note; `totals` are cents by unit that went forward.

    `awards_due` are award and unit of what the new version gives and the published one did not.
    """

    id: int
    month: int
    version: int
    change_set_id: int
    snapshot_id: int
    digest: str
    note: Text
    totals: dict[int, int]
    awards_due: tuple[tuple[str, int], ...] = ()
    posted_in: int | None
    at: datetime
    maker: str
    approver: str


async def changes(month: int | None = None, state: str | None = None, first: int = 0) -> tuple[ChangeRow, ...]:
    """Return change sets, of one month or all, in one state or any, the newest first."""
    condition = "WHERE ($1::int IS NULL OR c.month = $1) AND ($2::text IS NULL OR c.state = $2)"
    statement = f"{_ROWS} {condition} ORDER BY c.id DESC LIMIT {MOST} OFFSET $3"
    async with raw() as connection:
        rows = await connection.fetch(named(statement), month, state, first)
    return tuple(_row(row) for row in rows)


async def change(change_id: int) -> ChangeRow:
    """Return one change set; NotFound when there is none."""
    async with raw() as connection:
        row = await connection.fetchrow(f"{named(_ROWS)} WHERE c.id = $1", change_id)
    if row is None:
        raise NotFound(problem("no_such_change", "没有这个变更集。", "There is no such change set."))
    return _row(row)


async def preview_of(change_id: int) -> Preview | None:
    """Return the preview that is kept with a change set, None while there is none."""
    async with raw() as connection:
        text = await connection.fetchval("SELECT preview FROM change_set WHERE id = $1", change_id)
    return None if text is None else decoded(text)


async def open_of_month(month: int) -> tuple[ChangeRow, ...]:
    """Return the change sets of a month that nobody has decided."""
    return await changes(month, "open")


async def hearings(change_id: int) -> tuple[HearingRow, ...]:
    """Return who is heard about a change set."""
    return await _heard("WHERE h.change_set_id = $1 ORDER BY h.unit_id", change_id)


async def hearing(hearing_id: int) -> HearingRow | None:
    """Return one hearing, None when there is none."""
    return next(iter(await _heard("WHERE h.id = $1", hearing_id)), None)


async def hearings_of_units(unit_ids: Sequence[int]) -> tuple[HearingRow, ...]:
    """Return the hearings of some units that wait for an answer, the most urgent first."""
    return await _heard(
        "WHERE h.unit_id = ANY ($1::int4[]) AND h.answered_at IS NULL ORDER BY h.until", sorted(unit_ids)
    )


async def restatements(month: int) -> tuple[RestatementRow, ...]:
    """Return the later versions of a published month, the newest first."""
    async with raw() as connection:
        rows = await connection.fetch(named(_RESTATEMENTS), month)
    found = []
    for row in rows:
        values = dict(row)
        note = Text(zh=values.pop("note_zh"), en=values.pop("note_en"))
        posted = msgspec.json.decode(values.pop("difference"), type=_Posted)
        found.append(RestatementRow(**values, note=note, totals=posted.totals, awards_due=posted.awards_due))
    return tuple(found)


class _Posted(msgspec.Struct):
    totals: dict[int, int]
    awards_due: tuple[tuple[str, int], ...] = ()


async def _heard(condition: str, *values: object) -> tuple[HearingRow, ...]:
    async with raw() as connection:
        rows = await connection.fetch(f"{named(_HEARINGS)} {condition}", *values)
    units = (await org.queries.organisation()).units if rows else {}
    found = []
    for row in rows:
        unit = units.get(row["unit_id"])
        code = unit.code if unit else f"#{row['unit_id']}"
        name = Text(zh=unit.name_zh, en=unit.name_en) if unit else Text(zh=code, en=code)
        found.append(HearingRow(**row, unit_code=code, unit_name=name))
    return tuple(found)


def _row(row: Any) -> ChangeRow:  # noqa: ANN401 - asyncpg ships no types
    values = dict(row)
    values["payload"] = msgspec.json.decode(values["payload"])
    values["failure"] = msgspec.json.decode(values["failure"], type=Text) if values["failure"] else None
    return ChangeRow(**{**values, "kind": Kind(values["kind"])})

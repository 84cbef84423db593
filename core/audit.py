"""The trail of changes: one row for each, in the change's own transaction, chained by hash so that tampering shows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec

from core.clock import now
from core.database import joined, raw

FIRST = "0" * 64
"""What stands before the first row."""
LOCK = 0x0A_0D_17
PAGE = 5_000

_SELECT = "SELECT id, at, actor_id, actor, action, subject_kind, subject, before, after, why, previous_hash, hash FROM audit_entry WHERE "


class Actor(msgspec.Struct, frozen=True):
    """Who changes something; no account means the program itself."""

    account_id: int | None
    name: str


SYSTEM = Actor(None, "system")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One change as it was written down; `before` and `after` are JSON text."""

    id: int
    at: datetime
    actor_id: int | None
    actor: str
    action: str
    subject_kind: str
    subject: str
    before: str | None
    after: str | None
    why: str | None
    previous_hash: str
    hash: str


class Anchor(msgspec.Struct, frozen=True):
    """The end of the chain at some moment; kept elsewhere, it shows later that the tail was cut off."""

    id: int
    hash: str


class BrokenLink(msgspec.Struct, frozen=True):
    """A row at which the chain does not hold, and why: `altered`, `unlinked`, or `cut`."""

    id: int
    reason: str


async def record(
    *,
    actor: Actor,
    action: str,
    subject_kind: str,
    subject: str | int,
    before: object = None,
    after: object = None,
    why: str | None = None,
) -> None:
    """Write one change down; call it last in the transaction, since the chain has one end and others wait for it."""
    values = (actor.account_id, actor.name[:64], action, subject_kind, str(subject), _json(before), _json(after), why)
    async with joined(), raw() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        previous = await connection.fetchval("SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1") or FIRST
        at = now()
        await connection.execute(
            "INSERT INTO audit_entry (at, actor_id, actor, action, subject_kind, subject, before, after, why,"
            " previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            at,
            *values,
            previous,
            link(previous, at, values),
        )


def link(previous: str, at: datetime, values: tuple[object, ...]) -> str:
    """Return the hash of a row: of all it says, its moment and the hash before it."""
    said = [previous, at.astimezone(UTC).isoformat(timespec="microseconds"), *values]
    return sha256(msgspec.json.encode(said)).hexdigest()


async def broken_links(anchor: Anchor | None = None) -> list[BrokenLink]:
    """Return where the chain does not hold; with an anchor also whether the rows up to it are still there."""
    broken: list[BrokenLink] = []
    previous, met = FIRST, anchor is None
    async for entry in _all():
        broken += _judged(entry, previous)
        met = met or (anchor is not None and anchor.id == entry.id and anchor.hash == entry.hash)
        previous = entry.hash
    if anchor is not None and not met:
        broken.append(BrokenLink(anchor.id, "cut"))
    return broken


def _judged(entry: Entry, previous: str) -> list[BrokenLink]:
    if entry.previous_hash != previous:
        return [BrokenLink(entry.id, "unlinked")]
    said = (entry.actor_id, entry.actor, entry.action, entry.subject_kind, entry.subject, entry.before, entry.after)
    if link(entry.previous_hash, entry.at, (*said, entry.why)) != entry.hash:
        return [BrokenLink(entry.id, "altered")]
    return []


async def _all() -> AsyncIterator[Entry]:
    after = 0
    while True:
        entries = await entries_after(after, PAGE)
        for entry in entries:
            yield entry
        if len(entries) < PAGE:
            return
        after = entries[-1].id


async def entries_after(after: int, limit: int) -> list[Entry]:
    """Return a page of the trail, oldest first."""
    return await _fetched("id > $1 ORDER BY id LIMIT $2", after, limit)


async def entries_before(
    before: int | None,
    limit: int,
    subject_kind: str | None = None,
    *,
    subject: str | None = None,
    actor: str | None = None,
) -> list[Entry]:
    """Return a page of the trail, newest first: of one kind of subject, one subject, one actor where they are named."""
    condition = (
        "($1::bigint IS NULL OR id < $1) AND ($3::text IS NULL OR subject_kind = $3)"
        " AND ($4::text IS NULL OR subject = $4) AND ($5::text IS NULL OR actor = $5) ORDER BY id DESC LIMIT $2"
    )
    return await _fetched(condition, before, limit, subject_kind, subject, actor)


async def end() -> Anchor | None:
    """Return the end of the chain, to be kept elsewhere."""
    entries = await entries_before(None, 1)
    return Anchor(entries[0].id, entries[0].hash) if entries else None


async def _fetched(condition: str, *values: Any) -> list[Entry]:  # noqa: ANN401 - whatever the statement takes
    async with raw() as connection:
        rows = await connection.fetch(_SELECT + condition, *values)
    return [Entry(**row) for row in rows]


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic").decode()

"""Work that follows a change: written down in the change's transaction, done afterwards, at least once."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from core.clock import now
from core.database import after_commit, raw
from core.queue import kick

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
MOST_DOUBLINGS = 8


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Claimed work; `attempts` counts this one."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


async def note(
    kind: str, payload: dict[str, Any], *, dedup_key: str | None = None, run_after: datetime | None = None
) -> None:
    """Ask for work inside the caller's transaction; of several that wait under one key only the first is kept."""
    moment = now()
    # The update locks a waiting note until this transaction ends, so that no worker does it without seeing our change.
    statement = (
        "INSERT INTO outbox_note (kind, dedup_key, payload, created_at, run_after) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (dedup_key) WHERE done_at IS NULL AND lease_until IS NULL"
        " DO UPDATE SET run_after = LEAST(outbox_note.run_after, EXCLUDED.run_after)"
    )
    async with raw() as connection:
        body = msgspec.json.encode(payload).decode()
        await connection.execute(statement, kind, dedup_key, body, moment, run_after or moment)
    after_commit(kick)


async def claim(limit: int, lease: timedelta) -> list[Note]:
    """Take the oldest due work for the length of the lease; what another worker let lapse is due again."""
    statement = (
        "UPDATE outbox_note SET lease_until = $2, attempts = attempts + 1 WHERE id IN ("
        " SELECT id FROM outbox_note WHERE done_at IS NULL AND run_after <= $1"
        " AND (lease_until IS NULL OR lease_until < $1) ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED)"
        " RETURNING id, kind, payload, attempts, created_at"
    )
    moment = now()
    async with raw() as connection:
        rows = await connection.fetch(statement, moment, moment + lease, limit)
    claimed = [Note(**{**row, "payload": msgspec.json.decode(row["payload"])}) for row in rows]
    return sorted(claimed, key=lambda one: one.id)


async def extend(note_id: int, lease: timedelta) -> None:
    """Keep work that takes longer than its lease."""
    async with raw() as connection:
        await connection.execute("UPDATE outbox_note SET lease_until = $2 WHERE id = $1", note_id, now() + lease)


async def finish(note_id: int) -> None:
    """Write down that work is done; inside the work's own transaction it is done exactly once."""
    async with raw() as connection:
        await connection.execute(
            "UPDATE outbox_note SET done_at = $2, failure = NULL WHERE id = $1 AND done_at IS NULL", note_id, now()
        )


async def fail(note_id: int, reason: str) -> None:
    """Give work back after a growing pause, with the reason; where the same already waits, that one stands for both."""
    statement = (
        "UPDATE outbox_note n SET failure = $2,"
        " done_at = CASE WHEN same.found THEN $3::timestamptz END,"
        " lease_until = CASE WHEN same.found THEN n.lease_until END,"
        " run_after = $3::timestamptz + LEAST($4::interval * (2 ^ LEAST(n.attempts - 1, $6::int)), $5::interval)"
        " FROM (SELECT EXISTS (SELECT FROM outbox_note w JOIN outbox_note o ON o.id = $1 AND w.dedup_key = o.dedup_key"
        "   AND w.id <> o.id WHERE w.done_at IS NULL AND w.lease_until IS NULL) AS found) same"
        " WHERE n.id = $1 AND n.done_at IS NULL"
    )
    async with raw() as connection:
        await connection.execute(statement, note_id, reason[:2000], now(), FIRST_PAUSE, LONGEST_PAUSE, MOST_DOUBLINGS)


async def waiting(kind: str | None = None) -> int:
    """Return how many notes are not done, those being worked on included."""
    async with raw() as connection:
        statement = "SELECT count(*) FROM outbox_note WHERE done_at IS NULL AND ($1::text IS NULL OR kind = $1)"
        return int(await connection.fetchval(statement, kind))


async def waiting_of_month(month: int) -> int:
    """Return how many notes about a month are not done."""
    statement = "SELECT count(*) FROM outbox_note WHERE done_at IS NULL AND (payload::jsonb ->> 'month')::int = $1"
    async with raw() as connection:
        return int(await connection.fetchval(statement, month))


async def waits(dedup_key: str) -> bool:
    """Tell whether work that was asked for under a key is not done yet."""
    statement = "SELECT EXISTS (SELECT FROM outbox_note WHERE done_at IS NULL AND dedup_key = $1)"
    async with raw() as connection:
        return bool(await connection.fetchval(statement, dedup_key))


async def oldest_age() -> timedelta:
    """Return how long the oldest undone work has waited."""
    async with raw() as connection:
        since = await connection.fetchval("SELECT min(run_after) FROM outbox_note WHERE done_at IS NULL")
    return max(now() - since, timedelta()) if since else timedelta()


async def forget(before: datetime) -> int:
    """Delete notes done before a moment; return how many."""
    async with raw() as connection:
        return int((await connection.execute("DELETE FROM outbox_note WHERE done_at < $1", before)).split()[-1])

"""Safe retries: the answer to a request is kept with its key, in the transaction of its effect."""

from datetime import datetime
from hashlib import sha256

import msgspec

from core.clock import now
from core.database import raw
from core.errors import Conflict, Invalid, problem


class Answer(msgspec.Struct, frozen=True):
    """What was answered the first time."""

    status: int
    body: str


def fingerprint(method: str, path: str, body: bytes) -> str:
    """Return what must be the same for a retry to be a retry."""
    return sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


async def begin(account_id: int, key: str, payload: str) -> Answer | None:
    """Take a key inside the caller's transaction; return the kept answer when the request was answered before.

    Raises Conflict while another request holds the key, Invalid when it was used for something else.
    """
    async with raw() as connection:
        lock = int.from_bytes(sha256(f"{account_id}:{key}".encode()).digest()[:8], "big", signed=True)
        if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", lock):
            raise Conflict(
                problem(
                    "in_flight",
                    "同一请求正在处理，请稍后重试。",
                    "The same request is being worked on; try again in a moment.",
                )
            )
        row = await connection.fetchrow(
            "INSERT INTO idempotency_key (account_id, key, fingerprint, created_at) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (account_id, key) DO NOTHING RETURNING id",
            account_id,
            key,
            payload,
            now(),
        )
        if row:
            return None
        kept = await connection.fetchrow(
            "SELECT fingerprint, status, body FROM idempotency_key WHERE account_id = $1 AND key = $2", account_id, key
        )
    if kept["fingerprint"] != payload:
        raise Invalid(
            problem(
                "key_reused",
                "该 Idempotency-Key 已用于另一请求，请换一个。",
                "This Idempotency-Key was used for another request; choose a new one.",
            )
        )
    return Answer(kept["status"] or 204, kept["body"] or "")


async def keep(account_id: int, key: str, answer: Answer) -> None:
    """Store the answer, in the transaction that `begin` was called in."""
    async with raw() as connection:
        await connection.execute(
            "UPDATE idempotency_key SET status = $3, body = $4 WHERE account_id = $1 AND key = $2",
            account_id,
            key,
            answer.status,
            answer.body,
        )


async def forget(before: datetime) -> int:
    """Delete keys older than a moment; return how many."""
    async with raw() as connection:
        done = await connection.execute("DELETE FROM idempotency_key WHERE created_at < $1", before)
    return int(done.split()[-1])

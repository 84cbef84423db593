"""Signing in and out, with a limit on tries."""

import asyncio
import secrets
from datetime import datetime

import msgspec

from core import audit
from core.clock import now
from core.database import raw, transaction
from org import queries
from org.passwords import matches
from org.queries import Account
from org.refusals import TooMany, wrong_password
from org.sessions import ABSOLUTE, TRIES, TRIES_WITHIN, stored

_AT_ONCE = asyncio.Semaphore(4)
"""Hashes computed at the same time: each takes 19 MiB."""


class SignedIn(msgspec.Struct, frozen=True):
    """A new session; the secret goes into the cookie and nowhere else."""

    secret: str
    account: Account
    expires_at: datetime

    @property
    def session_id(self) -> str:
        """Return what the database knows the session by."""
        return stored(self.secret)


async def sign_in(*, username: str, password: str, agent: str | None = None, previous: str | None = None) -> SignedIn:
    """Open a session under a new secret and end the browser's previous one.

    Raises NotSignedIn for a wrong name, a wrong password or a disabled account alike, TooMany beyond ten tries in a
    quarter of an hour.
    """
    name = username.strip().lower()
    attempt = await counted(name)
    account = await queries.account_by_username(name)
    known = account is not None and not account.disabled
    async with _AT_ONCE:
        right = await asyncio.to_thread(matches, await _hash_of(account.id if account else 0), password)
    if not (right and known and account is not None):
        raise wrong_password()
    async with transaction(), raw() as connection:
        await right_after_all(connection, attempt)
        if previous:
            await _end(connection, stored(previous))
        return await opened(connection, account, agent)


async def opened(connection: object, account: Account, agent: str | None) -> SignedIn:
    """Store a new session and its line in the trail."""
    secret, moment = secrets.token_urlsafe(32), now()
    await connection.execute(  # type: ignore[attr-defined]  # asyncpg ships no types
        "INSERT INTO session (id, account_id, created_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $3, $4, $5)",
        stored(secret),
        account.id,
        moment,
        moment + ABSOLUTE,
        (agent or "")[:200].replace("\x00", "") or None,
    )
    actor = audit.Actor(account.id, account.username)
    await audit.record(actor=actor, action="sign_in", subject_kind="account", subject=account.username)
    return SignedIn(secret, account, moment + ABSOLUTE)


async def sign_out(*, secret: str) -> None:
    """End one session."""
    async with transaction(), raw() as connection:
        await _end(connection, stored(secret))


async def sign_out_everywhere(*, account: Account) -> int:
    """End every session of an account; return how many there were."""
    async with transaction(), raw() as connection:
        statement = "UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at IS NULL"
        ended = int((await connection.execute(statement, account.id, now())).split()[-1])
        await audit.record(
            actor=audit.Actor(account.id, account.username),
            action="sign_out_everywhere",
            subject_kind="account",
            subject=account.username,
            after={"sessions": ended},
        )
    return ended


async def seen(session_id: str) -> None:
    """Write down that a session was used just now."""
    async with raw() as connection:
        await connection.execute("UPDATE session SET seen_at = $2 WHERE id = $1", session_id, now())


async def forget(before: datetime) -> int:
    """Delete sessions and tries that ended before a moment; return how many sessions."""
    async with raw() as connection:
        await connection.execute("DELETE FROM sign_in_attempt WHERE at < $1", before)
        return int((await connection.execute("DELETE FROM session WHERE expires_at < $1", before)).split()[-1])


async def counted(username: str) -> int:
    """Write a try at a password down before it is judged, so that tries made at once count too; return its number.

    Raises TooMany beyond ten wrong ones in a quarter of an hour, at whichever door they were made.
    """
    key, moment = stored(username)[:32], now()  # what people type into the wrong field is not kept
    async with transaction(), raw() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key)
        failed = await connection.fetch(
            "SELECT at FROM sign_in_attempt WHERE username = $1 AND at > $2 AND NOT succeeded ORDER BY at DESC LIMIT $3",
            key,
            moment - TRIES_WITHIN,
            TRIES,
        )
        if len(failed) >= TRIES:
            left = failed[-1]["at"] + TRIES_WITHIN - moment
            raise TooMany(max(1, int(left.total_seconds())))
        return int(
            await connection.fetchval(
                "INSERT INTO sign_in_attempt (username, at, succeeded) VALUES ($1, $2, false) RETURNING id", key, moment
            )
        )


async def right_after_all(connection: object, attempt: int) -> None:
    """Take a try off the count: the password was the right one."""
    statement = "UPDATE sign_in_attempt SET succeeded = true WHERE id = $1"
    await connection.execute(statement, attempt)  # type: ignore[attr-defined]  # asyncpg ships no types


async def _hash_of(account_id: int) -> str | None:
    async with raw() as connection:
        found: str | None = await connection.fetchval("SELECT password_hash FROM account WHERE id = $1", account_id)
    return found


async def _end(connection: object, session_id: str) -> None:
    await connection.execute(  # type: ignore[attr-defined]  # asyncpg ships no types
        "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", session_id, now()
    )

"""Telling people what concerns them: one sentence and where to read on."""

from collections.abc import Iterable
from datetime import datetime

from core.clock import SHANGHAI, now
from core.database import raw
from core.language import Text
from org.roles import MANAGING, Role

_TELL = """
INSERT INTO notice (account_id, kind, zh, en, href, at)
SELECT a.id, $1, $2, $3, $4, $5 FROM account a
WHERE a.disabled_at IS NULL AND a.id IS DISTINCT FROM $11 AND (a.id = ANY ($6::int[]) OR a.unit_id = ANY ($7::int[]) OR EXISTS (
  SELECT FROM role_grant g WHERE g.account_id = a.id AND g.starts_on <= $10 AND (g.ends_on IS NULL OR g.ends_on > $10)
    AND (g.role = ANY ($9::text[]) OR g.scope_id = ANY ($7::int[]) AND g.role = ANY ($8::text[]))))
ORDER BY a.id
"""
# The numbers that people see count their own notices alone, from one on.
_READ = """
UPDATE notice SET read_at = COALESCE(read_at, $3) WHERE account_id = $1
  AND id = (SELECT id FROM notice WHERE account_id = $1 ORDER BY id OFFSET $2::bigint - 1 LIMIT 1) RETURNING href
"""
_SETTLE = "UPDATE notice SET read_at = $3 WHERE kind = $1 AND href = $2 AND read_at IS NULL"
_READ_ALL = """
UPDATE notice SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL AND ($3::bigint IS NULL OR id <= coalesce(
  (SELECT id FROM notice WHERE account_id = $1 ORDER BY id OFFSET $3::bigint - 1 LIMIT 1), 9223372036854775807))
"""


async def tell(
    *,
    kind: str,
    text: Text,
    href: str,
    at: datetime,
    account_ids: Iterable[int] = (),
    unit_ids: Iterable[int] = (),
    roles: Iterable[Role] = (),
    aside: int | None = None,
) -> None:
    """Tell people something, once each, inside the caller's transaction; an account that is closed is told nothing.

    Units reach the people who are these units and those who hold a managing role directly over them; roles reach
    whoever holds them that day. `aside` is an account that is not told.
    """
    managing = sorted(str(role) for role in MANAGING)
    people, units = sorted(set(account_ids)), sorted(set(unit_ids))
    wanted, day = sorted(str(role) for role in roles), at.astimezone(SHANGHAI).date()
    async with raw() as connection:
        await connection.execute(_TELL, kind, text.zh, text.en, href, at, people, units, managing, wanted, day, aside)


async def settle(*, kind: str, href: str, at: datetime) -> None:
    """Mark as read, for everybody, what was told of one matter that waits no longer; inside the caller's transaction."""
    async with raw() as connection:
        await connection.execute(_SETTLE, kind, href, at)


async def open_notice(*, account_id: int, notice_id: int, at: datetime | None = None) -> str | None:
    """Note that somebody has read one notice and return where to read on; None for a notice that is not theirs."""
    async with raw() as connection:
        href = await connection.fetchval(_READ, account_id, notice_id, at or now())
    return None if href is None else str(href)


async def mark_read(*, account_id: int, through: int | None = None, at: datetime | None = None) -> None:
    """Note that somebody has seen what was told to them, through a notice where one is given: later ones stay unread."""
    async with raw() as connection:
        await connection.execute(_READ_ALL, account_id, at or now(), through)

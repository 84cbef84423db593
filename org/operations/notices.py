"""Telling people what concerns them: one sentence and where to read on."""

from collections.abc import Iterable
from datetime import datetime

from core.clock import now
from core.database import raw
from core.language import Text

_TELL = """
INSERT INTO notice (account_id, kind, zh, en, href, at)
SELECT a.id, $2, $3, $4, $5, $6 FROM account a WHERE a.id = ANY($1::int[]) AND a.disabled_at IS NULL
"""


async def tell(*, kind: str, text: Text, href: str, account_ids: Iterable[int], at: datetime) -> None:
    """Tell people something, inside the caller's transaction; an account that is closed is told nothing."""
    async with raw() as connection:
        await connection.execute(_TELL, sorted(set(account_ids)), kind, text.zh, text.en, href, at)


async def mark_read(*, account_id: int, at: datetime | None = None) -> None:
    """Note that somebody has seen everything that was told to them so far."""
    async with raw() as connection:
        statement = "UPDATE notice SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL"
        await connection.execute(statement, account_id, at or now())

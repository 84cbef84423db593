"""Notices about change sets to the people of a unit: who belongs to it, and who manages it."""

from collections.abc import Sequence
from datetime import datetime

from core.clock import SHANGHAI
from core.database import raw
from core.language import Text
from org.roles import MANAGING

_TELL = """
INSERT INTO notice (account_id, kind, zh, en, href, at)
SELECT a.id, $1, $2, $3, $4, $5 FROM account a
WHERE a.disabled_at IS NULL AND (a.unit_id = ANY ($6::int4[]) OR EXISTS (
  SELECT FROM role_grant g WHERE g.account_id = a.id AND g.scope_id = ANY ($6::int4[]) AND g.role = ANY ($7::text[])
    AND g.starts_on <= $8 AND (g.ends_on IS NULL OR g.ends_on > $8)))
ORDER BY a.id
"""


async def tell(*, kind: str, text: Text, href: str, unit_ids: Sequence[int], at: datetime) -> None:
    """Tell the people of some units something, inside the caller's transaction."""
    managing = sorted(str(role) for role in MANAGING)
    day = at.astimezone(SHANGHAI).date()
    async with raw() as connection:
        await connection.execute(_TELL, kind, text.zh, text.en, href, at, sorted(unit_ids), managing, day)

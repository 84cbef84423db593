"""Which rules a month had since when: kept beside the month itself, so that any past instant can be read by its own rules."""

from datetime import datetime

from core.clock import now
from core.database import raw, transaction

_HOLD = """
INSERT INTO month_rules (month, rule_book_id, theme, since_at)
SELECT $1::int, $2::int, $3::text, greatest($4::timestamptz, (SELECT max(since_at) FROM month_rules WHERE month = $1))
WHERE (SELECT (rule_book_id, theme) FROM month_rules WHERE month = $1 ORDER BY since_at DESC, id DESC LIMIT 1)
  IS DISTINCT FROM ($2::int, $3::varchar)
"""


async def hold(*, month: int, rule_book_id: int, theme: str, at: datetime | None = None) -> None:
    """Note that a month has these rules and this theme from an instant on; the same again is not noted twice.

    Belongs into the transaction that sets them on the month. A clock that was set back never reorders what was held.
    """
    async with transaction(), raw() as connection:
        await connection.execute(_HOLD, month, rule_book_id, theme, at or now())

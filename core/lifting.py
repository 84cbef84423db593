"""Entries that are lifted and never removed: ending one, and letting it stand again as a row of its own."""

from datetime import datetime

import msgspec

from core.database import raw
from core.errors import NotFound, problem

_LIFT = """
WITH RECURSIVE chain AS (
  SELECT id FROM {table} WHERE id = $1 UNION ALL SELECT e.id FROM {table} e JOIN chain c ON e.restores = c.id
) UPDATE {table} SET lifted_at = $2 WHERE id IN (SELECT id FROM chain) AND lifted_at IS NULL AND {month} = $3 RETURNING id
"""
_RESTORE = """
INSERT INTO {table} ({copied}, change_set_id, {entered}, restores)
SELECT {copied}, change_set_id, $2, id FROM {table} WHERE id = $1 AND lifted_at IS NOT NULL RETURNING id
"""


class Entries(msgspec.Struct, frozen=True):
    """One table of such entries: what a restored one takes over, when an entry was made, and how its month is read."""

    table: str
    copied: str
    entered: str = "at"
    month: str = "month"

    async def lift(self, number: int, month: int, at: datetime) -> int:
        """End an entry of a month inside a change set, whose audit row covers it; return the number of the ended row.

        An entry that was lifted and restored since stands with its last row. NotFound when none stands in that month.
        """
        async with raw() as connection:
            ended = await connection.fetchval(_LIFT.format(table=self.table, month=self.month), number, at, month)
        return _standing(ended)

    async def restore(self, number: int, at: datetime) -> int:
        """Let a lifted entry stand again from an instant on, as a row of its own; return that row's number.

        The lifted row keeps the time in which it did not count. NotFound when there is no such row.
        """
        statement = _RESTORE.format(table=self.table, entered=self.entered, copied=self.copied)
        async with raw() as connection:
            return _standing(await connection.fetchval(statement, number, at))


def _standing(number: int | None) -> int:
    if number is None:
        raise NotFound(problem("not_standing", "这一条不在生效中。", "This entry does not stand."))
    return int(number)

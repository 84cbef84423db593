"""Facts set aside and late batches let in, as a change set decides; its audit row and the scoring anew are the caller's."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from core.database import raw, transaction

_PUT = """
INSERT INTO fact_quarantine (kpi_id, unit_id, on_day, item, change_set_id, put_at)
SELECT k, u, d, i, $5, $6 FROM unnest($1::int2[], $2::int4[], $3::date[], $4::int2[]) AS t (k, u, d, i)
ON CONFLICT DO NOTHING RETURNING id
"""
_LIFT = "UPDATE fact_quarantine SET lifted_at = $2 WHERE change_set_id = $1 AND lifted_at IS NULL RETURNING id"
_ACCEPT = """
INSERT INTO late_acceptance (month, batch_id, change_set_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id
"""
_REFUSE = "UPDATE late_acceptance SET lifted_at = $2 WHERE change_set_id = $1 AND lifted_at IS NULL RETURNING id"


class FactKey(msgspec.Struct, frozen=True):
    """Which fact, by numbers; all its revisions are meant."""

    kpi_id: int
    unit_id: int
    on: date
    item: int = 0


async def put_in_quarantine(*, facts: Iterable[FactKey], change_set_id: int | None, at: datetime) -> int:
    """Set facts aside from an instant on, and return how many were not aside already."""
    told = list(facts)
    columns = [[getattr(one, name) for one in told] for name in ("kpi_id", "unit_id", "on", "item")]
    async with transaction(), raw() as connection:
        return len(await connection.fetch(_PUT, *columns, change_set_id, at))


async def lift_quarantine(*, change_set_id: int, at: datetime) -> int:
    """Let the facts that a change set has put aside count again from an instant on; return how many."""
    async with transaction(), raw() as connection:
        return len(await connection.fetch(_LIFT, change_set_id, at))


async def accept_late(*, month: int, batch_id: int, change_set_id: int | None, at: datetime) -> bool:
    """Let a batch that came after the cut-off count for a month from an instant on; tell whether it did not before."""
    async with transaction(), raw() as connection:
        return await connection.fetchval(_ACCEPT, month, batch_id, change_set_id, at) is not None


async def refuse_late(*, change_set_id: int, at: datetime) -> int:
    """Take back what a change set has let in late, from an instant on; return how many batches."""
    async with transaction(), raw() as connection:
        return len(await connection.fetch(_REFUSE, change_set_id, at))

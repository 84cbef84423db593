"""Opening a closed month again before its publication: what was sealed stays sealed, the next closing is a new version."""

from datetime import datetime

import coaching.operations
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Invalid, problem
from months.lifecycle import Step
from months.models.life import Reopening
from months.operations import telling
from months.operations.guarding import KIND, account_of, check, locked, refuse
from months.queries import calendar, obstacles

MOST_WHY = 2_000


async def reopen(*, month: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Open a closed month again, with the reason; facts count for it again, and it is scored anew.

    Refused to whoever approved the closing, by account or by person, and once anything of the result was made public.
    The coaching that the closing opened is withdrawn; its awards hold no longer.
    """
    moment = at or now()
    if not why.strip() or len(why) > MOST_WHY:
        raise Invalid(problem("reason_needed", "请写明重新打开的理由。", "Give the reason for opening it again."))
    async with transaction():
        await locked(month)
        await check(month, Step.REOPEN, moment)
        row = await calendar.month_row(month, moment)
        refuse(await obstacles.of_reopening(row, account_of(actor)))
        await Reopening.create(month=month, closing_id=row.closing_id, at=moment, by=account_of(actor), why=why.strip())
        await coaching.operations.withdraw(
            snapshot_id=row.snapshot_id or 0, closed_at=row.closed_at or moment, at=moment
        )
        await outbox.note("fold", {"month": month, "units": None}, dedup_key=f"fold:{month}")
        await telling.reopened(month, row.closing_id or 0, why.strip(), account_of(actor), moment)
        after = {"version": row.version, "digest": row.digest}
        await audit.record(
            actor=actor, action="reopen_month", subject_kind=KIND, subject=month, after=after, why=why.strip()
        )

"""Publishing a closed month: released by a second person, then at once, or after the ceremony award by award."""

from collections.abc import Collection
from datetime import datetime

import leaderboards.operations
from core import audit
from core.audit import Actor
from core.clock import now
from core.database import raw, transaction
from core.errors import Invalid, NotFound, problem
from months.lifecycle import Step
from months.models.life import Publication, Release, Revelation
from months.operations import telling
from months.operations.guarding import KIND, account_of, check, locked, refuse
from months.queries import calendar, obstacles

MOST_WHY = 2_000
EMBARGO_OVER = "embargo_over"


async def release(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Publish a closed month, or put it under the embargo of its ceremony.

    Refused to whoever approved the closing, by account or by person, and while anything stands against it.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        await check(month, Step.RELEASE, moment)
        row = await calendar.month_row(month, moment)
        refuse(await obstacles.of_releasing(row, account_of(actor)))
        await Release.create(month=month, closing_id=row.closing_id, at=moment, by=account_of(actor))
        if row.ceremony_at is None or row.ceremony_at <= moment:
            await _published(month, moment, "release", actor)
        action = "publish_month" if row.ceremony_at is None or row.ceremony_at <= moment else "release_month"
        await audit.record(actor=actor, action=action, subject_kind=KIND, subject=month)


async def reveal(
    *, month: int, award: str, unit_id: int | None = None, actor: Actor, at: datetime | None = None
) -> None:
    """Make one award public during the embargo, or one winner of it; what is revealed already stays so."""
    moment = at or now()
    async with transaction():
        await locked(month)
        await check(month, Step.REVEAL, moment)
        if not await _given(month, award, unit_id):
            raise NotFound(problem("no_such_winner", "没有这个奖项或获奖者。", "There is no such award or winner."))
        if await Revelation.exists(month=month, award=award, unit_id=unit_id):
            return
        await Revelation.create(month=month, award=award, unit_id=unit_id, at=moment, by=account_of(actor))
        after = {"award": award, "unit": unit_id}
        await telling.won(month, moment, award, unit_id)
        await audit.record(actor=actor, action="reveal_award", subject_kind=KIND, subject=month, after=after)


async def reveal_winners(
    *, month: int, award: str, unit_ids: Collection[int], actor: Actor, at: datetime | None = None
) -> None:
    """Make some winners of an award public at one stroke: all of a group, or one; NotFound when none is named."""
    async with transaction():
        for unit_id in dict.fromkeys(unit_ids):
            await reveal(month=month, award=award, unit_id=unit_id, actor=actor, at=at)
    if not unit_ids:
        raise NotFound(problem("no_such_winner", "没有这个奖项或获奖者。", "There is no such award or winner."))


async def end_ceremony(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """End the ceremony: from now on everything is public. Refused while an appeal or a change set waits for its decision."""
    moment = at or now()
    async with transaction():
        await locked(month)
        await check(month, Step.END_EMBARGO, moment)
        refuse(await obstacles.of_ending(await calendar.month_row(month, moment)))
        await _published(month, moment, "ceremony", actor)
        await audit.record(actor=actor, action="end_ceremony", subject_kind=KIND, subject=month)


async def cancel_ceremony(*, month: int, why: str, actor: Actor, at: datetime | None = None) -> None:
    """Call the ceremony off, with the reason: the result is published without it. Refused as the end of the ceremony is."""
    moment = at or now()
    if not why.strip() or len(why) > MOST_WHY:
        raise Invalid(problem("reason_needed", "请写明取消的理由。", "Give the reason for cancelling."))
    async with transaction():
        await locked(month)
        await check(month, Step.END_EMBARGO, moment)
        refuse(await obstacles.of_ending(await calendar.month_row(month, moment)))
        await _published(month, moment, "ceremony_cancelled", actor, why.strip())
        await audit.record(actor=actor, action="cancel_ceremony", subject_kind=KIND, subject=month, why=why.strip())


async def end_embargo(*, month: int, at: datetime) -> None:
    """Publish a month whose embargo nobody ended in time, inside the caller's transaction; nothing stands against the time."""
    await Publication.create(month=month, at=at, by=None, via=EMBARGO_OVER)
    await _told(month, at)


async def _published(month: int, moment: datetime, via: str, actor: Actor, why: str | None = None) -> None:
    await Publication.create(month=month, at=moment, by=account_of(actor), via=via, why=why)
    await _told(month, moment)


async def _told(month: int, at: datetime) -> None:
    """Let everything that follows from a publication happen in its transaction: winners are told, later months look back."""
    await telling.won(month, at)
    await leaderboards.operations.after_publication(month)


async def _given(month: int, award: str, unit_id: int | None) -> bool:
    statement = (
        "SELECT EXISTS (SELECT FROM award_grant g JOIN closed_month c ON c.snapshot_id = g.snapshot_id"
        " WHERE c.month = $1 AND g.award = $2 AND ($3::int IS NULL OR g.unit_id = $3))"
    )
    async with raw() as connection:
        return bool(await connection.fetchval(statement, month, award, unit_id))

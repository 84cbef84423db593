"""A published month restated: a new version beside the old one, a public note, the difference as lines of the running month."""

from datetime import datetime
from typing import Any

import msgspec

import leaderboards.operations
import org.queries
import scoring.operations.events
from core import audit
from core.audit import Actor
from core.database import raw
from core.errors import Refused
from core.language import Text
from core.period import month_name
from months.changes import preview
from months.models.changes import ChangeSet, Restatement
from months.operations.changing.trying import Tried
from months.operations.guarding import account_of
from months.queries import sealed
from months.queries.posting import nowhere, posted_in
from months.seal import digest
from scoring.posted_reason import posted_reason

KIND = "restatement"
NOTE = Text(
    zh="{title}。理由：{why}。{n} 家单位的总分有变，差额记入{posted}；已公布的名次和奖项不变。",
    en="{title}. Reason: {why}. The totals of {n} units change; the difference is posted in {posted}. Published places and awards stand.",
)
_VERSION = """
SELECT c.version + 1 + (SELECT count(*) FROM restatement WHERE month = $1) FROM closed_month c WHERE c.month = $1
"""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a restatement changes: cents by unit that were posted or could not be, awards due and awards that stand."""

    totals: dict[int, int]
    unposted: tuple[int, ...] = ()
    awards_due: tuple[tuple[str, int], ...] = ()
    awards_standing: tuple[tuple[str, int], ...] = ()


async def restate(row: ChangeSet, found: Tried, actor: Actor, moment: datetime) -> None:
    """Seal the new version, post the difference and write the public note; nobody loses a place or an award."""
    posted = await posted_in(moment)
    if posted is None:
        raise Refused(nowhere())
    difference = await _posted(row, found, posted, actor, moment)
    head: dict[str, Any] = {**found.header, "restatement": row.id}
    seal = digest(await sealed.document(head, found.after))
    await leaderboards.operations.seal(snapshot_id=found.after, digest=seal)
    async with raw() as connection:
        version = int(await connection.fetchval(_VERSION, row.month))
    note = NOTE.format(title=_bare(row.title), why=_bare(row.why), n=len(difference.totals), posted=month_name(posted))
    made = await Restatement.create(
        month=row.month, version=version, change_set_id=row.id, snapshot_id=found.after, digest=seal,
        header=msgspec.json.encode(head).decode(), note_zh=note.zh, note_en=note.en,
        difference=msgspec.json.encode(difference).decode(), posted_in=posted, at=moment, by=row.made_by,
        approved_by=account_of(actor),
    )  # fmt: skip
    after = {"month": row.month, "version": version, "digest": seal, "posted_in": posted}
    await audit.record(
        actor=actor, action="restate_month", subject_kind=KIND, subject=made.id, after=after, why=row.why
    )


async def _posted(row: ChangeSet, found: Tried, posted: int, actor: Actor, moment: datetime) -> Difference:
    """Enter what each total is higher or lower by beside its card of the running month."""
    totals = preview.differences(found.preview.report)
    units = (await org.queries.organisation_of_month(posted)).units
    known = {unit: cents for unit, cents in totals.items() if unit in units}
    reason = posted_reason(month_name(row.month), row.title)
    await scoring.operations.events.post_differences(
        month=posted, points=known, reason=reason, actor=actor, change_set_id=row.id, at=moment
    )
    awards = found.preview.report.awards
    return Difference(
        totals=totals,
        unposted=tuple(sorted(totals.keys() - known.keys())),
        awards_due=tuple((one.award, one.unit) for one in awards if one.won),
        awards_standing=tuple((one.award, one.unit) for one in awards if not one.won),
    )


def _bare(text: str) -> str:
    """Return what somebody wrote without the full stop at its end: the sentence around it has its own."""
    return text.strip().rstrip("。.")

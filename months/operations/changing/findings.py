"""What a change set means to the odd fact that it was proposed for: judged while the change stands, open again once it is cancelled."""

from datetime import datetime

from core import audit
from core.audit import Actor
from months.models.watch import Finding

KIND = "finding"


async def reopen(change_id: int, why: str, actor: Actor) -> None:
    """Put the findings of a cancelled change set back to those to look at; the audit keeps both verdicts."""
    for row in await Finding.filter(change_id=change_id).select_for_update():
        before = {"verdict": row.verdict, "change": change_id}
        await Finding.filter(id=row.id).update(verdict=None, why=None, looked_at=None, looked_by=None, change_id=None)
        await audit.record(
            actor=actor, action="reopen_finding", subject_kind=KIND, subject=row.id, before=before, why=why
        )


async def judge_again(change_id: int, finding_id: int | None, why: str, actor: Actor, at: datetime) -> None:
    """Say of a finding that nobody has judged since that its facts are set aside, as its change set counts again."""
    row = await Finding.filter(id=finding_id, verdict=None).select_for_update().first() if finding_id else None
    if row is not None:
        verdict = {"verdict": "quarantined", "why": why, "change_id": change_id}
        await Finding.filter(id=row.id).update(**verdict, looked_at=at, looked_by=actor.account_id)
        await audit.record(
            actor=actor, action="look_at_finding", subject_kind=KIND, subject=row.id, after=verdict, why=why
        )

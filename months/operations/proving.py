"""Checking sealed months against their facts, and keeping what was found."""

import asyncio
from datetime import datetime

import msgspec

from core import audit, outbox
from core.audit import SYSTEM, Actor
from core.clock import now
from core.database import transaction
from months.models.watch import Verification
from months.operations.guarding import KIND
from months.proof.report import Report
from months.queries import proof

KIND_OF_NOTE = "proof"


async def verify(
    *, month: int, version: int | None = None, actor: Actor = SYSTEM, at: datetime | None = None
) -> Report:
    """Compute a sealed month again from its facts, keep the report and return it; NotFound while it was never closed."""
    from months.proof.checking import checked

    bundle = await proof.bundle(month, version)
    report = await asyncio.to_thread(checked, bundle)
    async with transaction():
        await Verification.create(
            month=month,
            version=report.version,
            digest=report.digest,
            at=at or now(),
            by=actor.account_id,
            equal=report.equal,
            found=msgspec.json.encode(report).decode(),
        )
        after = {"version": report.version, "equal": report.equal, "differences": len(report.differences) + report.more}
        await audit.record(actor=actor, action="verify_month", subject_kind=KIND, subject=month, after=after)
    return report


async def ask(month: int) -> None:
    """Have every sealed version of a month checked by the worker: it takes seconds, and nobody has to wait for them."""
    async with transaction():
        await outbox.note(KIND_OF_NOTE, {"sealed": month}, dedup_key=key(month))


def key(month: int) -> str:
    """Return the key under which a check of a month waits."""
    return f"{KIND_OF_NOTE}:{month}"


async def work(month: int) -> None:
    """Do what was asked for: check every sealed version."""
    for one in await proof.versions(month):
        await verify(month=month, version=one.version)


async def verify_what_is_new(at: datetime) -> int:
    """Check a sealed version that nobody has checked yet; return 1 when there was one. The worker asks at each sweep."""
    found = await proof.unchecked()
    if found is None:
        return 0
    await verify(month=found[0], version=found[1], at=at)
    return 1

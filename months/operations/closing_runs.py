"""Closing a large month in the background: asked for by the second person, carried out by a worker, followed by anybody who may."""

import asyncio
from contextvars import copy_context
from datetime import datetime

import msgspec

import org.queries
from core import audit, outbox
from core.audit import Actor
from core.clock import now
from core.database import transaction
from core.errors import Refused, ShifenError
from core.language import Text
from months import guards
from months.models.life import Closing, ClosingRun
from months.operations.closing import approvable, approve_close
from months.operations.guarding import KIND, account_of, locked
from months.queries import closing

KIND_OF_NOTE = "close"


async def ask(*, month: int, actor: Actor, at: datetime | None = None) -> None:
    """Have a worker approve the open proposal in this person's name; Refused at once with every reason known by now.

    Asked again while it is under way, nothing happens.
    """
    moment = at or now()
    async with transaction():
        await locked(month)
        proposal = await approvable(month, actor, moment)
        run = await closing.run_of(proposal.closing_id)
        if run is not None and run.working:
            return
        about = {"asked_at": moment, "asked_by": account_of(actor), "done": 0, "finished_at": None, "failure": None}
        await ClosingRun.update_or_create(defaults=about, closing_id=proposal.closing_id)
        key = f"{KIND_OF_NOTE}:{proposal.closing_id}"
        await outbox.note(KIND_OF_NOTE, {"closing": proposal.closing_id}, dedup_key=key)
        await audit.record(actor=actor, action="ask_close", subject_kind=KIND, subject=month)


async def work(closing_id: int) -> None:
    """Do the closing that was asked for; what stood against it is kept as its outcome. Twice does no harm."""
    run = await ClosingRun.filter(closing_id=closing_id, finished_at=None).first()
    if run is None:
        return
    found = await Closing.filter(id=closing_id, withdrawn_at=None, approved_at=None).first()
    account = await org.queries.account_by_id(run.asked_by)
    failure: str | None = None
    try:
        if found is None or account is None:
            raise Refused(guards.no_proposal())
        await approve_close(month=found.month, actor=Actor(account.id, account.username), tell=_Teller(closing_id).tell)
    except ShifenError as refusal:
        failure = msgspec.json.encode([one.sentence for one in refusal.problems]).decode()
    await ClosingRun.filter(closing_id=closing_id).update(finished_at=now(), failure=failure)


class _Teller:
    """Writes down how far a closing is, where everybody sees it at once: outside the transaction that closes."""

    def __init__(self, closing_id: int) -> None:
        self._closing_id = closing_id
        self._outside = copy_context()

    async def tell(self, done: int, _of: int, _next: Text) -> None:
        """Keep the number of the phase that begins, from 1."""
        await asyncio.get_running_loop().create_task(self._write(done), context=self._outside.copy())

    async def _write(self, done: int) -> None:
        await ClosingRun.filter(closing_id=self._closing_id).update(done=done + 1)

"""The worker: takes work from PostgreSQL under a lease; Valkey only wakes it, and a sweep finds what was missed."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, cast

from arq.worker import Worker as Listener
from arq.worker import func
from redis.exceptions import RedisError

from core import idempotency, outbox, queue
from core.addresses import Redis
from core.bell import WORK, Bell
from core.clock import now
from core.log import logger
from core.outbox import Note
from ops.due import do_what_is_due
from ops.tasks import KINDS, ORGANISATION, TRIALS, Task, perform, range_quiet_months, spread, tasks, try_out
from org.operations import sessions

SWEEP_SECONDS = 2
POLL_SECONDS = 0.05
PAUSE_SECONDS = 1
AT_ONCE = 200
LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 20
KEPT = timedelta(days=7)
TIDY_EVERY = timedelta(hours=1)

log = logger(__name__)


class Worker:
    """Works until told to stop, and then finishes what it has begun."""

    def __init__(self, address: Redis | None, bell: Bell | None = None) -> None:
        self.address = address
        self._bell = bell
        if bell is not None:
            bell.hear(WORK, self.wake)
        self._awake = asyncio.Event()
        self._stopping = False
        self._tidied_at = now()
        self._trials: list[asyncio.Task[None]] = []
        self._one_trial = asyncio.Lock()
        self._ranging: asyncio.Task[None] | None = None
        self._due: asyncio.Task[int] | None = None
        self._swept_at = -math.inf
        self._failed: set[int] = set()

    def wake(self) -> None:
        """Look into the outbox now."""
        self._awake.set()

    def stop(self) -> None:
        """Take no more work."""
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Work and listen until stopped."""
        listening = [asyncio.create_task(self._listen())]
        listening += [asyncio.create_task(self._bell.listen())] if self._bell else []
        try:
            while not self._stopping:
                await self._round()
        finally:
            aside = [*listening, *self._trials]  # a simulation cut short is begun anew by whoever works next
            for one in aside:
                one.cancel()
            begun = [one for one in (self._ranging, self._due) if one]
            await asyncio.gather(*aside, *begun, return_exceptions=True)

    async def work_off(self) -> int:
        """Do all work that is due and return how many notes that was."""
        done = 0
        while notes := await outbox.claim(AT_ONCE, LEASE):
            for task in tasks(notes):
                await self._do(task)
            for news in (note for note in notes if note.kind == ORGANISATION):
                await spread(news)
            for trial in (note for note in notes if note.kind in TRIALS):
                self._trials.append(asyncio.create_task(self._try_out(trial)))
            for stranger in (note for note in notes if note.kind not in KINDS):
                await outbox.fail(stranger.id, f"no task of the kind {stranger.kind!r}")
            done += len(notes)
        return done

    async def _round(self) -> None:
        """Do what was asked for, then sleep until woken or until the next sweep."""
        self._awake.clear()
        try:
            await self.work_off()
            if time.monotonic() - self._swept_at >= SWEEP_SECONDS:
                self._swept_at = time.monotonic()
                await self._sweep()
        except Exception as failure:  # noqa: BLE001 - PostgreSQL may be away; the worker outlives that
            log.warning("outbox_unreachable", reason=type(failure).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), max(0, self._swept_at + SWEEP_SECONDS - time.monotonic()))

    async def _sweep(self) -> None:
        """Begin what becomes due by the time alone, beside the work that somebody waits for."""
        if self._due is None or self._due.done():
            self._due = asyncio.create_task(do_what_is_due())
        if self._ranging is None or self._ranging.done():
            self._ranging = asyncio.create_task(self._range())
        await self._tidy()

    async def _do(self, task: Task) -> None:
        """Perform one task; a failure goes back to the outbox with its reason, to be tried again later."""
        began = now()
        try:
            async with _held(task.notes):
                await perform(task)
        except Exception as failure:
            log.exception("task_failed", month=task.month)
            for number in task.notes:
                await outbox.fail(number, f"{type(failure).__name__}: {failure}")
            return
        for number in task.notes:
            await outbox.finish(number)
        log.info("task_done", month=task.month, notes=len(task.notes), seconds=(now() - began).total_seconds())

    async def _try_out(self, note: Note) -> None:
        """Do a simulation beside the work that boards wait for, one at a time."""
        async with _held((note.id,)), self._one_trial:
            try:
                await try_out(note)
            except Exception as failure:
                log.exception("trial_failed", kind=note.kind, payload=note.payload)
                await outbox.fail(note.id, f"{type(failure).__name__}: {failure}")
        self._trials = [one for one in self._trials if not one.done() and one is not asyncio.current_task()]

    async def tried_out(self) -> None:
        """Wait until every simulation that was begun has ended."""
        await asyncio.gather(*self._trials, return_exceptions=True)

    async def _range(self) -> None:
        """Work out how sure places are, beside the work that somebody waits for."""
        try:
            await range_quiet_months(self._failed)
        except Exception as failure:  # noqa: BLE001 - PostgreSQL may be away; the next round asks again
            log.warning("ranges_put_off", reason=type(failure).__name__)

    async def _tidy(self) -> None:
        if now() - self._tidied_at > TIDY_EVERY:
            self._tidied_at = now()
            await outbox.forget(now() - KEPT)
            await idempotency.forget(now() - KEPT)
            await sessions.forget(now() - KEPT)

    async def _listen(self) -> None:
        """Hear wake-up calls for as long as Valkey is there, and come back when it is again."""
        if self.address is None:
            return
        while True:
            listener = _listener(self.address, self)
            try:
                await listener.async_run()
            except Exception as failure:  # noqa: BLE001 - without Valkey the sweep does the work
                log.warning("valkey_unreachable", reason=type(failure).__name__)
            finally:
                await _closed(listener)
            await asyncio.sleep(PAUSE_SECONDS)


def _listener(address: Redis, worker: Worker) -> Listener:
    async def sweep(_context: dict[Any, Any]) -> None:
        worker.wake()

    return Listener(
        [func(cast("Any", sweep), name=queue.SWEEP, keep_result=0)],
        redis_settings=queue.redis_settings(address),
        handle_signals=False,
        poll_delay=POLL_SECONDS,
        job_serializer=queue.serialize,
        job_deserializer=queue.deserialize,
    )


async def _closed(listener: Listener) -> None:
    """End arq's own task, then its connections; its own `close` does the second with a method that redis-py has given up."""
    if listener.main_task:
        listener.main_task.cancel()
        await asyncio.gather(listener.main_task, *listener.tasks.values(), return_exceptions=True)
    if listener._pool:  # noqa: SLF001 - the public property fails when there is none
        with contextlib.suppress(OSError, RedisError):
            await listener.pool.aclose(close_connection_pool=True)


@contextlib.asynccontextmanager
async def _held(notes: tuple[int, ...]) -> AsyncIterator[None]:
    """Renew the lease of notes while they are worked on."""
    beating = asyncio.create_task(_beat(notes))
    try:
        yield
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def _beat(notes: tuple[int, ...]) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        for number in notes:
            await outbox.extend(number, LEASE)

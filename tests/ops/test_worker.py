"""The worker: woken at once, sweeping when nobody wakes it, and outliving both servers' absence."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

import ops.worker
from core import outbox, queue
from core.database import raw, transaction
from core.settings import Settings
from ops.tasks import Task
from ops.worker import Worker

Waiting = Callable[[int], Awaitable[None]]


@pytest_asyncio.fixture
async def done(database: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Task]]:
    """Put a list where the scoring of months would be: this is about the worker alone."""
    performed: list[Task] = []

    async def perform(task: Task) -> None:
        if task.month == 190001:
            raise ValueError("there is no such month")
        performed.append(task)

    monkeypatch.setattr(ops.worker, "perform", perform)
    yield performed
    async with raw() as connection:
        await connection.execute("DELETE FROM outbox_note")


@pytest_asyncio.fixture
async def worker(database: Settings, done: list[Task]) -> AsyncIterator[Worker]:
    running = Worker(database.redis)
    task = asyncio.create_task(running.run())
    await asyncio.sleep(0.3)
    yield running
    running.stop()
    await task


async def _noted(month: int) -> None:
    async with transaction():
        await outbox.note("score", {"month": month}, dedup_key=f"score:{month}")


async def _until(count: int, done: list[Task], seconds: int) -> None:
    async with asyncio.timeout(seconds):
        while len(done) < count:  # noqa: ASYNC110 - the list is filled by the code under test, which sets no event
            await asyncio.sleep(0.01)


async def test_a_committed_note_wakes_the_worker_at_once(database: Settings, worker: Worker, done: list[Task]) -> None:
    assert database.redis
    await queue.open_pool(database.redis)
    try:
        await _noted(202611)
        await _until(1, done, 1)
    finally:
        await queue.close_pool()
    assert done[0].month == 202611


async def test_without_a_wake_up_the_sweep_finds_the_note(worker: Worker, done: list[Task]) -> None:
    await _noted(202611)
    await _until(1, done, ops.worker.SWEEP_SECONDS + 2)


async def test_work_is_done_once_and_leaves_nothing_waiting(done: list[Task]) -> None:
    await _noted(202611)
    assert await Worker(None).work_off() == 1
    assert await Worker(None).work_off() == 0
    assert await outbox.waiting() == 0


async def test_a_failed_task_waits_with_its_reason_and_stops_nobody(done: list[Task]) -> None:
    await _noted(190001)
    await _noted(202611)
    await Worker(None).work_off()
    assert [task.month for task in done] == [202611]
    async with raw() as connection:
        assert (
            await connection.fetchval("SELECT failure FROM outbox_note WHERE done_at IS NULL")
            == "ValueError: there is no such month"
        )


async def test_work_of_a_dead_worker_is_taken_over_when_its_lease_ends(done: list[Task]) -> None:
    await _noted(202611)
    await outbox.claim(10, timedelta(seconds=0.2))
    assert await Worker(None).work_off() == 0
    await asyncio.sleep(0.3)
    assert await Worker(None).work_off() == 1


async def test_two_workers_never_do_the_same_note(done: list[Task]) -> None:
    for month in range(202601, 202613):
        await _noted(month)
    await asyncio.gather(Worker(None).work_off(), Worker(None).work_off())
    assert sorted(task.month for task in done) == list(range(202601, 202613))


async def test_a_note_of_an_unknown_kind_says_so(done: list[Task]) -> None:
    async with transaction():
        await outbox.note("dance", {})
    await Worker(None).work_off()
    async with raw() as connection:
        assert "dance" in await connection.fetchval("SELECT failure FROM outbox_note")

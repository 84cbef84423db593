import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import time_machine

from core import outbox
from core.database import raw, transaction
from core.settings import Settings

LEASE = timedelta(seconds=30)


async def test_a_note_is_claimed_once(tx: None) -> None:
    await outbox.note("fold", {"month": 202610})
    (note,) = await outbox.claim(10, LEASE)
    assert (note.kind, note.payload, note.attempts) == ("fold", {"month": 202610}, 1)
    assert await outbox.claim(10, LEASE) == []


async def test_of_notes_under_one_key_one_waits(tx: None) -> None:
    for _ in range(3):
        await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    assert await outbox.waiting() == 1


async def test_a_note_made_while_the_same_is_worked_on_is_kept(tx: None) -> None:
    await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    (first,) = await outbox.claim(10, LEASE)
    await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    await outbox.finish(first.id)
    assert [note.id > first.id for note in await outbox.claim(10, LEASE)] == [True]


async def test_work_that_a_worker_let_lapse_is_due_again(tx: None) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        await outbox.note("fold", {"month": 202610})
        await outbox.claim(10, LEASE)
        clock.shift(timedelta(seconds=31))
        (again,) = await outbox.claim(10, LEASE)
        assert again.attempts == 2


async def test_failed_work_comes_back_after_a_growing_pause(tx: None) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        await outbox.note("fold", {"month": 202610})
        for pause in (1, 2, 4):
            (note,) = await outbox.claim(1, LEASE)
            await outbox.fail(note.id, "no rule book")
            clock.shift(timedelta(seconds=pause - 0.1))
            assert await outbox.claim(1, LEASE) == []
            clock.shift(timedelta(seconds=0.2))


async def test_failed_work_gives_way_to_the_same_that_waits(tx: None) -> None:
    await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    (first,) = await outbox.claim(1, LEASE)
    await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    await outbox.fail(first.id, "no rule book")
    assert await outbox.waiting() == 1


async def test_the_oldest_age_tells_how_long_work_waits(tx: None) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        assert await outbox.oldest_age() == timedelta()
        await outbox.note("fold", {"month": 202610})
        clock.shift(timedelta(minutes=3))
        assert await outbox.oldest_age() == timedelta(minutes=3)


async def test_work_of_a_change_that_failed_is_never_done(tx: None) -> None:
    with suppress(ZeroDivisionError):
        async with transaction():
            await outbox.note("fold", {"month": 202610})
            raise ZeroDivisionError
    assert await outbox.waiting() == 0


async def test_a_worker_never_takes_a_note_whose_second_asker_has_not_committed(own_database: Settings) -> None:
    async with transaction():
        await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
    asked, release = asyncio.Event(), asyncio.Event()

    async def second() -> None:
        async with transaction():
            await outbox.note("score", {"month": 202610}, dedup_key="score:202610")
            asked.set()
            await release.wait()

    task = asyncio.create_task(second())
    await asked.wait()
    assert await outbox.claim(10, LEASE) == []
    release.set()
    await task
    assert len(await outbox.claim(10, LEASE)) == 1


async def test_two_workers_never_share_a_note(own_database: Settings) -> None:
    for number in range(40):
        await outbox.note("fold", {"month": number})
    claimed = await asyncio.gather(*(outbox.claim(7, LEASE) for _ in range(8)))
    ids = [note.id for notes in claimed for note in notes]
    assert len(ids) == len(set(ids)) == 40
    async with raw() as connection:
        assert await connection.fetchval("SELECT max(attempts) FROM outbox_note") == 1

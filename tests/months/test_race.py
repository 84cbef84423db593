"""Many at once, on a database of its own: pools and locks as in production, nothing rolled back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

import core.database
from core import outbox
from core.audit import Actor, broken_links
from core.database import raw
from core.errors import Refused
from core.settings import Settings
from leaderboards.queries.stored import lines_of
from months.operations.closing import Closed, approve_close, propose_close
from months.operations.paying import approve_payout, propose_payout
from months.operations.releasing import release
from months.queries.sealed import broken_seals, seal_of, waiting_for_restatement
from ops.tasks import perform, tasks
from scoring.intake.told import Options
from scoring.operations.intake import take_in_file
from tests.cast import MONTH, Cast, enrol
from tests.memory import forget
from tests.months.story import closed, closing_day, ran

AT_ONCE = 20
PAUSE = 0.1
"""Seconds between two files: now and then nothing waits, and the closing falls into the middle of the stream."""


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Cast]:
    """Give the cast in a database of its own, with a month that ran."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    cast = await enrol()
    await ran(cast)
    yield cast
    await core.database.close()
    await core.database.init(database)
    forget()


async def attempt(actor: Actor) -> Closed | Refused:
    try:
        return await approve_close(month=MONTH, actor=actor, at=closing_day())
    except Refused as refusal:
        return refusal


async def test_of_twenty_approvals_at_once_one_closes_the_month(town: Cast) -> None:
    await propose_close(month=MONTH, actor=town.actor("sulan"), at=closing_day())
    answers = await asyncio.gather(*(attempt(town.actor("baishu")) for _ in range(AT_ONCE)))
    closings = [answer for answer in answers if isinstance(answer, Closed)]
    refusals = {answer.problem.code for answer in answers if isinstance(answer, Refused)}
    assert len(closings) == 1
    assert refusals == {"month_state"}
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM snapshot WHERE sealed") == 1
        assert await connection.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'approve_close'") == 1
        twice = "SELECT count(*) FROM (SELECT FROM award_grant GROUP BY award, unit_id HAVING count(*) > 1) doubled"
        assert await connection.fetchval(twice) == 0
    assert not await broken_seals()
    assert not await broken_links()


async def hand_in(cast: Cast, day: int) -> None:
    """Take in one visit of the last hall, as many checks as the day has a number; later days come a little later."""
    await asyncio.sleep(day * PAUSE)
    row = f"S4,VISIT,2026-10-{day:02d},90,{day}"
    content = f"单位编码,指标,日期,数值,有效样本\n{row}\n".encode()
    await take_in_file(
        filename=f"visit-{day}.csv",
        content=content,
        via="cli",
        options=Options(month=MONTH),
        actor=cast.actor("tangyi"),
    )


async def work(stop: asyncio.Event) -> None:
    """Be the worker until told to stop."""
    while not stop.is_set():
        for task in tasks(await outbox.claim(10, timedelta(seconds=30))):
            await perform(task)
            for note in task.notes:
                await outbox.finish(note)
        await asyncio.sleep(0.01)


async def close_somehow(cast: Cast) -> Closed | None:
    """From the middle of the stream on approve again and again, until the month is closed: by this one, or by another."""
    await asyncio.sleep(14 * PAUSE)
    while isinstance(answer := await attempt(cast.actor("baishu")), Refused):
        if answer.problem.code == "month_state":
            return None
        assert answer.problem.code == "work_waiting"
        await asyncio.sleep(PAUSE)
    return answer


async def test_of_twenty_who_close_while_facts_pour_in_one_does_and_each_fact_is_sealed_or_waits(town: Cast) -> None:
    stop = asyncio.Event()
    await propose_close(month=MONTH, actor=town.actor("sulan"), at=closing_day())
    worker = asyncio.create_task(work(stop))
    days = range(2, 29)
    closers = [close_somehow(town) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*closers, *(hand_in(town, day) for day in days))
    assert len([one for one in answers if isinstance(one, Closed)]) == 1
    stop.set()
    await worker
    seal = await seal_of(MONTH)
    assert seal is not None
    inside = {batch[0] for batch in seal.header["inputs"]["batches"]}
    waiting = {late.id for late in await waiting_for_restatement(MONTH)}
    async with raw() as connection:
        handed = await connection.fetch("SELECT id, filename FROM import_batch WHERE filename LIKE 'visit-%'")
        visit = await connection.fetchval("SELECT id FROM kpi WHERE code = 'VISIT'")
    assert len(handed) == len(days)
    assert all((row["id"] in inside) != (row["id"] in waiting) for row in handed)
    checks = sum(int(row["filename"][6:-4]) for row in handed if row["id"] in inside)
    lines = (await lines_of(seal.snapshot_id, [town["S4"]]))[town["S4"]]
    assert next(line.sample for line in lines if line.kpi_id == visit) == 5 + checks
    assert not await broken_seals()


async def test_of_twenty_approvals_of_a_payout_list_at_once_one_counts(town: Cast) -> None:
    await closed(town)
    await release(month=MONTH, actor=town.actor("heqing"), at=closing_day())
    late = closing_day() + timedelta(days=20)
    number = await propose_payout(month=MONTH, actor=town.actor("sulan"), at=late)
    approvals = (
        approve_payout(month=MONTH, number=number, actor=town.actor("baishu"), at=late) for _ in range(AT_ONCE)
    )
    answers = await asyncio.gather(*approvals, return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, Refused)] == [None]

"""Twenty-six months under a simulated clock: two workers that stop, start and oversleep, and a clock that is set back."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
import time_machine

import core.database
from coaching.operations import record_talk
from coaching.queries import talks_missing
from core.database import raw
from core.period import bounds, days_in, next_first_day, shifted
from core.settings import Settings
from leaderboards.queries.stored import lines_of
from months.dates import archived_at, end_of_working_day
from months.lifecycle import State
from months.operations.closing import approve_close, propose_close
from months.operations.due import carry_out
from months.operations.releasing import end_ceremony, release, reveal
from months.queries.calendar import MonthRow, month_page, month_row, months
from months.queries.sealed import broken_seals, seal_of, waiting_for_restatement
from rewards.queries import winners
from scoring.queries.rules import catalogue
from tests.cast import Cast, enrol
from tests.factories import Fact, facts
from tests.memory import forget
from tests.months.story import QUALITY, complete, month_facts, planned, worked_off

pytestmark = pytest.mark.slow

FIRST, COUNT = 202611, 26
INSTANT, MILLISECOND = timedelta(microseconds=1), timedelta(milliseconds=1)
DAY = timedelta(days=1)
ALWAYS = {"begin", "end", "cut_off", "appeals_over", "notice_over", "settle", "archive"}
FREEZE = timedelta(days=3)


@pytest_asyncio.fixture
async def town(database: Settings, fresh_settings: Settings) -> AsyncIterator[Cast]:
    """Give the cast in a database of its own: workers have connections of their own there."""
    await core.database.close()
    await core.database.init(fresh_settings)
    forget()
    yield await enrol()
    await core.database.close()
    await core.database.init(database)
    forget()


def last_day(month: int) -> date:
    """Return the last day of a month: the leap day of February 2028, the eve of each year."""
    return next_first_day(month) - timedelta(days=1)


class Workers:
    """Two workers who sweep at the same moments, now and then killed in the middle, now and then away for days."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.done = 0

    async def sweep(self, at: datetime) -> None:
        """Let both do what is due; one of them may be killed on its way."""
        with time_machine.travel(at, tick=True):
            await self._both(at)

    async def _both(self, at: datetime) -> None:
        both = [asyncio.create_task(carry_out(at)) for _ in range(2)]
        if self.chance.random() < 0.3:
            await asyncio.sleep(0.002 * self.chance.random())
            both[0].cancel()
        answers = await asyncio.gather(*both, return_exceptions=True)
        assert not [one for one in answers if isinstance(one, Exception)]
        self.done += sum(one for one in answers if isinstance(one, int))

    async def live(self, since: datetime, until: datetime) -> None:
        """Sweep every few days, sometimes after the clock was set back, sometimes not at all for a long time."""
        at = since
        while at < until:
            if self.chance.random() < 0.8:
                await self.sweep(at)
            if self.chance.random() < 0.2:
                await self.sweep(at - timedelta(hours=1))
            at += timedelta(days=self.chance.randint(1, 9), seconds=self.chance.randint(0, 86_399))


async def lived(cast: Cast, month: int, workers: Workers) -> None:
    """Let one month pass: planned, run, closed by two people, published at once, at a ceremony, or when its embargo is over."""
    begins_at, ends_at = bounds(month)
    await planned(cast, month)
    ceremony_at = ends_at + timedelta(days=14, hours=7) if month % 3 else None
    async with raw() as connection:
        await connection.execute(
            "UPDATE service_month SET freeze_at = $2, ceremony_at = $3 WHERE month = $1",
            month,
            ends_at - FREEZE if month % 2 else None,
            ceremony_at,
        )
    await workers.live(begins_at - DAY, ends_at - FREEZE - DAY)
    await facts(month_facts(month, QUALITY), at=begins_at + timedelta(days=10))
    await facts([Fact("S4", "VISIT", last_day(month), 76, 1)], at=ends_at - MILLISECOND)
    await workers.live(ends_at - FREEZE - DAY, ends_at + timedelta(days=10))
    await complete(cast, month)
    with time_machine.travel(ends_at + timedelta(days=11), tick=True):
        await worked_off(month)
        await closed(cast, month, ends_at + timedelta(days=11))
    at = ends_at + timedelta(days=13)
    await talked(cast, month, at)
    await release(month=month, actor=cast.actor("heqing"), at=at)
    if ceremony_at is not None and month % 3 == 1:
        host = cast.actor("yaoxing")
        await reveal(month=month, award=(await winners(month))[0].award, actor=host, at=ceremony_at)
        await end_ceremony(month=month, actor=host, at=ceremony_at + timedelta(hours=1))
    await facts([Fact("S4", "VISIT", last_day(month), 100, 1)], at=ends_at + timedelta(days=20))


async def talked(cast: Cast, month: int, at: datetime) -> None:
    """Record the talks with which help on site begins."""
    row = await month_row(month, at)
    for found in await talks_missing(row.snapshot_id or 0):
        await record_talk(
            assignment_id=found.id,
            with_whom="陈默",
            held_on=at.date(),
            note="约定驻点",
            actor=cast.actor("sulan"),
            at=at,
        )


async def closed(cast: Cast, month: int, at: datetime) -> None:
    page = await month_page(month, at)
    why = "全部确认" if page.waivable else None
    await propose_close(month=month, actor=cast.actor("sulan"), waivers=page.waivable, why=why, at=at)
    await approve_close(month=month, actor=cast.actor("baishu"), at=at)


async def test_every_transition_every_award_and_every_fact_happens_once(town: Cast) -> None:
    workers = Workers(random.Random(26))
    lifetime = [shifted(FIRST, number) for number in range(COUNT)]
    for month in lifetime:
        await lived(town, month, workers)
    last = bounds(lifetime[-1])[1]
    await workers.live(last, last + timedelta(days=60))
    await workers.sweep(last + timedelta(days=400))
    rows = {row.month: row for row in await months(last + timedelta(days=400))}
    transitions = await happened()
    assert workers.done <= len(transitions)
    for month in lifetime:
        assert transitions_of(transitions, month) == expected(rows[month])
        assert rows[month].state is State.ARCHIVED
        won = await winners(month)
        assert won
        assert len({(one.award, one.unit_id) for one in won}) == len(won)
        assert await checks_of_the_last_hall(town, month) == 5 + 1
    await each_fact_is_in_one_month(lifetime)
    await each_month_is_public_once(lifetime)
    assert not await broken_seals()


def transitions_of(found: dict[tuple[int, str], datetime], month: int) -> dict[str, datetime]:
    return {step: at for (one, step), at in found.items() if one == month}


async def happened() -> dict[tuple[int, str], datetime]:
    """Return every transition with the instant at which it was due; none happened before, none twice."""
    async with raw() as connection:
        rows = await connection.fetch("SELECT month, step, due_at, happened_at FROM transition")
    found = {(row["month"], row["step"]): row["due_at"] for row in rows}
    assert len(found) == len(rows)
    assert all(row["happened_at"] >= row["due_at"] for row in rows)
    return found


def expected(row: MonthRow) -> dict[str, datetime]:
    """Return when each transition of a month had to be due, worked out from its dates alone."""
    from core.workdays import working_days

    begins_at, ends_at = bounds(row.month)
    assert row.published_at is not None
    over = end_of_working_day(row.published_at, 3, working_days())
    found = {
        "begin": begins_at,
        "end": ends_at,
        "cut_off": ends_at + timedelta(hours=12),
        "appeals_over": end_of_working_day(ends_at - INSTANT, 3, working_days()),
        "notice_over": over,
        "settle": over,
        "archive": archived_at(over),
    }
    if row.month % 2:
        found["freeze"] = ends_at - FREEZE
    if row.via == "embargo_over":
        found["embargo_over"] = ends_at + timedelta(days=15, hours=7)
    assert set(found) >= ALWAYS
    return found


async def each_fact_is_in_one_month(lifetime: list[int]) -> None:
    """Look for every batch in the sealed inputs of all months: it stands in one of them, or came too late and waits for it."""
    async with raw() as connection:
        headers = [row["header"] for row in await connection.fetch("SELECT header FROM closed_month")]
        batches = [row["id"] for row in await connection.fetch("SELECT id FROM import_batch")]
    sealed = [batch[0] for header in headers for batch in msgspec.json.decode(header)["inputs"]["batches"]]
    late = [one.id for month in lifetime for one in await waiting_for_restatement(month)]
    assert sorted([*sealed, *late]) == sorted(batches)
    assert (len(sealed), len(late)) == (2 * len(lifetime), len(lifetime))


async def each_month_is_public_once(lifetime: list[int]) -> None:
    """Count publications and boards of a freeze: one of each a month, the board as of its freeze or of its end."""
    async with raw() as connection:
        told = [row["month"] for row in await connection.fetch("SELECT month FROM publication ORDER BY month")]
        faces = {row["month"]: row["known_until"] for row in await connection.fetch("SELECT * FROM board_face")}
    assert told == lifetime
    assert faces == {month: bounds(month)[1] - (FREEZE if month % 2 else timedelta()) for month in lifetime}


async def checks_of_the_last_hall(cast: Cast, month: int) -> int | None:
    """Return on how many checks the sealed mark of the last hall rests."""
    seal = await seal_of(month)
    assert seal is not None
    visit = (await catalogue()).kpis["VISIT"]
    lines = (await lines_of(seal.snapshot_id, [cast["S4"]]))[cast["S4"]]
    return next(line.sample for line in lines if line.kpi_id == visit)


@pytest.mark.parametrize("month", [202612, 202802, 202812, 202702])
async def test_the_last_millisecond_is_in_the_month_and_the_next_one_is_not(cast: Cast, month: int) -> None:
    await planned(cast, month)
    ends_at = bounds(month)[1]
    assert ends_at == datetime(shifted(month, 1) // 100, shifted(month, 1) % 100, 1, tzinfo=UTC) - timedelta(hours=8)
    assert (ends_at - bounds(month)[0]).days == days_in(month)
    assert (await month_row(month, ends_at - timedelta(milliseconds=1))).state is State.RUNNING
    assert (await month_row(month, ends_at)).state is State.VERIFYING


async def test_the_leap_day_is_a_day_of_its_month(cast: Cast) -> None:
    await planned(cast, 202802)
    leap = datetime(2028, 2, 29, 15, 59, 59, 999_000, tzinfo=UTC)
    assert (await month_row(202802, leap)).state is State.RUNNING
    assert (await month_row(202802, leap + timedelta(milliseconds=1))).state is State.VERIFYING

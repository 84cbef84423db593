"""A board as it was known at any instant equals the board of a world in which nothing came after."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
import pytest
import pytest_asyncio
import time_machine

from core.audit import SYSTEM
from core.database import raw
from core.errors import NotFound
from leaderboards.month_board import MonthBoard
from leaderboards.operations import refresh
from leaderboards.queries import as_of
from leaderboards.queries.as_of import board_as_of
from leaderboards.queries.snapshots import forget, month_board
from org.operations.units import change_unit, close_unit, move_unit
from scoring.operations.events import adjust_points, record_red_line
from scoring.operations.intake import withdraw_batch
from tests import factories
from tests.cast import MONTH, Cast, day, enrol
from tests.factories import Fact
from tests.leaderboards import october

BEGUN = datetime(2026, 10, 20, 4, tzinfo=UTC)
TICK = timedelta(microseconds=1)
Step = Callable[[Cast, Random], Awaitable[object]]


def plain(board: MonthBoard) -> bytes:
    """Everything a board says, apart from when and under which number it was made."""
    standings = sorted(board.by_unit.values(), key=lambda one: one.unit_id)
    return msgspec.json.encode([board.detail, standings])


async def live() -> bytes:
    await refresh(MONTH)
    forget()
    return plain(await month_board(MONTH, inner=True))


async def seen_at(moment: datetime) -> bytes:
    as_of.forget()
    return plain(await board_as_of(MONTH, moment))


async def received(facts: list[Fact]) -> None:
    """Take facts in at this moment."""
    await factories.facts(facts, at=datetime.now(UTC))


async def more(_cast: Cast, chance: Random) -> None:
    clerk = chance.choice(["zhouhe", "wutong", "liyi", "qiandan", "sunke", "zhaoran"])
    await received([Fact(f"P-{clerk}", "SAT", day(chance.randint(10, 30)), chance.randint(60, 100), 10)])


async def corrected(_cast: Cast, chance: Random) -> None:
    await received([Fact(chance.choice(["S1", "S2", "S3", "S4"]), "VISIT", day(8), chance.randint(380, 480), 5)])


async def withdrawn(_cast: Cast, chance: Random) -> None:
    async with raw() as connection:
        rows = await connection.fetch(
            "SELECT id FROM import_batch WHERE id > (SELECT min(id) FROM import_batch) AND id NOT IN (SELECT batch_id FROM batch_withdrawal)"
        )
    if rows:
        await withdraw_batch(batch_id=chance.choice(rows)["id"], reason="twice", actor=SYSTEM)


async def adjusted(cast: Cast, chance: Random) -> None:
    points = chance.choice([-120, 35, 250])
    await adjust_points(month=MONTH, unit_id=cast["S2"], points=points, reason="helped", actor=cast.actor("sulan"))


async def struck(cast: Cast, _chance: Random) -> None:
    await record_red_line(unit_id=cast["S3"], on=day(9), code="begging", reason="found out", actor=cast.actor("sulan"))


async def regrouped(_cast: Cast, chance: Random) -> None:
    changes = {"peer_group": chance.choice(["A", "B"]), "name_zh": f"厅{chance.randint(1, 99)}"}
    await change_unit(actor=SYSTEM, code="S2", changes=changes)


async def moved(_cast: Cast, chance: Random) -> None:
    await move_unit(actor=SYSTEM, code="T3", parent=chance.choice(["S2", "S3"]), on=day(1))


async def aside(cast: Cast, _chance: Random) -> None:
    async with raw() as connection:
        kpi = await connection.fetchval("SELECT id FROM kpi WHERE code = 'SMILE'")
        await connection.execute(
            "INSERT INTO fact_quarantine (kpi_id, unit_id, on_day, put_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            kpi, cast["S1"], day(8), datetime.now(UTC),
        )  # fmt: skip


STEPS: tuple[Step, ...] = (more, more, corrected, withdrawn, adjusted, struck, regrouped, moved, aside)


@pytest_asyncio.fixture
async def clock(tx: None) -> AsyncIterator[time_machine.Traveller]:
    with time_machine.travel(BEGUN, tick=False) as found:
        yield found


@pytest_asyncio.fixture
async def company(clock: time_machine.Traveller) -> Cast:
    found = await enrol()
    clock.shift(timedelta(minutes=1))
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_a_past_instant_shows_what_a_world_without_the_later_would(
    company: Cast, clock: time_machine.Traveller, seed: int
) -> None:
    chance, told = Random(seed), []
    await received(october.everything())
    told.append((datetime.now(UTC) + TICK, await live()))
    for _ in range(7):
        clock.shift(timedelta(minutes=chance.randint(1, 3000)))
        await chance.choice(STEPS)(company, chance)
        told.append((datetime.now(UTC) + TICK, await live()))
    clock.shift(timedelta(days=1))
    for moment, expected in told:
        assert await seen_at(moment) == expected
    assert await seen_at(datetime.now(UTC)) == told[-1][1]


async def test_before_anything_was_known_there_was_no_board(company: Cast) -> None:
    await received(october.everything())
    await refresh(MONTH)
    with pytest.raises(NotFound):
        await board_as_of(MONTH, datetime(2020, 1, 1, tzinfo=UTC))


async def test_an_instant_is_not_yet_in_what_was_known_at_it(company: Cast, clock: time_machine.Traveller) -> None:
    await received(october.everything())
    before = await live()
    clock.shift(timedelta(hours=1))
    await received([Fact("P-zhouhe", "SAT", day(21), 10, 10)])
    after = await live()
    assert before != after
    assert await seen_at(datetime.now(UTC)) == before
    assert await seen_at(datetime.now(UTC) + TICK) == after


async def test_a_closed_unit_stands_on_the_board_of_the_day_before(
    company: Cast, clock: time_machine.Traveller
) -> None:
    await received(october.everything())
    clock.shift(timedelta(hours=1))
    await close_unit(actor=SYSTEM, code="S4", on=day(1), why="let")
    await live()
    clock.shift(timedelta(hours=1))
    assert company["S4"] in (await board_as_of(MONTH, BEGUN + timedelta(minutes=5))).by_unit
    assert company["S4"] not in (await board_as_of(MONTH, datetime.now(UTC))).by_unit

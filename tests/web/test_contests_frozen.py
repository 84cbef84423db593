"""A contest tells nothing of what came after the freeze: in two worlds that part there its pages are the same, byte by byte."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from litestar import Litestar

import leaderboards.operations
from core.database import raw
from core.language import Text
from core.period import first_day, midnight
from months.contests.spec import Division, Duel, Elimination, HeadToHead, League, Leaving, Race, Spec, Team, TeamGoal
from months.operations.contests.planning import announce_contest, create_contest
from months.operations.contests.rounds import settle_due
from scoring.operations.fold import fold_month
from tests import cast as told
from tests.api.freezing import undone
from tests.cast import MONTH, Cast
from tests.factories import facts
from tests.months.story import QUALITY, month_facts, planned
from tests.web.reader import Reader

EARLY = midnight(first_day(MONTH)) - timedelta(days=5)
FROZEN = midnight(date(2026, 10, 15))
LATE = date(2026, 10, 20)
READERS = ("zhouhe", "linyue", "chenmo", "admin", "yaoxing")
WORLDS = ({}, {"S1": 60, "S2": 99, "S3": 71, "S4": 98})
"""What the visits brought after the freeze."""
CHANCE = re.compile(r'name="(csrf|once)" value="[^"]*"')


def specs(cast: Cast) -> tuple[Spec, ...]:
    halls = tuple(cast[code] for code in ("S1", "S2", "S3", "S4"))
    parts = (Division("甲", "A", halls[:2]), Division("乙", "B", halls[2:]))
    rounds = (Leaving(leave=1, on=date(2026, 10, 10)), Leaving(leave=1, on=LATE), Leaving(leave=1))
    return (
        HeadToHead(card="storefront", pairs=(Duel(halls[0], halls[1]), Duel(halls[2], halls[3])), on=LATE),
        Race(card="storefront", units=halls, target=9_000, days=(date(2026, 10, 10), LATE)),
        TeamGoal(card="storefront", teams=(Team("全", "all", halls),), target=8_500, on=LATE),
        Elimination(card="storefront", units=halls, rounds=rounds),
        League(card="storefront", divisions=parts, on=LATE),
    )


async def until_the_freeze() -> list[int]:
    with time_machine.travel(EARLY - timedelta(days=1), tick=True):
        cast = await told.enrol()
        await planned(cast, MONTH)
        numbers = []
        for spec in specs(cast):
            number = await create_contest(
                month=MONTH, name=Text(zh="赛", en="c"), stake=None, spec=spec, actor=cast.actor("sulan")
            )
            await announce_contest(contest_id=number, actor=cast.actor("heqing"))
            numbers.append(number)
    await _scored(date(2026, 10, 8), QUALITY)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, FROZEN)
    with time_machine.travel(FROZEN + timedelta(hours=1), tick=True):
        assert await leaderboards.operations.pin(MONTH)
    return numbers


async def _scored(day: date, quality: dict[str, int]) -> None:
    with time_machine.travel(midnight(day), tick=True):
        if quality:
            await facts(month_facts(MONTH, {**QUALITY, **quality}))
        await fold_month(month=MONTH)
        await leaderboards.operations.recompute(MONTH)


async def seen(app: Litestar, numbers: list[int]) -> dict[tuple[str, str], str]:
    found = {}
    paths = [
        "/contests",
        "/api/v1/contests",
        *(f"{start}/{number}" for number in numbers for start in ("/contests", "/api/v1/contests")),
    ]
    paths += [f"/contests/{number}/export" for number in numbers]
    for username in READERS:
        async with Reader(app) as reader:
            await reader.sign_in(username)
            for path in paths:
                answer = await reader.get(path)
                assert answer.status_code == 200, (path, answer.text[-400:])
                found[username, path] = CHANCE.sub("", answer.text)
    return found


@pytest.mark.parametrize("settle", [False, True], ids=["before the round", "after the round"])
async def test_two_worlds_that_part_at_the_freeze_show_the_same_contests(
    app: Litestar, tx: None, *, settle: bool
) -> None:
    numbers = await until_the_freeze()
    worlds, told_inside = [], []
    for quality in WORLDS:
        async with undone():
            await _scored(date(2026, 10, 16), quality)
            moment = midnight(date(2026, 10, 22))
            with time_machine.travel(moment, tick=False):
                if settle:
                    assert await settle_due(moment) == 7
                worlds.append(await seen(app, numbers))
                async with Reader(app) as reader:
                    await reader.sign_in("sulan")
                    told_inside.append((await reader.get(f"/api/v1/contests/{numbers[0]}")).json()["rounds"])
    assert {key for key in worlds[0] if worlds[0][key] != worlds[1][key]} == set()
    assert settle is (told_inside[0] != told_inside[1])


async def test_a_frozen_board_says_so_instead_of_counting_days(app: Litestar, tx: None) -> None:
    await until_the_freeze()
    with time_machine.travel(midnight(date(2026, 10, 16)), tick=True):
        for username, sentence in (("linyue", "已冻结，公布前不变"), ("sulan", "对外已冻结")):
            async with Reader(app) as reader:
                await reader.sign_in(username)
                html = await reader.read(f"/boards?month={MONTH}")
                assert sentence in html
                assert "还剩" not in html

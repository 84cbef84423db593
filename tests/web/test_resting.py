"""Between freeze and publication a page that mixes what is now with what was then says which is which."""

from datetime import date, timedelta

import pytest
import pytest_asyncio
import time_machine

import leaderboards.operations
from core.database import raw
from core.period import midnight
from months.operations import changes
from months.queries.changes import hearings
from scoring.operations.fold import fold_month
from tests.cast import MONTH, Cast
from tests.factories import facts
from tests.memory import forget
from tests.months.story import QUALITY, month_facts, planned
from tests.web.reader import Reader

EARLY, FROZEN, LATE = (midnight(date(2026, 10, day)) for day in (8, 15, 20))


@pytest_asyncio.fixture
async def frozen(cast: Cast) -> Cast:
    """The cast with a month that was frozen on the fifteenth and got facts before."""
    await planned(cast)
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET freeze_at = $2 WHERE month = $1", MONTH, FROZEN)
    with time_machine.travel(EARLY, tick=True):
        await facts(month_facts(MONTH, QUALITY))
        await fold_month(month=MONTH)
        await leaderboards.operations.recompute(MONTH)
    forget()
    return cast


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("linyue", "自己的得分和失分是现在的"),
        ("chenmo", "这里是冻结时的记分卡"),
        ("sulan", "其他人在公布前只看到冻结时的榜单"),
    ],
)
async def test_the_card_of_a_frozen_month_says_what_of_it_rests(
    username: str, sentence: str, reader: Reader, frozen: Cast
) -> None:
    with time_machine.travel(LATE, tick=True):
        await leaderboards.operations.pin(MONTH)
        forget()
        await reader.sign_in(username)
        assert sentence in await reader.read(f"/units/{frozen['S1']}?month={MONTH}")


async def test_home_says_that_the_place_beside_ones_losses_is_as_of_the_freeze(reader: Reader, frozen: Cast) -> None:
    with time_machine.travel(LATE, tick=True):
        await leaderboards.operations.pin(MONTH)
        forget()
        await reader.sign_in("linyue")
        assert "名次和总分停在冻结时，公布前不变；失分去向是现在的。" in await reader.read("/")


async def test_a_running_month_says_nothing_of_a_freeze(reader: Reader, frozen: Cast) -> None:
    with time_machine.travel(EARLY, tick=True):
        await reader.sign_in("linyue")
        assert "已冻结" not in await reader.read("/")
        assert "已冻结" not in await reader.read(f"/units/{frozen['S1']}?month={MONTH}")


async def asked(cast: Cast) -> str:
    """Propose, in the running month, to leave the best hall out of the award; return the page on which it is heard."""
    number = await changes.propose(
        month=MONTH, kind="exclusion", payload={"unit_id": cast["S1"], "what": "award"}, title="停业", why="装修",
        actor=cast.actor("sulan"),
    )  # fmt: skip
    await changes.preview(number)
    return f"/hearings/{(await hearings(number))[0].id}"


async def test_whoever_is_heard_reads_no_place_of_a_month_that_was_frozen_meanwhile(
    reader: Reader, frozen: Cast
) -> None:
    with time_machine.travel(EARLY + timedelta(hours=1), tick=True):
        path = await asked(frozen)
        await reader.sign_in("linyue")
        assert "本单位名次" in await reader.read(path)
    with time_machine.travel(LATE, tick=True):
        await leaderboards.operations.pin(MONTH)
        forget()
        await reader.sign_in("linyue")
        html = await reader.read(path)
    assert "本单位名次" not in html
    assert "名次已冻结，不再征求意见" in html
    assert f'action="{path}"' not in html

"""Looking back as pages and over the API: a board of then, what changed since yesterday and why, and nothing more than the face showed."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import time_machine
from litestar import Litestar

import leaderboards.operations
from scoring.operations.fold import fold_month
from tests import cast as told
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts, plan
from tests.leaderboards import october
from tests.memory import forget
from tests.web.reader import Reader, inspected

BEGUN = datetime(2026, 10, 20, 4, tzinfo=UTC)


@pytest_asyncio.fixture
async def clock(tx: None) -> AsyncIterator[time_machine.Traveller]:
    with time_machine.travel(BEGUN, tick=True) as found:
        yield found


@pytest_asyncio.fixture
async def town(clock: time_machine.Traveller) -> Cast:
    """The cast in an October that runs, with a board of yesterday and new facts of today."""
    cast = await told.enrol()
    await plan(MONTH, "SMILING", cast.rule_book_id, cast.actor("sulan"))
    await facts(october.everything())
    await scored()
    clock.shift(timedelta(days=1))
    await facts([Fact("P-zhouhe", "SAT", day(21), 100, 10), Fact("S4", "VISIT", day(21), 500, 5)])
    await scored()
    clock.shift(timedelta(hours=1))
    return cast


async def scored() -> None:
    await fold_month(month=MONTH)
    await leaderboards.operations.recompute(MONTH)
    forget()


@pytest_asyncio.fixture
async def reader(app: Litestar, town: Cast) -> AsyncIterator[Reader]:
    async with Reader(app) as found:
        yield found


async def test_a_clerk_reads_on_the_phone_what_changed_since_yesterday_and_why(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    page = inspected(await reader.get("/"))
    assert f"/units/{town.units['P-zhouhe']}/since/part?month={MONTH}" in page
    piece = (await reader.get(f"/units/{town.units['P-zhouhe']}/since/part?month={MONTH}")).text
    assert "比昨天" in piece
    assert "自己的新数据" in piece
    whole = inspected(await reader.get(f"/units/{town.units['P-zhouhe']}/since?month={MONTH}"))
    assert "各项原因相加正好等于总分变化" in whole


async def test_what_changed_names_the_values_and_not_the_points_alone(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    page = await reader.read(f"/units/{town.units['P-zhouhe']}/since?month={MONTH}")
    assert re.search(r'<div class="sub">SAT · [\d.]+ 分 → [\d.]+ 分</div>', page)


async def test_the_board_of_yesterday_stands_beside_todays_for_who_may_compare(reader: Reader, town: Cast) -> None:
    await reader.sign_in("sulan")
    page = inspected(await reader.get(f"/as-of?month={MONTH}&kind=storefront&at=2026-10-20T20:00:00"))
    assert "听雨路营业厅" in page
    assert f"/units/{town['S4']}/since" in page
    early = inspected(await reader.get(f"/as-of?month={MONTH}&at=2020-01-01T00:00:00"))
    assert "那时还没有榜单" in early


async def test_a_board_of_then_tells_that_some_had_no_place(reader: Reader, town: Cast) -> None:
    await reader.sign_in("sulan")
    told = [
        "个单位那时没有名次" in inspected(await reader.get(f"/as-of?month={MONTH}&kind={kind}&at=2026-10-20T20:00:00"))
        for kind in ("storefront", "department")
    ]
    assert told == [False, True]


async def test_a_clerk_is_told_of_then_and_not_of_others_now(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    page = inspected(await reader.get(f"/as-of?month={MONTH}&kind=storefront&at=2026-10-20T20:00:00"))
    assert "听雨路营业厅" in page
    assert f"/units/{town['S2']}/since" not in page


async def test_looking_back_begins_with_the_readers_own_kind(reader: Reader, town: Cast) -> None:
    await reader.sign_in("linyue")
    page = inspected(await reader.get(f"/as-of?month={MONTH}&at=2026-10-20T20:00:00"))
    assert '<option value="storefront" selected>' in page


async def test_without_an_instant_it_is_the_end_of_yesterday(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    page = inspected(await reader.get(f"/as-of?month={MONTH}&at="))
    assert "2026-10-21T00:00:00" in page


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("yesterday", "“yesterday”不是时刻。请写成 2026-10-31T18:00 这样。"),
        ("2026-13-01", "“2026-13-01”不是时刻"),
        ("0001-01-01T00:00:00", "不是时刻"),
        ("9999-12-31T23:59:59-23:59", "不是时刻"),
        ("2099-01-01T00:00:00", "2099-01-01T00:00:00 还没有到，只能回看过去的时刻。"),
    ],
)
async def test_an_instant_that_is_none_or_has_not_come_is_refused(
    reader: Reader, town: Cast, at: str, said: str
) -> None:
    await reader.sign_in("sulan")
    doors = ("/as-of", f"/units/{town['S4']}/as-of", f"/units/{town['S4']}/since", "/rules")
    for door in doors:
        answer = await reader.get(door, params={"month": MONTH, "at": at})
        assert (answer.status_code, said in answer.text) == (422, True), door


async def test_the_interface_splits_a_change_without_a_rest(reader: Reader, town: Cast) -> None:
    await reader.sign_in("sulan")
    found = (await reader.get(f"/api/v1/units/{town['S4']}/since?month={MONTH}")).json()
    cents = round(float(found["change"]) * 100)
    assert cents == sum(part["cents"] for part in found["parts"]) != 0
    assert {part["cause"] for part in found["parts"]} <= {"facts", "others"}
    card = (await reader.get(f"/api/v1/units/{town['S4']}/as-of?month={MONTH}&at=2026-10-20T20:00:00")).json()
    assert card["total"] == found["total_before"]
    assert card["path"][0]["zh"] == "柳渚分公司"
    board = (await reader.get(f"/api/v1/months/{MONTH}/as-of?card=storefront&at=2026-10-20T20:00:00")).json()
    assert [row["row"]["code"] for row in board["rows"]] == ["S1", "S2", "S3", "S4"]
    assert board["rules"] == board["rules_now"]


async def test_the_interface_refuses_what_is_to_come(reader: Reader) -> None:
    await reader.sign_in("sulan")
    answer = await reader.get(f"/api/v1/months/{MONTH}/as-of?at=2099-01-01T00:00:00")
    assert answer.status_code == 422
    assert (await reader.get(f"/api/v1/months/{MONTH}/as-of?at=soon")).status_code in {400, 422}


async def test_after_the_freeze_nobody_below_the_organisers_sees_more_than_the_face(
    reader: Reader, town: Cast, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 11, 1, 1, tzinfo=UTC))
    await leaderboards.operations.refresh(MONTH)
    forget()
    asked = f"/api/v1/months/{MONTH}/as-of?card=storefront&at=2026-11-01T12:00:00"
    clock.move_to(datetime(2026, 11, 1, 5, tzinfo=UTC))
    await reader.sign_in("zhouhe")
    before = (await reader.get(asked)).json()["rows"]
    await facts([Fact("S4", "VISIT", day(22), 0, 50)], at=datetime(2026, 11, 1, 2, tzinfo=UTC))
    await leaderboards.operations.refresh(MONTH)
    forget()
    assert (await reader.get(asked)).json()["rows"] == before
    await reader.sign_in("sulan")
    assert (await reader.get(asked)).json()["rows"] != before


async def test_a_card_of_then_stands_beside_that_of_now_with_its_causes_rules_and_the_units_beneath(
    reader: Reader, town: Cast
) -> None:
    await reader.sign_in("sulan")
    at = "2026-10-20T20:00:00"
    board = inspected(await reader.get(f"/as-of?month={MONTH}&kind=storefront&at={at}"))
    assert f"/units/{town['S4']}/as-of?" in board
    page = inspected(await reader.get(f"/units/{town['S4']}/as-of?month={MONTH}&at={at}"))
    for told_there in ("那时的记分卡", "VISIT", "自己的新数据", "归属", "当时的下级单位", "当时的规则全文"):
        assert told_there in page
    rules = inspected(await reader.get(f"/rules?month={MONTH}&at={at}"))
    assert "时的规则" in rules
    early = inspected(await reader.get(f"/units/{town['S4']}/as-of?month={MONTH}&at=2020-01-01T00:00:00"))
    assert "那时该单位还没有记分卡" in early


async def test_a_clerk_opens_the_own_card_of_then_and_no_others(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    own = inspected(await reader.get(f"/units/{town.units['P-zhouhe']}/as-of?month={MONTH}"))
    assert "那时的记分卡" in own
    assert (await reader.get(f"/units/{town['S4']}/as-of?month={MONTH}")).status_code in {403, 404}


async def test_beneath_a_card_of_then_only_what_the_reader_may_open_is_a_link(reader: Reader, town: Cast) -> None:
    await reader.sign_in("zhouhe")
    page = inspected(await reader.get(f"/units/{town['T1']}/as-of?month={MONTH}"))
    assert "吴桐" in page
    beneath = set(re.findall(r'<a href="/units/(\d+)/as-of', page))
    assert beneath == {str(town.units["P-zhouhe"])}

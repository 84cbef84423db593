"""Contests and looking back as pages: the phone of a clerk, the desk of an organiser, files, and who sees what."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
import pytest_asyncio
import time_machine
from litestar import Litestar

import leaderboards.operations
from core.period import first_day, midnight
from months.operations.contests.rounds import settle_due
from scoring.operations.fold import fold_month
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import facts
from tests.months.story import QUALITY, month_facts, planned
from tests.web.reader import Reader, inspected

EARLY = midnight(first_day(MONTH)) - timedelta(days=5)
FORM = {
    "name_zh": "十月对决",
    "name_en": "October duels",
    "card": "storefront",
    "measure": "total",
    "pairs": "S1 S2\nS3 S4",
}
NEW = f"/contests/new?kind=head_to_head&month={MONTH}"
SEND = f"/contests?kind=head_to_head&month={MONTH}"


@pytest_asyncio.fixture
async def story(tx: None) -> AsyncIterator[Cast]:
    """The cast some days before October, which is announced."""
    with time_machine.travel(EARLY - timedelta(days=1), tick=True):
        cast = await told.enrol()
        await planned(cast, MONTH)
        yield cast


@pytest_asyncio.fixture
async def reader(app: Litestar, story: Cast) -> AsyncIterator[Reader]:
    """Somebody with a browser."""
    async with Reader(app) as found:
        yield found


async def drawn_up(reader: Reader, **changes: str) -> str:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, SEND, {**FORM, **changes})
    assert answer.status_code == 200, answer.text[-800:]
    inspected(answer)
    return answer.url.path


async def announced(reader: Reader, path: str) -> None:
    await reader.sign_in("heqing")
    answer = await reader.submit(path, f"{path}/announce", {})
    assert "比赛已发布" in inspected(answer)


async def ran() -> None:
    with time_machine.travel(midnight(date(2026, 10, 8)), tick=True):
        await facts(month_facts(MONTH, QUALITY))
        await fold_month(month=MONTH)
        await leaderboards.operations.recompute(MONTH)


async def test_a_duel_from_the_form_to_the_phone_of_a_manager(reader: Reader, story: Cast) -> None:
    path = await drawn_up(reader, stake_zh="奶茶", stake_en="milk tea", on="2026-10-20")
    own = await reader.read(path)
    assert "由您拟定，要由另一个人发布" in own
    await announced(reader, path)
    await ran()
    with time_machine.travel(midnight(date(2026, 10, 9)), tick=True):
        await reader.sign_in("linyue")
        mine = await reader.read("/contests")
        assert "听雨路营业厅领先" in mine
        assert "晴岚桥营业厅" not in mine
        whole = await reader.read(path)
        assert "拾光里营业厅" in whole
        assert "没有名次不等于零分" in whole
        assert path in await reader.read(f"/units/{story['S1']}?month={MONTH}")
    with time_machine.travel(midnight(date(2026, 10, 21)) + timedelta(hours=1), tick=True):
        assert await settle_due(midnight(date(2026, 10, 21))) == 1
        await reader.sign_in("linyue")
        assert "听雨路营业厅胜" in await reader.read(path)
        answer = await reader.get(f"{path}/export")
        assert answer.headers["content-type"].startswith("text/csv")
        assert "听雨路营业厅" in answer.text


async def test_wrong_lines_stand_in_the_form_with_what_would_be_right(reader: Reader) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, SEND, {**FORM, "pairs": "S1\nS1 XX", "on": "20.10."})
    html = inspected(answer)
    assert answer.status_code == 422
    for words in ("不是一对", "没有编码或名称为“XX”的单位", "不是日期", "S1 XX"):
        assert words in html


async def test_units_may_be_written_by_their_names(reader: Reader) -> None:
    path = await drawn_up(reader, pairs="听雨路营业厅 望舒街营业厅\nS3 S4")
    assert "S1 S2" in await reader.read(f"{path}/edit")


async def test_units_of_another_board_are_named_with_the_board(reader: Reader) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit(NEW, SEND, {**FORM, "card": "branch"})
    assert "这些单位不在“分公司”榜上：S1, S2, S3, S4。" in inspected(answer)


async def test_what_rules_cannot_hold_is_said_in_the_words_of_the_form(reader: Reader) -> None:
    await reader.sign_in("sulan")
    address = NEW.replace("head_to_head", "team_goal")
    sent = {**FORM, **FORMS["team_goal"], "coverage": "101"}
    html = inspected(await reader.submit(address, SEND.replace("head_to_head", "team_goal"), sent))
    assert "“有名次的成员至少 %”填得不合适" in html
    assert "$.coverage" not in html


async def test_a_league_goes_on_in_the_next_month_with_the_classes_as_they_ended(reader: Reader, story: Cast) -> None:
    kind = {"divisions": "甲/A: S1 S4\n乙/B: S2 S3", "moves": "1", "on": "2026-10-20"}
    await reader.sign_in("sulan")
    new, send = NEW.replace("head_to_head", "league"), SEND.replace("head_to_head", "league")
    path = (await reader.submit(new, send, {**FORM, **kind})).url.path
    await announced(reader, path)
    await ran()
    with time_machine.travel(midnight(date(2026, 10, 21)) + timedelta(hours=1), tick=True):
        await settle_due(midnight(date(2026, 10, 21)))
        await reader.sign_in("sulan")
        assert "再办一场" not in await reader.read(path)
        await planned(story, 202611)
        page = await reader.read(path)
        assert "2026年11月再办一场" in page
        form = await reader.read(f"/contests/new?month=202611&kind=league&after={path.rpartition('/')[2]}")
    moved = "甲/A: S1 S2\n乙/B: S3 S4"
    assert moved in form
    assert "十月对决" in form
    assert 'name="on" type="date" value=""' in form


FORMS = {
    "race": {"target": "92.5", "units": "B1 S3 S4", "days": "2026-10-10\n2026-10-20"},
    "team_goal": {"target": "88", "way": "mean", "share": "100", "coverage": "60", "teams": "一队/one: B1\n二队/two: B2", "on": ""},
    "elimination": {"units": "S1 S2 S3 S4", "rounds": "2026-10-10 1\n1", "tie": "all_leave"},
    "league": {"divisions": "甲/A: S1 S2\n乙/B: S3 S4", "moves": "1", "on": ""},
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMS)
async def test_every_kind_goes_through_its_form_and_back(kind: str, reader: Reader, story: Cast) -> None:
    await reader.sign_in("sulan")
    form = {**{name: FORM[name] for name in ("name_zh", "name_en", "card", "measure")}, **FORMS[kind]}
    new = f"/contests/new?kind={kind}&month={MONTH}"
    answer = await reader.submit(new, f"/contests?kind={kind}&month={MONTH}", form)
    assert answer.status_code == 200, answer.text[-900:]
    path = answer.url.path
    html = await reader.read(f"{path}/edit")
    assert "S3" in html
    again = await reader.submit(f"{path}/edit", f"{path}/edit", {**form, "name_zh": "改过的名字"})
    assert "改过的名字" in inspected(again)
    await announced(reader, path)
    await ran()
    with time_machine.travel(midnight(date(2026, 10, 9)), tick=True):
        for username in ("sulan", "zhouhe", "linyue", "gaoyuan"):
            await reader.sign_in(username)
            await reader.read(path)
            await reader.read("/contests")
            assert (await reader.get(f"{path}/export")).status_code == 200


async def test_called_off_the_reason_is_read_by_everybody(reader: Reader) -> None:
    path = await drawn_up(reader)
    await announced(reader, path)
    await reader.submit(path, f"{path}/cancel", {"why": "场地整修"})
    await reader.sign_in("zhouhe")
    assert "场地整修" in await reader.read(path)


async def test_a_draft_does_not_exist_for_a_clerk(reader: Reader) -> None:
    path = await drawn_up(reader)
    await reader.sign_in("zhouhe")
    await reader.read(path, 404)
    await reader.read(f"{path}/edit", 403)
    assert "这个月没有比赛" in await reader.read("/contests")


LOOKING_BACK = ("/season", "/weak-points", "/hall-of-fame")


@pytest.mark.parametrize("username", ["zhouhe", "linyue", "chenmo", "guwei", "sulan", "yaoxing", "admin"])
async def test_looking_back_opens_for_everybody_with_and_without_months(
    username: str, reader: Reader, story: Cast
) -> None:
    await reader.sign_in(username)
    for path in LOOKING_BACK:
        await reader.read(path)
    await ran()
    for path in (*LOOKING_BACK, f"/months/{MONTH}/effect", "/season?kind=storefront&group=A", "/season?kind=clerk"):
        await reader.read(path)
    for path in ("/season/export", "/hall-of-fame/export"):
        assert (await reader.get(path)).headers["content-type"].startswith("text/csv")


async def test_a_history_is_for_those_who_may_look_into_the_unit(reader: Reader, story: Cast) -> None:
    await ran()
    await reader.sign_in("linyue")
    html = await reader.read(f"/units/{story['S1']}/history")
    assert "2026年10月" in html
    assert "帮扶" in html
    assert (await reader.get(f"/units/{story['S1']}/history/export")).status_code == 200
    await reader.read(f"/units/{story['S4']}/history", 404)
    await reader.read(f"/weak-points?unit={story['S4']}", 404)

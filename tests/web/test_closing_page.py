"""The page on which a month is closed: what was written is kept when it is refused, and no button lies."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from core.database import raw
from core.period import shifted
from months.operations.branches import propose_branch
from months.operations.releasing import cancel_ceremony, release
from months.operations.reopening import reopen
from months.queries.changes import restatements
from org.queries import organisation_of_month
from rewards.queries import winners
from tests import factories
from tests.cast import MONTH, Cast
from tests.memory import forget
from tests.months.story import closed, closing_day, published, ran
from tests.months.test_bundle_versions import changed, restated
from tests.web.reader import Reader, inspected

PAGE = f"/months/{MONTH}"


@pytest.fixture(autouse=True)
def after_the_month() -> Iterator[None]:
    """The day on which the month is closed."""
    with time_machine.travel(closing_day(), tick=True):
        yield


async def test_ticks_and_words_of_a_refused_proposal_are_kept(reader: Reader, story: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET cut_off_at = $1", closing_day().replace(hour=20))
    await reader.sign_in("sulan")
    assert 'value="cut_off_ahead"' in await reader.read(PAGE)
    refused = inspected(await reader.submit(PAGE, f"{PAGE}/propose", {"waive": "cut_off_ahead", "why": " "}))
    assert 'value="cut_off_ahead" checked' in refused


async def test_who_proposed_a_branch_finds_its_approval_dead_with_the_reason(reader: Reader, story: Cast) -> None:
    await propose_branch(month=MONTH, unit_id=story["B2"], actor=story.actor("sulan"))
    button = f'id="against-{story["B2"]}"'
    await reader.sign_in("sulan")
    own = await reader.read(PAGE)
    assert button in own
    assert "撤回提议" in own
    await reader.sign_in("heqing")
    assert button not in await reader.read(PAGE)


async def test_whoever_publishes_before_the_ceremony_reads_that_nothing_is_public_yet(
    reader: Reader, story: Cast
) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = $1", closing_day() + timedelta(days=4))
    await closed(story)
    await reader.sign_in("heqing")
    told = inspected(await reader.submit(PAGE, f"{PAGE}/publish", {}))
    assert "颁奖结束前其余结果不公开" in told
    assert "结果已公布" not in told


async def test_nobody_objects_to_a_line_that_was_not_chosen(reader: Reader, story: Cast) -> None:
    await published(story)
    await reader.sign_in("linyue")
    path = f"{PAGE}/notice"
    refused = inspected(await reader.submit(path, f"{PAGE}/objections", {"line": "", "text": "请核实"}))
    assert "请选择要提出异议的一项" in refused
    assert "请核实" in refused


async def test_of_a_restated_month_the_published_version_and_the_restatement_are_told_apart(
    reader: Reader, cast: Cast
) -> None:
    with time_machine.travel(closing_day() + timedelta(days=12), tick=True):
        await restated(cast)
        await reader.sign_in("linyue")
        html = await reader.read(f"{PAGE}/verify")
    assert html.count("公布的版本") == 1
    assert html.count("重述</span>") == 1
    assert "现行" not in html


async def test_an_award_that_a_restatement_makes_due_is_named_on_its_page(reader: Reader, cast: Cast) -> None:
    later = closing_day() + timedelta(days=12)
    with time_machine.travel(later, tick=True):
        await ran(cast)
        await published(cast)
        await factories.plan(shifted(MONTH, 1), "SIGNAL", cast.rule_book_id, cast.actor("sulan"))
        await changed(cast, "exclusion", {"unit_id": cast["S1"], "what": "award"}, "sulan", "baishu", later)
        due = {unit for _, unit in (await restatements(MONTH))[0].awards_due}
        assert due - {one.unit_id for one in await winners(MONTH)}
        names = [(await organisation_of_month(MONTH)).units[unit].name("zh") for unit in due]
        await reader.sign_in("zhouhe")
        html = await reader.read(f"{PAGE}/restatements")
    told = html.partition("应补发的奖项")[2].partition("公示期满后列入新的兑现清单")[0]
    assert [name for name in names if name not in told] == []


async def test_everybody_reads_that_the_ceremony_was_called_off_and_why(reader: Reader, story: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = $1", closing_day() + timedelta(days=4))
    await closed(story)
    await release(month=MONTH, actor=story.actor("heqing"), at=closing_day())
    await cancel_ceremony(month=MONTH, why="会场停电", actor=story.actor("yaoxing"), at=closing_day())
    forget()
    await reader.sign_in("linyue")
    html = await reader.read(PAGE)
    assert "颁奖已取消" in html
    assert "会场停电" in html


async def test_a_month_opened_again_names_who_why_and_tells_the_two_who_closed_it(reader: Reader, story: Cast) -> None:
    await closed(story)
    await reopen(month=MONTH, why="漏记一批走访", actor=story.actor("tangyi"), at=closing_day() + timedelta(minutes=5))
    await reader.sign_in("sulan")
    shown = await reader.read(PAGE)
    assert "重新打开本月。第 1 版仍然封存，再次关账成为新的一版。理由：漏记一批走访" in shown
    await reader.sign_in("linyue")
    assert "漏记一批走访" not in await reader.read(PAGE)
    async with raw() as connection:
        rows = await connection.fetch("SELECT account_id FROM notice WHERE zh LIKE '%已重新打开%漏记一批走访'")
    assert {row["account_id"] for row in rows} == {story.person(name).account_id for name in ("sulan", "baishu")}


async def _under_embargo(story: Cast) -> None:
    async with raw() as connection:
        await connection.execute("UPDATE service_month SET ceremony_at = $1", closing_day() + timedelta(days=4))
    await closed(story)
    await release(month=MONTH, actor=story.actor("heqing"), at=closing_day())


async def test_a_ceremony_is_not_ended_unasked_while_winners_wait(reader: Reader, story: Cast) -> None:
    await _under_embargo(story)
    await reader.sign_in("yaoxing")
    unasked = inspected(await reader.submit(f"{PAGE}/reveal", f"{PAGE}/ceremony/end", {}))
    assert "名没有揭晓。要随其余结果一并公布，请先勾选。" in unasked
    sure = await reader.submit(f"{PAGE}/reveal", f"{PAGE}/ceremony/end", {"sure": "yes"})
    assert "已公布" in sure.text


async def test_the_host_is_led_to_the_reveal_and_told_that_it_is_for_good(reader: Reader, story: Cast) -> None:
    await _under_embargo(story)
    await reader.sign_in("yaoxing")
    assert f'href="{PAGE}/reveal"' in await reader.read("/")
    assert "还没到颁奖时间。揭晓后立即对所有人公开，不能收回。" in await reader.read(f"{PAGE}/reveal")

"""A month that is being planned is known to those who plan it; everybody else learns of it by its announcement."""

import pytest

from months.operations import announcing
from months.operations.planning import plan_month
from tests.api.browser import Browser
from tests.cast import Cast

AHEAD = 209901
NAMED = (f"/months/{AHEAD}", f"/api/v1/months/{AHEAD}")
LISTS = ("/months", "/api/v1/months", f"/awards?month={AHEAD}")
TRACES = (str(AHEAD), "2099年1月", "微笑服务月")


async def _planned(cast: Cast) -> None:
    actor = cast.actor("sulan")
    await plan_month(month=AHEAD, theme="SMILING", rule_book_id=cast.rule_book_id, actor=actor)
    await announcing.propose_announcement(month=AHEAD, actor=actor)


@pytest.mark.parametrize("username", ["zhouhe", "linyue", "chenmo", "guwei", "yaoxing", "fangzhi", "admin"])
async def test_a_draft_is_hidden_from_everybody_below_the_organisers(
    anybody: Browser, cast: Cast, username: str
) -> None:
    await _planned(cast)
    await anybody.sign_in(username)
    assert [(await anybody.get(path)).status_code for path in NAMED] == [404, 404]
    for path in LISTS:
        body = (await anybody.get(path)).text.replace(f'name="back" value="{path}"', "")  # what one asked for oneself
        assert not [trace for trace in TRACES if trace in body], path


@pytest.mark.parametrize("username", ["sulan", "heqing", "baishu"])
async def test_those_who_plan_and_approve_read_the_draft(anybody: Browser, cast: Cast, username: str) -> None:
    await _planned(cast)
    await anybody.sign_in(username)
    assert [(await anybody.get(path)).status_code for path in NAMED] == [200, 200]
    assert "2099年1月" in (await anybody.get("/months")).text


async def test_with_the_announcement_everybody_knows(anybody: Browser, cast: Cast) -> None:
    await _planned(cast)
    await announcing.announce(month=AHEAD, actor=cast.actor("heqing"))
    await anybody.sign_in("zhouhe")
    assert [(await anybody.get(path)).status_code for path in NAMED] == [200, 200]
    assert "微笑服务月" in (await anybody.get("/months")).text

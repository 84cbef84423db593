"""The head of a department reads an appeal about the department's data and says what is right, from list to answer."""

from collections.abc import Iterator

import pytest
import time_machine

from months.queries.appeals import files
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.web.reader import Reader, inspected

SHEET = ("基站清单.csv", "站号,开通\nX1,10-03\n".encode(), "text/csv")


@pytest.fixture(autouse=True)
def during_the_month() -> Iterator[None]:
    """A day of the month, when it takes appeals."""
    with time_machine.travel(during(MONTH, 20), tick=True):
        yield


async def filed(reader: Reader, cast: Cast) -> str:
    """Let a branch dispute the coverage that the network department reports, and return the address of the appeal."""
    await reader.sign_in("chenmo")
    fields = {
        "month": str(MONTH), "unit": str(cast["B1"]), "kpi": "COVER", "ground": "data_error", "claimed": "98",
        "told": "有三个基站漏统计",
    }  # fmt: skip
    where = f"/appeals/new?month={MONTH}&unit={cast['B1']}&kpi=COVER"
    answer = await reader.submit(where, "/appeals/new", fields, files=[("evidence", SHEET)])
    inspected(answer)
    return str(answer.url.path)


async def test_the_head_finds_the_appeal_reads_it_and_answers(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("guwei")
    assert f"{path}/opinion" in await reader.read("/appeals")
    html = await reader.read(f"{path}/opinion")
    for words in ("有三个基站漏统计", "基站清单.csv", "98", "数据无误"):
        assert words in html
    wish = {"stand": "opinion_wrong", "text": "漏了三个基站，已补报"}
    html = inspected(await reader.submit(f"{path}/opinion", f"{path}/opinion", wish))
    assert "意见已提交" in html
    assert "提交意见" not in html


async def test_the_appellant_reads_what_the_department_says(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    assert "网络部" in await reader.read(path)
    await reader.sign_in("guwei")
    await reader.submit(f"{path}/opinion", f"{path}/opinion", {"stand": "opinion_right", "text": "与网管一致"})
    await reader.sign_in("chenmo")
    html = await reader.read(path)
    assert "部门意见：数据无误" in html
    assert "与网管一致" in html


async def test_an_opinion_takes_a_choice_and_keeps_what_was_typed(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("guwei")
    html = inspected(await reader.submit(f"{path}/opinion", f"{path}/opinion", {"stand": "", "text": "查过了"}))
    assert "请选择数据是否有误" in html
    assert "查过了" in html


async def test_a_decision_before_the_opinion_says_until_when_to_wait(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    await reader.sign_in("sulan")
    await reader.submit(path, f"{path}/review", {})
    wish = {"decision": "denied", "reason": "与原表一致"}
    assert "数据责任部门的意见还没到" in inspected(await reader.submit(path, f"{path}/decision", wish))


@pytest.mark.parametrize("username", ["linyue", "gaoyuan", "fangzhi"])
async def test_others_find_neither_the_request_nor_the_evidence(reader: Reader, story: Cast, username: str) -> None:
    path = await filed(reader, story)
    number = int(path.rsplit("/", 1)[1])
    await reader.sign_in(username)
    for address in (f"{path}/opinion", f"{path}/evidence/{(await files(number))[0].id}"):
        assert (await reader.get(address)).status_code == 404


async def test_the_head_may_open_the_evidence_and_not_the_appeal_itself(reader: Reader, story: Cast) -> None:
    path = await filed(reader, story)
    number = int(path.rsplit("/", 1)[1])
    await reader.sign_in("guwei")
    assert (await reader.get(f"{path}/evidence/{(await files(number))[0].id}")).content == SHEET[1]
    assert (await reader.get(path)).status_code == 404

"""A rule book written for somebody else: HR sees before it goes live that own units would be left without totals."""

import io
import re

from months.operations.simulating import work
from months.queries.simulations import simulations
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.web.reader import Reader

FOREIGN = """
code = "foreign"
name = { zh = "别处的办法", en = "A scheme of elsewhere" }
[kinds.town]
name = { zh = "乡镇", en = "Town" }
level = "town"
[processes.work]
name = { zh = "办理", en = "Handling" }
family = { zh = "办理", en = "Handling" }
[kpis.DONE]
name = { zh = "办结率", en = "Done" }
process = "work"
aggregation = "ratio_of_sums"
method = "value"
[scorecards.town]
DONE = 100
"""


async def _drafted(reader: Reader) -> str:
    await reader.sign_in("heqing")
    files = {"file": ("规则.toml", io.BytesIO(FOREIGN.encode()), "application/toml")}
    return (await reader.submit("/drafts", "/drafts/file", {"name": "别处"}, files=files)).url.path


async def test_a_trial_says_whose_totals_would_end_and_never_that_nothing_changes(reader: Reader, story: Cast) -> None:
    path = await _drafted(reader)
    address = (await reader.submit(path, f"{path}/try", {"revision": "1", "month": str(MONTH)})).url.path
    (row,) = await simulations()
    await work(row.id)
    report = await reader.read(address)
    assert "什么也没有改变" not in report
    assert "按这份草案，" in report
    assert "没有任何单位得到总分" in report
    assert "营业厅" in report
    asked = {"month": re.findall(r'<select[^>]*name="month".*?<option value="([^"]*)"', report, re.DOTALL)[:1] or [""]}
    assert (await reader.get(address, params={"month": asked["month"][0], "kind": "storefront"})).status_code == 200


async def test_the_check_with_data_names_the_kinds_that_lose_their_card(reader: Reader, story: Cast) -> None:
    path = await _drafted(reader)
    html = (await reader.get(f"{path}/data-checks")).text
    assert "现在有记分卡，这份规则里没有" in html
    assert "组织里没有“乡镇”这类单位" in html


async def test_the_rules_in_force_lose_nobody(reader: Reader, story: Cast) -> None:
    await reader.sign_in("heqing")
    answer = await reader.submit("/drafts", "/drafts", {"name": "现行", "text": SMALL_BOOK.read_text(encoding="utf-8")})
    html = (await reader.get(f"{answer.url.path}/data-checks")).text
    assert "能排名" in html
    assert "现在有记分卡，这份规则里没有" not in html

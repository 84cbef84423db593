"""Drafts on the pages: saved unparsed, tried on past months, published by two; nothing typed is ever lost."""

import io
import re

import msgspec
import pytest

from core import period
from core.clock import today
from months.operations.simulating import work
from months.queries.publishing import proposals
from months.queries.simulations import simulations
from scoring.queries.drafts import draft, drafts
from scoring.queries.rules import rules_of
from scoring.rulebook import parsed
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.web.reader import Reader, inspected
from web.pages.drafts.parts import difference_rows

SMALL = SMALL_BOOK.read_text(encoding="utf-8")
OTHER = SMALL.replace(
    '[scorecards.storefront]\nSAT = "40"\nVISIT = "30"', '[scorecards.storefront]\nSAT = "30"\nVISIT = "40"'
)


async def begun(reader: Reader, text: str = OTHER, name: str = "等候") -> str:
    """Begin a draft on the page as an organiser and return its address."""
    await reader.sign_in("sulan")
    answer = await reader.submit("/drafts", "/drafts", {"name": name, "text": text})
    assert answer.status_code == 200, answer.text[-500:]
    inspected(answer)
    return answer.url.path


async def test_a_draft_begins_as_a_version_and_is_listed(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("sulan")
    answer = await reader.submit("/drafts", "/drafts", {"name": "二零二七", "base": str(cast.rule_book_id)})
    assert "草案已建立" in inspected(answer)
    assert "二零二七" in await reader.read("/drafts")
    (row,) = await drafts()
    assert (await draft(row.id)).text == SMALL


async def test_a_text_that_does_not_parse_is_saved_with_its_line_beside(reader: Reader, cast: Cast) -> None:
    path = await begun(reader)
    answer = await reader.submit(path, path, {"name": "等候", "revision": "1", "text": 'code = "A"\r\nname =\r\n'})
    html = inspected(answer)
    assert "草案已保存" in html
    assert "第 2 行" in html
    (row,) = await drafts()
    assert (await draft(row.id)).text == 'code = "A"\nname =\n'


async def test_nothing_typed_is_lost_when_somebody_saved_meanwhile(reader: Reader, cast: Cast) -> None:
    path = await begun(reader)
    await reader.submit(path, path, {"name": "等候", "revision": "1", "text": "# 先存的"})
    answer = await reader.submit(path, path, {"name": "等候", "revision": "1", "text": "# 后来的"})
    html = inspected(answer)
    assert answer.status_code == 409
    assert "# 后来的" in html
    assert "苏岚" in html
    again = await reader.submit(path, "/drafts", {"name": "等候乙", "text": "# 后来的"})
    assert "# 后来的" in inspected(again)
    assert len(await drafts()) == 2


async def test_a_file_comes_in_and_goes_out_byte_for_byte(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("heqing")
    content = SMALL.replace("\n", "\r\n").encode()
    files = {"file": ("规则.toml", io.BytesIO(content), "application/toml")}
    answer = await reader.submit("/drafts", "/drafts/file", {"name": "导入"}, files=files)
    inspected(answer)
    out = await reader.get(f"{answer.url.path}/file")
    assert out.content == content
    assert "attachment" in out.headers["content-disposition"]


async def test_a_file_of_two_kinds_of_line_ends_is_the_same_after_a_saving_that_changed_nothing(
    reader: Reader, cast: Cast
) -> None:
    await reader.sign_in("heqing")
    content = SMALL.replace("\n", "\r\n", 3).encode()
    files = {"file": ("规则.toml", io.BytesIO(content), "application/toml")}
    path = (await reader.submit("/drafts", "/drafts/file", {"name": "导入"}, files=files)).url.path
    typed = SMALL.replace("\n", "\r\n")
    inspected(await reader.submit(path, path, {"name": "导入", "revision": "1", "text": typed}))
    assert (await reader.get(f"{path}/file")).content == content


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('name = { zh = "综合考评", en = "Appraisal" }', "综合考评"),
        ("name = { zh = ", "新规则.toml"),
        ('name = "一个"', "新规则.toml"),
    ],
)
async def test_a_file_without_a_name_typed_for_it_is_called_as_its_rule_book(
    reader: Reader, cast: Cast, text: str, name: str
) -> None:
    await reader.sign_in("heqing")
    files = {"file": ("新规则.toml", io.BytesIO(text.encode()), "application/toml")}
    inspected(await reader.submit("/drafts", "/drafts/file", {"name": ""}, files=files))
    assert [draft.name for draft in await drafts()] == [name]


async def test_a_file_that_is_too_large_is_refused_where_it_was_chosen(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("heqing")
    files = {"file": ("大.toml", io.BytesIO(b"a" * 2_000_000), "application/toml")}
    answer = await reader.submit("/drafts", "/drafts/file", {"name": "大"}, files=files)
    assert answer.status_code == 422
    assert "512 KiB" in inspected(answer)


async def test_a_trial_is_followed_and_read(reader: Reader, story: Cast) -> None:
    path = await begun(reader)
    answer = await reader.submit(path, f"{path}/try", {"revision": "1", "month": str(MONTH)})
    html, address = inspected(answer), answer.url.path
    assert "排队中" in html
    assert "可以离开本页" in html
    progress = await reader.get(f"{address}/progress")
    assert 'hx-trigger="every 1s"' in progress.text
    (row,) = await simulations()
    await work(row.id)
    assert (await reader.get(f"{address}/progress")).headers["hx-refresh"] == "true"
    report = await reader.read(address)
    for words in ("名次有变", "谁升谁降", "总分分布", "名次对照", "逐月", "<svg"):
        assert words in report
    english = await reader.get(address, headers={"accept-language": "en"})
    assert english.status_code == 200
    for kind in ("xlsx", "csv"):
        assert len((await reader.get(f"{address}/files/{kind}")).content) > 500
    assert (await reader.get(f"{address}/files/exe")).status_code == 404


@pytest.mark.parametrize(
    "query", ["month=", "month=202001&kind=nobody", "kind=storefront&group=A", "kind=branch&group=Z"]
)
async def test_a_strange_wish_shows_a_report_all_the_same(reader: Reader, story: Cast, query: str) -> None:
    path = await begun(reader)
    address = (await reader.submit(path, f"{path}/try", {"revision": "1", "month": str(MONTH)})).url.path
    (row,) = await simulations()
    await work(row.id)
    await reader.read(f"{address}?{query}")


async def test_a_trial_can_be_cancelled(reader: Reader, story: Cast) -> None:
    path = await begun(reader)
    address = (await reader.submit(path, f"{path}/try", {"revision": "1", "month": str(MONTH)})).url.path
    assert "试算已取消" in inspected(await reader.submit(address, f"{address}/cancel", {}))


async def test_a_trial_without_months_is_refused_in_its_form(reader: Reader, story: Cast) -> None:
    path = await begun(reader)
    answer = await reader.submit(path, f"{path}/try", {"revision": "1"})
    assert answer.status_code == 422
    assert "请选择 1 到" in inspected(answer)


async def test_what_does_not_parse_can_be_neither_tried_nor_proposed(reader: Reader, story: Cast) -> None:
    path = await begun(reader, "code = ")
    assert "先改掉必须改的问题" in await reader.read(path)
    answer = await reader.submit(path, f"{path}/try", {"revision": "1", "month": str(MONTH)})
    assert answer.status_code == 422


async def test_two_people_publish_and_the_next_month_follows(reader: Reader, story: Cast) -> None:
    month = period.shifted(period.month_of(today()), 1)
    path = await begun(reader)
    proposed = {"revision": "1", "month": str(month), "why": "等候"}
    answer = await reader.submit(path, f"{path}/propose", proposed)
    html, address = inspected(answer), answer.url.path
    assert "须由另一个人批准" in html
    assert "营业厅 · 服务满意度" in html
    assert f"{address}/approve" not in html
    token = re.search(r'name="csrf" value="([^"]*)"', html)
    assert token is not None
    refused = await reader.post(f"{address}/approve", data={"csrf": token.group(1)})
    assert refused.status_code == 409
    await reader.sign_in("heqing")
    approved = inspected(await reader.submit(address, f"{address}/approve", {}))
    assert "已批准" in approved
    assert "第 2 版" in approved
    assert (await rules_of(month)).rule_book_id != story.rule_book_id
    assert (await rules_of(MONTH)).rule_book_id == story.rule_book_id


async def test_a_rejection_shows_its_reason_and_a_withdrawal_is_for_the_proposer(reader: Reader, cast: Cast) -> None:
    month = period.shifted(period.month_of(today()), 2)
    path = await begun(reader)
    address = (
        await reader.submit(path, f"{path}/propose", {"revision": "1", "month": str(month), "why": "等候"})
    ).url.path
    await reader.sign_in("baishu")
    assert "withdraw" not in await reader.read(address)
    assert "权重待议" in inspected(await reader.submit(address, f"{address}/reject", {"reason": "权重待议"}))
    (row,) = await proposals()
    assert row.decision == "rejected"


async def test_any_two_rule_books_are_compared_value_by_value(reader: Reader, cast: Cast) -> None:
    await begun(reader)
    (row,) = await drafts()
    html = await reader.read(f"/rules/differences?from=v{cast.rule_book_id}&to=d{row.id}")
    assert "2 处不同" in html
    assert "<del>40</del>" in html
    assert "<ins>30</ins>" in html
    await reader.read("/rules/differences?from=v0&to=dx")


async def test_who_may_only_read_sees_no_form_that_writes(reader: Reader, cast: Cast) -> None:
    path = await begun(reader)
    await reader.sign_in("baishu")
    html = await reader.read(path)
    assert "您可以查看，不能修改" in html
    for action in ("/try", "/propose", "/discard"):
        assert f'action="{path}{action}"' not in html
    await reader.sign_in("zhouhe")
    assert (await reader.get("/drafts")).status_code == 403


async def test_a_discarded_draft_leaves_the_list(reader: Reader, cast: Cast) -> None:
    path = await begun(reader)
    assert "草案已丢弃" in inspected(await reader.submit(path, f"{path}/discard", {}))
    assert (await reader.get(path)).status_code == 404


def test_a_method_and_a_choice_that_differ_are_told_in_words() -> None:
    book = parsed(SMALL)
    code, kpi = next((code, kpi) for code, kpi in book.kpis.items() if kpi.method == "linear")
    other = msgspec.structs.replace(kpi, method="band", params={**kpi.params, "below": "clamp"})
    rows, _ = difference_rows(book, msgspec.structs.replace(book, kpis={**book.kpis, code: other}))
    told = {(row.inside, row.before, row.after) for row in rows}
    assert ("计分方法", "插值法", "区间法") in told
    assert [after for inside, _, after in told if inside == "params.below"] == ["保留其得分"]

"""Completeness by process on its page: what may still be signed is offered, and nothing that would be refused."""

from months.operations.signing import waive
from tests import cast as cast_module
from tests.cast import MONTH, Cast
from tests.factories import scored
from tests.web.reader import Reader

PAGE = f"/months/{MONTH}/completeness"


async def _offered(reader: Reader) -> int:
    html = await reader.read(PAGE)
    return html.count(f'action="/months/{MONTH}/sign"')


async def test_a_closed_month_offers_no_waiver_and_no_way_back(reader: Reader, cast: Cast) -> None:
    await cast_module.plan(cast)
    await cast_module.believable()
    await scored(MONTH)
    await reader.sign_in("sulan")
    assert await _offered(reader)
    await cast_module.close(cast)
    assert not await _offered(reader)


async def test_a_refused_waiver_says_why_and_keeps_what_was_written(reader: Reader, cast: Cast) -> None:
    await cast_module.plan(cast)
    await cast_module.believable()
    await scored(MONTH)
    await reader.sign_in("sulan")
    sent = {"process": "P99", "act": "waive", "why": "系统检修，稍后补交"}
    answer = await reader.submit(PAGE, f"/months/{MONTH}/sign", sent)
    assert answer.status_code == 409
    assert "没有这个过程。" in answer.text
    process = await _first_process(reader)
    answer = await reader.submit(PAGE, f"/months/{MONTH}/sign", {**sent, "process": process, "act": "sign"})
    assert "的负责人签认。" in answer.text
    assert 'value="系统检修，稍后补交"' in answer.text


async def test_a_waived_process_is_not_marked_as_signed(reader: Reader, cast: Cast) -> None:
    await cast_module.plan(cast)
    await cast_module.believable()
    await scored(MONTH)
    await waive(month=MONTH, process="HALL", why="系统检修，稍后补交", actor=cast.actor("sulan"))
    await reader.sign_in("sulan")
    html = await reader.read(f"{PAGE}?card=storefront")
    assert '<span class="state there" aria-hidden="true">放</span>' in html
    assert '<span class="state there" aria-hidden="true">签</span>' not in html


async def test_whoever_signs_for_what_still_lacks_is_asked_for_a_remark(reader: Reader, cast: Cast) -> None:
    await cast_module.plan(cast)
    await reader.sign_in("guwei")
    lacking = await reader.read(f"{PAGE}?card=branch")
    assert "所列单位中有 2 个还缺数据，签认时请说明。" in lacking
    assert _remark(lacking).endswith(" required")
    await cast_module.believable()
    await scored(MONTH)
    assert not _remark(await reader.read(f"{PAGE}?card=branch")).endswith(" required")


def _remark(html: str) -> str:
    return html.partition('id="why-NET"')[2].partition(">")[0]


async def _first_process(reader: Reader) -> str:
    html = await reader.read(PAGE)
    return html.partition('name="process" value="')[2].partition('"')[0]

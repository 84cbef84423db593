"""Activities on their page: what waits is found however much came after it, and each button does what it says."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine

from core import evidence
from months.operations.activities import check_record, revoke_record, submit_record
from org.visibility import Viewer
from tests import cast as told
from tests.cast import MONTH, Cast
from tests.factories import during
from tests.web.reader import Reader
from web.pages.months.activities import MOST_SHOWN

PAGE = f"/months/{MONTH}/activities"
DAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def the_month_runs() -> Iterator[None]:
    with time_machine.travel(during(MONTH, 20), tick=True):
        yield


def _viewer(cast: Cast, username: str, at: str) -> Viewer:
    member = cast.person(username)
    return Viewer(
        account_id=member.account_id, name=username, unit_id=member.unit_id, grants=((member.role, cast[at]),)
    )


async def _recorded(cast: Cast, by: str, unit: str) -> int:
    return await submit_record(
        month=MONTH, activity="likes", unit_id=cast[unit], on=DAY, count=1,
        viewer=_viewer(cast, by, "T1" if by == "zhouhe" else "S1"), actor=cast.actor(by),
    )  # fmt: skip


async def test_enter_in_the_reason_for_sending_back_finds_nothing_valid(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    record = await _recorded(cast, "zhouhe", "P-zhouhe")
    await reader.sign_in("linyue")
    forms = re.findall(rf'<form[^>]*action="/activities/{record}/check".*?</form>', await reader.read(PAGE), re.DOTALL)
    [with_reason] = [form for form in forms if 'name="reason"' in form]
    assert re.findall(r'name="act" value="(\w+)"', with_reason) == ["reject"]


async def test_what_waits_is_shown_however_many_records_came_after_it(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    first = await _recorded(cast, "zhouhe", "P-zhouhe")
    for _ in range(MOST_SHOWN):
        await _recorded(cast, "linyue", "S1")
    await reader.sign_in("linyue")
    assert f'action="/activities/{first}/check"' in await reader.read(PAGE)


async def test_a_revoked_record_names_who_revoked_it(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    record = await _recorded(cast, "zhouhe", "P-zhouhe")
    manager, branch = _viewer(cast, "linyue", "S1"), _viewer(cast, "chenmo", "B1")
    await check_record(record_id=record, valid=True, viewer=manager, actor=cast.actor("linyue"))
    await revoke_record(record_id=record, why="照片是别家的", viewer=branch, actor=cast.actor("chenmo"))
    await reader.sign_in("zhouhe")
    assert re.search("林悦 [^·]* 审核 · 陈默 [^·]* 作废 · 理由：照片是别家的", await reader.read(PAGE))


async def test_a_photo_that_is_too_large_is_refused_by_its_name_and_what_was_typed_stays(
    reader: Reader, cast: Cast
) -> None:
    await told.plan(cast)
    await reader.sign_in("zhouhe")
    fields = {"activity": "likes", "unit": str(cast["P-zhouhe"]), "on": "2026-10-12", "count": "2", "note": "客户致谢"}
    photo = b"\x89PNG\r\n\x1a\n" + b"0" * evidence.LARGEST
    answer = await reader.submit(PAGE, PAGE, fields, files={"evidence": ("大厅.png", photo, "image/png")})
    assert answer.status_code == 422
    assert "“大厅.png”太大：每个文件最大 10 MiB。" in answer.text
    assert ">客户致谢</textarea>" in answer.text


async def test_a_refused_form_is_left_to_its_page_and_not_to_a_dead_address(reader: Reader, cast: Cast) -> None:
    await told.plan(cast)
    record = await _recorded(cast, "zhouhe", "P-zhouhe")
    await reader.sign_in("linyue")
    refused = await reader.submit(PAGE, f"/activities/{record}/check", {"act": "reject"})
    assert refused.status_code == 422
    switched = await reader.submit(
        PAGE, "/language", {"language": "en", "back": re.findall(r'name="back" value="([^"]*)"', refused.text)[0]}
    )
    assert (switched.status_code, switched.url.path) == (200, PAGE)


async def test_an_unknown_address_offers_no_switch_that_would_be_refused(reader: Reader, cast: Cast) -> None:
    await reader.sign_in("linyue")
    assert 'action="/language"' not in await reader.read("/nowhere", 404)
    assert 'action="/language"' in await reader.read("/units/999999", 404)

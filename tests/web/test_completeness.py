"""Completeness by process on its page: what may still be signed is offered, and nothing that would be refused."""

from tests import cast as cast_module
from tests.cast import MONTH, Cast
from tests.factories import scored
from tests.web.reader import Reader


async def _offered(reader: Reader) -> int:
    html = await reader.read(f"/months/{MONTH}/completeness")
    return html.count(f'action="/months/{MONTH}/sign"')


async def test_a_closed_month_offers_no_waiver_and_no_way_back(reader: Reader, cast: Cast) -> None:
    await cast_module.plan(cast)
    await cast_module.believable()
    await scored(MONTH)
    await reader.sign_in("sulan")
    assert await _offered(reader)
    await cast_module.close(cast)
    assert not await _offered(reader)

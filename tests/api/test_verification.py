"""Everybody learns whether a sealed month is equal; where not, and the bundle, are for those who run the contest."""

from collections.abc import AsyncIterator

import pytest_asyncio

from core.clock import now
from core.database import raw
from months.operations.proving import verify_what_is_new
from months.proof.archive import unpacked
from months.proof.checking import checked
from months.queries.proof import versions
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.months.story import closed, ran
from tests.servers import unguard

ADDRESS = f"/api/v1/months/{MONTH}/verification"


@pytest_asyncio.fixture
async def sealed(cast: Cast) -> AsyncIterator[str]:
    await ran(cast)
    yield (await closed(cast)).digest


async def test_the_worker_checks_each_sealed_version_once(sealed: str) -> None:
    assert await verify_what_is_new(now()) == 1
    assert await verify_what_is_new(now()) == 0
    (one,) = await versions(MONTH)
    assert (one.equal, one.digest) == (True, sealed)


async def test_a_clerk_learns_the_digest_and_that_it_is_equal_and_no_more(anybody: Browser, sealed: str) -> None:
    await verify_what_is_new(now())
    await anybody.sign_in("zhouhe")
    (row,) = (await anybody.get(ADDRESS)).json()
    assert (row["digest"], row["equal"], row["differences"]) == (sealed, True, None)
    page = (await anybody.get(f"/months/{MONTH}/verify")).text
    assert sealed in page
    assert "一致" in page
    assert "/bundle" not in page


async def test_from_the_closing_on_the_digest_stands_on_the_board_though_the_result_is_kept_back(
    anybody: Browser, sealed: str
) -> None:
    await anybody.sign_in("zhouhe")
    page = (await anybody.get(f"/boards?month={MONTH}")).text
    assert "暂定" in page
    assert sealed[:8] in page


async def test_an_organiser_sees_where_a_tampered_month_differs(anybody: Browser, sealed: str, cast: Cast) -> None:
    await _tampered(cast["S4"])
    await anybody.sign_in("sulan")
    answer = (await anybody.post(ADDRESS, json={})).json()
    assert not answer["equal"]
    assert ("S4", "total") in {(one["unit"], one["field"]) for one in answer["differences"]}
    page = (await anybody.get(f"/months/{MONTH}/verify")).text
    assert "S4 · 总分" in page


async def test_a_clerk_is_not_told_where_a_tampered_month_differs(anybody: Browser, sealed: str, cast: Cast) -> None:
    await _tampered(cast["S4"])
    await verify_what_is_new(now())
    await anybody.sign_in("zhouhe")
    page = (await anybody.get(f"/months/{MONTH}/verify")).text
    assert "不一致" in page
    assert "S4" not in page


async def test_the_bundle_of_an_auditor_checks_without_the_database(anybody: Browser, sealed: str) -> None:
    await anybody.sign_in("baishu")
    found = unpacked((await anybody.get(f"/api/v1/months/{MONTH}/bundle")).content, "bundle.zip")
    report = checked(found.bundle, found.differences, sealed)
    assert report.equal


async def test_an_open_month_has_no_bundle(anybody: Browser, cast: Cast) -> None:
    await ran(cast)
    await anybody.sign_in("sulan")
    assert (await anybody.get(f"/months/{MONTH}/bundle")).status_code == 404
    assert "还没有关账" in (await anybody.get(f"/months/{MONTH}/verify")).text


async def _tampered(unit_id: int) -> None:
    """Alter a sealed total past every guard of the database, as the owner of its tables could."""
    snapshot = "(SELECT snapshot_id FROM closing WHERE month = $2)"
    async with raw() as connection, connection.transaction():
        await unguard(connection, "standing")
        statement = f"UPDATE standing SET total = total + 1 WHERE unit_id = $1 AND snapshot_id = {snapshot}"
        await connection.execute(statement, unit_id, MONTH)

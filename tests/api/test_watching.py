"""Sign-offs, late data and odd facts through the interface and on their pages."""

from collections.abc import AsyncIterator

import pytest_asyncio

from core.clock import now
from core.database import raw
from months.operations import changes
from months.operations.watching import scan
from months.queries.watching import findings
from tests.api.browser import Browser
from tests.cast import MONTH, Cast, day
from tests.factories import Fact, facts
from tests.months.story import ran


@pytest_asyncio.fixture
async def running(cast: Cast) -> AsyncIterator[Cast]:
    await ran(cast)
    yield cast


async def planted(cast: Cast) -> int:
    """Put a finding there as the watch would, and return its number."""
    async with raw() as connection:
        kpi = await connection.fetchval("SELECT id FROM kpi WHERE code = 'VISIT'")
        return int(
            await connection.fetchval(
                "INSERT INTO finding (month, kind, unit_id, kpi_id, on_day, strength, detail, found_at)"
                " VALUES ($1, 'jump', $2, $3, $4, 2500, $5, $6) RETURNING id",
                MONTH, cast["S1"], kpi, day(1), '{"value":"95","before":"71","times":"20"}', now(),
            )
        )  # fmt: skip


async def test_odd_words_of_a_customer_are_found_once(running: Cast) -> None:
    async with raw() as connection:
        batch = await connection.fetchval("SELECT max(id) FROM import_batch")
        kpi = await connection.fetchval("SELECT id FROM kpi WHERE code = 'SAT'")
        await connection.execute(
            "INSERT INTO fact_cause (batch_id, row_no, kpi_id, unit_id, on_day, item, cause, cases, words)"
            " VALUES ($1, 1, $2, $3, $4, 0, '', NULL, '营业员让我打10分')",
            batch, kpi, running["P-zhouhe"], day(4),
        )  # fmt: skip
    assert await scan(month=MONTH) == 1
    assert await scan(month=MONTH) == 0
    (one,) = await findings(MONTH)
    assert (one.kind, one.unit, one.verdict) == ("begging", "P-zhouhe", None)


async def test_an_organiser_looks_at_a_finding_and_says_it_is_fine(anybody: Browser, running: Cast) -> None:
    number = await planted(running)
    await anybody.sign_in("sulan")
    assert "听雨路营业厅" in (await anybody.get(f"/months/{MONTH}/watch")).text
    page = await anybody.get(f"/months/{MONTH}/watch/{number}")
    assert page.status_code == 200, page.text
    assert "71" in page.text
    body = {"verdict": "fine", "why": "门店翻新后确有好转"}
    assert (await anybody.post(f"/api/v1/findings/{number}/verdict", json=body)).json() == {
        "id": number,
        "change_id": None,
    }
    assert (await anybody.post(f"/api/v1/findings/{number}/verdict", json=body)).status_code == 409
    assert (await anybody.get(f"/api/v1/months/{MONTH}/findings")).json()[0]["verdict"] == "fine"


async def test_a_quarantine_is_a_change_set_and_deletes_nothing(anybody: Browser, running: Cast) -> None:
    number = await planted(running)
    async with raw() as connection:
        before = await connection.fetchval("SELECT count(*) FROM fact")
    await anybody.sign_in("sulan")
    body = {"verdict": "quarantine", "why": "与录像不符"}
    answer = (await anybody.post(f"/api/v1/findings/{number}/verdict", json=body)).json()
    assert answer["change_id"]
    assert (await anybody.get(f"/changes/{answer['change_id']}")).status_code == 200
    async with raw() as connection:
        assert await connection.fetchval("SELECT count(*) FROM fact") == before


async def test_a_finding_whose_quarantine_is_cancelled_is_looked_at_again(anybody: Browser, running: Cast) -> None:
    number = await planted(running)
    await anybody.sign_in("sulan")
    body = {"verdict": "quarantine", "why": "与录像不符"}
    change = (await anybody.post(f"/api/v1/findings/{number}/verdict", json=body)).json()["change_id"]
    await changes.cancel(change_id=change, why="录像属实", actor=running.actor("tangyi"))
    (one,) = await findings(MONTH)
    assert (one.verdict, one.why, one.looked_by, one.change_id) == (None, None, None, None)
    page = (await anybody.get(f"/months/{MONTH}/watch/{number}")).text
    assert f'href="/changes/{change}"' in page
    assert "录像属实" in page
    assert (await anybody.post(f"/api/v1/findings/{number}/verdict", json=body)).status_code == 200


async def test_findings_are_nothing_for_a_manager(anybody: Browser, running: Cast) -> None:
    await planted(running)
    await anybody.sign_in("linyue")
    assert (await anybody.get(f"/months/{MONTH}/watch")).status_code == 403
    assert (await anybody.get(f"/api/v1/months/{MONTH}/findings")).status_code == 403


async def test_the_page_of_completeness_shows_processes_owners_and_the_league(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("sulan")
    page = await anybody.get(f"/months/{MONTH}/completeness?card=storefront")
    assert page.status_code == 200, page.text
    assert "营业厅服务" in page.text
    assert "迟报榜" in page.text
    rows = (await anybody.get(f"/api/v1/months/{MONTH}/late-data")).json()
    assert {row["code"] for row in rows} <= {"CSD", "NWD", "HRD", None}
    file = await anybody.get(f"/months/{MONTH}/completeness/file?card=storefront")
    assert file.status_code == 200


async def test_the_file_of_a_department_head_holds_the_own_processes_like_the_page(
    anybody: Browser, running: Cast
) -> None:
    await anybody.sign_in("guwei")
    file = (await anybody.get(f"/months/{MONTH}/completeness/file?card=branch")).text.splitlines()
    assert {line.split(",")[0] for line in file[1:]} == {"NET"}
    assert any(",B1," in line for line in file)
    page = (await anybody.get(f"/completeness?month={MONTH}&card=branch")).text
    assert f"/months/{MONTH}/completeness" in page
    assert "0.0" not in page


async def test_a_store_manager_sees_the_own_hall_alone(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("linyue")
    found = (await anybody.get(f"/api/v1/months/{MONTH}/processes/storefront")).json()
    assert [unit["code"] for unit in found["units"]] == ["S1"]


async def test_facts_behind_a_finding_of_a_day_are_those_around_it(anybody: Browser, running: Cast) -> None:
    await facts([Fact("S1", "VISIT", day(20), 90, 1)])
    number = await planted(running)
    await anybody.sign_in("baishu")
    found = (await anybody.get(f"/api/v1/findings/{number}")).json()
    assert found["found"] >= 2

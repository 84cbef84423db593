"""A month from its facts to its export, through the interface alone."""

from collections.abc import AsyncIterator

import pytest_asyncio
from litestar import Litestar

from core.points import FACT_SCALE, decimal_text
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.months.story import QUALITY, month_facts, planned, ran, worked_off

PLACES = len(str(FACT_SCALE)) - 1


def records(quality: dict[str, int] | None = None) -> list[dict[str, str]]:
    """Return the facts of the month as another system would send them."""
    return [
        {
            "unit": fact.unit,
            "kpi": fact.kpi,
            "on": fact.on.isoformat(),
            "numerator": str(fact.num),
            "denominator": str(fact.den),
            "sample": str(fact.sample if fact.sample is not None else fact.den),
            **({"item": fact.item} if fact.item else {}),
        }
        for fact in month_facts(MONTH, quality or dict(QUALITY))
        if fact.days == 1 and not fact.item and fact.kpi in {"VISIT", "SMILE", "WAIT"}
    ]


@pytest_asyncio.fixture
async def running(cast: Cast) -> AsyncIterator[Cast]:
    await ran(cast)
    yield cast


async def test_facts_sent_in_bulk_move_the_board(anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    body = {"facts": records(), "month": MONTH}
    trial = await anybody.post("/api/v1/facts", json={**body, "dry_run": True})
    assert (trial.status_code, trial.json()["batch_id"]) == (200, None), trial.text
    assert (await anybody.get("/api/v1/batches")).json() == []
    taken = (await anybody.post("/api/v1/facts", json=body)).json()
    assert taken["taken"] == len(body["facts"])
    again = (await anybody.post("/api/v1/facts", json=body)).json()
    assert (again["batch_id"], again["known"]) == (None, len(body["facts"]))
    await worked_off()
    rows = (await anybody.get(f"/api/v1/boards/storefront?month={MONTH}")).json()["rows"]
    assert [row["code"] for row in rows] == ["S1", "S2", "S3", "S4"]


async def test_after_its_month_a_wrong_batch_is_taken_back_by_a_change_set_with_a_reason(
    anybody: Browser, cast: Cast
) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    number = (await anybody.post("/api/v1/facts", json={"facts": records(), "month": MONTH})).json()["batch_id"]
    assert (await anybody.post(f"/api/v1/batches/{number}/withdrawal", json={"reason": " "})).status_code == 422
    done = await anybody.post(f"/api/v1/batches/{number}/withdrawal", json={"reason": "重复推送"})
    assert done.json()["withdrawn_reason"] is None
    change = (await anybody.get(f"/api/v1/changes/{done.json()['change_id']}")).json()
    assert (change["kind"], change["payload"], change["why"]) == ("correction", {"withdraw": number}, "重复推送")


async def test_facts_that_nobody_knows_are_refused_with_their_row(anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    facts = [*records(), {"unit": "S9", "kpi": "VISIT", "on": "2026-10-05", "value": "9"}]
    refused = await anybody.post("/api/v1/facts", json={"facts": facts, "month": MONTH})
    assert (refused.status_code, refused.json()["code"]) == (409, "rows_refused")
    assert str(len(facts) + 1) in refused.json()["problems"][1]["place"]
    assert (await anybody.get("/api/v1/batches")).json() == []


async def test_a_card_is_taken_apart_down_to_the_facts(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("linyue")
    card = (await anybody.get(f"/api/v1/units/{running['S1']}/card")).json()
    assert {line["kpi"] for line in card["body"]["lines"]} >= {"VISIT", "SMILE", "WAIT"}
    line = (await anybody.get(f"/api/v1/units/{running['S1']}/card/VISIT")).json()
    assert [decimal_text(row["num"], PLACES) for row in line["facts"]["rows"]] == [
        decimal_text(95 * 5 * FACT_SCALE, PLACES)
    ]


async def test_single_facts_of_strangers_are_counted_and_not_shown(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("zhouhe")
    line = (await anybody.get(f"/api/v1/units/{running['B1']}/card/SAT")).json()
    own = {running.person("zhouhe").unit_id, running["S1"], running["T1"], running["B1"]}
    assert {row["unit_id"] for row in line["facts"]["rows"]} <= own
    assert line["facts"]["found"] > len(line["facts"]["rows"])


async def test_the_reading_of_a_manager_holds_the_own_place(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("linyue")
    found = (await anybody.get("/api/v1/boards/storefront/reading")).json()
    assert found["place"]["row"]["code"] == "S1"
    etag = (await anybody.get("/api/v1/boards/storefront/reading")).headers["etag"]
    again = await anybody.get("/api/v1/boards/storefront/reading", headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


async def test_another_stores_place_is_not_told(anybody: Browser, running: Cast) -> None:
    await anybody.sign_in("linyue")
    assert (await anybody.get(f"/api/v1/boards/storefront/reading?unit={running['S4']}")).json()["place"] is None
    assert (await anybody.get(f"/api/v1/units/{running['S4']}/place")).status_code == 404


async def test_a_month_is_closed_by_two_people_and_then_exported(
    app: Litestar, anybody: Browser, running: Cast
) -> None:
    await worked_off()
    await anybody.sign_in("sulan")
    proposed = await anybody.post(f"/api/v1/months/{MONTH}/proposal", json={})
    assert proposed.status_code == 200, proposed.text
    own = await anybody.post(f"/api/v1/months/{MONTH}/approval")
    assert own.status_code == 409
    async with Browser(app) as second:
        await second.sign_in("baishu")
        closed = await second.post(f"/api/v1/months/{MONTH}/approval", headers={"idempotency-key": "close-1"})
        assert closed.status_code == 200, closed.text
        again = await second.post(f"/api/v1/months/{MONTH}/approval", headers={"idempotency-key": "close-1"})
        assert again.json() == closed.json()
        for form, magic in (("json", b"{"), ("xlsx", b"PK"), ("csv", b"PK")):
            export = await second.get(f"/api/v1/months/{MONTH}/export/{form}")
            assert export.status_code == 200, export.text
            assert export.content.startswith(magic)
            assert "attachment" in export.headers["content-disposition"]
        assert closed.json()["digest"] in (await second.get(f"/api/v1/months/{MONTH}/export/json")).text


async def test_awards_are_not_told_before_they_are_public(app: Litestar, anybody: Browser, running: Cast) -> None:
    await worked_off()
    await anybody.sign_in("sulan")
    await anybody.post(f"/api/v1/months/{MONTH}/proposal", json={})
    async with Browser(app) as second, Browser(app) as clerk:
        await second.sign_in("baishu")
        await clerk.sign_in("zhouhe")
        await second.post(f"/api/v1/months/{MONTH}/approval")
        assert (await clerk.get(f"/api/v1/months/{MONTH}/awards")).status_code == 409
        assert (await second.get(f"/api/v1/months/{MONTH}/awards")).json()
        published = await anybody.post(f"/api/v1/months/{MONTH}/publication")
        assert published.json()["state"] == "published"
        assert (await clerk.get(f"/api/v1/months/{MONTH}/awards")).json()


async def test_a_file_is_previewed_and_then_taken_in(anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    rows = [
        "单位,指标,日期,分子,分母,样本",
        *(f"{hall},SMILE,2026-10-05,9{n},100,100" for n, hall in enumerate(("S1", "S2"))),
    ]
    file = {"file": ("十月.csv", "\n".join(rows).encode("gb18030"), "text/csv")}
    seen = await anybody.post("/api/v1/uploads", files=file, data={"month": str(MONTH)})
    assert seen.status_code == 201, seen.text
    number = seen.json()["upload_id"]
    assert (await anybody.get(f"/api/v1/uploads/{number}")).json() == seen.json()
    taken = await anybody.post(f"/api/v1/uploads/{number}/commit", json={"only_good": False})
    assert (taken.status_code, taken.json()["taken"]) == (200, 2), taken.text
    assert (await anybody.post(f"/api/v1/uploads/{number}/commit", json={})).status_code == 409


async def test_anothers_upload_is_not_there(app: Litestar, anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    file = {"file": ("a.csv", b"unit,kpi,value\nS1,SMILE,9\n", "text/csv")}
    number = (await anybody.post("/api/v1/uploads", files=file, data={"month": str(MONTH)})).json()["upload_id"]
    async with Browser(app) as other:
        await other.sign_in("tangyi")
        assert (await other.get(f"/api/v1/uploads/{number}")).status_code == 404
        assert (await other.post(f"/api/v1/uploads/{number}/commit", json={})).status_code == 404

"""Explanations through the doors: the same numbers everywhere, who may read them, and what is refused in which words."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from months.operations.releasing import release
from months.queries import sealed
from months.seal import digest
from scoring.operations.rules import store_rule_book
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.factories import SMALL_BOOK
from tests.months.story import closed, ran, worked_off
from web import pace

NEIGHBOUR = "linyue"


@pytest.fixture(autouse=True)
def rested() -> None:
    """Let nobody be held for what another test has asked."""
    pace.what_if.forget()


@pytest_asyncio.fixture
async def town(anybody: Browser, cast: Cast) -> AsyncIterator[Browser]:
    """A browser in a town whose month is closed and published."""
    await ran(cast, MONTH)
    await worked_off(MONTH)
    await closed(cast, MONTH)
    await release(month=MONTH, actor=cast.actor("heqing"))
    yield anybody


@pytest_asyncio.fixture
async def fair(anybody: Browser, cast: Cast) -> AsyncIterator[Browser]:
    """A browser of a store manager in a town whose month is open."""
    await ran(cast, MONTH)
    yield await anybody.sign_in(NEIGHBOUR)


async def got(browser: Browser, path: str) -> Any:
    answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_card_receipt_page_export_and_seal_say_the_same(town: Browser, cast: Cast) -> None:
    await town.sign_in("heqing")
    unit = cast["S1"]
    card = await got(town, f"/api/v1/units/{unit}/card?month={MONTH}")
    receipt = await got(town, f"/api/v1/units/{unit}/receipt?month={MONTH}")
    page = (await town.get(f"/units/{unit}/receipt?month={MONTH}", headers={"accept": "text/html"})).text
    export = await got(town, f"/api/v1/months/{MONTH}/export/json")
    assert receipt["same"] is True
    assert receipt["total"] == card["total"]
    assert [line["line"] for line in receipt["lines"]] == card["body"]["lines"]
    row = next(one for one in export["sealed"]["standings"] if one["unit"] == "S1")
    assert f"{row['total'] / 100:.2f}" == receipt["total"]
    for line, (kpi, _, _, _, score, points, *_) in zip(receipt["lines"], row["lines"], strict=True):
        told = {step["code"]: step["result"] for step in line["steps"]}
        assert (line["line"]["kpi"], told["rounding"], told["points"]) == (
            kpi,
            f"{score / 100:.2f}",
            f"{points / 10_000:.4f}",
        )
        assert told["points"] in page
    assert receipt["total"] in page
    seal = await sealed.seal_of(MONTH)
    assert seal is not None
    assert receipt["digest"] == digest(await sealed.document(seal.header, seal.snapshot_id)) == export["digest"]
    assert receipt["digest"] in page


async def test_an_open_month_is_provisional_and_names_its_snapshot(anybody: Browser, cast: Cast) -> None:
    await ran(cast, MONTH)
    await anybody.sign_in("linyue")
    receipt = await got(anybody, f"/api/v1/units/{cast['S1']}/receipt?month={MONTH}")
    page = (await anybody.get(f"/units/{cast['S1']}/receipt?month={MONTH}")).text
    assert (receipt["digest"], receipt["sealed"]) == (None, False)
    assert "provisional" in page
    assert str(receipt["snapshot_id"]) in page


@pytest.mark.parametrize("door", ["receipt", "outlook", "what-if"])
async def test_a_neighbour_finds_no_explanation_of_another_hall(fair: Browser, cast: Cast, door: str) -> None:
    assert (await fair.get(f"/api/v1/units/{cast['S3']}/{door}")).status_code == 404
    assert (await fair.get(f"/api/v1/units/{cast['S1']}/{door}")).status_code == 200
    refused = await fair.post(f"/api/v1/units/{cast['S3']}/what-if", json={"values": {}})
    assert refused.status_code == 404


async def test_a_try_answers_with_numbers_and_a_try_of_nothing_with_the_same(fair: Browser, cast: Cast) -> None:
    path = f"/api/v1/units/{cast['S1']}/what-if"
    same = (await fair.post(path, json={"values": {}, "month": MONTH})).json()
    more = (await fair.post(path, json={"values": {"VISIT": "20"}, "month": MONTH})).json()
    assert same["change"] == "0.00"
    assert float(more["change"]) < 0


HOSTILE: dict[str, object] = {
    "a word": {"values": {"VISIT": "many"}},
    "not a number": {"values": {"VISIT": "NaN"}},
    "beyond all numbers": {"values": {"VISIT": "1e999999"}},
    "beyond the scale": {"values": {"VISIT": "100.5"}},
    "a KPI that is none": {"values": {"NOPE": "1"}},
    "a KPI with markup": {"values": {"<b>": "1"}},
    "a value a kilometre long": {"values": {"VISIT": "9" * 5000}},
    "a number where text belongs": {"values": {"VISIT": 5}},
    "a thousand values": {"values": {f"K{number}": "1" for number in range(1000)}},
    "an unknown field": {"values": {}, "store": True},
    "a month that is none": {"values": {}, "month": 202613},
    "no object": [],
}


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_try_is_refused_with_a_sentence(fair: Browser, cast: Cast, kind: str) -> None:
    answer = await fair.post(f"/api/v1/units/{cast['S1']}/what-if", json=HOSTILE[kind])
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "query",
    ["v.VISIT=NaN", "v.VISIT=1e9999", "v.VISIT=%00", f"v.VISIT={'9' * 400}", "v.X=1", "v.%3Cb%3E=1", "v.VISIT=-5"],
)
async def test_a_hostile_address_of_the_page_is_told_what_is_wrong(fair: Browser, cast: Cast, query: str) -> None:
    answer = await fair.get(f"/units/{cast['S1']}/what-if?month={MONTH}&{query}", headers={"accept-language": "zh-CN"})
    assert 400 <= answer.status_code < 500
    assert re.search(r"[\u4e00-\u9fff]{4}", answer.text)
    piece = await fair.get(f"/units/{cast['S1']}/what-if/outcome?month={MONTH}&{query}")
    assert piece.status_code < 500
    assert "note bad" in piece.text or piece.status_code >= 400


async def test_who_asks_without_end_is_held_for_a_moment(fair: Browser, cast: Cast) -> None:
    answers = [
        (await fair.post(f"/api/v1/units/{cast['S1']}/what-if", json={"values": {}})).status_code for _ in range(120)
    ]
    assert answers[0] == 200
    assert 429 in answers
    last = await fair.post(f"/api/v1/units/{cast['S1']}/what-if", json={"values": {}})
    assert last.status_code in {200, 429}
    if last.status_code == 429:
        assert last.headers["retry-after"] == "1"


async def test_two_versions_are_compared_in_the_interface_and_on_the_page(anybody: Browser, cast: Cast) -> None:
    text = SMALL_BOOK.read_text("utf-8")
    other = await store_rule_book(text=text.replace('target = "92"', 'target = "93"'), actor=cast.actor("sulan"))
    await anybody.sign_in("zhouhe")
    found = await got(anybody, f"/api/v1/rule-books/compare?before={cast.rule_book_id}&after={other}")
    changed = [line for section in found["sections"] for line in section["lines"] if line["fate"] != "same"]
    assert changed
    assert {line["fate"] for line in changed} == {"changed"}
    assert any(piece == {"text": "93", "same": False} for piece in changed[0]["pieces_zh"][1])
    page = (await anybody.get(f"/rules/compare?from={cast.rule_book_id}&to={other}")).text
    assert "<ins>93</ins>" in page
    assert "<del>92</del>" in page


@pytest.mark.parametrize("query", ["from=0", "from=99999", "from=x", "to=-1", f"from={'9' * 400}"])
async def test_a_version_that_is_none_is_refused(anybody: Browser, cast: Cast, query: str) -> None:
    await anybody.sign_in("zhouhe")
    answer = await anybody.get(f"/rules/compare?{query}")
    assert answer.status_code == 422
    assert (await anybody.get("/api/v1/rule-books/compare?before=0&after=1")).status_code in {400, 404, 422}

"""Losses through the interface: sums close in the JSON, answers go in once, nobody reads what is not theirs."""

from decimal import Decimal
from typing import Any

import pytest
from litestar import Litestar

from core.audit import SYSTEM
from scoring.intake.told import Options, Record
from scoring.operations import intake
from tests.api.browser import Browser
from tests.cast import MONTH, Cast
from tests.leaderboards.october import everything, scored, told


@pytest.fixture
async def october(cast: Cast) -> Cast:
    """October with a cause behind the complaints of B2."""
    await told(everything())
    record = Record(
        unit="B2", kpi="COMPLAINT", on="2026-10-10", numerator=200, denominator=100_000, sample=100_000, cause="no_signal",
        words="没信号",
    )  # fmt: skip
    await intake.take_in_records(records=[record], via="api", options=Options(month=MONTH), actor=SYSTEM)
    await scored()
    return cast


def base(cast: Cast, kind: str, code: str) -> str:
    return f"/api/v1/months/{MONTH}/{kind}/{cast[code]}/losses"


async def read(app: Litestar, username: str, path: str, status: int = 200) -> Any:
    async with Browser(app) as browser:
        await browser.sign_in(username)
        answer = await browser.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()


def whole(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row["points"]) for row in rows), Decimal(0))


async def test_the_ledger_closes_in_the_interface_too(app: Litestar, october: Cast) -> None:
    city = await read(app, "sulan", f"/api/v1/months/{MONTH}/losses")
    assert whole(city["departments"]) == Decimal(city["points"]) > 0
    found = await read(app, "guwei", base(october, "departments", "NWD"))
    assert whole(found["lines"]) + Decimal(found["small_points"]) == Decimal(found["points"])
    unit = await read(app, "gaoyuan", base(october, "units", "B2"))
    assert whole(unit["lines"]) == whole(unit["departments"]) == Decimal(unit["lost"])
    down = await read(app, "gaoyuan", f"{base(october, 'units', 'B2')}/SAT")
    assert whole(down["parts"]) + Decimal(down["rest"]) == Decimal(down["points"])


async def test_a_line_tells_its_words_and_its_facts(app: Litestar, october: Cast) -> None:
    found = await read(app, "guwei", f"{base(october, 'departments', 'NWD')}/COMPLAINT?cause=no_signal")
    assert [(case["words"], case["cases"]) for case in found["cases"]] == [("没信号", "200")]


@pytest.mark.parametrize(
    ("username", "code", "status"),
    [
        ("chenmo", "NWD", 404),
        ("zhouhe", "NWD", 404),
        ("guwei", "CSD", 404),
        ("guwei", "S1", 404),
        ("sulan", "NWD", 200),
    ],
)
async def test_a_departments_lines_are_its_own(
    app: Litestar, october: Cast, username: str, code: str, status: int
) -> None:
    await read(app, username, base(october, "departments", code), status)


@pytest.mark.parametrize("username", ["gaoyuan", "guwei", "zhaoran"])
async def test_a_branch_reads_only_its_own_loss(app: Litestar, october: Cast, username: str) -> None:
    await read(app, username, base(october, "units", "B1"), 404)


async def sent(browser: Browser, path: str, body: object, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await browser.request("POST", path, json=body, headers=headers)


GOOD = {"cause": "no_signal", "accepted": False, "reason": "终端问题", "figures": "11 张工单"}


async def test_an_answer_goes_in_once_and_is_read_by_the_branch_without_points_of_others(
    app: Litestar, october: Cast
) -> None:
    path = f"{base(october, 'departments', 'NWD')}/COMPLAINT/answers"
    async with Browser(app) as browser:
        await browser.sign_in("guwei")
        first, again = [await sent(browser, path, GOOD, "one") for _ in range(2)]
        assert (first.status_code, first.json()) == (201, again.json())
    unit = await read(app, "gaoyuan", base(october, "units", "B2"))
    line = next(one for one in unit["lines"] if one["cause"] == "no_signal")
    assert (line["state"], line["answer"]["figures"]) == ("contested", "11 张工单")
    assert "points" not in line["answer"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"accepted": "maybe"},
        {"accepted": False},
        {"accepted": True, "done_by": "soon"},
        {"accepted": True, "cause": "x" * 49},
        {"accepted": True, "reason": "x" * 1_001},
        {"accepted": True, "reason": "\u0000"},
        {"accepted": True, "points": 0},
    ],
)
async def test_an_answer_that_makes_no_sense_is_refused(app: Litestar, october: Cast, body: dict[str, Any]) -> None:
    async with Browser(app) as browser:
        await browser.sign_in("guwei")
        answer = await sent(
            browser, f"{base(october, 'departments', 'NWD')}/COMPLAINT/answers", {"cause": "no_signal", **body}
        )
        assert answer.status_code in {400, 422}, answer.text
        assert answer.json()["code"]


@pytest.mark.parametrize(
    ("username", "status"), [("sulan", 403), ("chenmo", 403), ("zhouhe", 403), ("admin", 403), ("guwei", 201)]
)
async def test_only_the_head_answers(app: Litestar, october: Cast, username: str, status: int) -> None:
    async with Browser(app) as browser:
        await browser.sign_in(username)
        answer = await sent(browser, f"{base(october, 'departments', 'NWD')}/COMPLAINT/answers", GOOD)
        assert answer.status_code == status


async def test_causes_come_through_the_interface_and_an_unknown_one_names_the_nearest(
    app: Litestar, october: Cast
) -> None:
    fact = {"unit": "B1", "kpi": "COMPLAINT", "on": "2026-10-11", "numerator": "4", "denominator": "1000"}
    async with Browser(app) as browser:
        await browser.sign_in("sulan")
        body = {"month": MONTH, "facts": [{**fact, "cause": "no_signl", "words": "x"}], "dry_run": True}
        answer = await sent(browser, "/api/v1/facts", body)
        assert "no_signal" in answer.text
        assert "unknown_cause" in answer.text

"""Contests and looking back through the programming interface: two people, every wrong field, only what one may see."""

from typing import Any

import pytest

from core.clock import today
from core.period import month_of, shifted
from tests.api.browser import Browser
from tests.cast import Cast
from tests.factories import plan

COMING = shifted(month_of(today()), 1)
NAME = {"zh": "对决", "en": "Duels"}


def wish(cast: Cast, **spec: Any) -> dict[str, Any]:
    pairs = [{"left": cast["S1"], "right": cast["S2"]}]
    return {
        "month": COMING,
        "name": NAME,
        "spec": {"kind": "head_to_head", "card": "storefront", "pairs": pairs, **spec},
    }


async def planned(cast: Cast) -> None:
    await plan(COMING, "SMILING", cast.rule_book_id, cast.actor("sulan"))


async def test_one_draws_up_another_announces_everybody_reads(anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    made = await anybody.post("/api/v1/contests", json=wish(cast))
    assert made.status_code == 201, made.text
    path = f"/api/v1/contests/{made.json()['id']}"
    assert (await anybody.post(f"{path}/announcement")).status_code == 409
    changed = {name: value for name, value in wish(cast, measure="HALL").items() if name != "month"}
    assert (await anybody.put(path, json=changed)).status_code == 200
    await anybody.sign_in("zhouhe")
    assert (await anybody.get(path)).status_code == 404
    assert (await anybody.get(f"/api/v1/contests?month={COMING}")).json() == []
    await anybody.sign_in("heqing")
    assert (await anybody.post(f"{path}/announcement")).status_code == 200
    await anybody.sign_in("zhouhe")
    found = (await anybody.get(path)).json()
    assert found["row"]["spec"]["measure"] == "HALL"
    assert [one["told"] for one in found["rounds"]] == [None]
    assert (await anybody.post(f"{path}/cancellation", json={"why": "x"})).status_code == 403


async def test_every_wrong_field_is_named(anybody: Browser, cast: Cast) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    pairs = [{"left": cast["S1"], "right": cast["B1"]}, {"left": 999_999, "right": cast["S1"]}]
    answer = await anybody.post("/api/v1/contests", json=wish(cast, pairs=pairs, measure="XX", on="2020-01-01"))
    assert answer.status_code == 422
    told = {(one["code"], one.get("place")) for one in answer.json()["problems"]}
    wanted = {
        ("other_kind", "units"),
        ("no_such_unit", "units"),
        ("no_such_measure", "measure"),
        ("day_outside", "days.0"),
    }
    assert told >= wanted


@pytest.mark.parametrize(
    "spec", [{"kind": "duel"}, {"pairs": "x"}, {"extra": 1}, {"pairs": [{"left": -1, "right": 2}]}]
)
async def test_what_is_no_contest_at_all_is_refused_before_anything_is_done(
    spec: dict[str, Any], anybody: Browser, cast: Cast
) -> None:
    await planned(cast)
    await anybody.sign_in("sulan")
    assert (await anybody.post("/api/v1/contests", json=wish(cast, **spec))).status_code in {400, 422}


async def test_looking_back_answers_before_any_month_was_published(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("zhouhe")
    assert (await anybody.get("/api/v1/hall-of-fame")).json() == {"months": [], "awards": [], "rows": []}
    for path in ("/api/v1/weak-points", "/api/v1/season/storefront", "/api/v1/months/202610/effect"):
        assert (await anybody.get(path)).status_code == 404
    assert (await anybody.get(f"/api/v1/units/{cast['S4']}/history")).status_code == 404
    assert (await anybody.get(f"/api/v1/units/{cast['S1']}/history")).json() == []

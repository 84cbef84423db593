"""Doors that take something away, and every other door asked to: only what is one's own goes, once, and nothing else is touched."""

import pytest
from litestar import Litestar

from org.operations import tokens
from org.roles import Action
from tests.api.browser import Browser
from tests.api.deciding import viewer as viewer_of
from tests.api.matrix import address, doors
from tests.api.test_attack_deciding import held
from tests.api.test_hostile import failures
from tests.cast import Cast
from tests.months.story import ran

TAKES_AWAY = {"/api/v1/session", "/api/v1/sessions", "/api/v1/tokens/{token_id}"}
BODIES = {"nothing": b"", "another's number": b'{"token_id": 1}', "no JSON": b"[" * 5000, "much": b"x" * (11 * 2**20)}
NUMBERS = ("0", "-1", "999999", str(2**31), str(2**70), "1e3", "%00", "..%2f1", "1;DROP TABLE api_token", "一")


async def owned(cast: Cast, username: str = "heqing") -> int:
    """Give somebody a token of their own and return its number."""
    viewer = await viewer_of(username)
    made = await tokens.create_token(viewer=viewer, username=username, name="夜间", actions=[Action.SEE_BOARD], days=30)
    return made.id


def test_few_doors_take_something_away(app: Litestar) -> None:
    assert {template for method, template, _ in doors(app) if method == "DELETE"} == TAKES_AWAY


@pytest.mark.parametrize("body", BODIES)
async def test_no_door_can_be_asked_to_take_away_what_it_keeps(app: Litestar, cast: Cast, body: str) -> None:
    await ran(cast)
    failed, wrong = failures(), []
    async with Browser(app) as organiser:
        await organiser.sign_in("sulan")
        before = await held()
        for template in sorted({template for _, template, _ in doors(app)} - TAKES_AWAY):
            answer = await organiser.request("DELETE", address(template, cast), content=BODIES[body])
            if answer.status_code not in {404, 405, 413} or "Traceback" in answer.text:
                wrong.append(f"{template} {answer.status_code}")
        assert await held() == before
    assert not wrong, "\n".join(wrong)
    assert failures() == failed


@pytest.mark.parametrize("number", NUMBERS)
async def test_a_token_that_is_none_is_not_taken_away(app: Litestar, cast: Cast, number: str) -> None:
    await owned(cast)
    failed = failures()
    async with Browser(app) as hr:
        await hr.sign_in("heqing")
        before = await held()
        answer = await hr.delete(f"/api/v1/tokens/{number}")
        assert answer.status_code in {400, 404}, answer.text
        assert await held() == before
    assert failures() == failed


async def test_anothers_token_stays_and_ones_own_ends_once(app: Litestar, cast: Cast) -> None:
    number = await owned(cast)
    async with Browser(app) as other, Browser(app) as hr:
        await other.sign_in("sulan")
        await hr.sign_in("heqing")
        before = await held()
        assert (await other.delete(f"/api/v1/tokens/{number}")).status_code in {403, 404}
        assert await held() == before
        assert (await hr.delete(f"/api/v1/tokens/{number}", headers={"x-csrf-token": "x"})).status_code == 403
        assert await held() == before
        answers = [(await hr.delete(f"/api/v1/tokens/{number}")).status_code for _ in range(2)]
    assert answers[0] == 204
    assert answers[1] in {204, 404, 409}


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/sessions"])
async def test_a_session_is_ended_by_its_own_page_alone(app: Litestar, cast: Cast, path: str) -> None:
    async with Browser(app) as mine, Browser(app) as elsewhere, Browser(app) as another:
        await mine.sign_in("sulan")
        await elsewhere.sign_in("sulan")
        await another.sign_in("heqing")
        foreign = {"x-csrf-token": another.headers["x-csrf-token"]}
        for headers in ({"x-csrf-token": ""}, foreign, {"origin": "https://example.org"}):
            assert (await mine.delete(path, headers=headers)).status_code == 403
        assert (await mine.get("/api/v1/me")).status_code == 200
        assert (await mine.request("DELETE", path, content=b"[" * 5000)).status_code == 204
        assert (await mine.get("/api/v1/me")).status_code == 401
        assert (await elsewhere.get("/api/v1/me")).status_code == (401 if path.endswith("sessions") else 200)
        assert (await another.get("/api/v1/me")).status_code == 200

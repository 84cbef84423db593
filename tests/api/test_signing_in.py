import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from litestar import Litestar

from core.audit import SYSTEM
from core.database import raw
from org.operations import accounts, units
from org.roles import Role
from org.sessions import stored
from tests.api.browser import Browser
from tests.cast import PASSWORD, Cast


async def test_a_planted_session_is_not_kept_at_sign_in(anybody: Browser) -> None:
    anybody.cookies.set("shifen", "planted-by-somebody-else", domain="127.0.0.1")
    await anybody.sign_in("zhouhe")
    assert anybody.cookies["shifen"] != "planted-by-somebody-else"
    anybody.cookies.clear()
    anybody.cookies.set("shifen", "planted-by-somebody-else", domain="127.0.0.1")
    assert (await anybody.get("/api/v1/me")).status_code == 401


async def test_signing_in_again_ends_the_session_before(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    first = anybody.cookies["shifen"]
    await anybody.sign_in("zhouhe")
    async with Browser(app) as other:
        other.cookies.set("shifen", first, domain="127.0.0.1")
        assert (await other.get("/api/v1/me")).status_code == 401


async def test_only_the_digest_of_a_session_is_stored(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    async with raw() as connection:
        ids = {row["id"] for row in await connection.fetch("SELECT id FROM session")}
    assert anybody.cookies["shifen"] not in ids
    assert stored(anybody.cookies["shifen"]) in ids


async def test_a_session_ends_after_half_an_hour_of_silence(anybody: Browser) -> None:
    begun = datetime.now(UTC)
    with time_machine.travel(begun, tick=False) as clock:
        await anybody.sign_in("zhouhe")
        clock.shift(timedelta(minutes=29))
        assert (await anybody.get("/api/v1/me")).status_code == 200
        clock.shift(timedelta(minutes=29))
        assert (await anybody.get("/api/v1/me")).status_code == 200
        clock.shift(timedelta(minutes=31))
        assert (await anybody.get("/api/v1/me")).status_code == 401


async def test_a_session_ends_after_twelve_hours_however_busy(anybody: Browser) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        await anybody.sign_in("zhouhe")
        for _ in range(35):
            clock.shift(timedelta(minutes=20))
            assert (await anybody.get("/api/v1/me")).status_code == 200
        clock.shift(timedelta(minutes=20))
        assert (await anybody.get("/api/v1/me")).status_code == 401


async def test_after_signing_out_the_cookie_opens_nothing(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    secret = anybody.cookies["shifen"]
    assert (await anybody.delete("/api/v1/session")).status_code == 204
    async with Browser(app) as other:
        other.cookies.set("shifen", secret, domain="127.0.0.1")
        assert (await other.get("/api/v1/me")).status_code == 401


async def test_signing_out_everywhere_ends_every_browser(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    async with Browser(app) as phone:
        await phone.sign_in("zhouhe")
        assert (await anybody.delete("/api/v1/sessions")).status_code == 204
        assert (await phone.get("/api/v1/me")).status_code == 401


async def test_a_disabled_persons_next_request_is_refused(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    await accounts.disable_account(actor=SYSTEM, username="zhouhe", why="离职")
    assert (await anybody.get("/api/v1/me")).status_code == 401


async def test_a_departed_persons_next_request_is_refused(anybody: Browser, cast: Cast) -> None:
    await anybody.sign_in("zhouhe")
    async with raw() as connection:
        code = await connection.fetchval("SELECT code FROM unit WHERE id = $1", cast.person("zhouhe").unit_id)
    await units.close_unit(actor=SYSTEM, code=code, on=datetime.now(UTC).date() - timedelta(days=1), why="离职")
    assert (await anybody.get("/api/v1/me")).status_code == 401


async def test_who_finds_an_open_browser_guesses_at_its_password_ten_times(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    wish = {"old": "a guess at it", "new": "quite another pass phrase"}
    tries = [(await anybody.put("/api/v1/me/password", json=wish)).status_code for _ in range(11)]
    assert tries == [422] * 10 + [429]
    right = await anybody.put("/api/v1/me/password", json={**wish, "old": PASSWORD})
    assert right.status_code == 429


async def test_ten_wrong_tries_shut_one_account_and_no_other(anybody: Browser) -> None:
    for _ in range(10):
        wrong = await anybody.post("/api/v1/session", json={"username": "zhouhe", "password": "wrong"})
        assert wrong.status_code == 401
    right = await anybody.post("/api/v1/session", json={"username": "zhouhe", "password": PASSWORD})
    assert right.status_code == 429
    assert 0 < int(right.headers["retry-after"]) <= 900
    await anybody.sign_in("wutong")


async def test_the_eleventh_try_is_heard_again_after_a_quarter_of_an_hour(anybody: Browser) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(10):
            await anybody.post("/api/v1/session", json={"username": "zhouhe", "password": "wrong"})
        clock.shift(timedelta(minutes=15, seconds=1))
        await anybody.sign_in("zhouhe")


async def test_a_wrong_name_and_a_wrong_password_look_the_same(anybody: Browser) -> None:
    unknown = await anybody.post("/api/v1/session", json={"username": "nobody.at.all", "password": "x"})
    wrong = await anybody.post("/api/v1/session", json={"username": "zhouhe", "password": "x"})
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()


async def test_the_names_that_people_mistype_are_not_kept(anybody: Browser) -> None:
    await anybody.post("/api/v1/session", json={"username": "my secret password", "password": "x"})
    async with raw() as connection:
        kept = [row["username"] for row in await connection.fetch("SELECT username FROM sign_in_attempt")]
    assert kept
    assert all(re.fullmatch(r"[0-9a-f]{32}", name) for name in kept)


async def test_a_changed_password_ends_every_other_session(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    async with Browser(app) as phone:
        await phone.sign_in("zhouhe")
        change = {"old": PASSWORD, "new": "another ten of ten"}
        assert (await anybody.put("/api/v1/me/password", json=change)).status_code == 204
        assert (await anybody.get("/api/v1/me")).status_code == 200
        assert (await phone.get("/api/v1/me")).status_code == 401
        await phone.sign_in("zhouhe", "another ten of ten")


@pytest.mark.parametrize("weak", ["short", "zhouhe zhouhe 1", "aaaaaaaaaaaaa"])
async def test_a_weak_password_is_refused_with_a_sentence(anybody: Browser, weak: str) -> None:
    await anybody.sign_in("zhouhe")
    answer = await anybody.put("/api/v1/me/password", json={"old": PASSWORD, "new": weak})
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_after_a_reset_nothing_but_the_own_password_can_be_changed(anybody: Browser) -> None:
    temporary = await accounts.reset_password(actor=SYSTEM, username="zhouhe")
    await anybody.sign_in("zhouhe", temporary)
    refused = await anybody.get("/api/v1/months")
    assert (refused.status_code, refused.json()["code"]) == (403, "must_change_password")
    change = {"old": temporary, "new": "another ten of ten"}
    assert (await anybody.put("/api/v1/me/password", json=change)).status_code == 204
    assert (await anybody.get("/api/v1/months")).status_code == 200


async def test_an_account_opened_again_revives_no_session(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    await accounts.disable_account(actor=SYSTEM, username="zhouhe", why="离职")
    await accounts.enable_account(actor=SYSTEM, username="zhouhe", why="返岗")
    assert (await anybody.get("/api/v1/me")).status_code == 401
    await anybody.sign_in("zhouhe")


async def test_a_change_of_rights_asks_for_a_new_session(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    number = await accounts.grant(actor=SYSTEM, username="zhouhe", role=Role.STORE_MANAGER, unit_code="S1")
    assert (await anybody.get("/api/v1/me")).status_code == 401
    await anybody.sign_in("zhouhe")
    assert "tick_step" in (await anybody.me())["actions"]
    await accounts.end_grant(actor=SYSTEM, grant_id=number, why="轮岗")
    assert (await anybody.get("/api/v1/me")).status_code == 401

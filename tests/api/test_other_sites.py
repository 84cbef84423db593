import httpx
import pytest
from litestar import Litestar

from api.outer import HEADERS
from core.database import raw
from tests.api.browser import HOME, Browser
from tests.api.matrix import address, doors
from tests.cast import Cast

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


@pytest.mark.parametrize(
    "fault", ["no token", "token of another session", "other origin", "other referer", "plain text"]
)
async def test_every_changing_door_refuses_what_another_site_asks(app: Litestar, cast: Cast, fault: str) -> None:
    async with Browser(app) as browser, Browser(app) as other:
        await browser.sign_in("sulan")
        await other.sign_in("tangyi")
        headers = {
            "no token": {"x-csrf-token": ""},
            "token of another session": {"x-csrf-token": other.headers["x-csrf-token"]},
            "other origin": {"origin": "https://evil.example"},
            "other referer": {"origin": "", "referer": "https://evil.example/page"},
            "plain text": {"x-csrf-token": "", "content-type": "text/plain"},
        }[fault]
        before = await _rows()
        asked = 0
        for method, path, handler in doors(app):
            if method in UNSAFE and not handler.opt.get("no_form_token"):
                answer = await browser.request(method, address(path, cast), headers=headers, content=b"{}")
                assert answer.status_code == 403, (method, path, answer.status_code)
                asked += 1
        assert asked > 25
        assert await _rows() == before


async def _rows() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM audit_entry"))


async def test_signing_in_from_another_site_is_refused(anybody: Browser) -> None:
    credentials = {"username": "zhouhe", "password": "x"}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        assert (await anybody.post("/api/v1/session", json=credentials, headers=headers)).status_code == 403


async def test_reading_changes_nothing(app: Litestar, cast: Cast) -> None:
    async with Browser(app) as browser:
        await browser.sign_in("sulan")
        before = await _rows()
        for method, path, _ in doors(app):
            if method == "GET":
                await browser.get(address(path, cast))
        assert await _rows() == before


async def test_every_answer_carries_the_protecting_headers(app: Litestar, cast: Cast, anybody: Browser) -> None:
    paths = [address(path, cast) for method, path, _ in doors(app) if method == "GET"]
    for path in [*paths, "/nowhere", "/api/v1/nowhere", "/%00"]:
        answer = await anybody.get(path)
        for name, value in HEADERS:
            assert answer.headers.get(name.decode()) == value.decode(), (path, name)
        assert "cache-control" in answer.headers, path


async def test_personal_answers_are_not_stored_by_anybody(anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    assert (await anybody.get("/api/v1/me")).headers["cache-control"] == "no-store"


async def test_over_https_the_cookie_is_tied_to_this_host(app: Litestar, cast: Cast) -> None:
    async with Browser(app, "https://shifen.example.cn") as browser:
        answer = await browser.post(
            "/api/v1/session", json={"username": "zhouhe", "password": "ten out of ten, always"}
        )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-shifen=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize("home", ["http://shifen.example.cn", "http://10.0.0.7", "http://127.0.0.1.evil.example"])
async def test_plain_http_is_only_spoken_on_this_machine(app: Litestar, home: str) -> None:
    async with Browser(app, home) as browser:
        refused = await browser.get("/api/v1/me")
        assert (refused.status_code, refused.json()["code"]) == (403, "https_required")
        assert (await browser.get("/healthz")).status_code == 200


async def test_a_stranger_beyond_this_machine_does_not_get_in_by_naming_it(app: Litestar) -> None:
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as stranger:
        assert (await stranger.get("/api/v1/me")).json()["code"] == "https_required"


async def test_a_strangers_forwarded_headers_are_not_believed(app: Litestar) -> None:
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://shifen.example.cn") as stranger:
        answer = await stranger.get(
            "/api/v1/me", headers={"x-forwarded-proto": "https", "x-forwarded-for": "127.0.0.1"}
        )
        assert answer.json()["code"] == "https_required"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "FOO"])
async def test_unknown_methods_are_refused(anybody: Browser, method: str) -> None:
    for path in ("/healthz", "/api/v1/me", "/nowhere"):
        assert (await anybody.request(method, path)).status_code == 405


async def test_a_known_method_on_the_wrong_address_names_the_right_ones(anybody: Browser) -> None:
    answer = await anybody.post("/api/v1/me", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_numbers_are_for_this_machine_and_tell_of_nobody(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("zhouhe")
    await anybody.get("/api/v1/units/123456789/card")
    text = (await anybody.get("/metrics")).text
    assert 'route="/api/v1/units/{unit_id}/card"' in text
    assert "zhouhe" not in text
    assert "123456789" not in text
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as stranger:
        assert (await stranger.get("/metrics")).status_code == 403

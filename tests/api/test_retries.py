from litestar import Litestar

from core.database import raw
from tests.api.browser import Browser

ACCOUNT = {"username": "zhouning", "display_name": "周宁"}
KEY = {"idempotency-key": "3f1c7a52-1"}


async def made() -> int:
    async with raw() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM account WHERE username LIKE 'zhouning%'"))


async def test_the_same_request_five_times_has_one_effect_and_one_answer(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    answers = [await anybody.post("/api/v1/accounts", json=ACCOUNT, headers=KEY) for _ in range(5)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    assert [answer.headers.get("idempotency-replayed") for answer in answers] == [None, *["true"] * 4]
    assert await made() == 1


async def test_the_same_key_for_something_else_is_refused(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    await anybody.post("/api/v1/accounts", json=ACCOUNT, headers=KEY)
    other = await anybody.post("/api/v1/accounts", json={**ACCOUNT, "username": "zhouning2"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert await made() == 1


async def test_keys_of_two_people_do_not_meet(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("heqing")
    unit = {"code": "X1", "name_zh": "新组", "name_en": "New", "kind": "team", "parent": "S1"}
    assert (await anybody.post("/api/v1/units", json=unit, headers=KEY)).status_code == 201
    async with Browser(app) as other:
        await other.sign_in("admin")
        assert (await other.post("/api/v1/accounts", json=ACCOUNT, headers=KEY)).status_code == 201


async def test_a_refused_request_may_be_mended_under_its_key(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    refused = await anybody.post("/api/v1/accounts", json={**ACCOUNT, "unit_code": "NOWHERE"}, headers=KEY)
    assert refused.status_code == 404
    assert (await anybody.post("/api/v1/accounts", json=ACCOUNT, headers=KEY)).status_code == 201


async def test_without_a_key_the_second_request_meets_the_first_ones_effect(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    first, second = [await anybody.post("/api/v1/accounts", json=ACCOUNT) for _ in range(2)]
    assert (first.status_code, second.status_code) == (201, 409)


async def test_a_key_of_nonsense_is_refused(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    for key in ("", "x" * 129, "\t"):
        answer = await anybody.post("/api/v1/accounts", json=ACCOUNT, headers={"idempotency-key": key})
        assert answer.status_code == 422
    assert await made() == 0


async def test_what_has_not_changed_is_not_sent_again(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("linyue")
    first = await anybody.get("/api/v1/months/202610/rules")
    again = await anybody.get("/api/v1/months/202610/rules", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_an_etag_is_of_one_viewer_and_one_language(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("linyue")
    mine = (await anybody.get("/api/v1/months/202610/rules")).headers["etag"]
    await anybody.patch("/api/v1/me", json={"language": "en"})
    english = (await anybody.get("/api/v1/months/202610/rules")).headers["etag"]
    async with Browser(app) as other:
        await other.sign_in("chenmo")
        theirs = (await other.get("/api/v1/months/202610/rules")).headers["etag"]
    assert len({mine, english, theirs}) == 3

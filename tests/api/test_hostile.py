"""The ten kinds of input that answer 500 by default elsewhere, and some of their relatives."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from litestar import Litestar

from api import metrics
from core.database import raw
from tests.api.browser import Browser

TABLES = ("unit", "account", "import_batch", "fact", "audit_entry", "service_month", "role_grant")
FACT = {"unit": "S1", "kpi": "SAT", "value": "9"}
BODIES: dict[str, tuple[str, str, object]] = {
    "NUL in a string": ("POST", "/api/v1/accounts", {"username": "a\x00b", "display_name": "x"}),
    "a string too long for its column": ("POST", "/api/v1/units", {"code": "x" * 33, "name_zh": "x", "name_en": "x", "kind": "team"}),
    "a name too long for its column": ("POST", "/api/v1/units", {"code": "X1", "name_zh": "x" * 81, "name_en": "x", "kind": "team"}),
    "int4 overflow": ("POST", "/api/v1/months", {"month": 202612, "theme": "SMILE", "rule_book_id": 2**31}),
    "int8 overflow": ("POST", "/api/v1/units", {"code": "X1", "name_zh": "x", "name_en": "x", "kind": "team", "customers": 2**63}),
    "a smallint overflow": ("PATCH", "/api/v1/units/by-code/S1", {"star": 99_999}),
    "a number beyond 2^63": ("POST", "/api/v1/months", {"month": 2**70, "theme": "SMILE", "rule_book_id": 1}),
    "numeric overflow in a fact": ("POST", "/api/v1/facts", {"facts": [{**FACT, "value": "1" + "0" * 400}], "month": 202610}),
    "Infinity as a fact": ("POST", "/api/v1/facts", {"facts": [{**FACT, "value": "Infinity"}], "month": 202610}),
    "NaN as a fact": ("POST", "/api/v1/facts", {"facts": [{**FACT, "value": "NaN"}], "month": 202610}),
    "a huge exponent as a fact": ("POST", "/api/v1/facts", {"facts": [{**FACT, "value": "1e1000000"}], "month": 202610}),
    "NUL in a fact": ("POST", "/api/v1/facts", {"facts": [{**FACT, "unit": "S\x001"}], "month": 202610}),
    "a day that is none": ("POST", "/api/v1/facts", {"facts": [{**FACT, "on": "2026-02-30"}]}),
    "a month that is none": ("POST", "/api/v1/months", {"month": 202613, "theme": "SMILE", "rule_book_id": 1}),
    "an unknown role": ("POST", "/api/v1/accounts/liyi/grants", {"role": "emperor", "unit_code": "S1"}),
    "inverted days": ("POST", "/api/v1/accounts/liyi/grants", {"role": "clerk", "unit_code": "S1", "starts_on": "2026-05-02", "ends_on": "2026-05-01"}),
    "a day before all time": ("POST", "/api/v1/units/by-code/S1/closure", {"on": "0001-01-01", "why": "x"}),
    "unknown fields": ("POST", "/api/v1/accounts", {"username": "abc", "display_name": "x", "is_admin": True}),
    "an account that is taken": ("POST", "/api/v1/accounts", {"username": "zhouhe", "display_name": "x"}),
    "a lone surrogate": ("POST", "/api/v1/accounts", b'{"username": "abc", "display_name": "\\ud800"}'),
    "bytes that are no UTF-8": ("POST", "/api/v1/accounts", b'{"username": "\xff\xfe", "display_name": "x"}'),
    "JSON a hundred thousand deep": ("POST", "/api/v1/accounts", b"[" * 100_000),
    "JSON that stops": ("POST", "/api/v1/accounts", b'{"username": "a'),
    "no JSON at all": ("POST", "/api/v1/accounts", b"\x00\x01\x02"),
    "a list where an object belongs": ("POST", "/api/v1/accounts", []),
    "a file without a file": ("POST", "/api/v1/imports", b"--x--"),
}  # fmt: skip
ADDRESSES = {
    "an id beyond int4": "/api/v1/units/2147483648/card",
    "an id beyond int8": f"/api/v1/batches/{2**70}",
    "an id of five thousand digits": f"/api/v1/batches/{'9' * 5000}",
    "a negative id": "/api/v1/batches/-1",
    "an id that is a word": "/api/v1/batches/one",
    "a month beyond all months": "/api/v1/months/999999",
    "month thirteen": "/api/v1/months/202613",
    "NUL in the query": "/api/v1/search?text=%00",
    "NUL in the path": "/api/v1/boards/%00",
    "broken UTF-8 in the query": "/api/v1/search?text=%ff%fe",
    "a line break in the path": "/api/v1/boards/a%0d%0ab",
    "a limit beyond all pages": "/api/v1/batches?limit=100000",
    "a limit beyond int8": f"/api/v1/batches?limit={2**70}",
    "a limit that is a word": "/api/v1/batches?limit=many",
    "a cursor of nonsense": "/api/v1/boards/storefront?after=zz",
    "a cursor beyond int4": "/api/v1/boards/storefront?after=99999999999.1",
    "a search of a kilometre": f"/api/v1/search?text={'x' * 5000}",
    "an address of ten kilometres": f"/api/v1/search?text={'x' * 9000}",
    "the way out of the folder": "/static/..%2f..%2fetc/passwd",
    "a card that nobody has": "/api/v1/boards/'%20OR%201=1",
}


@pytest_asyncio.fixture
async def mighty(anybody: Browser) -> AsyncIterator[Browser]:
    """Somebody who may do nearly everything: organiser and administrator in turn."""
    await anybody.sign_in("sulan")
    yield anybody


async def counts() -> dict[str, int]:
    async with raw() as connection:
        return {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


def failures() -> float:
    """Return how many 5xx this server has answered, by its own count."""
    samples = [
        sample for family in metrics.REQUESTS.collect() for sample in family.samples if sample.name.endswith("_total")
    ]
    return sum(sample.value for sample in samples if sample.labels["status"].startswith("5"))


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("username", ["sulan", "admin"])
async def test_a_hostile_body_is_refused_and_changes_nothing(anybody: Browser, username: str, kind: str) -> None:
    method, path, body = BODIES[kind]
    await anybody.sign_in(username)
    before, failed = await counts(), failures()
    if isinstance(body, bytes):
        kind_of = "multipart/form-data; boundary=x" if path.endswith("imports") else "application/json"
        answer = await anybody.request(method, path, content=body, headers={"content-type": kind_of})
    else:
        answer = await anybody.request(method, path, json=body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert failures() == failed
    assert await counts() == before


@pytest.mark.parametrize("kind", ADDRESSES)
async def test_a_hostile_address_is_refused(mighty: Browser, kind: str) -> None:
    failed = failures()
    answer = await mighty.get(ADDRESSES[kind])
    assert 400 <= answer.status_code < 500, answer.text
    assert failures() == failed


async def test_a_body_beyond_its_limit_is_refused(anybody: Browser) -> None:
    await anybody.sign_in("admin")
    answer = await anybody.post(
        "/api/v1/accounts", content=b" " * (11 * 1024 * 1024), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


async def test_a_refusal_tells_nothing_of_the_inside(mighty: Browser) -> None:
    answer = await mighty.post("/api/v1/months", json={"month": 202612, "theme": "SMILE", "rule_book_id": 4711})
    assert answer.status_code == 409
    assert not any(word in answer.text for word in ("asyncpg", "Traceback", "constraint", "rule_book_id_fkey"))


async def test_a_refusal_is_in_the_readers_language(anybody: Browser) -> None:
    for wish, sentence in (("zh-CN,zh;q=0.9", "请先登录。"), ("en-GB", "Sign in first.")):
        answer = await anybody.get("/api/v1/me", headers={"accept-language": wish})
        assert answer.json()["detail"] == sentence


async def test_an_upload_beyond_the_setting_is_refused_however_it_is_sent(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("sulan")
    limit = app.state.settings.upload_mib * 1024 * 1024

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(limit // 2**20 + 2):
            yield b"x" * 2**20

    declared = await anybody.post("/api/v1/imports", content=b"", headers={"content-length": str(limit * 2)})
    assert declared.status_code == 413
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert (await anybody.post("/api/v1/imports", content=stream(), headers=kind)).status_code == 413

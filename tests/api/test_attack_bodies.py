"""Every door that takes a body, with each of its fields in turn made what no field may be: refused, and nothing stored."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from core.database import raw
from org.roles import ALLOWED, Action, Role
from tests.api.browser import Browser
from tests.api.freezing import undone
from tests.api.matrix import VIEWERS, address, doors
from tests.api.test_hostile import failures
from tests.cast import Cast
from tests.months.story import ran

DEEP = '{"a":' * 400 + "1" + "}" * 400
WRONG: dict[str, tuple[str, ...]] = {
    "string": ("17", "[]", "{}", "NaN", '"\\u0000"', '"' + "长" * 300_000 + '"', DEEP),
    "integer": ('"one"', "1.5", "NaN", "Infinity", "1e400", "9" * 60, "[]", "{}", "true", DEEP),
    "boolean": ('"maybe"', "7", "[]", "null", DEEP),
    "array": ('"x"', "1", "{}", "[[[[]]]]", "[NaN]", DEEP),
    "object": ('"x"', "1", "[]", "NaN"),
}
"""What no field of a type may hold, as JSON or as what claims to be JSON."""
TELLING = {"/api/v1/drafts/problems"}
"""Says of any text what is wrong with it, which is an answer and stores nothing."""
ANYTHING = (DEEP.replace("1", "NaN"), '"\\ud800"', "NaN")
"""What no field at all may hold."""
STANDS_IN: dict[str, Any] = {"string": "x", "integer": 1, "boolean": False, "array": [], "object": {}}
MOMENTS = {"date": "2026-10-12", "date-time": "2026-10-12T09:00:00+08:00"}
PARTS = 4
EVERY_COUNT = """
SELECT string_agg(format('SELECT %L::text AS name, count(*) AS rows FROM %I', relname, relname), ' UNION ALL ' ORDER BY relname)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def fields(handler: HTTPRouteHandler) -> dict[str, dict[str, Any]]:
    """Return the schema of each field of the body of a door; none for a door that takes no JSON object."""
    wanted = handler.parsed_fn_signature.parameters.get("data")
    if wanted is None:
        return {}
    try:
        (schema,), parts = msgspec.json.schema_components([wanted.annotation])
    except TypeError:
        return {}
    if "$ref" not in schema:
        return {}
    body = parts[schema["$ref"].rpartition("/")[2]]
    found: dict[str, dict[str, Any]] = body.get("properties", {})
    return {name: _plain(one, parts) for name, one in found.items() if name in body.get("required", found)} | {
        name: _plain(one, parts) for name, one in found.items()
    }


def _plain(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without references and without the null that a field may be."""
    if "$ref" in schema:
        return {**parts[schema["$ref"].rpartition("/")[2]], **{k: v for k, v in schema.items() if k != "$ref"}}
    choices = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(choices) == 1:
        return {**_plain(choices[0], parts), **{k: v for k, v in schema.items() if k != "anyOf"}}
    return schema


def believable(schema: dict[str, Any]) -> Any:
    """Return a value that a field may have: its example, its first choice, or what its type allows."""
    if schema.get("format") in MOMENTS:
        return MOMENTS[str(schema["format"])]
    if schema.get("examples"):
        return schema["examples"][0]
    return schema["enum"][0] if schema.get("enum") else STANDS_IN.get(str(schema.get("type")), "x")


def bodies(wanted: dict[str, dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Yield field and body: all other fields believable, this one hostile."""
    good = {name: msgspec.json.encode(believable(schema)).decode() for name, schema in wanted.items()}
    for name, schema in wanted.items():
        for bad in (*WRONG.get(str(schema.get("type")), ()), *ANYTHING):
            told = ",".join(f'"{one}":{bad if one == name else value}' for one, value in good.items())
            yield name, f"{{{told}}}".encode()
    told = ",".join(f'"{one}":{value}' for one, value in good.items())
    yield "", f'{{{told},"nobody_asked":1}}'.encode()


def good_body(wanted: dict[str, dict[str, Any]]) -> bytes:
    """Return a body of believable fields; what lies deeper in them may be wrong even so."""
    return msgspec.json.encode({name: believable(schema) for name, schema in wanted.items()})


async def sent(
    browser: Browser, cookie: str, method: str, path: str, body: bytes
) -> tuple[httpx.Response, dict[str, int]]:
    """Send a body and look at once what is stored; both are undone afterwards."""
    browser.cookies.clear()
    browser.cookies.set("shifen", cookie, domain="127.0.0.1")
    async with undone():
        answer = await browser.request(method, path, content=body, headers={"content-type": "application/json"})
        left = await stored()
    return answer, left


async def stored() -> dict[str, int]:
    """Return how many rows each table holds."""
    async with raw() as connection:
        rows = await connection.fetch(await connection.fetchval(EVERY_COUNT))
    return {row["name"]: row["rows"] for row in rows}


def allowed(action: Action) -> str | None:
    """Return who may open a door, those with the most rights first."""
    order = (
        "organiser",
        "administrator",
        "hr",
        "auditor",
        "award_host",
        "finance",
        "department_head",
        "store_manager",
        "clerk",
    )
    return next((VIEWERS[role] for role in order if action in ALLOWED[Role(role)]), None)


def taking(app: Litestar) -> list[tuple[str, str, str, dict[str, dict[str, Any]]]]:
    """Return method, template, reader and fields of every door of the interface that takes a body and somebody may open."""
    return [
        (method, template, reader, wanted)
        for method, template, handler in doors(app)
        if method in {"POST", "PUT", "PATCH"} and template.startswith("/api/")
        if (wanted := fields(handler)) and (reader := allowed(handler.opt["action"]))
    ]


def _field_named(answer: httpx.Response) -> str | None:
    """Return which field of the body is said to be wrong, if that is what was refused."""
    if answer.status_code < 400 or answer.json()["code"] != "bad_value":
        return None
    return re.split(r"[.\[]", answer.json()["place"] or "body")[0]


def test_most_doors_of_the_interface_are_tried(app: Litestar) -> None:
    assert len(taking(app)) > 40


@pytest.mark.parametrize("part", range(PARTS))
async def test_a_field_that_is_nonsense_is_refused_and_nothing_is_stored(app: Litestar, cast: Cast, part: int) -> None:
    await ran(cast)
    failed = failures()
    wrong: list[str] = []
    browsers = {reader: await Browser(app).sign_in(reader) for _, _, reader, _ in taking(app)[part::PARTS]}
    cookies = {reader: browser.cookies["shifen"] for reader, browser in browsers.items()}
    before = await stored()
    for method, template, reader, wanted in taking(app)[part::PARTS]:
        path = address(template, cast)
        *tries, (_, stranger) = bodies(wanted)
        usual = _field_named((await sent(browsers[reader], cookies[reader], method, path, good_body(wanted)))[0])
        for name, body in [*tries, ("body", stranger)]:
            answer, left = await sent(browsers[reader], cookies[reader], method, path, body)
            refused = 400 <= answer.status_code < 500 and answer.headers["content-type"] == "application/problem+json"
            named = not refused or _field_named(answer) in {None, name, usual}
            if not (refused or template in TELLING) or left != before or not named:
                wrong.append(f"{method} {template} {name} {answer.status_code} {body[:160]!r} {answer.text[:160]}")
    for browser in browsers.values():
        await browser.aclose()
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong[:40])
    assert failures() == failed

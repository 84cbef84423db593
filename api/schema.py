"""The description of the interface: OpenAPI, and a page of it that asks no other host for anything."""

from html import escape
from pathlib import Path
from typing import Any

from litestar import Request, Response, Router, get
from litestar.enums import MediaType
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from msgspec import json

from api.examples import EXAMPLES
from api.problems import ProblemDocument
from org.roles import Action

STYLE = Path(__file__).with_name("docs.css").read_bytes()
OPEN = {"action": Action.ACCOUNT_SELF}
ABOUT = """\
JSON under `/api/v1`. Sign in with `POST /api/v1/session` (a cookie) or send `Authorization: Bearer shf_…`.
With a cookie, changing requests carry `X-CSRF-Token` (from `GET /api/v1/me`). Changing requests take an
`Idempotency-Key`: the same key and body get the same answer, another body gets 422, a request still at work 409.
Refusals are problem documents (`application/problem+json`) with a code, a place and a sentence in the reader's language.
Readings carry an ETag; `If-None-Match` answers 304. Pages have at most 200 rows.
A board is followed by asking with `If-None-Match` and `Prefer: wait=20`: the answer comes when there is another standing,
or as 304 after so many seconds (at most 30)."""

REFUSALS: dict[str, Any] = {
    status: {
        "description": what,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
    for status, what in (
        ("400", "Not understood."),
        ("401", "Not signed in."),
        ("403", "No right to this."),
        ("404", "Not there, or not for this reader."),
        ("409", "The rules do not allow it now."),
        ("422", "Breaks a rule of form."),
        ("default", "Any other refusal."),
    )
}


def config() -> OpenAPIConfig:
    """Return what the description says about itself; it is readable to whoever is signed in."""
    return OpenAPIConfig(
        title="Shifen 十分",
        version="1",
        description=ABOUT,
        openapi_router=Router("/api/v1/schema", route_handlers=[], opt=OPEN, include_in_schema=False),
        render_plugins=[JsonRenderPlugin()],
        components=Components(
            security_schemes={
                "session": SecurityScheme(type="apiKey", name="shifen", security_scheme_in="cookie"),
                "token": SecurityScheme(type="http", scheme="bearer"),
            }
        ),
        security=[{"session": []}, {"token": []}],
        use_handler_docstrings=True,
    )


def described(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return the description with an example for every body that has one."""
    schema = request.app.openapi_schema.to_schema()
    (_, shapes) = json.schema_components([ProblemDocument], ref_template="#/components/schemas/{name}")
    parts = {**schema.get("components", {}).get("schemas", {}), **shapes}
    for name, part in parts.items():
        if name in EXAMPLES:
            part["examples"] = [EXAMPLES[name]]
    schema["components"]["schemas"] = parts
    for methods in schema["paths"].values():
        for told in methods.values():
            told["responses"] = {**_successes(told), **REFUSALS}
    return schema


def _successes(told: dict[str, Any]) -> dict[str, Any]:
    return {status: answer for status, answer in told["responses"].items() if status.startswith("2")}


@get("/api/v1/openapi.json", opt=OPEN, include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Return the description."""
    return described(request)


@get("/api/docs", opt=OPEN, include_in_schema=False)
async def docs(request: Request[Any, Any, Any]) -> Response[str]:
    """Return the description as a page to read."""
    return Response(_page(request), media_type=MediaType.HTML)


@get("/api/docs.css", opt={"action": Action.ANONYMOUS, "bare": True}, include_in_schema=False, sync_to_thread=False)
def style() -> Response[bytes]:
    """Return the look of that page."""
    return Response(STYLE, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _page(request: Request[Any, Any, Any]) -> str:
    schema = described(request)
    rows = "".join(
        _operation(method, path, told)
        for path, methods in sorted(schema["paths"].items())
        for method, told in methods.items()
        if isinstance(told, dict)
    )
    parts = "".join(_part(name, part) for name, part in sorted(schema["components"].get("schemas", {}).items()))
    lines = "".join(f"<p>{escape(line)}</p>" for line in ABOUT.split("\n"))
    return _FRAME.format(lines=lines, rows=rows, parts=parts)


def _operation(method: str, path: str, told: dict[str, Any]) -> str:
    given = "".join(
        f"<li><code>{escape(one['name'])}</code> ({one['in']}) {escape(one.get('description') or '')}</li>"
        for one in told.get("parameters", ())
    )
    answers = ", ".join(f"{status} {_shape(answer)}" for status, answer in told.get("responses", {}).items())
    body = _shape(told.get("requestBody", {}))
    return (
        f"<section><h3><code>{method.upper()} {escape(path)}</code></h3><p>{escape(told.get('description') or '')}</p>"
        f"{f'<ul>{given}</ul>' if given else ''}{f'<p>Body: {body}</p>' if body else ''}<p>Answers: {answers}</p></section>"
    )


def _shape(said: dict[str, Any]) -> str:
    names = []
    for media, told in said.get("content", {}).items():
        shape = told.get("schema", {})
        name = (shape.get("$ref") or shape.get("items", {}).get("$ref") or "").rpartition("/")[2]
        link = f'<a href="#{escape(name)}">{escape(name)}</a>' if name else escape(str(shape.get("type", "")))
        names.append(f"{link} <small>{escape(media)}</small>")
    return " ".join(names)


def _part(name: str, part: dict[str, Any]) -> str:
    text = json.format(json.encode(part), indent=2).decode()
    return f'<section id="{escape(name)}"><h3>{escape(name)}</h3><pre tabindex="0">{escape(text)}</pre></section>'


_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Shifen API</title><link rel="stylesheet" href="/api/docs.css"></head>
<body class="api-docs"><main><h1>Shifen API</h1>{lines}
<p><a href="/api/v1/openapi.json">openapi.json</a></p><h2>Operations</h2>{rows}<h2>Bodies</h2>{parts}</main></body></html>
"""

HANDLERS = (openapi, docs, style)

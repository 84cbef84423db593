"""Every form of the pages, sent as no browser would send it: answered in plain words, with nothing of the inside told."""

from collections.abc import Iterator

import pytest
from litestar import Litestar

from tests.api.browser import Browser
from tests.api.freezing import undone
from tests.api.matrix import address, doors
from tests.api.test_attack_bodies import allowed, stored
from tests.api.test_fuzz import FIELDS
from tests.api.test_hostile import failures
from tests.cast import Cast
from tests.months.story import ran

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
INSIDE = ("Traceback", 'File "/', "asyncpg", "tortoise", "SELECT ", "INSERT INTO")


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    told = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
    return b"--x\r\nContent-Disposition: " + told.encode() + b"\r\n\r\n" + content + b"\r\n"


HOSTILE: dict[str, tuple[str, bytes]] = {
    "NUL in every field": (FORM, "&".join(f"{name}=%00" for name in FIELDS).encode()),
    "every field twice": (FORM, "&".join(f"{name}=1&{name}=2" for name in FIELDS).encode()),
    "every field the way out": (FORM, "&".join(f"{name}=..%2f..%2fetc%2fpasswd" for name in FIELDS).encode()),
    "bytes that are no UTF-8": (FORM, "&".join(f"{name}=%ff%fe" for name in FIELDS).encode()),
    "every number beyond int8": (FORM, "&".join(f"{name}={2**70}" for name in FIELDS).encode()),
    "thousands of fields": (FORM, "&".join(f"f{n}=1" for n in range(5000)).encode()),
    "eleven megabytes": (FORM, b"why=" + b"x" * (11 * 2**20)),
    "a file in every field": (PARTS, b"".join(part(n, b"PK\x03\x04", "a.xlsx") for n in FIELDS) + b"--x--\r\n"),
    "a name that is a path": (PARTS, part("file", b"%PDF-", "../../../etc/cron.d/x.pdf") + b"--x--\r\n"),
    "a name from right to left": (PARTS, part("file", b"MZ\x00", "a\u202efdp.exe") + b"--x--\r\n"),
    "thousands of parts": (PARTS, b"".join(part(f"f{n}", b"1") for n in range(3000)) + b"--x--\r\n"),
    "parts that never end": (PARTS, part("file", b"x", "a.csv")[:-10]),
    "parts without a boundary": ("multipart/form-data", part("file", b"x", "a.csv")),
    "JSON where a form belongs": ("application/json", b"[" * 5000),
}


def forms(app: Litestar) -> Iterator[tuple[str, str]]:
    """Return template and reader of every changing door of the pages that somebody may open."""
    for method, template, handler in doors(app):
        if method == "POST" and not template.startswith("/api/") and (reader := allowed(handler.opt["action"])):
            yield template, reader


def test_most_forms_are_tried(app: Litestar) -> None:
    assert len(list(forms(app))) > 40


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_hostile_form_breaks_nothing_and_tells_nothing(app: Litestar, cast: Cast, kind: str) -> None:
    await ran(cast)
    media, body = HOSTILE[kind]
    failed, wrong = failures(), []
    browsers = {reader: await Browser(app).sign_in(reader) for _, reader in forms(app)}
    cookies = {reader: browser.cookies["shifen"] for reader, browser in browsers.items()}
    for template, reader in forms(app):
        browser = browsers[reader]
        browser.cookies.clear()
        browser.cookies.set("shifen", cookies[reader], domain="127.0.0.1")
        async with undone():
            answer = await browser.post(address(template, cast), content=body, headers={"content-type": media})
        if answer.status_code >= 500 or any(word in answer.text for word in INSIDE):
            wrong.append(f"{template} {answer.status_code} {answer.text[:160]}")
    for browser in browsers.values():
        await browser.aclose()
    assert not wrong, "\n".join(wrong)
    assert failures() == failed


@pytest.mark.parametrize("token", ["", "csrf=", "csrf=%00", "csrf=1&csrf=2", "other"])
async def test_a_form_without_ones_own_token_is_refused_at_every_door(app: Litestar, cast: Cast, token: str) -> None:
    await ran(cast)
    readers = {reader for _, reader in forms(app)}
    browsers = {reader: await Browser(app).sign_in(reader) for reader in readers}
    foreign = await Browser(app).sign_in("zhouhe")
    told = f"csrf={foreign.headers['x-csrf-token']}" if token == "other" else token
    before, wrong = await stored(), []
    spared = {t for _, t, handler in doors(app) if handler.opt.get("no_form_token")}
    for template, reader in forms(app):
        if template in spared:
            continue
        browsers[reader].headers.pop("x-csrf-token", None)
        answer = await browsers[reader].post(address(template, cast), content=told, headers={"content-type": FORM})
        if answer.status_code != 403:
            wrong.append(f"{template} {answer.status_code}")
    for browser in (*browsers.values(), foreign):
        await browser.aclose()
    assert not wrong, "\n".join(wrong)
    assert await stored() == before

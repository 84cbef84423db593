"""Files that are two things at once, or named to deceive: refused, or handed out as a file and never as a page."""

import io
import zipfile
from base64 import b64encode
from collections.abc import Iterator

import pytest
import time_machine

from core.evidence import LONGEST_NAME
from tests.api.browser import Browser
from tests.api.test_evidence import filed
from tests.api.test_hostile import failures
from tests.cast import MONTH, Cast
from tests.factories import during

PNG, PDF = b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n"
PAGE = b"<html><script>alert(1)</script></html>"


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return held.getvalue()


REFUSED = {
    "a drawing that runs": ("a.svg", b"<svg onload='alert(1)'/>"),
    "a page": ("a.html", PAGE),
    "a page called a picture": ("a.png", PAGE),
    "an archive called a workbook": ("a.xlsx", zipped("a.txt", b"1")),
    "an archive in front of a document": ("a.pdf", zipped("a.txt", b"1") + PDF),
    "a program called from right to left": ("a\u202efdp.exe", PDF),
    "bytes called text": ("a.txt", b"MZ\x00\x01"),
    "a name that is only a folder": ("../../", PDF),
    "a name of 512 characters": ("长" * 508 + ".pdf", PDF),
}
HANDED_OUT = {
    "a document that is an archive": ("a.pdf", PDF + zipped("a.txt", b"1")),
    "a picture that is a page": ("a.png", PNG + PAGE),
    "text that is a page": ("a.txt", PAGE),
    "a workbook that unfolds without end": ("a.xlsx", zipped("xl/workbook.xml", b" " * (8 * 2**20))),
    "a name that is a path": ("../../../etc/cron.d/a.pdf", PDF),
    "a name of several lines": ("a\r\nSet-Cookie: shifen=1\r\n.pdf", PDF),
    "a name from right to left": ("a\u202egnp.pdf", PDF),
    "a name of 190 characters": ("长" * 186 + ".pdf", PDF),
    "a name with quotes": ('a"; filename="b.exe.pdf', PDF),
}


@pytest.fixture(autouse=True)
def during_the_month() -> Iterator[None]:
    """A day of the month, when it takes appeals."""
    with time_machine.travel(during(MONTH, 20), tick=True):
        yield


def told(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "content": b64encode(content).decode()}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_file_that_is_not_what_it_says_is_refused(anybody: Browser, cast: Cast, kind: str) -> None:
    path, failed = await filed(anybody, cast), failures()
    answer = await anybody.post(path, json=told(*REFUSED[kind]))
    assert answer.status_code in {400, 422}, answer.text
    assert (await anybody.get(path)).json() == []
    assert failures() == failed


@pytest.mark.parametrize("kind", HANDED_OUT)
async def test_a_file_that_is_two_things_is_handed_out_as_a_file(anybody: Browser, cast: Cast, kind: str) -> None:
    name, content = HANDED_OUT[kind]
    path = await filed(anybody, cast)
    sent = await anybody.post(path, json=told(name, content))
    assert sent.status_code == 201, sent.text
    (row,) = (await anybody.get(path)).json()
    assert row["filename"].isprintable()
    assert not set('/\\"') & set(row["filename"])
    assert len(row["filename"]) <= LONGEST_NAME
    given = await anybody.get(f"{path}/{row['id']}")
    assert given.content == content
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "html" not in given.headers["content-type"]
    assert "set-cookie" not in given.headers

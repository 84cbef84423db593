"""A person reading pages: signs in through the form, sends forms as a browser would, and looks at every page."""

import re
from collections.abc import Mapping
from typing import Any, Self

import httpx
from litestar import Litestar

from tests.cast import PASSWORD
from tests.web.seen import Seen

HOME = "http://127.0.0.1"
LINK = re.compile(r'href="(/[^"#]*)"')


class Reader(httpx.AsyncClient):
    """Speaks to the application in this process; every HTML page it gets is inspected."""

    def __init__(self, app: Litestar) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"origin": HOME, "accept-language": "zh-CN"}
        super().__init__(transport=transport, base_url=HOME, headers=headers, follow_redirects=True)

    async def sign_in(self, username: str) -> Self:
        """Sign in through the form."""
        answer = await self.post("/sign-in", data={"username": username, "password": PASSWORD, "back": "/account"})
        assert answer.status_code == 200, answer.text
        assert answer.url.path == "/account"
        return self

    async def read(self, path: str, status: int = 200) -> str:
        """Return a page's HTML after looking at it."""
        answer = await self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[-600:]}"
        return inspected(answer)

    async def submit(self, page: str, path: str, data: Mapping[str, Any], **more: Any) -> httpx.Response:
        """Send a form of a page, with the token that stands in it."""
        token = re.search(r'name="csrf" value="([^"]*)"', await self.read(page))
        assert token is not None
        return await self.post(path, data={"csrf": token.group(1), **data}, **more)


def inspected(answer: httpx.Response) -> str:
    """Return the HTML of an answer that is a sound page: one heading, balanced tags, ids that stand once."""
    html = answer.text
    seen = Seen()
    seen.feed(html)
    assert len(seen.all("h1")) == 1
    assert (seen.open, seen.crossed) == ([], [])
    ids = [attributes["id"] for _, attributes in seen.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert "Undefined" not in html
    return html


def links(html: str) -> set[str]:
    """Return the addresses that a page leads to, files aside."""
    found = {link.replace("&amp;", "&") for link in LINK.findall(html)}
    return {
        link for link in found if not link.startswith(("/static/", "/exports/", "/intake/templates/", "/units/export"))
    }

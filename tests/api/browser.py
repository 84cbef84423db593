"""A browser without a screen: cookies, the form token, the origin."""

from typing import Any, Self

import httpx
from litestar import Litestar

from tests.cast import PASSWORD

HOME = "http://127.0.0.1"


class Browser(httpx.AsyncClient):
    """Speaks to the application in this process, as the pages of this address would."""

    def __init__(self, app: Litestar, home: str = HOME) -> None:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        super().__init__(transport=transport, base_url=home, headers={"origin": home})
        self.app = app

    async def sign_in(self, username: str, password: str = PASSWORD) -> Self:
        """Sign in and keep the form token for what follows."""
        self.headers.pop("x-csrf-token", None)
        answer = await self.post("/api/v1/session", json={"username": username, "password": password})
        assert answer.status_code == 204, answer.text
        self.headers["x-csrf-token"] = (await self.me())["csrf_token"]
        return self

    async def me(self) -> dict[str, Any]:
        """Return who is signed in."""
        answer = await self.get("/api/v1/me")
        found: dict[str, Any] = answer.json()
        return found

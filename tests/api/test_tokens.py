from datetime import UTC, datetime, timedelta

import time_machine
from litestar import Litestar

from core.audit import SYSTEM
from core.database import raw
from org.operations import accounts
from org.roles import Action
from tests.api.browser import Browser

WISH = {"name": "数据仓库", "actions": ["see_board", "import_facts"], "days": 30}
FACTS = {"facts": [{"unit": "S1", "kpi": "SAT", "value": "9", "on": "2026-10-05"}], "dry_run": True}


async def keyed(app: Litestar, browser: Browser, username: str = "sulan", **wish: object) -> Browser:
    """Return a program that holds a token of somebody, and neither cookie nor form token."""
    await browser.sign_in(username)
    answer = await browser.post("/api/v1/tokens", json={**WISH, **wish})
    assert answer.status_code == 201, answer.text
    program = Browser(app)
    program.headers.pop("origin")
    program.headers["authorization"] = f"Bearer {answer.json()['secret']}"
    return program


async def test_a_token_does_what_it_was_made_for_and_nothing_else(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        assert (await program.post("/api/v1/facts", json=FACTS)).status_code in {200, 409, 422}
        assert (await program.get("/api/v1/batches")).status_code == 200
        assert (await program.get("/api/v1/months")).status_code == 403
        assert (await program.get("/api/v1/me")).status_code == 403
        assert (await program.post("/api/v1/tokens", json=WISH)).status_code == 403


async def test_a_token_ends_on_its_day(app: Litestar, anybody: Browser) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        async with await keyed(app, anybody, days=2) as program:
            clock.shift(timedelta(days=1, hours=23))
            assert (await program.get("/api/v1/batches")).status_code == 200
            clock.shift(timedelta(hours=2))
            assert (await program.get("/api/v1/batches")).status_code == 401


async def test_a_revoked_token_opens_nothing(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        (token,) = (await anybody.get("/api/v1/tokens")).json()
        assert (await anybody.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
        assert (await program.get("/api/v1/batches")).status_code == 401


async def test_a_disabled_persons_token_opens_nothing(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        await accounts.disable_account(actor=SYSTEM, username="sulan", why="离职")
        assert (await program.get("/api/v1/batches")).status_code == 401


async def test_a_token_never_outgrows_its_owner(app: Litestar, anybody: Browser) -> None:
    await anybody.sign_in("sulan")
    for action in (Action.SEE_AUDIT, Action.MANAGE_ACCOUNTS, Action.MANAGE_TOKENS, Action.ACCOUNT_SELF):
        answer = await anybody.post("/api/v1/tokens", json={**WISH, "actions": [action]})
        assert answer.status_code == 422, action


async def test_a_role_taken_away_is_taken_from_the_token_too(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        async with raw() as connection:
            await connection.execute(
                "DELETE FROM role_grant g USING account a WHERE a.id = g.account_id AND a.username = 'sulan'"
            )
        assert (await program.get("/api/v1/batches")).status_code == 403


async def test_the_secret_is_shown_once_and_not_stored(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        secret = program.headers["authorization"].removeprefix("Bearer ")
    assert secret not in (await anybody.get("/api/v1/tokens")).text
    async with raw() as connection:
        assert secret not in str(await connection.fetch("SELECT * FROM api_token"))
        assert secret not in str(await connection.fetch("SELECT * FROM audit_entry"))


async def test_nobody_revokes_anothers_token(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        (token,) = (await anybody.get("/api/v1/tokens")).json()
        async with Browser(app) as other:
            await other.sign_in("tangyi")
            assert (await other.delete(f"/api/v1/tokens/{token['id']}")).status_code == 404
        assert (await program.get("/api/v1/batches")).status_code == 200


async def test_a_token_leaves_its_owners_reading_habits_alone(app: Litestar, anybody: Browser) -> None:
    async with await keyed(app, anybody) as program:
        await program.post("/theme", data={"theme": "dark", "back": "/"})
        await program.post("/language", data={"language": "en", "back": "/"})
    me = await anybody.me()
    assert (me["theme"], me["language"]) == ("auto", "zh")

"""What PostgreSQL calls when somebody's identity changes, and what it keeps quiet about."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from core.bell import PEOPLE
from core.settings import Settings

SETTING = """
INSERT INTO unit (code, name_zh, name_en, kind, peer_group) VALUES ('YC', '元城公司', 'Yuancheng', 'company', 'company');
INSERT INTO account (username, display_name, password_hash, language, theme, must_change, created_at)
  VALUES ('zhouhe', '周禾', '-', 'zh', 'auto', false, now());
INSERT INTO session (id, account_id, created_at, seen_at, expires_at)
  SELECT repeat('0', 64), id, now(), now(), now() + interval '1 hour' FROM account;
"""


class Calls:
    """A connection that changes, and what it hears of it itself."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._tables: set[str] = set()

    async def do(self, statement: str) -> None:
        await self._connection.execute(statement)

    async def heard(self) -> set[str]:
        """Return the tables called since the last time; calls come before the answer to a later question."""
        await self._connection.execute("SELECT 1")
        found, self._tables = self._tables, set()
        return found

    async def listen(self) -> None:
        await self._connection.add_listener(PEOPLE, lambda _c, _p, _n, table: self._tables.add(table))


@pytest_asyncio.fixture
async def calls(fresh_settings: Settings) -> AsyncIterator[Calls]:
    assert fresh_settings.database
    connection = await asyncpg.connect(**fresh_settings.database.credentials())
    made = Calls(connection)
    await made.listen()
    yield made
    await connection.close()


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE session SET ended_at = now()", "session"),
        ("DELETE FROM session", "session"),
        ("UPDATE account SET disabled_at = now()", "account"),
        ("UPDATE account SET language = 'en'", "account"),
        ("INSERT INTO role_grant (account_id, role, scope_id, starts_on) SELECT 1, 'clerk', 1, '2026-01-01'", "role_grant"),
        ("UPDATE unit SET name_zh = '元城分公司'", "organisation_revision"),
        ("INSERT INTO notice (account_id, kind, zh, en, href, at) VALUES (1, 'x', '一', 'one', '/', now())", "notice"),
    ],
)  # fmt: skip
async def test_every_change_of_an_identity_is_called(calls: Calls, statement: str, table: str) -> None:
    await calls.do(SETTING)
    await calls.heard()
    await calls.do(statement)
    assert table in await calls.heard()


async def test_a_mere_sight_of_a_session_is_not_called(calls: Calls) -> None:
    await calls.do(SETTING)
    await calls.heard()
    await calls.do("UPDATE session SET seen_at = now()")
    assert await calls.heard() == set()

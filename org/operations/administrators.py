"""Somebody always remains who may make accounts and give roles: no step takes the last administrator away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.clock import today
from core.database import Connection
from core.errors import Refused, problem
from org.roles import Role

_LOCK = 0x5C1F0A
_LEFT = """
SELECT count(DISTINCT a.id) FROM role_grant g JOIN account a ON a.id = g.account_id
WHERE g.role = $1 AND a.disabled_at IS NULL AND g.starts_on <= $2 AND (g.ends_on IS NULL OR g.ends_on > $2)
"""


@asynccontextmanager
async def never_without(connection: Connection) -> AsyncIterator[None]:
    """Do something to accounts or roles; Refused where an administrator was there before and none is afterwards.

    Inside a transaction, which the refusal ends. Steps of this kind take turns, so that two administrators who shut each
    other's accounts at once do not both succeed.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    before = await connection.fetchval(_LEFT, Role.ADMINISTRATOR, today())
    yield
    if before and not await connection.fetchval(_LEFT, Role.ADMINISTRATOR, today()):
        zh = "这是最后一位管理员：请先把管理员角色授予另一个可用的账号。"
        en = "This is the last administrator: give the role to another account that is open first."
        raise Refused(problem("last_administrator", zh, en))

"""What the doctor looks at on the servers: reachable, of the right version, with the right tables, work not left lying."""

from typing import Any

import redis.asyncio
from redis.exceptions import RedisError

from core import database, roles, tables
from core.addresses import Redis
from core.errors import ShifenError
from core.language import Text
from core.settings import Settings
from ops.doctor.findings import Finding, ill, refused, well

OLDEST_POSTGRES = 150_000
STALE_SECONDS = 60
POSTGRES = Text(zh="PostgreSQL", en="PostgreSQL")
VALKEY = Text(zh="Valkey", en="Valkey")
TABLES = Text(zh="数据表", en="tables")


async def findings(settings: Settings) -> list[Finding]:
    """Return what can be seen on both servers."""
    return [*await _postgres(settings), await _valkey(settings.redis)]


async def _postgres(settings: Settings) -> list[Finding]:
    try:
        connection = await database.connect(settings)
    except ShifenError as refusal:
        return [refused(POSTGRES, refusal)]
    try:
        version = await connection.fetchval("SHOW server_version")
        durable = await connection.fetchval("SELECT current_setting('synchronous_commit')")
        encoding = await connection.fetchval("SHOW server_encoding")
        seen = [
            _version(version, await connection.fetchval("SHOW server_version_num")),
            _encoding(encoding),
            _durable(durable),
            await _owner(connection),
            await _tables(settings),
        ]
        return [*seen, *([] if seen[-1].problem else [await _outbox(connection)])]
    finally:
        await connection.close()


def _version(version: str, number: str) -> Finding:
    if int(number) >= OLDEST_POSTGRES:
        return well(f"PostgreSQL {version}", f"PostgreSQL {version}")
    old = Text(zh="需要 15 或更高版本", en="version 15 or newer is needed")
    return ill(POSTGRES, old)


def _encoding(encoding: str) -> Finding:
    about = Text(zh="数据库编码", en="encoding of the database")
    if encoding == "UTF8":
        return Finding(about)
    return ill(about, Text(zh=f"是 {encoding}，须为 UTF8", en=f"it is {encoding} and must be UTF8"))


def _durable(value: str) -> Finding:
    about = Text(zh="提交即落盘", en="commits are durable")
    if value != "off":
        return Finding(about)
    return ill(
        about,
        Text(
            zh="synchronous_commit 为 off，断电会丢失已确认的数据",
            en="synchronous_commit is off: a power cut would lose confirmed facts",
        ),
        grade="warning",
    )


async def _tables(settings: Settings) -> Finding:
    try:
        missing = await tables.pending(settings)
    except ShifenError as refusal:
        return refused(TABLES, refusal)
    if not missing:
        return Finding(TABLES)
    return ill(
        TABLES,
        Text(zh="尚未升级", en="they are not up to date"),
        Text(zh="请执行 shifen migrate。", en="Run shifen migrate."),
    )


async def _owner(connection: Any) -> Finding:  # noqa: ANN401 - asyncpg ships no types
    """See that whoever breaks into the application cannot switch off what keeps closed months as they are."""
    about = Text(zh="应用的数据库角色", en="the application's database role")
    if not await roles.is_over_its_tables(connection):
        return Finding(about)
    return ill(
        about,
        Text(
            zh="应用以数据表的所有者身份连接，能关闭保护已关账月份的触发器",
            en="the application connects as the owner of its tables and could switch off the triggers that keep closed months",
        ),
        Text(
            zh="请以 SHIFEN_OWNER_DATABASE_URL 指明所有者，给 DATABASE_URL 另一个角色，再执行 shifen migrate。",
            en="Name the owner with SHIFEN_OWNER_DATABASE_URL, give DATABASE_URL another role, and run shifen migrate.",
        ),
        "warning",
    )


async def _outbox(connection: Any) -> Finding:  # noqa: ANN401 - asyncpg ships no types
    about = Text(zh="后台任务", en="background work")
    query = "SELECT coalesce(extract(epoch FROM now() - min(run_after))::int, 0) FROM outbox_note WHERE done_at IS NULL AND run_after <= now()"
    age = await connection.fetchval(query)
    if age < STALE_SECONDS:
        return Finding(about)
    late = Text(zh=f"最早的一项已等待 {age} 秒", en=f"the oldest item has waited for {age} seconds")
    return ill(about, late, Text(zh="请确认 shifen work 正在运行。", en="See that shifen work is running."), "warning")


async def _valkey(address: Redis | None) -> Finding:
    if address is None:
        return Finding(VALKEY)
    client = redis.asyncio.Redis.from_url(address.url(), socket_connect_timeout=5, socket_timeout=5)
    try:
        facts = await client.info("server")
    except (RedisError, OSError) as failure:
        sentence = Text(zh="连不上 Valkey:{reason}", en="Valkey cannot be reached: {reason}").format(reason=failure)
        return ill(VALKEY, sentence, Text(zh="请检查 REDIS_URL。", en="Check REDIS_URL."))
    finally:
        await client.aclose()
    version = facts.get("valkey_version") or facts.get("redis_version")
    return well(f"Valkey {version}", f"Valkey {version}")

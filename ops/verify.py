"""Does everything still agree: the trail, the seals, the boards with a new computation, the outbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from core import audit, outbox
from core.database import Connection, raw, transaction
from core.language import Text
from leaderboards import operations as leaderboards
from months.queries import sealed
from ops.doctor.findings import Finding, ill

STALE_SECONDS = 60
_DIFFERENT = """
SELECT count(*) FROM (
    (SELECT {columns} FROM standing WHERE snapshot_id = $1 EXCEPT SELECT {columns} FROM standing WHERE snapshot_id = $2)
    UNION ALL
    (SELECT {columns} FROM standing WHERE snapshot_id = $2 EXCEPT SELECT {columns} FROM standing WHERE snapshot_id = $1)
) AS different
"""


class _UndoneError(Exception):
    """Takes a computation back that was made only to be compared."""


async def findings() -> AsyncIterator[Finding]:
    """Give one finding after the other."""
    yield await _trail()
    yield await _seals()
    for month in await _open_months():
        yield await _board(month)
    yield await _work()


async def _trail() -> Finding:
    about = Text(zh="审计链", en="audit trail")
    broken = await audit.broken_links()
    if not broken:
        return Finding(about)
    first = broken[0]
    return ill(
        about,
        Text(
            zh=f"在第 {first.id} 行断开({first.reason}),共 {len(broken)} 处",
            en=f"broken at row {first.id} ({first.reason}), {len(broken)} in all",
        ),
    )


async def _seals() -> Finding:
    about = Text(zh="已关闭月份的摘要", en="digests of closed months")
    broken = await sealed.broken_seals()
    if not broken:
        return Finding(about)
    months = ", ".join(str(seal.month) for seal in broken)
    return ill(about, Text(zh=f"与封存的不符:{months}", en=f"differ from what was sealed: {months}"))


async def _open_months() -> list[int]:
    statement = (
        "SELECT h.month FROM board_head h JOIN snapshot s ON s.id = h.snapshot_id WHERE NOT s.sealed ORDER BY h.month"
    )
    async with raw() as connection:
        return [row["month"] for row in await connection.fetch(statement)]


async def _board(month: int) -> Finding:
    """Compute a month anew from its facts, compare, and leave everything as it was."""
    about = Text(zh=f"{month} 的榜单", en=f"boards of {month}")
    if await _awaits(month):
        return ill(
            about, Text(zh="有数据尚待计算,暂不比对", en="facts are waiting to be scored; not compared"), grade="note"
        )
    different = 0
    async with _taken_back() as connection:
        shown = await connection.fetchval("SELECT snapshot_id FROM board_head WHERE month = $1", month)
        anew = await leaderboards.refresh(month)
        different = await connection.fetchval(_DIFFERENT.format(columns=await _columns()), shown, anew)
    if not different:
        return Finding(about)
    return ill(
        about, Text(zh=f"与重新计算的结果有 {different} 行不同", en=f"{different} rows differ from a new computation")
    )


@asynccontextmanager
async def _taken_back() -> AsyncIterator[Connection]:
    """Give a transaction that leaves no trace."""
    with suppress(_UndoneError):
        async with transaction(), raw() as connection:
            yield connection
            raise _UndoneError


async def _awaits(month: int) -> bool:
    statement = "SELECT EXISTS (SELECT FROM outbox_note WHERE done_at IS NULL AND (payload::json->>'month')::int = $1)"
    async with raw() as connection:
        return bool(await connection.fetchval(statement, month))


async def _columns() -> str:
    statement = "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = 'standing'::regclass AND attnum > 0 AND attname <> 'snapshot_id' AND NOT attisdropped"
    async with raw() as connection:
        return str(await connection.fetchval(statement))


async def _work() -> Finding:
    about = Text(zh="后台任务", en="background work")
    age = int((await outbox.oldest_age()).total_seconds())
    if age < STALE_SECONDS:
        return Finding(about)
    late = Text(zh=f"最早的一项已等待 {age} 秒", en=f"the oldest item has waited for {age} seconds")
    return ill(about, late, Text(zh="请确认 shifen work 正在运行。", en="See that shifen work is running."))

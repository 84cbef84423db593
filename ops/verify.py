"""Does everything still agree: the trail, the seals, the boards with a new computation, the outbox, the evidence."""

import asyncio
from collections.abc import AsyncIterator

from core import audit, evidence, outbox
from core.language import Text
from core.settings import Settings
from months.operations.verifying import differing_boards
from months.queries.evidence import named_files
from months.queries.sealed import broken_seals
from ops.doctor.findings import Finding, ill

STALE_SECONDS = 60
MOST_NAMED = 5
"""So many lost files are named by what they belong to."""
TRAIL = Text(zh="审计链", en="audit trail")
SEALS = Text(zh="已关闭月份的摘要", en="digests of closed months")
BOARDS = Text(zh="榜单与数据", en="boards against their facts")
WORK = Text(zh="后台任务", en="background work")
EVIDENCE = Text(zh="证据文件", en="evidence files")


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Give one finding after the other."""
    for look in (_trail, _seals, _boards, _work):
        yield await look()
    yield await _evidence(settings)


async def _trail() -> Finding:
    broken = await audit.broken_links()
    if not broken:
        return Finding(TRAIL)
    first = broken[0]
    where = Text(
        zh=f"在第 {first.id} 行断开（{first.reason}），共 {len(broken)} 处",
        en=f"broken at row {first.id} ({first.reason}), {len(broken)} in all",
    )
    return ill(TRAIL, where)


async def _seals() -> Finding:
    broken = await broken_seals()
    if not broken:
        return Finding(SEALS)
    months = ", ".join(str(seal.month) for seal in broken)
    return ill(SEALS, Text(zh=f"与封存的不符：{months}", en=f"differ from what was sealed: {months}"))


async def _boards() -> Finding:
    if await outbox.waiting():
        later = Text(zh="有数据尚待计算，暂不比对", en="facts are waiting to be scored; not compared")
        return ill(BOARDS, later, grade="note")
    found = await differing_boards()
    if not found:
        return Finding(BOARDS)
    told = ", ".join(f"{one.month}: {one.rows}" for one in found)
    return ill(
        BOARDS, Text(zh=f"与重新计算的结果不同的行：{told}", en=f"rows that differ from a new computation: {told}")
    )


async def _work() -> Finding:
    age = int((await outbox.oldest_age()).total_seconds())
    if age < STALE_SECONDS:
        return Finding(WORK)
    late = Text(zh=f"最早的一项已等待 {age} 秒", en=f"the oldest item has waited for {age} seconds")
    return ill(WORK, late, Text(zh="请确认 shifen work 正在运行。", en="See that shifen work is running."))


async def _evidence(settings: Settings) -> Finding:
    """Read every file that an appeal or a record names: nobody may notice for months that one is gone."""
    named = await named_files()
    gone = await asyncio.to_thread(evidence.lost, evidence.folder(settings), named)
    if not gone:
        return Finding(EVIDENCE)
    where = ", ".join(named[one][0] for one in gone[:MOST_NAMED])
    told = Text(zh=f"共 {len(gone)} 个缺失或已改动：{where}。", en=f"missing or altered, {len(gone)} in all: {where}.")
    return ill(EVIDENCE, told, Text(zh="请从备份恢复证据目录。", en="Bring the evidence folder back from a backup."))

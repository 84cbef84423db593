"""Change sets of the story: one that counts, and one that waits for its second person with its preview."""

from datetime import datetime

from core.audit import Actor
from core.clock import now
from months.changes.preview import digest
from months.operations import changes
from months.queries.changes import changes as change_rows
from seeds import company_in

WAITING_POINTS, COUNTED_POINTS = 150, -50


async def add(month: int, units: dict[str, int], at: datetime | None = None) -> None:
    """Propose two adjustments of the running month, let the first count; nothing when they are there already."""
    if await change_rows(month):
        return
    moment = at or now()
    organiser, auditor = await company_in.actor("organiser"), await company_in.actor("auditor")
    first, second = sorted(units)[:2]
    counted = await changes.propose(
        month=month, kind="adjustment", payload={"unit_id": units[first], "points": COUNTED_POINTS},
        title="月报晚交两天", why="月报晚交两天，按规则扣 0.5 分。", actor=organiser, at=moment,
    )  # fmt: skip
    await _apply(counted, auditor, moment)
    waiting = await changes.propose(
        month=month, kind="adjustment",
        payload={"unit_id": units[second], "points": WAITING_POINTS, "evidence": "表扬信 2 封"},
        title="抢险保障加分", why="台风期间坚持营业，两封客户表扬信已核实。", actor=organiser, at=moment,
    )  # fmt: skip
    await changes.preview(waiting, at=moment)


async def _apply(number: int, auditor: Actor, moment: datetime) -> None:
    seen = await changes.preview(number, at=moment)
    await changes.apply(change_id=number, preview_digest=digest(seen), actor=auditor, at=moment)

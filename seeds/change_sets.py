"""Change sets of the invented company: one of the running month that counts, and one that waits with its preview for its second person."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from core.clock import now
from core.errors import Refused
from core.period import first_day, midnight
from months.changes.preview import digest
from months.operations import changes
from months.queries.changes import changes as change_rows
from seeds import company_in
from seeds.units import Company

KIND = "storefront"
COUNTED, WAITING = 12, 30
"""Which storefronts the two are about, by their order."""
MORNING = timedelta(hours=9)


async def add(company: Company, month: int, today: date) -> None:
    """Propose two adjustments and let one count; nothing when they are there already. The other's preview is a worker's to make."""
    if await change_rows(month):
        return
    at = min(midnight(max(today, first_day(month))) + MORNING, now())
    numbers = await company_in.numbers(month)
    halls = [unit.code for unit in company.units if unit.kind == KIND and unit.code in numbers]
    if len(halls) < 2:  # noqa: PLR2004 - one for each of the two
        return
    counted, waiting = (numbers[halls[place % len(halls)]] for place in (COUNTED, WAITING))
    await _count(await _propose(month, counted, 20, "便民服务获街道通报表扬", "街道办来函表扬，已核实。", at), at)
    await _propose(month, waiting, -50, "月报晚交两天", "月报晚交两天，按考核办法扣 0.5 分。", at)


async def _propose(month: int, unit_id: int, points: int, title: str, why: str, at: datetime) -> int:
    payload = {"unit_id": unit_id, "points": points, "evidence": "通报 2026-118 号"}
    organiser = await company_in.actor("organiser")
    return await changes.propose(
        month=month, kind="adjustment", payload=payload, title=title, why=why, actor=organiser, at=at
    )


async def _count(number: int, at: datetime) -> None:
    """Let a change set count; one that would cost somebody an award waits for the hearing instead."""
    seen = await changes.preview(number, at=at)
    with suppress(Refused):
        auditor = await company_in.actor("auditor")
        await changes.apply(change_id=number, preview_digest=digest(seen), actor=auditor, at=at)

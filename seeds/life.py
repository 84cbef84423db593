"""What the demo tells of a month's life: the freeze ahead, talks, the ceremony with its awards, the public notice and who objects."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

import coaching.queries
import rewards.queries
from coaching.operations import record_talk
from core.audit import Actor
from core.clock import SHANGHAI
from core.database import transaction
from core.period import bounds, midnight
from core.workdays import working_days
from months.dates import end_of_working_day
from months.operations import objecting, plans, releasing
from months.operations.guarding import locked
from months.planning.plan import PlannedActivity
from months.queries import calendar as month_queries
from months.queries.calendar import MonthRow
from seeds import calendar as days
from seeds import company_in

FREEZE_BEFORE_END = timedelta(days=2, hours=6)
"""The board is frozen at six in the evening, three days before the month is over."""
LEAST_AHEAD = timedelta(days=2)
LATE_UNTIL, APPEALS_AFTER = timedelta(days=20, hours=12), 3
CEREMONY_BEFORE_MIDNIGHT = timedelta(hours=9)
MINUTES = timedelta(minutes=5)
NOTE = "已与分公司负责人面谈，约定驻点时间与目标。"
WITH_WHOM = "分公司负责人 / head of the branch"
OBJECTIONS = (
    ("评分期间有一次投诉未计入，请复核。", "已复核：该投诉判定为无责，不计入，结果维持。"),
    ("获奖单位本月有人员调整，请核实人数口径。", None),
)


async def agree_dates(month: int, theme: str, *, running: bool, last: bool, today: date, actor: Actor) -> None:
    """Agree upon the freeze of the month that runs, and upon the ceremony of the last one that is over."""
    plan = await plans.unplanned(month, theme)
    if running:
        plan = msgspec.structs.replace(
            plan, activities=tuple(map(_with_points, plan.activities)), **_running(month, today)
        )
    elif last:
        appeals_until = end_of_working_day(bounds(month)[1] - timedelta(days=1), APPEALS_AFTER, working_days())
        after = max(appeals_until, days.after(month, days.PUBLISHED_AFTER))
        ceremony_at = end_of_working_day(after, 1, working_days()) - CEREMONY_BEFORE_MIDNIGHT
        plan = msgspec.structs.replace(plan, ceremony_at=ceremony_at)
    else:
        return
    at = days.before(month, days.PLANNED_BEFORE)
    await plans.save_plan(month=month, plan=plan, revision=0, actor=actor, at=at)


def _with_points(one: PlannedActivity) -> PlannedActivity:
    """Return an activity that brings something, so that its points can be seen on the cards of the month that runs."""
    return one if one.points else msgspec.structs.replace(one, points=Decimal("0.2"), cap=Decimal(5))


def _running(month: int, today: date) -> dict[str, datetime]:
    """Return the dates of the month that runs: a freeze that is still ahead, or, once it is over, time for late data."""
    ends_at = bounds(month)[1]
    freeze_at = ends_at - FREEZE_BEFORE_END
    if midnight(today) + LEAST_AHEAD < freeze_at:
        return {"freeze_at": freeze_at}
    if midnight(today) < ends_at:
        return {}
    cut_off_at = ends_at + LATE_UNTIL
    return {
        "cut_off_at": cut_off_at,
        "appeals_until": end_of_working_day(cut_off_at, APPEALS_AFTER, working_days()),
    }


async def publish(month: int) -> None:
    """Publish a closed month by somebody else: at once, or award by award where a ceremony was agreed upon."""
    row = await month_queries.month_row(month, days.after(month, days.PUBLISHED_AFTER))
    if row.published_at:
        return
    publisher, released_at = await company_in.actor("hr"), days.after(month, days.PUBLISHED_AFTER)
    async with transaction():
        await locked(month)  # before the trail, as the worker does that may look at the month at this moment
        await _talk(row)
        await releasing.release(month=month, actor=publisher, at=released_at)
        if row.ceremony_at is not None and row.ceremony_at > released_at:
            await _ceremony(month, row.ceremony_at)
            await _object(month, row.ceremony_at + timedelta(days=1))


async def _talk(row: MonthRow) -> None:
    """Record the talks with which help on site begins."""
    organiser, at = await company_in.actor("organiser"), days.after(row.month, days.APPROVED_AFTER) + timedelta(hours=5)
    held_on = at.astimezone(SHANGHAI).date()
    for found in await coaching.queries.talks_missing(row.snapshot_id or 0):
        await record_talk(
            assignment_id=found.id, with_whom=WITH_WHOM, held_on=held_on, note=NOTE, actor=organiser, at=at
        )


async def _ceremony(month: int, at: datetime) -> None:
    host = await company_in.actor("award_host")
    awards = dict.fromkeys(one.award for one in await rewards.queries.winners(month))
    for number, award in enumerate(reversed(awards), start=1):
        await releasing.reveal(month=month, award=award, actor=host, at=at + number * MINUTES)
    await releasing.end_ceremony(month=month, actor=host, at=at + (len(awards) + 1) * MINUTES)


async def _object(month: int, at: datetime) -> None:
    """Let two people object during the notice: one objection is decided, one still waits and holds its line back."""
    objector, judge = await company_in.actor("store_manager"), await company_in.actor("auditor")
    lines = {one.award: one for one in await rewards.queries.winners(month)}
    for (text, decision), line in zip(OBJECTIONS, lines.values(), strict=False):
        number = await objecting.object_to(
            month=month, award=line.award, unit_id=line.unit_id, text=text, actor=objector, at=at
        )
        if decision:
            moment = at + timedelta(hours=20)
            await objecting.decide_objection(
                objection_id=number, decision="rejected", reason=decision, actor=judge, at=moment
            )

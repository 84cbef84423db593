"""What lies ahead of the invented company: next month's plan before a second person, the year after it, activity records."""

from datetime import date, datetime, timedelta

import org.queries
from core.audit import Actor
from core.clock import now
from core.period import MONTHS_A_YEAR, first_day, midnight, next_first_day, shifted
from months.operations import announcing
from months.operations.activities import check_record, submit_record
from months.operations.plans import plan_year
from months.queries import activities, calendar
from months.queries.plans import newest
from org.visibility import Viewer
from seeds import company_in

HOUR = timedelta(hours=1)
RECORDS = (
    ("zhouhe", 2, 3, True), ("zhouhe", 5, 4, True), ("zhouhe", 9, 2, False), ("zhouhe", 12, 6, True),
    ("zhouhe", 15, 5, True), ("zhouhe", 18, 2, None), ("zhouhe", 19, 1, None), ("linyue", 8, 10, True),
    ("linyue", 16, 6, None),
)  # fmt: skip
"""Who recorded how many on which day of the month, and what came of it: valid, rejected, or still to be checked."""
CHECKERS = {"zhouhe": "linyue", "linyue": "chenmo"}
REASON = "照片看不清，请补。"


async def add(running: int, today: date) -> None:
    """Plan the months ahead, put the next one before a second person, and record some activities; what is there stays."""
    organiser = await company_in.actor("organiser")
    ahead = shifted(running, 1)
    if await newest(ahead) is None:
        for year in sorted({ahead // 100, shifted(running, MONTHS_A_YEAR) // 100}):
            await plan_year(year=year, last_year=False, actor=organiser)
        row = {one.month: one for one in await calendar.months()}.get(ahead)
        if row is not None and row.announced_at is None and await newest(ahead) is not None:
            await announcing.propose_announcement(month=ahead, actor=organiser)
    if not await activities.records(running, most=1):
        await _record(running, today)


async def _record(month: int, today: date) -> None:
    row = await calendar.month_row(month)
    asked = await activities.activities_of_month(month)
    last = min(today, next_first_day(month)) - timedelta(days=1)
    if not asked:
        return
    for username, day, count, valid in RECORDS:
        on = first_day(month).replace(day=day)
        if on > last or midnight(on) + 11 * HOUR >= min(row.cut_off_at, now()):
            continue
        viewer, actor = await _person(username)
        if viewer is None or viewer.unit_id is None:
            continue
        unit_id = viewer.unit_id if username == "zhouhe" else viewer.grants[0][1]
        number = await submit_record(
            month=month, activity=asked[0].code, unit_id=unit_id, on=on, count=count, viewer=viewer, actor=actor,
            at=midnight(on) + 10 * HOUR,
        )  # fmt: skip
        if valid is not None:
            await _check(number, CHECKERS[username], midnight(on) + 11 * HOUR, valid=valid)


async def _check(number: int, username: str, at: datetime, *, valid: bool) -> None:
    viewer, actor = await _person(username)
    if viewer is not None:
        reason = "" if valid else REASON
        await check_record(record_id=number, valid=valid, reason=reason, viewer=viewer, actor=actor, at=at)


async def _person(username: str) -> tuple[Viewer | None, Actor]:
    account = await org.queries.account_by_username(username)
    if account is None:
        return None, Actor(None, username)
    return await org.queries.viewer(account), Actor(account.id, username)

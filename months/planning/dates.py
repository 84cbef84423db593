"""Whether the dates of a plan can be kept: in order, inside or after the month, on working days where people are needed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from core import period
from core.clock import SHANGHAI
from core.errors import Grade, Place, Problem
from core.language import Text
from core.workdays import Calendar
from months.dates import Dates, dates
from months.planning.plan import Plan, agreed

MOMENT = timedelta(microseconds=1)
LEAST_NOTICE, MOST_NOTICE = 3, 15
LATEST = timedelta(days=62)
"""Nothing of a month is planned later than so long after its end."""


def date_problems(plan: Plan, month: int, calendar: Calendar) -> tuple[Problem, ...]:
    """Return what is wrong with the dates of a plan."""
    held = dates(month, agreed(plan), calendar)
    return (*_in_order(plan, held, month), *_working(plan, held, calendar), *_notice(plan))


def _in_order(plan: Plan, held: Dates, month: int) -> Iterator[Problem]:
    begins_at, ends_at = period.bounds(month)
    if held.freeze_at is not None and not begins_at < held.freeze_at < ends_at:
        yield _said("freeze_at", "冻结要在本月之内。", "The freeze must lie inside the month.")
    if held.cut_off_at < ends_at:
        yield _said("cut_off_at", "迟到数据的截止不能早于月末。", "The cut-off cannot come before the month ends.")
    if held.appeals_until <= held.cut_off_at:
        yield _said("appeals_until", "申诉要在数据截止之后还能提。", "Appeals must stay open after the cut-off.")
    for code, at in plan.kpi_cut_offs.items():
        if not ends_at <= at <= held.appeals_until:
            zh, en = (
                f"{code} 的截止要在月末之后、申诉截止之前。",
                f"The cut-off of {code} must lie between the month's end and the end of appeals.",
            )
            yield _said(f"kpi_cut_offs.{code}", zh, en)
    if held.ceremony_at is not None and held.ceremony_at <= held.appeals_until:
        yield _said("ceremony_at", "颁奖要在申诉截止之后。", "The ceremony must come after the end of appeals.")
    if any(at is not None and at > ends_at + LATEST for at in (held.cut_off_at, held.appeals_until, held.ceremony_at)):
        yield _said("ceremony_at", "日期离本月太远。", "A date lies too long after the month.")


def _working(plan: Plan, held: Dates, calendar: Calendar) -> Iterator[Problem]:
    if plan.appeals_until is not None and not _works(held.appeals_until - MOMENT, calendar):
        yield _said("appeals_until", "申诉的最后一天不是工作日。", "The last day of appeals is no working day.")
    if held.ceremony_at is not None and not _works(held.ceremony_at, calendar):
        yield _said("ceremony_at", "颁奖那天不是工作日。", "The day of the ceremony is no working day.", "warning")
    if plan.freeze_at is not None and not _works(plan.freeze_at, calendar):
        yield _said("freeze_at", "冻结那天不是工作日。", "The day of the freeze is no working day.", "note")


def _works(at: datetime, calendar: Calendar) -> bool:
    return calendar.works(at.astimezone(SHANGHAI).date())


def _notice(plan: Plan) -> Iterator[Problem]:
    if not LEAST_NOTICE <= plan.notice_days <= MOST_NOTICE:
        zh = f"公示期应为 {LEAST_NOTICE} 到 {MOST_NOTICE} 个工作日。"
        en = f"The public notice lasts {LEAST_NOTICE} to {MOST_NOTICE} working days."
        yield _said("notice_days", zh, en)


def _said(path: str, zh: str, en: str, grade: Grade = "error") -> Problem:
    return Problem(code="bad_date", sentence=Text(zh=zh, en=en), place=Place(path=path), grade=grade)

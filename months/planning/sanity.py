"""Values in a plan that nothing can be counted with: refused before anything looks at them."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from core.errors import Place, Problem
from core.language import Text
from core.points import decimal
from months.planning.plan import DATES, Plan

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_PARTS = 60
LONGEST = 200_000


def sanity_problems(plan: Plan) -> tuple[Problem, ...]:
    """Return what cannot even be looked at: numbers without end, moments without a zone, far too many parts."""
    return (*_numbers(plan), *_moments(plan), *_sizes(plan))


def _numbers(plan: Plan) -> Iterator[Problem]:
    found: list[tuple[str, Decimal | None]] = [("multiplier", plan.multiplier)]
    for number, one in enumerate(plan.activities):
        found += [(f"activities.{number}.points", one.points), (f"activities.{number}.cap", one.cap)]
    found += [(f"awards.{number}.share", one.share) for number, one in enumerate(plan.awards)]
    for path, value in found:
        if value is not None and not _finite(value):
            yield _said("bad_number", path, "这个数不能用。", "This number cannot be used.")


def _finite(value: Decimal) -> bool:
    try:
        decimal(value)
    except (ValueError, ArithmeticError):
        return False
    return True


def _moments(plan: Plan) -> Iterator[Problem]:
    named: list[tuple[str, datetime | None]] = [(name, getattr(plan, name)) for name in DATES]
    named += [(f"kpi_cut_offs.{code}", at) for code, at in plan.kpi_cut_offs.items()]
    for path, at in named:
        if at is not None and (at.tzinfo is None or not FIRST_YEAR <= at.year < LAST_YEAR):
            zh, en = (
                "时间要带时区，年份在 2000 到 2099 之间。",
                "A moment needs a time zone and a year from 2000 to 2099.",
            )
            yield _said("bad_date", path, zh, en)


def _sizes(plan: Plan) -> Iterator[Problem]:
    for name in ("activities", "awards", "kpi_cut_offs"):
        if len(getattr(plan, name)) > MOST_PARTS:
            yield _said("too_many", name, f"最多 {MOST_PARTS} 项。", f"At most {MOST_PARTS}.")
    if sum(map(len, (*plan.kinds, *plan.left_out, *plan.doubled))) > LONGEST:
        yield _said("too_much", "kinds", "计划太大。", "The plan is too large.")


def _said(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(code=code, sentence=Text(zh=zh, en=en), place=Place(path=path))

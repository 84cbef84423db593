"""Plans as values: calendars with make-up days, copies that keep their distance, rules that keep their bytes, every reason told."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import SHANGHAI
from core.period import days_in, midnight
from core.workdays import moved_days, working_days
from months.dates import dates
from months.planning.budget import prizes
from months.planning.checks import Surroundings, announcement_problems, without_effect
from months.planning.compiling import compiled
from months.planning.making import competing, copied, themed
from months.planning.plan import Plan, agreed, read, written
from months.planning.season import sheet
from months.planning.words import plan_words
from scoring.rulebook import parsed

TEXT = Path("seeds/rulebook.toml").read_text(encoding="utf-8")
BOOK = parsed(TEXT)
POPULATIONS = {kind: {"A": 20, "B": 40} for kind in competing(BOOK)}
AROUND = Surroundings(month=202607, book=BOOK, calendar=working_days(), units={}, populations=POPULATIONS)
MONTHS = st.builds(lambda year, month: year * 100 + month, st.integers(2025, 2030), st.integers(1, 12))


def usual(theme: str = "NETWORK") -> Plan:
    plan = themed(BOOK, theme)
    return msgspec.structs.replace(plan, budget=prizes(plan, BOOK, POPULATIONS))


def test_the_calendar_shows_holidays_and_the_weekends_made_up_for() -> None:
    found = {day.on: day.kind for week in sheet(202602, working_days(), moved_days()).weeks for day in week}
    assert (found[date(2026, 2, 14)], found[date(2026, 2, 17)]) == ("made_up", "holiday")
    assert (found[date(2026, 2, 12)], found[date(2026, 2, 8)]) == ("work", "rest")


@given(MONTHS)
def test_a_sheet_holds_each_day_once_and_counts_the_worked_ones(month: int) -> None:
    found = sheet(month, working_days(), moved_days())
    days = [day for week in found.weeks for day in week if day.kind != "blank"]
    assert len(days) == days_in(month)
    assert found.working_days == sum(day.kind in {"work", "made_up"} for day in days)
    assert {len(week) for week in found.weeks} == {7}


@pytest.mark.parametrize("theme", sorted(BOOK.themes))
def test_each_of_the_twelve_themes_is_ready_as_it_stands(theme: str) -> None:
    assert [one for one in announcement_problems(usual(theme), AROUND) if one.grade == "error"] == []
    assert compiled(TEXT, BOOK, usual(theme), 202607) == TEXT


def test_an_activity_whose_name_says_the_former_points_is_pointed_out() -> None:
    plan = usual()
    (one,) = plan.activities
    changed = msgspec.structs.replace(plan, activities=(msgspec.structs.replace(one, points=Decimal("0.3")),))
    told = {problem.code for problem in announcement_problems(changed, AROUND)}
    assert told - {problem.code for problem in announcement_problems(plan, AROUND)} == {"name_says_otherwise"}


def test_the_rules_that_people_read_name_the_places_of_an_award() -> None:
    plan = usual()
    held = dates(202607, agreed(plan), working_days())
    lines = [line.zh for section in plan_words(plan, BOOK, held) for line in section.lines]
    assert any("A类（月客流9000以上） 3 名" in line for line in lines)
    assert any("每个同类组的 20%" in line for line in lines)


def test_a_theme_without_its_activity_leaves_out_whom_it_doubles_nothing_for() -> None:
    plan = msgspec.structs.replace(usual(), activities=())
    left = without_effect(plan, BOOK)
    assert {"storefront", "clerk"} <= set(left)
    assert "branch" not in left
    assert "department" not in left
    told = [one for one in announcement_problems(plan, AROUND) if one.code == "kind_without_theme"]
    assert len(told) == len(left)


def test_what_a_plan_says_stands_in_the_rules_that_come_of_it() -> None:
    activity = msgspec.structs.replace(usual().activities[0], points=Decimal("0.5"), evidence=True, checker="organiser")
    plan = msgspec.structs.replace(
        usual(), activities=(activity,), kinds=tuple(kind for kind in competing(BOOK) if kind != "outlet"),
        multiplier=Decimal("1.5"), awards=usual().awards[:2],
    )  # fmt: skip
    book = parsed(compiled(TEXT, BOOK, plan, 202607))
    theme = book.themes["NETWORK"]
    one = next(iter(theme.activities.values()))
    assert (theme.multiplier, one.points, one.evidence, one.checker) == (
        Decimal("1.5"),
        Decimal("0.5"),
        True,
        "organiser",
    )
    assert not book.kinds["outlet"].ranked
    assert list(book.awards) == [award.code for award in plan.awards]


def test_a_plan_is_read_as_it_was_written() -> None:
    plan = msgspec.structs.replace(usual(), freeze_at=midnight(date(2026, 7, 29)))
    assert read(written(plan)) == plan


@given(MONTHS, MONTHS, st.integers(1, 28), st.integers(0, 23))
def test_a_copied_date_stays_as_far_from_the_end_and_on_a_working_day(
    source: int, target: int, day: int, hour: int
) -> None:
    at = datetime(source // 100, source % 100, day, hour, tzinfo=SHANGHAI)
    moved = copied(msgspec.structs.replace(usual(), freeze_at=at), source, target, working_days()).freeze_at
    assert moved is not None
    local = moved.astimezone(SHANGHAI)
    assert local.hour == hour
    if working_days().works(at.date()):
        assert working_days().works(local.date())


@given(st.integers(0, 100_000))
def test_a_budget_below_the_prizes_is_refused_and_one_that_covers_them_is_not(budget: int) -> None:
    plan = msgspec.structs.replace(usual(), budget=budget)
    refused = any(one.code == "budget_too_small" for one in announcement_problems(plan, AROUND))
    assert refused == (budget < prizes(plan, BOOK, POPULATIONS))


def test_the_order_in_which_a_plan_lists_things_changes_no_rule() -> None:
    plan = usual(next(code for code, theme in BOOK.themes.items() if len(theme.doubled) > 1 and theme.activities))
    paid = [msgspec.structs.replace(one, points=Decimal("0.2"), cap=Decimal(5)) for one in plan.activities]
    plan = msgspec.structs.replace(plan, activities=tuple(paid))
    other = msgspec.structs.replace(
        plan,
        doubled=plan.doubled[::-1],
        activities=tuple(msgspec.structs.replace(one, kinds=one.kinds[::-1]) for one in paid),
    )
    assert other != plan
    assert compiled(TEXT, BOOK, other, 202607) == compiled(TEXT, BOOK, plan, 202607)

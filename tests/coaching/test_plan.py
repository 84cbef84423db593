from datetime import date

from coaching.plan import HELP, Need, StepCode, coaches, steps
from coaching.workdays import Calendar, calendar

STEP_DAYS = {"train": 5, "coach": 9, "inspect": 14, "assess": 18, "reward": 20}
NATIONAL_DAY = calendar([(date(2026, 10, 1), "off"), (date(2026, 10, 2), "off"), (date(2026, 10, 10), "work")])


def test_five_steps_fall_on_working_days_in_order() -> None:
    planned = steps(date(2026, 11, 6), step_days=STEP_DAYS, calendar=Calendar())
    assert [step.code for step in planned] == list(StepCode)
    assert planned[0].due_on == date(2026, 11, 13)
    assert all(step.due_on.weekday() < 5 for step in planned)
    assert [step.due_on for step in planned] == sorted(step.due_on for step in planned)


def test_holidays_do_not_count_and_made_up_saturdays_do() -> None:
    assert NATIONAL_DAY.after(date(2026, 9, 30), 1) == date(2026, 10, 5)
    assert NATIONAL_DAY.after(date(2026, 10, 9), 1) == date(2026, 10, 10)
    assert Calendar().after(date(2026, 10, 9), 1) == date(2026, 10, 12)


def test_a_plan_opened_on_a_sunday_starts_on_monday() -> None:
    assert Calendar().after(date(2026, 11, 8), 0) == date(2026, 11, 9)


def test_the_greatest_need_gets_the_best_coach_until_capacity_is_used_up() -> None:
    needs = [Need(unit_id=n, group="A", level=HELP, total=6000 + n) for n in (3, 2, 1)]
    found = coaches(needs, {"A": [90, 80]}, busy={90: 2}, capacity=3)
    assert found == {1: 90, 2: 80, 3: 80}


def test_when_no_coach_has_room_the_unit_waits() -> None:
    needs = [Need(unit_id=1, group="A", level=HELP, total=6000)]
    assert coaches(needs, {"A": [90]}, busy={90: 3}, capacity=3) == {}


def test_attention_alone_takes_no_coach() -> None:
    assert coaches([Need(unit_id=1, group="A", level=1, total=6900)], {"A": [90]}, busy={}, capacity=3) == {}

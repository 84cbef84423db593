from datetime import date

from coaching.plan import HELP, Need, StepCode, coaches, level, steps
from core.workdays import Calendar, calendar

LEVELS = {"bottom_pct": 1, "decline": 1, "repeat_item": 1, "below_threshold": 2, "red_line": 3}
STEP_DAYS = {"train": 5, "coach": 9, "inspect": 14, "assess": 18, "reward": 20}
NATIONAL_DAY = calendar([(date(2026, 10, 1), "off"), (date(2026, 10, 2), "off"), (date(2026, 10, 10), "work")])


def test_one_soft_trigger_asks_for_attention_and_two_for_coaching() -> None:
    assert level({"decline"}, levels=LEVELS) == 1
    assert level({"decline", "bottom_pct"}, levels=LEVELS) == 2


def test_a_total_below_the_threshold_brings_a_coach_and_a_red_line_brings_one_on_site() -> None:
    assert level({"below_threshold"}, levels=LEVELS) == 2
    assert level({"below_threshold", "red_line"}, levels=LEVELS) == 3


def test_coaching_that_is_not_lifted_escalates_but_never_past_the_last_level() -> None:
    assert level({"decline"}, levels=LEVELS, before=2) == 3
    assert level({"decline"}, levels=LEVELS, before=3) == 3
    assert level({"decline"}, levels=LEVELS, before=1) == 1


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

from dataclasses import replace
from fractions import Fraction

from coaching.laggards import Signs, TriggerRules, bottom_edge, rules_for, triggered
from scoring.book_terms import ClassTrigger
from scoring.rulebook import TriggerRule

RULES = rules_for(TriggerRule())
NAMES = ["Anzi", "Bailu", "Chunhe", "Donghu", "Erlang", "Fuxi", "Gulou", "Heping"]


def halls(*totals: int | None) -> list[Signs]:
    return [
        Signs(name, [None if total is None else Fraction(total)]) for name, total in zip(NAMES, totals, strict=False)
    ]


def caught(units: list[Signs], rules: TriggerRules = RULES) -> dict[str, tuple[str, ...]]:
    return {unit: names for unit, names in triggered(units, rules).items() if names}


def test_the_lowest_of_eight_is_at_the_bottom() -> None:
    assert caught(halls(95, 94, 93, 92, 88, 87, 86, 85)) == {"Heping": ("bottom_pct",)}


def test_nobody_at_ninety_or_more_is_a_laggard() -> None:
    assert caught(halls(99, 98, 97, 96, 95, 94, 93, 90)) == {}


def test_five_to_seven_give_their_last_one_only_under_85() -> None:
    assert caught(halls(95, 94, 93, 92, 85)) == {}
    assert caught(halls(95, 94, 93, 92, 84)) == {"Erlang": ("bottom_pct",)}


def test_groups_under_five_have_no_bottom() -> None:
    assert bottom_edge([Fraction(70), Fraction(71), Fraction(72), Fraction(73)], RULES) is None


def test_a_unit_in_its_protection_period_is_never_named() -> None:
    assert caught([Signs("Anzi", [Fraction(40)], red_lines=1, protected=True)]) == {}


def test_a_heavy_process_far_below_is_caught_although_the_total_is_fine() -> None:
    weak = Signs("Anzi", [Fraction(88)], processes=[(Fraction(59), Fraction(8))])
    light = Signs("Bailu", [Fraction(88)], processes=[(Fraction(59), Fraction(7))])
    assert caught([weak, light]) == {"Anzi": ("below_threshold",)}


def test_a_decline_must_be_larger_than_chance_and_without_a_gap() -> None:
    small = Signs("Anzi", [Fraction(80), Fraction(84), Fraction(87)])
    large = Signs("Bailu", [Fraction(79), Fraction(84), Fraction(87)])
    gap = Signs("Chunhe", [Fraction(79), None, Fraction(90)])
    assert caught([small, large, gap]) == {"Bailu": ("decline",)}


def test_the_same_lost_item_three_months_running_is_caught() -> None:
    again = Signs("Anzi", [Fraction(88)], main_items=["smile", "smile", "smile"])
    mixed = Signs("Bailu", [Fraction(88)], main_items=["smile", "wait", "smile"])
    short = Signs("Chunhe", [Fraction(88)], main_items=["smile", "smile"])
    assert caught([again, mixed, short]) == {"Anzi": ("repeat_item",)}


def test_a_unit_in_a_class_that_is_helped_is_caught_whatever_its_total() -> None:
    rules = rules_for(TriggerRule(classes=(ClassTrigger(class_code="quarter", step="worst"),)))
    worst = Signs("Anzi", [Fraction(99)], classes={"quarter": "worst"})
    rest = Signs("Bailu", [Fraction(98)], classes={"quarter": "rest"})
    assert caught([worst, rest], rules) == {"Anzi": ("class",)}
    assert caught([worst, rest]) == {}


SURE = rules_for(TriggerRule(beyond_noise=True, threshold=None, repeat_months=0))


def shaken(units: list[Signs], *, points: int) -> list[Signs]:
    """Return the halls with so many points of standard error in every total."""
    return [replace(unit, variances=[Fraction(points**2)] * 3) for unit in units]


def test_the_last_of_a_group_that_chance_may_have_put_there_is_not_caught() -> None:
    units = halls(84, 82, 81, 80, 79, 78, 77, 74)
    assert caught(shaken(units, points=4), SURE) == {}
    assert caught(shaken(units, points=1), SURE) == {"Heping": ("bottom_pct",)}


def test_a_month_whose_chance_is_not_known_is_judged_as_it_stands() -> None:
    assert caught(halls(84, 82, 81, 80, 79, 78, 77, 74), SURE) == {"Heping": ("bottom_pct",)}


def test_a_fall_that_chance_explains_is_no_decline() -> None:
    fallen = Signs("Anzi", [Fraction(80), Fraction(85), Fraction(90)])
    assert caught([replace(fallen, variances=[Fraction(16)] * 3)], SURE) == {}
    assert caught([replace(fallen, variances=[Fraction(9)] * 3)], SURE) == {"Anzi": ("decline",)}


def test_chance_excuses_nobody_where_the_rules_do_not_say_so() -> None:
    units = halls(84, 82, 81, 80, 79, 78, 77, 74)
    assert "Heping" in caught(shaken(units, points=9))

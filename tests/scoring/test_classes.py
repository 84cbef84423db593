"""Classes: shares of a population, bounds, grades; against a plain reading of the cuts."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.language import Text
from scoring.book_results import ClassRule, ClassStep
from scoring.classes import classes
from scoring.rulebook import parsed

NAME = Text(zh="档", en="Class")
WORST = ClassStep(code="worst", worst=Decimal("0.25"), effect=Decimal("0.99"))
REST = ClassStep(code="rest")


def rule(*steps: ClassStep, **fields: Any) -> ClassRule:
    return ClassRule(code="c", name=NAME, kind="hall", steps=steps, **fields)


def codes(rule: ClassRule, values: dict[str, Fraction | None], **beside: Any) -> dict[str, str]:
    return {unit: found.step.code for unit, found in classes(rule, values, **beside).items()}


def numbered(*numbers: int) -> dict[str, Fraction | None]:
    return {f"u{at}": Fraction(number) for at, number in enumerate(numbers)}


def test_the_worst_quarter_ends_at_its_cut_and_the_rest_is_left() -> None:
    assert codes(rule(WORST, REST), numbered(1, 2, 3, 4, 5)) == {
        "u0": "worst", "u1": "worst", "u2": "rest", "u3": "rest", "u4": "rest",
    }  # fmt: skip


def test_strictly_beyond_the_cut_leaves_out_who_stands_on_it() -> None:
    strict = ClassStep(code="worst", worst=Decimal("0.25"), strict=True)
    assert codes(rule(strict), numbered(1, 2, 3, 4, 5)) == {"u0": "worst"}


def test_where_the_lowest_is_best_the_worst_are_the_highest() -> None:
    assert codes(rule(WORST, order="asc"), numbered(1, 2, 3, 4, 5)) == {"u3": "worst", "u4": "worst"}


def test_the_top_tenth_by_rank_takes_ties_in() -> None:
    top = ClassStep(code="top", best=Decimal("0.10"), definition="nearest_rank")
    assert codes(rule(top), numbered(1, 2, 3, 4, 5, 6, 7, 9, 9, 9)) == {"u7": "top", "u8": "top", "u9": "top"}


def test_a_fifth_by_rank_is_as_many_at_either_end() -> None:
    best = ClassStep(code="best", best=Decimal("0.2"), definition="nearest_rank")
    worst = ClassStep(code="worst", worst=Decimal("0.2"), definition="nearest_rank")
    assert codes(rule(best, worst), numbered(*range(10))) == {"u0": "worst", "u1": "worst", "u8": "best", "u9": "best"}


def test_strictly_beyond_the_upper_quartile_by_rank_are_two_of_eight() -> None:
    beyond = ClassStep(code="worst", worst=Decimal("0.25"), strict=True, definition="nearest_rank")
    assert codes(rule(beyond, order="asc"), numbered(*range(8))) == {"u6": "worst", "u7": "worst"}


def test_the_first_step_that_fits_decides() -> None:
    steps = (
        ClassStep(code="five", at_least=Decimal(90)),
        ClassStep(code="four", at_least=Decimal(70), below=Decimal(90)),
    )
    assert codes(rule(*steps, REST), numbered(90, 89, 70, 69)) == {
        "u0": "five",
        "u1": "four",
        "u2": "four",
        "u3": "rest",
    }


def test_bounds_are_above_or_at_as_they_are_written() -> None:
    steps = (ClassStep(code="high", above=Decimal(5)), ClassStep(code="low", at_most=Decimal(4)))
    assert codes(rule(*steps), numbered(5, 6, 4)) == {"u1": "high", "u2": "low"}


def test_a_share_and_a_bound_in_one_step_must_both_fit() -> None:
    both = ClassStep(code="help", worst=Decimal("0.5"), below=Decimal(2))
    assert codes(rule(both), numbered(1, 2, 3, 4)) == {"u0": "help"}


def test_who_is_not_counted_is_classed_by_the_cuts_of_the_others() -> None:
    values = numbered(1, 2, 3, 4, 5)
    found = codes(rule(WORST, REST), {**values, "new": Fraction(0)}, population=frozenset(values))
    assert (found["new"], found["u1"], found["u2"]) == ("worst", "worst", "rest")


def test_who_has_no_value_has_no_class_and_does_not_count() -> None:
    assert codes(rule(WORST, REST), {**numbered(1, 2), "none": None}) == {"u0": "worst", "u1": "rest"}


def test_too_few_units_have_no_shares() -> None:
    assert codes(rule(WORST, REST, min_units=8), numbered(1, 2)) == {"u0": "rest", "u1": "rest"}


values_of_units = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2), st.fractions(-9, 9, max_denominator=6), min_size=1, max_size=14
)


@given(values_of_units, st.decimals(0, 1, places=2), st.booleans(), st.sampled_from(("desc", "asc")))
def test_the_worst_share_is_that_of_the_sorted_list(
    values: dict[str, Fraction],
    share: Decimal,
    strict: Any,
    order: Any,
) -> None:
    step = ClassStep(code="worst", worst=share, strict=strict)
    found = codes(rule(step, order=order), {**values})
    sign = 1 if order == "desc" else -1
    ranked = sorted(sign * value for value in values.values())
    at = (len(ranked) - 1) * Fraction(share)
    low, part = ranked[int(at)], at - int(at)
    cut = low + part * (ranked[min(int(at) + 1, len(ranked) - 1)] - low)
    assert set(found) == {
        unit for unit, value in values.items() if sign * value < cut or (sign * value == cut and not strict)
    }


@given(values_of_units, st.randoms())
def test_the_order_of_units_does_not_matter(values: dict[str, Fraction], chance: Any) -> None:
    units = list(values)
    chance.shuffle(units)
    steps = rule(WORST, ClassStep(code="top", best=Decimal("0.1"), definition="averaged"), REST)
    assert codes(steps, {**values}) == codes(steps, {unit: values[unit] for unit in units})


WORD = '{ zh = "词", en = "word" }'
BOOK = f"""
code = "small"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
[processes.SMILE]
name = {WORD}
family = {WORD}
[kpis.warmth]
name = {WORD}
process = "SMILE"
method = "ratio"
params = {{ target = 1 }}
[scorecards.hall]
warmth = 100
[seasons.cup]
name = {WORD}
kind = "hall"
op = "best"
n = 5
[classes.quarter]
name = {WORD}
kind = "hall"
of = "season:cup"
steps = [{{ code = "worst", worst = "0.25" }}, {{ code = "rest" }}]
"""


def test_a_rule_book_holds_seasons_and_classes() -> None:
    book = parsed(BOOK)
    assert (book.seasons["cup"].n, book.classes["quarter"].of, len(book.classes["quarter"].steps)) == (
        5,
        "season:cup",
        2,
    )


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ('of = "season:cup"', 'of = "season:cap"', "The nearest is season:cup"),
        ('kind = "hall"\nop', 'kind = "hell"\nop', "The nearest is hall"),
        ("n = 5", "n = 0", "seasons.cup.n: At least 1."),
        ("n = 5", "", "“best” needs how many rounds"),
        ("n = 5", 'n = 5\nof = "kpi:warm"', "The nearest is kpi:warmth"),
        ("n = 5", 'n = 5\nbreakers = [{ countback = "kpi:warmth" }]', "A countback over items needs items."),
        ("n = 5", 'n = 5\nbreakers = [{ order = "asc" }]', "Give one of countback, quantity, field."),
        ("n = 5", 'n = 5\nparts = [{ rounds = ["1"], first = "2" }]', "Give either rounds, or first and last."),
        ("n = 5", 'n = 5\nweights = { 3 = "-1" }', "A weight cannot be negative."),
        ('worst = "0.25"', 'worst = "25"', "A share lies between 0 and 1; 25 per cent is 0.25."),
        ('worst = "0.25"', 'worst = "0.25", best = "0.1"', "Give one of worst, best, first, last, not more."),
        ('worst = "0.25"', "first = 0", "classes.quarter.steps[0].first: It is at least 1."),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_at_its_place(wrong: str, right: str, said: str) -> None:
    assert wrong in BOOK
    with pytest.raises(Invalid) as refused:
        parsed(BOOK.replace(wrong, right))
    assert any(said in problem.read("en") for problem in refused.value.problems)


AWARD = f"""
[awards.star]
name = {WORD}
kinds = ["hall"]
"""


@pytest.mark.parametrize(
    ("bar", "said"),
    [
        ('{ code = "class", class = "quarter", step = "worst" }', "not of a season"),
        ('{ code = "class", class = "third", step = "worst" }', "The nearest is quarter"),
        ('{ code = "class", class = "quarter", step = "wurst" }', "The nearest is worst"),
        ('{ code = "outside_class", class = "quarter" }', "This also needs class and step."),
    ],
)
def test_a_bar_names_a_class_of_the_month_and_one_of_its_steps(bar: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(f"{BOOK}{AWARD}bars = [{bar}]\n")
    assert any(said in problem.read("en") for problem in refused.value.problems)


def test_so_many_units_at_either_end_with_all_who_are_level_with_the_last() -> None:
    steps = (ClassStep(code="up", first=2), ClassStep(code="down", last=1), REST)
    assert codes(rule(*steps), numbered(9, 7, 7, 5, 1)) == {
        "u0": "up", "u1": "up", "u2": "up", "u3": "rest", "u4": "down",
    }  # fmt: skip
    assert codes(rule(*steps, order="asc"), numbered(9, 7, 7, 5, 1)) == {
        "u0": "down", "u1": "rest", "u2": "rest", "u3": "up", "u4": "up",
    }  # fmt: skip


def test_places_decide_between_level_units_where_there_are_any() -> None:
    steps = (ClassStep(code="up", first=1), ClassStep(code="down", last=1), REST)
    places = {"u0": 2, "u1": 1, "u2": 4, "u3": 3}
    assert codes(rule(*steps), numbered(7, 7, 3, 3), places=places) == {
        "u0": "rest", "u1": "up", "u2": "down", "u3": "rest",
    }  # fmt: skip


def test_more_places_than_units_take_everybody() -> None:
    assert codes(rule(ClassStep(code="up", first=9)), numbered(1, 2)) == {"u0": "up", "u1": "up"}


@given(values_of_units, st.integers(1, 9), st.sampled_from(("desc", "asc")))
def test_the_first_so_many_are_those_with_fewer_ahead_of_them(
    values: dict[str, Fraction], number: int, order: Any
) -> None:
    sign = 1 if order == "desc" else -1
    ahead = {unit: sum(sign * one > sign * value for one in values.values()) for unit, value in values.items()}
    found = codes(rule(ClassStep(code="up", first=number), order=order), {**values})
    assert set(found) == {unit for unit, count in ahead.items() if count < number}


def test_a_share_makes_a_number_of_units_rounded_as_told() -> None:
    values = numbered(*range(7))
    for heads, number in (("floor", 1), ("nearest", 1), ("ceil", 2)):
        top = ClassStep(code="top", best=Decimal("0.2"), heads=heads)
        assert len(codes(rule(top), values)) == number
    half = ClassStep(code="low", worst=Decimal("0.5"), heads="nearest")
    assert codes(rule(half), values) == {"u0": "low", "u1": "low", "u2": "low", "u3": "low"}


def test_level_units_are_in_a_share_by_heads_or_all_out_where_it_is_strict() -> None:
    values = numbered(1, 2, 3, 3, 3)
    level = ClassStep(code="top", best=Decimal("0.4"), heads="floor")
    assert codes(rule(level), values) == {"u2": "top", "u3": "top", "u4": "top"}
    assert codes(rule(msgspec.structs.replace(level, strict=True)), values) == {}
    assert codes(rule(msgspec.structs.replace(level, best=Decimal("0.6"), strict=True)), values) == {
        "u2": "top", "u3": "top", "u4": "top",
    }  # fmt: skip


def test_a_share_of_less_than_one_unit_by_heads_takes_nobody() -> None:
    top = ClassStep(code="top", best=Decimal("0.1"), heads="floor")
    assert codes(rule(top, REST), numbered(1, 2, 3)) == {"u0": "rest", "u1": "rest", "u2": "rest"}

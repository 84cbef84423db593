"""Quantiles: worked by hand, held against the standard library, and the same in every order."""

import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.columns import of_fractions
from scoring.quantiles import DEFINITIONS, Definition, Ordered, quantile
from tests.scoring.oracle import halves_away

fractions = st.fractions(-1000, 1000, max_denominator=10**6)
shares = st.fractions(0, 1, max_denominator=400)
TEN = [15, 20, 35, 40, 50, 55, 60, 70, 80, 95]


def found(numbers: list[int], share: str, definition: Definition) -> Fraction | None:
    return quantile(of_fractions([Fraction(number) for number in numbers]), Fraction(share), definition)


@pytest.mark.parametrize(
    ("definition", "share", "numbers", "expected"),
    [
        ("nearest_rank", "0.30", [15, 20, 35, 40, 50], "20"),
        ("nearest_rank", "0.40", [15, 20, 35, 40, 50], "20"),
        ("nearest_rank", "1", [15, 20, 35, 40, 50], "50"),
        ("nearest_rank", "0", [15, 20, 35, 40, 50], "15"),
        ("inclusive", "0.40", [15, 20, 35, 40, 50], "29"),
        ("inclusive", "0.75", [1, 2, 3, 4], "3.25"),
        ("exclusive", "0.40", [15, 20, 35, 40, 50], "26"),
        ("exclusive", "0.05", [15, 20, 35, 40, 50], "15"),
        ("averaged", "0.20", TEN, "27.5"),
        ("averaged", "0.25", TEN, "35"),
        ("averaged", "0", TEN, "15"),
        ("averaged", "1", TEN, "95"),
        ("inclusive", "0.5", [7], "7"),
        ("exclusive", "0.9", [7], "7"),
    ],
)
def test_worked_by_hand(definition: Definition, share: str, numbers: list[int], expected: str) -> None:
    assert found(numbers, share, definition) == Fraction(expected)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_of_nothing_there_is_no_quantile(definition: Definition) -> None:
    assert quantile(of_fractions([None, None]), Fraction(1, 2), definition) is None


@given(st.lists(fractions, min_size=2, max_size=30), st.integers(2, 12))
def test_inclusive_and_exclusive_are_those_of_the_standard_library(numbers: list[Fraction], parts: int) -> None:
    column = of_fractions(numbers)
    inside = statistics.quantiles(numbers, n=parts, method="inclusive")
    assert [quantile(column, Fraction(at, parts), "inclusive") for at in range(1, parts)] == inside
    beyond = statistics.quantiles(numbers, n=parts, method="exclusive")
    held = [min(max(value, min(numbers)), max(numbers)) for value in beyond]
    assert [quantile(column, Fraction(at, parts), "exclusive") for at in range(1, parts)] == held


@given(st.lists(fractions, min_size=1, max_size=30), shares)
def test_the_nearest_rank_is_the_least_value_with_enough_at_or_below_it(
    numbers: list[Fraction], share: Fraction
) -> None:
    enough = [value for value in sorted(numbers) if sum(other <= value for other in numbers) >= share * len(numbers)]
    assert quantile(of_fractions(numbers), share, "nearest_rank") == enough[0]


@given(st.lists(fractions, min_size=1, max_size=30))
def test_half_of_it_is_the_median(numbers: list[Fraction]) -> None:
    column = of_fractions(numbers)
    for definition in ("inclusive", "exclusive", "averaged"):
        assert quantile(column, Fraction(1, 2), definition) == statistics.median(numbers)  # type: ignore[arg-type] # a name from a tuple


@given(st.lists(st.none() | fractions, min_size=1, max_size=20), shares, shares, st.randoms(use_true_random=False))
def test_more_of_it_is_never_less_and_order_is_nothing(
    numbers: list[Fraction | None], one: Fraction, other: Fraction, chance: object
) -> None:
    low, high = sorted((one, other))
    mixed = list(numbers)
    chance.shuffle(mixed)  # type: ignore[attr-defined] # hypothesis hands over a random.Random
    for definition in DEFINITIONS:
        least, most = (quantile(of_fractions(numbers), share, definition) for share in (low, high))
        assert (least is None and most is None) or (least is not None and most is not None and least <= most)
        assert quantile(of_fractions(mixed), low, definition) == least


@given(st.lists(st.tuples(fractions, st.booleans()), min_size=1, max_size=20), shares)
def test_units_that_are_not_counted_do_not_move_it(numbers: list[tuple[Fraction, bool]], share: Fraction) -> None:
    counted = np.array([taken for _, taken in numbers])
    kept = of_fractions([value for value, taken in numbers if taken])
    every = of_fractions([value for value, _ in numbers])
    for definition in DEFINITIONS:
        assert quantile(every, share, definition, counted) == quantile(kept, share, definition)


@given(st.lists(fractions, min_size=1, max_size=40))
def test_means_are_exact(numbers: list[Fraction]) -> None:
    assert Ordered(of_fractions(numbers)).mean() == sum(numbers) / len(numbers)


@given(st.lists(fractions, min_size=2, max_size=40))
def test_means_of_endless_denominators_are_rounded_correctly(numbers: list[Fraction]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scoring.quantiles.LONGEST", 16)
        found = Ordered(of_fractions(numbers)).mean()
    exact = sum(numbers) / len(numbers)
    assert found in {exact, halves_away(exact, 30)}


def test_a_mean_of_very_many_odd_shares_is_there_at_once() -> None:
    numbers = [Fraction(number, 2 * number + 1) for number in range(1, 5_000)]
    mean = Ordered(of_fractions(numbers)).mean()
    assert mean.denominator <= 10**30
    assert abs(mean - Fraction("0.4995759")) < Fraction(1, 10**6)

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.points import cents_text, decimal_text, exact, fixed, fraction_text, plain_text, rounded

HUGE = 10**30


def test_a_half_goes_away_from_zero_on_both_sides() -> None:
    assert [rounded(number, 2) for number in (1, 3, 5, -1, -3, -5)] == [1, 2, 3, -1, -2, -3]


def test_just_under_a_half_goes_down() -> None:
    assert (rounded(499_999, 1_000_000), rounded(-499_999, 1_000_000)) == (0, 0)


@given(st.lists(st.tuples(st.integers(-HUGE, HUGE), st.integers(1, HUGE)), min_size=1, max_size=20))
def test_columns_round_as_single_numbers_do(pairs: list[tuple[int, int]]) -> None:
    numerators, denominators = (np.array([pair[side] for pair in pairs], dtype=object) for side in (0, 1))
    assert list(rounded(numerators, denominators)) == [rounded(*pair) for pair in pairs]


@pytest.mark.parametrize("kind", [np.int64, object])
@pytest.mark.parametrize("below", [[2, 2, 2, 2, 2, 2], [2, 4, 6, 2, 4, 6]])
def test_in_columns_a_half_goes_away_from_zero_too(below: list[int], kind: type) -> None:
    signs, denominators = (1, 1, 1, -1, -1, -1), np.array(below, dtype=kind)
    halves = np.array(
        [sign * (2 * bottom + bottom // 2) for sign, bottom in zip(signs, below, strict=True)], dtype=kind
    )
    assert list(rounded(halves, denominators)) == [3, 3, 3, -3, -3, -3]
    assert list(rounded(abs(halves), denominators)) == [3] * 6


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_moves_by_at_most_a_half(numerator: int, denominator: int) -> None:
    value = Fraction(numerator, denominator)
    assert abs(rounded(numerator, denominator) - value) <= Fraction(1, 2)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-inf", "", "1,5", "0x10", "1_000", "٣", "1e999", "9" * 40])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        exact(text)


def test_binary_floats_and_truth_values_are_refused() -> None:
    for value in (0.1, True):
        with pytest.raises(ValueError, match="exact"):
            exact(value)  # type: ignore[arg-type]  # a wrong type on purpose


def test_a_decimal_with_too_many_places_is_not_cut_silently() -> None:
    assert fixed("84.06", 2) == 8406
    with pytest.raises(ValueError, match="places"):
        fixed("84.065", 2)


def test_numbers_are_written_with_their_places() -> None:
    assert [cents_text(number) for number in (8406, -5, 0, 12_000)] == ["84.06", "-0.05", "0.00", "120.00"]
    assert (decimal_text(285_138, 4), decimal_text(4, 0)) == ("28.5138", "4")
    assert (fraction_text(Fraction(200, 3), 4), plain_text(Fraction(7))) == ("66.6667", "7")

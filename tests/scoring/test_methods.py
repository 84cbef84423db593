"""What the worked examples leave open: borders, refusals, and values far too large for 64 bits."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from core.errors import Invalid
from scoring.book_parts import Rounding
from scoring.columns import of_fractions, order_keys
from scoring.grid import Grid
from scoring.inputs import alone
from scoring.methods import rule_of, scores_of
from scoring.relative import standing
from scoring.spread import Bell

CENTS = Grid.of(Rounding(places=2))


def scores(method: str, params: Mapping[str, Any], *values: str | None) -> list[int]:
    column = of_fractions([None if value is None else Fraction(value) for value in values])
    return [int(score) for score in scores_of(rule_of(method, params), alone(column), params, method)[0]]


CLIFF = {"anchors": [["80", "60"], ["90", "100"]], "below": "zero", "above": "zero"}
FALLING = {"anchors": [["10", "60"], ["6", "100"]], "below": "zero", "above": "clamp"}


def test_a_cliff_at_the_base_spares_the_base_itself() -> None:
    assert scores("linear", CLIFF, "79.999", "80", "90", "90.001") == [0, 6000, 10_000, 0]
    assert scores("linear", FALLING, "10.001", "10", "6", "5") == [0, 6000, 10_000, 10_000]


@pytest.mark.parametrize(
    "anchors", [[["1", "60"]], [["1", "60"], ["1", "100"]], [["1", "60"], ["3", "90"], ["2", "100"]]]
)
def test_anchors_out_of_order_are_refused(anchors: list[list[str]]) -> None:
    with pytest.raises(Invalid) as refusal:
        rule_of("linear", {"anchors": anchors}, "kpis.K1.params")
    assert (refusal.value.problem.code, str(refusal.value.problem.place)) == ("bad_anchors", "kpis.K1.params.anchors")


def test_a_float_among_the_parameters_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        rule_of("ratio", {"target": 0.1})
    assert refusal.value.problem.code == "not_exact"


def test_a_missing_parameter_and_an_unknown_method_are_named() -> None:
    for method, code in (("efficacy", "missing_parameter"), ("guess", "unknown_method")):
        with pytest.raises(Invalid) as refusal:
            rule_of(method, {})
        assert refusal.value.problem.code == code


def test_numbers_beyond_64_bits_stay_exact() -> None:
    huge = "123456789012345678901234567890/123456789012345678901234567891"
    params = {"anchors": [["0.123456789012345", "60"], ["1.234567890123456", "100"]], "cap": "120"}
    expected = 60 + (Fraction(huge) - Fraction("0.123456789012345")) * 40 / (
        Fraction("1.234567890123456") - Fraction("0.123456789012345")
    )
    assert scores("linear", params, huge, "0.123456789012345") == [int(expected * 100 + Fraction(1, 2)), 6000]


def test_lower_is_better_at_zero_and_below_gets_the_cap() -> None:
    params = {"direction": "lower", "target": "18"}
    assert scores("ratio", params, "0", "-3", "18") == [12_000, 12_000, 10_000]


def test_equal_fractions_share_a_place_however_they_are_written() -> None:
    column = of_fractions([Fraction(1, 3), Fraction(333_333, 1_000_000), Fraction(2, 6), Fraction(1, 2)])
    keys = order_keys(column)
    assert keys[0] == keys[2]
    assert keys[1] < keys[0] < keys[3]
    found = standing(column, np.zeros(4, np.intp), higher=True)
    assert (list(found.better), list(found.equal)) == ([1, 3, 1, 0], [2, 1, 2, 1])


def test_a_standard_score_on_a_half_goes_away_from_zero() -> None:
    # Two units stand one deviation from their mean: z is exactly ±1, the scores 90.005 and 89.995.
    params = {"center": "90", "scale": "0.005", "sd": "population"}
    assert scores("zscore", params, "1", "3") == [9000, 9001]
    below = {"center": "0", "scale": "0.005", "sd": "population", "floor": "-1"}
    assert scores("zscore", below, "1", "3") == [-1, 1]


def test_missing_peers_do_not_count_in_a_group() -> None:
    params = {"best": "110", "worst": "60", "min_group": 3}
    assert scores("rank", params, "1", None, "2", "3") == [6000, 0, 8500, 11_000]


def test_a_large_group_of_odd_fractions_is_rounded_as_exactly_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [Fraction(number * 37 % 101, 1000 + number) for number in range(120)]
    bell = Bell(center=Fraction(90), scale=Fraction(10), clip=Fraction(2), sample=False, towards=1)
    narrowed = list(bell.scores(of_fractions(values), CENTS))
    monkeypatch.setattr("scoring.spread.HANDY_BITS", 10**6)
    assert narrowed == list(bell.scores(of_fractions(values), CENTS))


def test_bounds_that_never_round_alike_are_settled_by_long_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.spread.HANDY_BITS", 0)
    assert scores("zscore", {"center": "90", "scale": "0.005", "sd": "population"}, "1/3", "1") == [9000, 9001]

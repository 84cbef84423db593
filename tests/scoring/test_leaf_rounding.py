"""Roundings by grid and by column agree; standard scores read off borders are those worked out one by one."""

from decimal import Decimal
from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.book_parts import Mode, Rounding
from scoring.columns import of_fractions
from scoring.grid import Grid
from scoring.rounding import rounded_by
from scoring.spread import Bell
from tests.scoring.oracle_leaf import rounded

steps = st.sampled_from(["0.01", "0.5", "0.3", "1", "25"])
modes = st.sampled_from(get_args(Mode))
quarters = st.integers(-4000, 4000).map(lambda number: Fraction(number, 400))


@given(st.one_of(quarters, st.fractions(-1000, 1000)), steps, modes)
def test_a_number_goes_to_the_same_multiple_either_way(value: Fraction, step: str, mode: Mode) -> None:
    rounding = Rounding(step=Decimal(step), mode=mode)
    expected = rounded(value, Fraction(step), mode)
    assert Grid.of(rounding).nearest(value) * Fraction(step) == expected
    assert rounded_by(of_fractions([value]), rounding).at(0) == expected


HALVES = tuple(Fraction(number, 2) for number in (-5, -3, -1, 1, 3, 5))
SENT: dict[Mode, list[int]] = {
    "half_away": [-3, -2, -1, 1, 2, 3],
    "half_even": [-2, -2, 0, 0, 2, 2],
    "half_up": [-2, -1, 0, 1, 2, 3],
    "half_down": [-3, -2, -1, 0, 1, 2],
    "up": [-3, -2, -1, 1, 2, 3],
    "down": [-2, -1, 0, 0, 1, 2],
    "floor": [-3, -2, -1, 0, 1, 2],
    "ceil": [-2, -1, 0, 1, 2, 3],
}


@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_half_goes_where_its_mode_sends_it(mode: Mode) -> None:
    rounding = Rounding(step=Decimal(1), mode=mode)
    column = rounded_by(of_fractions(HALVES), rounding)
    assert [column.at(place) for place in range(len(HALVES))] == SENT[mode]
    assert [Grid.of(rounding).nearest(half) for half in HALVES] == SENT[mode]


@pytest.mark.parametrize("mode", get_args(Mode))
def test_borders_are_where_results_change(mode: Mode) -> None:
    grid, little = Grid(Fraction(1), mode), Fraction(1, 10**6)
    for number in range(-3, 4):
        border, upward = grid.border(number)
        assert (grid.nearest(border) >= number) is upward
        assert grid.nearest(border - little) < number <= grid.nearest(border + little)


@settings(deadline=None)
@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=20, max_size=60),
    st.sampled_from(["10", "-3", "0.7"]),
    st.sampled_from([None, "1", "2.5"]),
    st.sampled_from(["5", "1", "0.5"]),
    modes,
    st.sampled_from(["sample", "population"]),
)
def test_scores_by_borders_are_the_scores_one_by_one(
    numbers: list[int], scale: str, clip: str | None, step: str, mode: Mode, estimate: str
) -> None:
    sample = estimate == "sample"
    held = None if clip is None else Fraction(clip)
    bell = Bell(center=Fraction(80), scale=Fraction(scale), clip=held, sample=sample, towards=1)
    grid = Grid(Fraction(step), mode)
    column = of_fractions([Fraction(number, 7) for number in numbers])
    found = bell.scores(column, grid)
    size, total = len(numbers), sum(numbers)
    deviations = [size * number - total for number in numbers]
    law = bell.law(sum(one * one for one in deviations), size - sample, grid)
    expected = [law.score(one) for one in deviations]
    assert list(found) == expected
    many = bell.scores(of_fractions([Fraction(number, 7) for number in numbers * 30]), grid)
    if not sample:
        assert list(many) == expected * 30


def test_a_crowd_far_beyond_64_bits_is_scored_exactly() -> None:
    bell = Bell(center=Fraction(80), scale=Fraction(10), clip=None, sample=False, towards=1)
    grid = Grid(Fraction(1, 100), "half_away")
    wide = [Fraction(10**25 * number + 1, 3) for number in range(3000)]
    slim = [Fraction(10**25 * number + 1, 10**25) for number in range(3000)]
    assert (bell.scores(of_fractions(wide), grid) == bell.scores(of_fractions(slim), grid)).all()
    assert np.array_equal(bell.scores(of_fractions(wide[:1]), grid), [8000])


def test_a_crowd_that_a_coarse_grid_tells_nothing_apart_is_scored_all_the_same() -> None:
    bell = Bell(center=Fraction(0), scale=Fraction("0.005"), clip=None, sample=False, towards=1)
    values = of_fractions([Fraction(0)] * 299 + [Fraction(17_123_174_377, 10**6)])
    assert set(bell.scores(values, Grid(Fraction(1), "half_away")).tolist()) == {0}

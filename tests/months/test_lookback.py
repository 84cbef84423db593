"""Looking back, from values alone: effects beyond noise and within it, weak points, wins in a row."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from months.lookback.effect import Estimate, between, fading, quantile, within
from months.lookback.fame import Win, fame
from months.lookback.weak import WeakCell, weak_cells, weakest_first, weakest_of

CHANGES = st.lists(st.integers(-200_000, 200_000), min_size=5, max_size=40)
SCORES = st.lists(st.one_of(st.none(), st.integers(0, 12_000)), min_size=4, max_size=4)


@given(CHANGES)
def test_the_interval_holds_the_mean_and_no_order_matters(changes: list[int]) -> None:
    found = within(changes)
    assert found is not None
    assert found == within(sorted(changes))
    assert found.low <= found.cents <= found.high
    assert abs(found.cents * 100 - Fraction(sum(changes), len(changes))) <= 50


@given(CHANGES, CHANGES)
def test_one_group_against_the_other_is_the_other_against_the_one_turned_round(one: list[int], two: list[int]) -> None:
    here, there = between(one, two), between(two, one)
    assert here is not None
    assert there is not None
    assert (here.cents, here.low, here.high) == (-there.cents, -there.high, -there.low)


def test_the_same_change_everywhere_is_an_effect_and_noise_about_nought_is_none() -> None:
    sure, noise = within([30_000] * 8), within([-40_000, 40_000, -30_000, 30_000, 1_000, -900])
    assert sure is not None
    assert noise is not None
    assert (sure.cents, sure.verdict) == (300, "better")
    assert noise.verdict == "none"


def test_a_known_example_has_its_known_interval() -> None:
    """Mean 3, deviation √2.5, t(4) = 2.776: half a width of 1.963."""
    found = within([value * 10_000 for value in (1, 2, 3, 4, 5)])
    assert found == Estimate(cents=300, low=104, high=496, units=5)


def test_fewer_than_five_units_say_nothing() -> None:
    assert within([1, 2, 3, 4]) is None
    assert between([1] * 9, [1] * 4) is None


def test_intervals_never_grow_narrower_than_the_table_allows() -> None:
    widths = [quantile(freedom) for freedom in range(1, 150)]
    assert widths == sorted(widths, reverse=True)


def test_of_an_effect_that_was_not_shown_nothing_fades() -> None:
    shown, none = Estimate(400, 100, 700, 9), Estimate(40, -100, 180, 9)
    later = [(1, Estimate(200, 0, 400, 9))]
    assert [one.left for one in fading(shown, later)] == [50]
    assert [one.left for one in fading(none, later)] == [None]


@given(st.lists(SCORES, min_size=1, max_size=12))
def test_each_month_has_a_weakest_process_unless_all_is_full(months: list[list[int | None]]) -> None:
    cells = weak_cells(months)
    assert [cell.months for cell in cells] == [sum(row[at] is not None for row in months) for at in range(4)]
    told = [[value for value in row if value is not None] for row in months]
    below = sum(len(row) > 1 and min(row) < 10_000 for row in told)
    assert sum(cell.weakest for cell in cells) >= below
    assert weak_cells(months[::-1]) == cells


def test_a_process_that_stands_alone_is_not_the_weakest() -> None:
    assert weakest_of([None, 9_000]) == frozenset()
    assert weak_cells([[9_000], [8_000]]) == (WeakCell(8_500, 2, 0),)


def test_what_was_not_measured_is_no_weak_point() -> None:
    assert weakest_of([None, 9_000, 9_000, 11_000]) == frozenset({1, 2})
    assert weakest_of([None, 9_000, 10_000]) == frozenset({1})
    assert weak_cells([[9_900, None, 9_000], [9_900, None, 8_001]])[1:] == (WeakCell(None, 0, 0), WeakCell(8_501, 2, 2))
    assert weakest_first({1: weak_cells([[9_000]]), 2: weak_cells([[None]]), 3: weak_cells([[8_000]])}) == [3, 1, 2]


@pytest.mark.parametrize(
    ("won", "longest", "running", "since"),
    [
        ((1, 2, 3), 3, 3, 3),
        ((1, 2), 2, 0, None),
        ((1, 3), 1, 1, None),
    ],
)
def test_three_in_a_row_make_a_benchmark(won: tuple[int, ...], longest: int, running: int, since: int | None) -> None:
    months = (202601, 202602, 202603)
    (found,) = fame([Win(202600 + month, "A", 7) for month in won], months)
    assert (found.longest, found.running) == (longest, running)
    assert found.benchmark_since == (202600 + since if since else None)


def test_only_public_months_count_and_a_month_without_contest_breaks_no_run() -> None:
    wins = [Win(month, "A", 7) for month in (202511, 202512, 202602, 202604)]
    (found,) = fame(wins, (202511, 202512, 202602))
    assert (found.months, found.longest, found.benchmark_since) == ((202511, 202512, 202602), 3, 202602)

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboards.ranking import Method, ranks

TOTALS = np.array([9000, 9500, 9000, 8000])


@pytest.mark.parametrize(
    ("method", "expected"),
    [("competition", [2, 1, 2, 4]), ("dense", [2, 1, 2, 3]), ("modified", [3, 1, 3, 4]), ("ordinal", [2, 1, 3, 4])],
)
def test_ties_are_numbered_as_the_board_says(method: Method, expected: list[int]) -> None:
    assert list(ranks(TOTALS, method=method).ranks) == expected


def test_the_first_breaker_that_differs_decides() -> None:
    theme, red = np.array([88, 0, 88, 0]), np.array([1, 0, 0, 0])
    assert list(ranks(TOTALS, [(theme, "desc"), (red, "asc")]).ranks) == [3, 1, 2, 4]


def test_what_is_still_equal_is_shown_as_equal() -> None:
    found = ranks(TOTALS, [(np.array([88, 0, 88, 0]), "desc")])
    assert list(found.tied) == [True, False, True, False]


def test_who_is_not_eligible_takes_no_place() -> None:
    found = ranks(TOTALS, eligible=np.array([True, False, True, True]))
    assert list(found.ranks) == [1, 0, 1, 3]


def test_an_empty_board_has_no_places() -> None:
    assert len(ranks(np.array([], dtype=np.int64)).order) == 0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_units(totals: list[int], chance: Random) -> None:
    order = list(range(len(totals)))
    chance.shuffle(order)
    first = ranks(np.array(totals)).ranks
    second = ranks(np.array([totals[at] for at in order])).ranks
    assert list(first[order]) == list(second)

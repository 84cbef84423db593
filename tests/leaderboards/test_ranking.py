from random import Random
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboards.ranking import Method, lined_up, numbered, ranks

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


COLUMN = st.sampled_from([0, 1, 2, 99, -(2**31), 2**40, -(2**62)])
"""Among them numbers so far apart that not all columns fit into one of 64 bits."""


@given(st.lists(st.tuples(st.integers(0, 3), COLUMN, COLUMN, st.booleans()), max_size=30))
def test_units_stand_in_the_order_of_their_numbers_one_after_another(
    rows: list[tuple[int, int, int, bool]],
) -> None:
    totals, up, down, eligible = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else [np.zeros(0, int)] * 4
    )
    plain = sorted((-row[0], row[1], -row[2], at) for at, row in enumerate(rows) if row[3])
    found = ranks(totals, [(up, "asc"), (down, "desc")], eligible=eligible.astype(bool))
    assert list(found.order) == [at for *_, at in plain]
    better = [sum(other[:3] < one[:3] for other in plain) for one in plain]
    assert [found.ranks[at] for *_, at in plain] == [count + 1 for count in better]
    assert [found.tied[at] for *_, at in plain] == [better.count(count) > 1 for count in better]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=30),
    st.sampled_from(get_args(Method)),
)
def test_members_of_a_group_stand_among_themselves_as_if_alone(rows: list[tuple[int, int]], method: Method) -> None:
    totals, group = (np.array(column) for column in zip(*rows, strict=True))
    line = lined_up(totals)
    for number in range(3):
        members = group == number
        among = numbered(line.among(members), method, len(totals))
        assert list(among.ranks[members]) == list(ranks(totals[members], method=method).ranks)

"""What awards read off a board: totals of those with a place, and how sure a value is only where it is the total."""

import msgspec
import pytest

from leaderboards.flags import EXCLUDED, NOT_RANKED, PROTECTED
from leaderboards.month_board import MonthBoard
from rewards.judging import _by_measure, ranked_totals
from tests.leaderboards.test_boards import board
from tests.rewards.test_awards import LIN, hall


@pytest.mark.parametrize("status", [NOT_RANKED, PROTECTED, EXCLUDED])
def test_who_had_no_place_the_month_before_has_nothing_to_be_compared_with(status: int) -> None:
    plain = board([9_000, 8_000])
    halls = [msgspec.structs.replace(one, status=status) if one.unit_id == 1 else one for one in plain.by_unit.values()]
    before = MonthBoard(snapshot_id=1, month=plain.month, made_at="", detail=plain.detail, standings=halls)
    assert ranked_totals(before) == {2: 8_000}


def test_how_sure_a_total_is_says_nothing_of_another_measure() -> None:
    one = hall(LIN, 9_500, 1, variance=1_000)
    assert _by_measure(one, 9_500).variance == 1_000
    assert _by_measure(one, 9_400).variance is None

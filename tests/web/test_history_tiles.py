"""What stands at the head of a unit's history: the best place and the mean of months that cannot move any more."""

import pytest

from months.queries.lookback.unit import HistoryRow
from web.pages.lookback.history import tiles_of


def month(number: int, place: int, cents: int, *, public: bool) -> HistoryRow:
    return HistoryRow(
        month=number, public=public, theme=None, group="A", total=None, cents=cents, rank=place, of=9, peer_rank=place,
        peer_of=9, movement=None, grade=None, awards=(), coached=None, restated=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "best", "mean"),
    [
        ([month(202611, 1, 9900, public=False), month(202610, 4, 9001, public=True), month(202609, 3, 9000, public=True)], "3", "90.01"),
        ([month(202611, 1, 9900, public=False)], "1", "99.00"),
    ],
)  # fmt: skip
def test_a_running_month_is_no_best_place_yet(rows: list[HistoryRow], best: str, mean: str) -> None:
    tiles = tiles_of(rows)
    assert (tiles[0].value, tiles[1].value, tiles[3].value) == (best, mean, str(len(rows)))

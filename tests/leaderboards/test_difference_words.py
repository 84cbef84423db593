"""What is said about the movement of a place, in words that are true of units without one."""

import pytest

from leaderboards.difference_words import place_causes, place_words, sentence
from leaderboards.differences import Cause, Part, Places


@pytest.mark.parametrize(
    ("places", "zh"),
    [
        (Places(5, 2), "上升 3 位"),
        (Places(2, 5), "下降 3 位"),
        (Places(2, 2), "名次不变"),
        (Places(None, 2), "进入第 2 名"),
        (Places(2, None), "不再有名次"),
        (Places(None, None), "没有名次"),
    ],
)
def test_a_place_is_said_to_stay_only_where_there_were_two(places: Places, zh: str) -> None:
    assert place_words(places).zh == zh


def test_both_movements_of_a_place_are_told_with_their_signs() -> None:
    told = place_causes(Places(127, 105, 31, -9))
    assert told is not None
    assert told.zh == "名次变化中，自己的分数 +31 位，别的单位的变动 −9 位"


def test_a_movement_by_others_alone_is_told_as_such() -> None:
    told = place_causes(Places(4, 6, 0, -2))
    assert told is not None
    assert told.en == "the places come from the movement of others, −2"


def test_a_unit_that_gets_its_first_place_is_told_so_with_the_causes() -> None:
    said = sentence(None, 9_000, (Part(Cause.FACTS, 9_000),), Places(None, 7))
    assert said.zh == "总分 +90.00，进入第 7 名：自己的新数据 +90.00。"

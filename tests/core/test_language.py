"""Two languages, chosen by the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.language import LANGUAGES, Text, accepted, choose, current, of_environment, parsed


def test_a_pair_is_read_in_the_chosen_language() -> None:
    before = current()
    pair = Text(zh="名次", en="rank")
    choose("en")
    english = str(pair)
    choose("zh")
    assert (english, str(pair)) == ("rank", "名次")
    choose(before)


def test_places_are_filled_in_both_and_braces_in_values_do_no_harm() -> None:
    pair = Text(zh="{unit}第 {rank}", en="{unit} is {rank}").format(unit=Text(zh="{城东}", en="{East}"), rank=3)
    assert (pair.zh, pair.en) == ("{城东}第 3", "{East} is 3")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-US,en;q=0.9", "en"), ("fr, en;q=0.3", "en"), ("en;q=0.2, zh;q=0.7", "zh"),
        ("en;q=0", "zh"), ("fr", "zh"), ("", "zh"), (None, "zh"), ("en;q=²", "zh"), ("en;q=99999", "zh"),
    ],
)  # fmt: skip
def test_the_browser_says_which_language(header: str | None, language: str) -> None:
    assert accepted(header) == language


@given(st.text(max_size=200))
def test_no_header_is_too_strange(header: str) -> None:
    assert accepted(header) in LANGUAGES


@pytest.mark.parametrize(("code", "language"), [("zh_CN.UTF-8", "zh"), ("EN", "en"), ("de", None), (None, None)])
def test_codes_are_understood(code: str | None, language: str | None) -> None:
    assert parsed(code) == language


def test_the_terminal_is_spoken_to_in_its_language() -> None:
    assert of_environment({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert of_environment({"LANG": "zh_CN.UTF-8", "SHIFEN_LANG": "en"}) == "en"
    assert of_environment({"LANG": "C"}) == "en"

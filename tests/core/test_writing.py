"""Characters that nobody sees do not come into texts of people."""

import re

import pytest

from core.writing import CONTROLS, unseen


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("已核对\u202e表原", "U+202E"),
        ("a\x00b", "U+0000"),
        ("\u2066abc", "U+2066"),
        ("a\x85b", "U+0085"),
        ("陈\u200b默", "U+200B"),
        ("\u200e12", "U+200E"),
        ("\u200fabc", "U+200F"),
        ("\u061cabc", "U+061C"),
        ("\ufeff已核对", "U+FEFF"),
        ("一家人 \U0001f468\u200d\U0001f469\u200d\U0001f467", ""),
        ("一行\n二行\t三", ""),
        ("٣ שלום 已核对原表", ""),
    ],
)
def test_a_character_that_turns_or_hides_text_is_named(text: str, sign: str) -> None:
    assert unseen(text) == sign
    assert bool(re.fullmatch(f"[^{CONTROLS}]*", text)) is not bool(sign)

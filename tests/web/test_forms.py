"""What a form brings is taken as it was written, or refused with the field, the reason and what would be right."""

import pytest
from litestar.datastructures import FormMultiDict

from core.errors import Invalid
from web.forms import Form


def _form(text: str) -> Form:
    return Form(FormMultiDict([("why", text)]))


def test_a_text_of_the_longest_length_is_taken_whole() -> None:
    assert _form(f"  {'好' * 500} ").text("why", 500) == "好" * 500


@pytest.mark.parametrize(
    ("text", "code", "zh"),
    [
        ("好" * 501, "text_too_long", "这一栏最多 500 个字，现在有 501 个。"),
        ("已核对\u202e表原", "unseen_character", "这一栏含有看不见的控制字符（U+202E），请删去后重写。"),
        ("a\x00", "unseen_character", "这一栏含有看不见的控制字符（U+0000），请删去后重写。"),
    ],
)
def test_what_cannot_be_kept_as_it_is_is_refused_and_not_cut(text: str, code: str, zh: str) -> None:
    with pytest.raises(Invalid) as refused:
        _form(text).text("why", 500)
    told = refused.value.problem
    assert told.place is not None
    assert (told.code, told.sentence.zh, told.place.path) == (code, zh, "why")

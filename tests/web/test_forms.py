"""What a form brings is taken as it was written, or refused with the field, the reason and what would be right."""

import pytest
from litestar.datastructures import FormMultiDict

from core.errors import Invalid
from web.forms import Form
from web.pages.plans.form import Typed


def _form(text: str) -> Form:
    return Form(FormMultiDict([("why", text)]))


def test_a_text_of_the_longest_length_is_taken_whole() -> None:
    assert _form(f"  {'好' * 500} ").text("why", 500) == "好" * 500


@pytest.mark.parametrize(
    ("text", "code", "zh"),
    [
        ("好" * 501, "text_too_long", "这一栏最多 500 个字，现在有 501 个。"),
        ("已核对\u202e表原", "unseen_character", "这一栏含有看不见的字符（U+202E），请删去后重写。"),
        ("陈\u200b默", "unseen_character", "这一栏含有看不见的字符（U+200B），请删去后重写。"),
        ("a\x00", "unseen_character", "这一栏含有看不见的字符（U+0000），请删去后重写。"),
    ],
)
def test_what_cannot_be_kept_as_it_is_is_refused_and_not_cut(text: str, code: str, zh: str) -> None:
    with pytest.raises(Invalid) as refused:
        _form(text).text("why", 500)
    told = refused.value.problem
    assert told.place is not None
    assert (told.code, told.sentence.zh, told.place.path) == (code, zh, "why")


def test_every_value_of_a_field_that_stands_several_times_is_looked_at() -> None:
    with pytest.raises(Invalid, match="2,001"):
        _form("a" * 2_001).texts("why")


def test_a_password_is_never_cut() -> None:
    assert _form("a" * 2_001).secret("why") == "a" * 2_001


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("about_zh", "“说明（中文）”最多 4,000 个字，现在有 4,001 个。", "“Description (Chinese)” takes at most 4,000 characters; there are 4,001."),
        ("a1.name_en", "“活动 2：名称（英文）”最多 4,000 个字，现在有 4,001 个。", "“Activity 2: Name (English)” takes at most 4,000 characters; there are 4,001."),
    ],
)  # fmt: skip
def test_a_field_of_a_plan_that_is_too_long_is_called_as_on_the_page(name: str, zh: str, en: str) -> None:
    (found,) = Typed(Form(FormMultiDict([(name, "好" * 4_001), ("title_zh", "微笑月")]))).problems
    assert (found.sentence.zh, found.sentence.en) == (zh, en)

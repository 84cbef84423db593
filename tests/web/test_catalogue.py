"""Both languages are whole: no sentence of a template is missing from either catalogue."""

import pytest
from babel.messages.extract import extract_from_dir

from web.catalogue import LOCALE, catalogue, translations

METHODS = [("**.html", "jinja2")]
OPTIONS = {"**.html": {"encoding": "utf-8", "trimmed": "true", "newstyle_gettext": "true"}}


@pytest.fixture(scope="module")
def wanted() -> set[object]:
    """Every sentence that the templates ask for."""
    folder = str(LOCALE.parent / "templates")
    return {found[2] for found in extract_from_dir(folder, METHODS, OPTIONS)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_of_the_templates_stands_in_the_catalogue(language: str, wanted: set[object]) -> None:
    known = {entry.id for entry in catalogue(language) if entry.id}  # type: ignore[arg-type]  # the parameter names our two languages
    assert wanted == known


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_left_without_words(language: str) -> None:
    for entry in catalogue(language):  # type: ignore[arg-type]  # the parameter names our two languages
        words = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert not entry.id or all(words), entry.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_place_of_a_sentence_is_kept_in_its_translation(language: str) -> None:
    for entry in catalogue(language):  # type: ignore[arg-type]  # the parameter names our two languages
        if entry.id:
            assert not list(entry.check()), entry.id


def test_chinese_is_chinese_and_english_counts() -> None:
    assert translations("zh").gettext("Sign in") == "登录"
    assert translations("en").ungettext("%(num)s row", "%(num)s rows", 5) == "%(num)s rows"


def test_chinese_sentences_use_full_width_punctuation() -> None:
    for entry in catalogue("zh"):
        words = entry.string if isinstance(entry.string, str) else "".join(entry.string or ())
        for position, sign in enumerate(words):
            beside = words[max(0, position - 1) : position]
            assert not (sign in ",;:?!" and beside and ord(beside) > 0x2E7F), words

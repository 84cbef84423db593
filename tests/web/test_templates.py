"""Every template with a filled view, in both languages: what a machine can see of a good page."""

import re

import pytest
from msgspec.structs import replace

from tests.web import samples, samples_explained
from tests.web.seen import Seen
from web.render import TEMPLATES, rendered

PAGES = sorted(samples.PAGES)
LANGUAGES = ("zh", "en")


def seen(name: str, language: str) -> Seen:
    parser = Seen()
    parser.feed(rendered(name, samples.page(language), samples.view(name, language)))
    return parser


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_and_balanced_tags(name: str, language: str) -> None:
    page = seen(name, language)
    assert len(page.all("h1")) == 1
    assert (page.open, page.crossed) == ([], [])


@pytest.mark.parametrize("name", PAGES)
def test_no_id_stands_twice_in_a_page(name: str) -> None:
    ids = [attributes["id"] for _, attributes in seen(name, "zh").tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_carries_style_script_or_a_foreign_address(name: str) -> None:
    page = seen(name, "en")
    assert not page.all("style")
    assert all("src" in attributes for attributes in page.all("script"))
    for _, attributes in page.tags:
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
        assert not str(attributes.get("src") or attributes.get("href") or "").startswith(("http", "//"))


@pytest.mark.parametrize("name", PAGES)
def test_every_form_that_writes_carries_the_token(name: str) -> None:
    html = rendered(name, samples.page(), samples.view(name))
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert 'name="csrf"' in form


@pytest.mark.parametrize("name", PAGES)
def test_every_field_has_a_label(name: str) -> None:
    page = seen(name, "zh")
    labelled = {attributes.get("for") for attributes in page.all("label")}
    fields = [a for tag in ("input", "select", "textarea") for a in page.all(tag)]
    wanted = [a for a in fields if a.get("type") not in {"hidden", "checkbox"} and "hidden" not in a]
    assert all(attributes.get("id") in labelled for attributes in wanted)


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_no_chinese_words_of_its_own(name: str) -> None:
    from web.catalogue import catalogue

    chinese = {str(entry.string) for entry in catalogue("zh") if entry.id and isinstance(entry.string, str)}
    html = rendered(name, samples.page("en"), samples.view(name, "en"))
    texts = {text.strip() for text in re.findall(r">([^<>]+)<", html)}
    own = {words for words in texts & chinese if not words.isascii()}
    assert own <= samples_words()


def samples_words() -> set[str]:
    """Return the Chinese words that the samples themselves bring in."""
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, tuple | list):
            for one in value:
                walk(one)
        elif isinstance(value, dict):
            walk(tuple(value.values()))
        elif hasattr(value, "__struct_fields__"):
            for field in value.__struct_fields__:
                walk(getattr(value, field))

    walk((tuple(samples.PAGES.values()), samples.BAR, samples.ROWS, samples.PLACE, samples.page()))
    walk(tuple(getattr(samples.board_view(), field) for field in ("title", "subtitle", "measure", "month_note")))
    return found


def test_a_name_with_markup_is_shown_as_text() -> None:
    import msgspec

    view = msgspec.structs.replace(samples.ERROR, sentences=("<script>alert(1)</script>",))
    assert "<script>alert" not in rendered("error.html", samples.page(), view)


def test_templates_stay_short() -> None:
    long = [file.name for file in TEMPLATES.glob("*.html") if len(file.read_text("utf-8").splitlines()) > 120]
    assert not long


def test_a_receipt_of_many_lines_is_set_small() -> None:
    few = samples_explained.RECEIPT
    many = replace(few, rows=samples_explained.RECEIPT.rows * 20)
    shown = [rendered("receipt.html", samples.page("en"), view) for view in (few, many)]
    assert ["paper many" in html for html in shown] == [False, True]

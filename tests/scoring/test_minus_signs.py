"""What people read has a real minus sign: no sentence made of rules carries a hyphen before a number."""

import re
from pathlib import Path

import pytest

from scoring.book_checks import checked
from scoring.plain_words import sentences
from scoring.rulebook import parsed
from tests.factories import SMALL_BOOK

GOLDEN = Path(__file__).parents[1] / "golden"
BOOKS = [SMALL_BOOK, *sorted(GOLDEN.glob("**/*.toml"))]
HYPHEN = re.compile(r"(?<![\w.\-])-\d")


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_sentence_has_a_hyphen_for_a_minus(path: Path) -> None:
    book = parsed(path.read_text(encoding="utf-8"), path.name)
    told = [line for section in sentences(book) for line in section.lines]
    told += [found.sentence for found in checked(book)]
    assert told
    assert [line for line in told if HYPHEN.search(line.zh) or HYPHEN.search(line.en)] == []


def test_the_books_tell_of_numbers_below_zero() -> None:
    books = [parsed(path.read_text(encoding="utf-8"), path.name) for path in BOOKS]
    told = [line.zh for book in books for section in sentences(book) for line in section.lines]
    assert any(re.search(r"−\d", line) for line in told)

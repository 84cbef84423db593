"""Two hundred spoilt rule books: whatever is wrong is said with its place in both languages at once, and nothing ever breaks."""

import contextlib
import random
import re
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest

from core.errors import Invalid, Problem
from scoring import book_outline, plain_words, previewing
from scoring.book_parts import Kpi
from scoring.leaf import compiled
from scoring.queries.drafts import Checked, look
from scoring.rulebook import RuleBook, parsed
from tests.factories import SMALL_BOOK

ROOT = Path(__file__).parents[2]
GOLDEN = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests" / "golden").rglob("*.toml"))]
REFERENCE = (ROOT / "docs" / "rulebook.md").read_text(encoding="utf-8")
BOOKS = [
    *(text for text in GOLDEN if "[kinds" in text),
    *(found[1] for found in re.finditer(r"^```toml rulebook.toml\n(.*?)^```", REFERENCE, re.DOTALL | re.MULTILINE)),
]
LONGEST_SENTENCE, MOST_SECONDS = 400, 0.5
INSIDE = re.compile(r"object at 0x|<class|NoneType|Fraction\(|Decimal\(|Traceback|mappingproxy")
LOOK_ALIKES = str.maketrans({"a": "а", "e": "е", "o": "ο", "c": "с", "=": "＝", '"': "”", "1": "１", ",": "，"})
NUMBERS = (
    "9" * 31, f'"{"9" * 400}"', f'"{"9" * 30}"', f'"0.{"0" * 28}1"', "-1", "0", "1e400", "nan", '"NaN"', '"1e9999"', '""', "true",
    '"١"', '"1/3"', '"80%"', "[]", "{}", "[[1, 2], [1, 3]]", '{ population = "x" }', '{ column = "x" }', "2026-11-01",
)  # fmt: skip
FORMULAS = (
    "value**9", "__import__('os')", "value" + "+value" * 9000, "power(value, 99999)", "lambda: 1", "value if", "((((", "value.real",
    "min(" * 300 + "1" + ")" * 300, "9" * 5000, "not " * 5000 + "1", "a if b else " * 3000 + "c", "value\u00a0+ 1", "ｖalue", "80%",
    "value == 80 == 80", "IF(value>1;2;3)", "round(value, 99999)", "", "value > 1", "known()", "1/0",
)  # fmt: skip
HUGE = ("9" * 30, f"0.{'0' * 28}1", f"-{'9' * 29}", "123456789012345678.000000000000000001", 2**62 + 1, 2**63)


def _spot(chance: random.Random, text: str, pattern: str, new: Callable[[], str]) -> str:
    found = list(re.finditer(pattern, text, re.MULTILINE))
    if not found:
        return text
    span = chance.choice(found).span(1)
    return text[: span[0]] + new() + text[span[1] :]


def _cut(chance: random.Random, text: str) -> str:
    start = chance.randrange(len(text))
    return text[:start] + text[start + chance.randrange(1, 60) :]


def _lines(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one:one] = [lines[other]]
    return "\n".join(lines)


def _number(chance: random.Random, text: str) -> str:
    return _spot(chance, text, r'(?<![\w."])("?-?\d+(?:\.\d+)?"?)(?![\w"])', lambda: chance.choice(NUMBERS))


def _formula(chance: random.Random, text: str) -> str:
    return _spot(chance, text, r'formula = "([^"]*)"', lambda: chance.choice(FORMULAS))


def _value(chance: random.Random, text: str) -> str:
    return _spot(chance, text, r"^\s*\w+ = (.*)$", lambda: chance.choice((*NUMBERS, '{ zh = "a" }', '["A"]', "0.5")))


def _nest(chance: random.Random, text: str) -> str:
    depth = chance.choice((60, 1_000, 30_000))
    return _spot(chance, text, r" = (.*)$", lambda: "[" * depth + "]" * depth)


def _reference(chance: random.Random, text: str) -> str:
    words = re.findall(r'"([A-Za-z_]\w+)"', text) or ["x"]
    return _spot(chance, text, r'"([A-Za-z_]\w+)"', lambda: str(chance.choice(words)))


def _key(chance: random.Random, text: str) -> str:
    keys = re.findall(r"(?<![\w\"])([A-Za-z_]\w*)(?= = )", text)
    return _spot(chance, text, r"(?<![\w\"])([A-Za-z_]\w*)(?= = )", lambda: str(chance.choice(keys)))


def _alike(chance: random.Random, text: str) -> str:
    start = chance.randrange(len(text))
    end = start + chance.randrange(1, 12)
    return text[:start] + text[start:end].translate(LOOK_ALIKES) + text[end:]


def _character(chance: random.Random, text: str) -> str:
    start = chance.randrange(len(text))
    return text[:start] + chance.choice("\u200b\ufeff\u202e\x00\x07\u2028\r\u0301") + text[start:]


SLIPS = (_cut, _lines, _number, _formula, _value, _nest, _reference, _key, _alike, _character)


@pytest.fixture(scope="module", autouse=True)
def _read_before() -> None:
    """What is imported for the first book is no time of a refusal."""
    look(BOOKS[0], "draft.toml")


@pytest.mark.parametrize("number", range(200))
def test_a_spoilt_book_is_refused_at_its_place_or_means_something(number: int) -> None:
    chance = random.Random(number)
    text = chance.choice(BOOKS)
    for slip in chance.choices(SLIPS, k=chance.choice((1, 1, 2, 3))):
        text = slip(chance, text)
    began = time.process_time()
    found = look(text, "draft.toml")
    spent = time.process_time() - began
    assert [one for one in found.problems if not _well_said(one)] == []
    assert spent < MOST_SECONDS
    _told(found)


def _well_said(found: Problem) -> bool:
    said = [found.read("zh"), found.read("en")]
    placed = found.place is not None and bool(found.place.path or found.place.row)
    return (
        placed
        and all(len(words) <= LONGEST_SENTENCE and not INSIDE.search(words) for words in said)
        and said[0] != said[1]
    )


def _told(found: Checked) -> None:
    """A book that is sound can be told to employees, laid out for the editor and drawn."""
    if found.book is None or not found.sound:
        return
    assert list(plain_words.read(plain_words.sentences(found.book)))
    assert all(book_outline.outline(found.book, card) for card, _ in book_outline.cards(found.book))
    for kpi in found.book.kpis.values():
        _drawn(kpi)


def _drawn(kpi: Kpi) -> None:
    with contextlib.suppress(Invalid):
        previewing.previewed(kpi, [Fraction(0), Fraction(1), Fraction(-7, 3), Fraction(10**9)])


def _numbers(given: object, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where numbers stand in parameters."""
    if isinstance(given, dict):
        return [spot for name, part in given.items() for spot in _numbers(part, (*way, name))]
    if isinstance(given, list | tuple):
        return [spot for at, part in enumerate(given) for spot in _numbers(part, (*way, at))]
    return [way] if re.fullmatch(r"-?\d+(\.\d+)?", str(given)) and not isinstance(given, bool) else []


def _with(given: object, way: tuple[str | int, ...], number: object) -> object:
    if not way:
        return number
    if isinstance(given, dict):
        return {name: _with(part, way[1:], number) if name == way[0] else part for name, part in given.items()}
    assert isinstance(given, list | tuple)
    return tuple(_with(part, way[1:], number) if at == way[0] else part for at, part in enumerate(given))


def _rules() -> dict[tuple[str, ...], tuple[Kpi, tuple[str | int, ...]]]:
    """Return one KPI for each place where a method takes a number."""
    books: list[RuleBook] = [parsed(text) for text in BOOKS]
    return {
        (kpi.method, *(step for step in way if isinstance(step, str))): (kpi, way)
        for book in books
        for kpi in book.kpis.values()
        for way in _numbers(kpi.params)
    }


def test_a_number_of_thirty_digits_anywhere_in_a_method_is_counted_with_or_refused() -> None:
    for kpi, way in _rules().values():
        for number in HUGE:
            spoilt = msgspec.structs.replace(kpi, params=_with(kpi.params, way, number))
            try:
                compiled(spoilt, "params")
            except Invalid:
                continue
            _drawn(spoilt)


def test_bands_that_hold_no_number_are_refused_and_the_rest_is_still_checked() -> None:
    spoilt = SMALL_BOOK.read_text(encoding="utf-8").replace('VISIT = "30"', 'VISIT = "31"')
    bands = 'method = "band"\nparams = { bands = [{ hi = "x", score = "1" }, { lo = "5", score = "2" }] }'
    found = look(re.sub(r'method = "\w+"\nparams = .*', bands, spoilt, count=1), "draft.toml")
    assert {one.code for one in found.problems if one.grade == "error"} == {"not_exact", "weights_not_100"}

"""The JSON Schema says of rule books what their reader says: the books of the repository pass, what is wrong does not."""

import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scoring.book_schema import schema
from scoring.book_words import _all

ROOT = Path(__file__).parents[2]
BOOKS = sorted(
    path
    for folder in ("seeds", "tests")
    for path in (ROOT / folder).rglob("*.toml")
    if "[processes" in path.read_text(encoding="utf-8") and "[kinds" in path.read_text(encoding="utf-8")
)
CHECK = jsonschema.Draft202012Validator(schema())


def document(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def faults(book: dict[str, Any]) -> list[str]:
    return ["/".join(map(str, error.absolute_path)) for error in CHECK.iter_errors(book)]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_every_rule_book_of_the_repository_fits(path: Path) -> None:
    assert faults(document(path)) == []


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        (("kpis", "SAT", "proces"), "HALL"),
        (("kpis", "SAT", "method"), "guess"),
        (("kpis", "SAT", "params", "achors"), []),
        (("kpis", "SAT", "direction"), "up"),
        (("kpis", "SAT", "name"), "one language"),
        (("composition", "coverage_min"), 0.6),
        (("composition", "score_places"), "two"),
        (("scorecards", "branch"), ["SAT"]),
    ],
)
def test_what_the_reader_refuses_does_not_fit(where: tuple[str, ...], wrong: object) -> None:
    book = document(ROOT / "tests" / "small.toml")
    table = book
    for name in where[:-1]:
        table = table.setdefault(name, {})
    table[where[-1]] = wrong
    assert faults(book)


def test_every_field_says_what_it_is_and_no_word_is_left_over() -> None:
    defs = {**schema()["$defs"], "RuleBook": schema()}
    told = {(struct, field) for struct, fields in _all().items() for field in fields}
    there = {
        (struct, field)
        for struct, given in defs.items()
        if struct[0].isupper()
        for field in given.get("properties", {})
    }
    assert told - there == set()
    assert there - told - {("Text", "zh"), ("Text", "en")} == set()

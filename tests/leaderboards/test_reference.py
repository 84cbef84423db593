"""The reference of rule books keeps its word: its examples can be read, its recipes give the printed results."""

import csv
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from leaderboards.files import score_files
from scoring.book_schema import schema
from scoring.reference import filled, schema_text

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "rulebook.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<language>\w+)(?: (?P<file>[^\n]+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
RESULT = "→ "


@dataclass(frozen=True)
class Recipe:
    """One section with a rule book: the files that go in, and the columns of files that must come out."""

    title: str
    files: Mapping[str, str]
    results: Mapping[str, str] = field(default_factory=dict)


def recipes() -> Iterator[Recipe]:
    for section in re.split(r"^(?=##+ )", TEXT, flags=re.MULTILINE):
        blocks = {block["file"]: block["text"] for block in BLOCK.finditer(section) if block["file"]}
        if "rulebook.toml" in blocks:
            files = {name: text for name, text in blocks.items() if not name.startswith(RESULT)}
            results = {name.removeprefix(RESULT): text for name, text in blocks.items() if name.startswith(RESULT)}
            yield Recipe(section.partition("\n")[0].lstrip("# "), files, results)


RECIPES = list(recipes())
TOML = [block["text"] for block in BLOCK.finditer(TEXT) if block["language"] == "toml"]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_there_are_recipes() -> None:
    assert len(RECIPES) >= 8
    assert all(recipe.results for recipe in RECIPES)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_gives_the_printed_result(recipe: Recipe, tmp_path: Path) -> None:
    for name, text in recipe.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    units = tmp_path / "units.csv"
    out = tmp_path / "out"
    summary = score_files(
        tmp_path / "rulebook.toml", tmp_path / "observations.csv", units if units.exists() else None, out
    )
    assert [problem.read("en") for problem in summary.problems] == []
    for name, text in recipe.results.items():
        printed = table(text)
        columns = printed[0].keys()
        written = [{column: row[column] for column in columns} for row in table((out / name).read_text("utf-8"))]
        assert written == printed, name


@pytest.mark.parametrize("text", TOML, ids=range(len(TOML)))
def test_every_example_is_toml_that_fits_the_schema(text: str) -> None:
    document = tomllib.loads(text)
    if "code" in document and "kpis" in document:
        assert faults(document, schema()) == []
    elif {"op", "children"} <= set(document):
        assert faults(document, part("Node")) == []
    elif "method" in document:
        assert faults(document, {**part("Kpi"), "required": []}) == []
    else:
        assert faults(document, {**schema(), "required": []}) == []


def part(name: str) -> dict[str, Any]:
    whole = schema()
    return {**whole["$defs"][name], "$defs": whole["$defs"]}


def faults(document: object, against: dict[str, Any]) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(against).iter_errors(document)]


def test_the_made_parts_are_fresh() -> None:
    if os.environ.get("SHIFEN_REWRITE"):
        (DOCS / "rulebook.md").write_text(filled(TEXT), encoding="utf-8")
        (DOCS / "rulebook.schema.json").write_text(schema_text(), encoding="utf-8")
        return
    assert filled(TEXT) == TEXT


def test_the_shipped_schema_is_fresh() -> None:
    assert (DOCS / "rulebook.schema.json").read_text(encoding="utf-8") == schema_text()

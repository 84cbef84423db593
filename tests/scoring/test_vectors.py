"""Every worked example comes out exactly: those of `SCORING_VECTORS` or of the domain report, and our own."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from scoring.methods import METHODS
from tests.scoring.examples import answer

BESIDE = Path(__file__).parents[3] / "shared" / "domain" / "scoring_vectors.json"
OURS = Path(__file__).with_name("more_vectors.json")


def examples_file() -> Path:
    given = os.environ.get("SCORING_VECTORS")
    shared = os.environ.get("SHIFEN_SHARED")
    return Path(given) if given else Path(shared) / "domain" / BESIDE.name if shared else BESIDE


def examples(file: Path) -> list[Mapping[str, Any]]:
    return json.loads(file.read_text(encoding="utf-8"))["vectors"] if file.is_file() else []


EXAMPLES = examples(examples_file())
MORE = examples(OURS)


def test_the_examples_are_there_and_none_twice() -> None:
    if not EXAMPLES:
        if os.environ.get("CI"):
            pytest.fail(f"no scoring examples at {examples_file()}")
        pytest.skip(f"no scoring examples at {examples_file()}: set SCORING_VECTORS to the file")
    assert len({example["id"] for example in EXAMPLES}) == len(EXAMPLES)


def test_every_method_of_the_engine_has_examples_of_ours_and_none_twice() -> None:
    assert len({example["id"] for example in MORE}) == len(MORE)
    # achievement_or_improvement is checked against the published cases of real programmes
    assert {example["method"] for example in MORE} >= METHODS.keys() - {"achievement_or_improvement"}


@pytest.mark.parametrize("example", [*EXAMPLES, *MORE], ids=[example["id"] for example in [*EXAMPLES, *MORE]])
def test_example(example: Mapping[str, Any]) -> None:
    said = answer(example)
    assert {name: said.get(name) for name in example["expected"]} == example["expected"], example.get("note")

"""Every worked example comes out exactly: from `SCORING_VECTORS`, or from the domain report beside the project."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.examples import answer

BESIDE = Path(__file__).parents[3] / "shared" / "domain" / "scoring_vectors.json"


def examples_file() -> Path:
    given = os.environ.get("SCORING_VECTORS")
    shared = os.environ.get("SHIFEN_SHARED")
    return Path(given) if given else Path(shared) / "domain" / BESIDE.name if shared else BESIDE


def examples() -> list[Mapping[str, Any]]:
    file = examples_file()
    return json.loads(file.read_text(encoding="utf-8"))["vectors"] if file.is_file() else []


EXAMPLES = examples()


def test_the_examples_are_there_and_none_twice() -> None:
    if not EXAMPLES:
        if os.environ.get("CI"):
            pytest.fail(f"no scoring examples at {examples_file()}")
        pytest.skip(f"no scoring examples at {examples_file()}: set SCORING_VECTORS to the file")
    assert len({example["id"] for example in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_example(example: Mapping[str, Any]) -> None:
    said = answer(example)
    assert {name: said.get(name) for name in example["expected"]} == example["expected"], example["note"]

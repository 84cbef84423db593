"""Rule books that somebody has broken: each is refused with a place and a reason in both languages, or scores; never a fault."""

import copy
import json
import random
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import Invalid
from leaderboards.files import score_files
from scoring.book_checks import checked
from scoring.book_params import refuse_wrong_parameters
from scoring.plain_words import sentences
from scoring.rulebook import fingerprint, parsed

HERE = Path(__file__).parent / "unseen"
BOOKS = sorted(HERE.glob("*/rulebook.toml"))
EACH = 12
SECONDS = 3
"""Far more than it takes: machines are busy."""
Way = tuple[str | int, ...]


def nested(levels: int) -> Any:
    return 1 if not levels else {"a": nested(levels - 1)}


JUNK: tuple[Any, ...] = (
    "", " ", "x", -1, 0, 10**29, 10**31, 2**63, "1e999", "NaN", "-0", "9" * 30, f"0.{'9' * 31}", True, 1.5, [], {}, [[]], [{}],
    "٣", "１２", "1_000", "Ａ", "а", "total", "none", "missing", "value" * 500, "value/0", "1 if", "(" * 60, "exp(100)", "ln(0)",
    "\u202eabc", "\x00", "power(value,12)*power(value,12)", {"column": "x"}, {"population": "mean"}, {"population": 1},
    {"population": "quantile", "share": "2"}, {"population": "sum", "times": "1e9"}, [[1, 2], [1, 3]], ["a", "a"], {"zh": "a"},
    nested(30), nested(90), "202613",
)  # fmt: skip
NAMES = ("x", "", "total", "Ａ", "а", '"', "a.b", "1", "value", "unit\u200b")


def written(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(name))} = {written(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def document(book: dict[str, Any]) -> str:
    return "\n".join(f"{json.dumps(name)} = {written(part)}" for name, part in book.items())


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield (*way, name)
        yield from ways(part, (*way, name))


def at(value: Any, way: Way) -> Any:
    for step in way:
        value = value[step]
    return value


def mutilated(book: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    broken = copy.deepcopy(book)
    for _ in range(chance.choice((1, 1, 2))):
        found = list(ways(broken))
        leaves = [way for way in found if not isinstance(at(broken, way), dict | list)]
        way = chance.choice(leaves if chance.random() < 0.7 else found)
        parent, name = at(broken, way[:-1]), way[-1]
        match chance.randrange(5):
            case 0:
                del parent[name]
            case 1 | 2:
                parent[name] = copy.deepcopy(chance.choice(JUNK))
            case 3:
                parent[name] = copy.deepcopy(at(broken, chance.choice(found)))
            case _ if isinstance(parent, dict):
                parent[chance.choice(NAMES)] = parent.pop(name)
    return broken


def judged(text: str, folder: Path, out: Path) -> None:
    """Do with a book whatever is done with books."""
    book = parsed(text)
    refuse_wrong_parameters(book, "rulebook.toml")
    fingerprint(book)
    sentences(book)
    for problem in checked(book):
        assert problem.place
    path = out / "rulebook.toml"
    path.write_text(text, encoding="utf-8")
    units = folder / "units.csv"
    score_files(path, folder / "observations.csv", units if units.exists() else None, out)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.name)
def test_a_mutilated_book_is_refused_with_place_and_reason_or_scores(path: Path, tmp_path: Path) -> None:
    whole, chance = tomllib.loads(path.read_text(encoding="utf-8")), random.Random(path.parent.name)
    for _ in range(EACH):
        text, began = document(mutilated(whole, chance)), time.monotonic()
        try:
            judged(text, path.parent, tmp_path)
        except Invalid as refusal:
            for problem in refusal.problems:
                assert problem.place, text
                assert problem.sentence.zh, text
                assert problem.sentence.en, text
        assert time.monotonic() - began < SECONDS, text


def test_a_deep_a_huge_and_a_circular_book_are_refused_at_once() -> None:
    whole = tomllib.loads((HERE / "hotline" / "rulebook.toml").read_text(encoding="utf-8"))
    nodes = whole["trees"]["town"]["nodes"]
    circular = copy.deepcopy(whole)
    circular["trees"]["town"]["nodes"]["three"] = nodes["points"] | {"children": ["points", "RESPONSE"]}
    huge = whole | {"name": {"zh": "长" * 10**6, "en": "x"}}
    for text in ("x = " + "[" * 9000 + "]" * 9000, document(huge), document(circular)):
        began = time.monotonic()
        with pytest.raises(Invalid) as refused:
            parsed(text)
        assert time.monotonic() - began < 1
        assert all(problem.place for problem in refused.value.problems)

"""What is declared about the operations of nodes is what they do."""

from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest

from core.points import FACT_SCALE, exact, plain_text
from scoring.book_reading import Reader
from scoring.book_trees import Op
from scoring.columns import Sums
from scoring.engine import Sheet, scored
from scoring.node_specs import NodeExample, operations
from scoring.rulebook import RuleBook


def book_of(op: str, example: NodeExample) -> RuleBook:
    name = {"zh": "名", "en": "name"}
    kpi: dict[str, Any] = {"name": name, "process": "P", "method": "value", "round": "none"}
    document = {
        "code": "one-node",
        "name": name,
        "composition": {"coverage_min": 0},
        "kinds": {"unit": {"name": name, "level": "unit"}},
        "processes": {"P": {"name": name, "family": name}},
        "kpis": dict.fromkeys(example.children, kpi),
        "trees": {"unit": {"nodes": {"total": {"op": op, **example.node}}}},
    }
    reader = Reader("one-node.toml")
    book: RuleBook = reader.struct(RuleBook, document, "")
    assert reader.problems == []
    return book


def sums(values: tuple[str, ...]) -> Sums:
    known = np.array([bool(value) for value in values])
    num = np.array([int(exact(value or 0) * FACT_SCALE) for value in values], dtype=np.int64)
    return Sums(num, np.where(known, FACT_SCALE, 0), known.astype(np.int64), known)


def test_every_operation_is_declared_and_nothing_else() -> None:
    assert set(operations()) == set(get_args(Op))


@pytest.mark.parametrize("code", sorted(operations()))
def test_the_worked_example_of_an_operation_comes_out(code: str) -> None:
    example = operations()[code].example
    sheet = Sheet(
        group=np.zeros(len(example.values), dtype=np.intp),
        sums={child: sums(values) for child, values in example.children.items()},
    )
    (node,) = scored(book_of(code, example), "unit", sheet).nodes
    found = [node.value.at(unit) for unit in range(len(example.values))]
    assert [plain_text(value or Fraction(0), 12) for value in found] == list(example.values)


@pytest.mark.parametrize("code", sorted(operations()))
def test_an_operation_says_what_it_does_in_both_languages(code: str) -> None:
    meaning = operations()[code].meaning
    assert meaning.zh
    assert meaning.en

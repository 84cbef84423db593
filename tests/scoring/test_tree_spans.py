"""Between what the total of a tree lies: as its nodes say, and never narrower than what comes out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.tree.spans import total_span
from tests.scoring.test_tree_card import book, of, value
from tests.scoring.test_tree_losses import CARDS


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ('op = "mean"\nchildren = ["A", "B", "C"]', (0, 120)),
        ('op = "sum"\nchildren = { A = "0.1", B = "-0.05" }', (-6, 12)),
        ('op = "sum"\nchildren = ["A", "B"]\ncap = 30\noffset = 5', (5, 30)),
        ('op = "count"\nchildren = ["A", "B", "C"]', (0, 3)),
        ('op = "product"\nchildren = ["A", "B"]\nscale = 100', (0, 144)),
        ('op = "formula"\nchildren = ["A", "B"]\nformula = "clip((A + B) / 10, 0, 20)"', (0, 20)),
        ('op = "variance"\nchildren = ["A", "B"]', (0, None)),
    ],
)
def test_a_tree_tells_between_what_its_total_lies(node: str, expected: object) -> None:
    assert total_span(book(f"[trees.hall.nodes.total]\n{node}\n"), "hall") == expected


@pytest.mark.parametrize("card", CARDS)
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(value, value, value), min_size=1, max_size=6))
def test_no_total_lies_outside(card: str, rows: list[tuple[object, object, object]]) -> None:
    rules = book(card)
    low, high = total_span(rules, "hall")
    found = of(rules, rows).exact
    assert found is not None
    for unit in range(len(rows)):
        total = found.at(unit)
        if total is not None:
            assert low is None or low <= total
            assert high is None or total <= high

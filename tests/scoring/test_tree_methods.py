"""Methods in nodes whose numbers come from the population of the month."""

from fractions import Fraction

import numpy as np
import pytest

from core.errors import Invalid
from scoring.book_trees import Node
from scoring.columns import of_fractions
from scoring.inputs import Inputs
from scoring.tree.methods import by_method, check_method


def node(method: str, **params: object) -> Node:
    return Node(code="N", op="method", children={}, method=method, params=params)


def scores(one: Node, *values: int | None, groups: tuple[int, ...] = ()) -> list[Fraction | None]:
    column = of_fractions([None if value is None else Fraction(value) for value in values])
    group = np.array(groups or (0,) * len(values), dtype=np.intp)
    found = by_method(one, Inputs(value=column, group=group), "trees.shop.nodes.N.params")
    return [found.at(unit) for unit in range(len(values))]


def test_a_threshold_may_be_a_quantile_of_the_population() -> None:
    best = node("binary", threshold={"population": "quantile", "share": "0.75"}, pass_score=1)
    assert scores(best, 1, 2, 3, 4, 5) == [0, 0, 0, 1, 1]


def test_each_peer_group_has_its_own_population_unless_all_are_asked_for() -> None:
    by_group = node("formula", formula="value - mean", constants={"mean": {"population": "mean"}})
    by_all = node("formula", formula="value - mean", constants={"mean": {"population": "mean", "scope": "all"}})
    assert scores(by_group, 1, 3, 10, 20, groups=(0, 0, 1, 1)) == [-1, 1, -5, 5]
    assert scores(by_all, 1, 3, 10, 20, groups=(0, 0, 1, 1)) == [
        Fraction(-15, 2), Fraction(-11, 2), Fraction(3, 2), Fraction(23, 2),
    ]  # fmt: skip


def test_peers_who_are_all_alike_make_no_line_and_have_no_value() -> None:
    line = node("linear", anchors=[[{"population": "min"}, 0], [{"population": "max"}, 100]])
    assert scores(line, 7, 7, None) == [None, None, None]
    assert scores(line, 7, 9, None) == [0, 100, None]


def test_a_method_that_compares_keeps_the_whole_population() -> None:
    ranked = node("rank", best=100, worst=0, scope="all", min_group=2)
    assert scores(ranked, 1, 3, 2, groups=(0, 1, 1)) == [0, 100, 50]


def test_parameters_that_make_no_rule_whatever_the_population_are_refused() -> None:
    check_method(node("linear", anchors=[[{"population": "max"}, 0], [{"population": "min"}, 100]]), "p")
    with pytest.raises(Invalid):
        check_method(node("linear", anchors=[[{"population": "max"}, 0]]), "p")

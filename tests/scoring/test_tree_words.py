"""Nodes taken apart: what is printed can be done again with a pencil, and says why something is missing."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from core.language import Text
from scoring.scored import NodeResult
from scoring.steps.telling import Step
from scoring.tree.evaluation import NodeRun
from scoring.tree.explain import steps_of
from tests.figures import closes
from tests.scoring.trees import by_engine, cases, cents

ARITHMETIC = ("weighted_mean", "sum", "mean", "min", "max", "count", "best", "product", "variance")


def told(node: Mapping[str, Any], leaves: Mapping[str, Fraction | None]) -> list[Step]:
    names = {"k0": Text(zh="微笑", en="smile"), "k1": Text(zh="等候", en="wait")}
    run = by_engine({"n0": node}, [leaves], [0])
    return list(steps_of(result_of(run.nodes["n0"]), run.nodes["n0"], names, 0))


def result_of(run: NodeRun) -> NodeResult:
    return NodeResult(run.node, run.value, run.scored, run.of, lambda: run)


@settings(max_examples=150, deadline=None)
@given(case=cases(ops=ARITHMETIC, leaf=cents))
def test_the_figures_of_every_operation_come_to_its_result(case: tuple[Any, Any, list[int]]) -> None:
    nodes, units, group = case
    run = by_engine(nodes, units, group)
    for node in run.nodes.values():
        for step in steps_of(result_of(node), node, {}, 0):
            if step.code.startswith("node:") and step.figures:
                # Six decimals of each figure are printed: their products may differ in proportion to their size.
                assert closes(step) or abs(node.raw.at(0) or Fraction(0)) > 100, step


def test_a_mean_is_told_with_its_weights() -> None:
    step = told({"op": "weighted_mean", "children": {"k0": 60, "k1": 40}}, {"k0": Fraction(90), "k1": Fraction(80)})[0]
    assert (step.figures, step.result) == ("(90 × 60 + 80 × 40) ÷ 100", "86")
    assert step.note == Text(zh="加权平均：微笑 90、等候 80", en="weighted mean: smile 90, wait 80")


def test_a_missing_child_is_named() -> None:
    step = told({"op": "weighted_mean", "children": {"k0": 60, "k1": 40}}, {"k0": Fraction(90), "k1": None})[0]
    assert (step.figures, step.result) == ("(90 × 60) ÷ 60", "90")
    assert step.note.en == "weighted mean: smile 90, wait (no value, left out)"


def test_a_stand_in_is_told_as_one() -> None:
    step = told({"op": "mean", "children": {"k0": 1, "k1": 1}, "missing": "zero"}, {"k0": Fraction(90), "k1": None})[0]
    assert (step.figures, step.result) == ("(90 + 0) ÷ 2", "45")
    assert step.note.en == "mean: smile 90, wait 0 (counts as nought)"


def test_limits_and_rounding_are_steps_of_their_own() -> None:
    node = {
        "op": "sum",
        "children": {"k0": 1, "k1": 1},
        "factor": 2,
        "offset": -1,
        "cap": 300,
        "round": {"step": "0.5"},
    }
    steps = told(node, {"k0": Fraction(90), "k1": Fraction("80.3")})
    assert [(step.code, step.figures, step.result) for step in steps] == [
        ("node:n0", "90 + 80.3", "170.3"),
        ("factor", "170.3 × 2 − 1", "339.6"),
        ("limits", "min(339.6, 300)", "300"),
        ("rounding", "300", "300"),
    ]


@pytest.mark.parametrize(
    ("node", "why"),
    [
        ({"min_scored": 2}, "1 have a value, at least 2 must"),
        ({"missing": "not_scored"}, "it has none where one is missing"),
    ],
)
def test_a_node_without_a_value_says_why(node: Mapping[str, Any], why: str) -> None:
    step = told({"op": "mean", "children": {"k0": 1, "k1": 1}, **node}, {"k0": Fraction(90), "k1": None})[0]
    assert (step.result, step.note.en) == ("–", why)


def test_a_formula_is_told_operation_by_operation() -> None:
    steps = told({"op": "formula", "children": {"k0": 1, "k1": 1}}, {"k0": Fraction(90), "k1": Fraction(80)})
    assert (steps[-1].code, steps[-1].result) == ("node:n0", "260")
    assert ("90 × 2", "180") in [(step.figures, step.result) for step in steps]

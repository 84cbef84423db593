"""Arithmetic as it is printed in a step, done again with exact fractions: what a reader with a pencil would do."""

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from core.points import rounded_fraction
from scoring.steps.telling import Step

_WORD = re.compile(r"[^\W\d]\w*")
SIGNS = str.maketrans({"−": "-", "×": "*", "÷": "/"})
PAIRS: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: lambda one, two: one + two,
    ast.Sub: lambda one, two: one - two,
    ast.Mult: lambda one, two: one * two,
    ast.Div: lambda one, two: one / two,
}
CALLS: Mapping[str, Callable[..., Fraction]] = {
    "min": min,
    "max": max,
    "round": lambda one: Fraction(rounded_fraction(one, 0)),
}


def done_again(figures: str) -> Fraction:
    """Return what printed figures come to."""
    return _value(ast.parse(figures.translate(SIGNS), mode="eval").body, figures.translate(SIGNS))


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text, node) or "")
    if isinstance(node, ast.BinOp):
        return PAIRS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, text)
    assert isinstance(node, ast.Call), ast.dump(node)
    assert isinstance(node.func, ast.Name)
    return CALLS[node.func.id](*(_value(one, text) for one in node.args))


def is_arithmetic(figures: str) -> bool:
    """Tell whether figures are numbers alone, and not a formula with names in it."""
    return set(_WORD.findall(figures)) <= set(CALLS)


def number(text: str) -> Fraction:
    """Return a printed result as a number."""
    return Fraction(text.translate(SIGNS))


def closes(step: Step) -> bool:
    """Tell whether a step's figures come to its result, as finely as both are printed: figures carry six decimals."""
    places = len(step.result.partition(".")[2])
    half = Fraction(1, 2 * 10**places)
    return abs(done_again(step.figures) - number(step.result)) <= half + Fraction(1, 10**4)

"""One unit through a formula, in fractions: for explanations, and as the plain reading of what the columns must give."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from core.points import rounded_fraction
from scoring.formula import roots
from scoring.formula.normal import phi
from scoring.formula.syntax import Node

Value: TypeAlias = Fraction | bool | None
Values: TypeAlias = Mapping[str, Fraction | None]


def value_of(node: Node, values: Values) -> Value:
    """Return the value of a node, None where it is missing."""
    if node.op in _LAZY:
        return _LAZY[node.op](node, values)
    parts = [value_of(part, values) for part in node.parts]
    numbers = [Fraction(part) for part in parts if part is not None]
    if len(numbers) < len(parts):
        return None
    return _STRICT[node.op](numbers, node)


def _named(node: Node, values: Values) -> Value:
    value = values.get(node.name)
    return value if value is None or node.kind == "number" else value != 0


def _if(node: Node, values: Values) -> Value:
    test = value_of(node.parts[0], values)
    return None if test is None else value_of(node.parts[1 if test else 2], values)


def _and(node: Node, values: Values) -> Value:
    return all_of([value_of(part, values) for part in node.parts])


def _or(node: Node, values: Values) -> Value:
    turned = all_of([_turned(value_of(part, values)) for part in node.parts])
    return _turned(turned)


def all_of(found: list[Value]) -> bool | None:
    """Return false where one is false whatever is missing, else missing where one is, else true."""
    if any(value is False for value in found):
        return False
    return None if None in found else True


def _turned(value: Value) -> bool | None:
    return None if value is None else not value


def _coalesce(node: Node, values: Values) -> Value:
    return next((value for part in node.parts if (value := value_of(part, values)) is not None), None)


def _compare(node: Node, values: Values) -> Value:
    numbers = [value_of(part, values) for part in node.parts]
    pairs = zip(node.signs, numbers, numbers[1:], strict=False)
    return all_of([None if a is None or b is None else SIGNS[sign]((a > b) - (a < b)) for sign, a, b in pairs])


SIGNS: Mapping[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
}
_LAZY: Mapping[str, Callable[[Node, Values], Value]] = {
    "number": lambda node, _: node.number,
    "missing": lambda *_: None,
    "truth": lambda node, _: bool(node.value),
    "name": _named,
    "if": _if,
    "and": _and,
    "or": _or,
    "not": lambda node, values: _turned(value_of(node.parts[0], values)),
    "compare": _compare,
    "coalesce": _coalesce,
    "known": lambda node, values: value_of(node.parts[0], values) is not None,
}
_STRICT: Mapping[str, Callable[[list[Fraction], Node], Value]] = {
    "negative": lambda x, _: -x[0],
    "+": lambda x, _: x[0] + x[1],
    "-": lambda x, _: x[0] - x[1],
    "*": lambda x, _: x[0] * x[1],
    "/": lambda x, _: x[0] / x[1] if x[1] else None,
    "min": lambda x, _: min(x),
    "max": lambda x, _: max(x),
    "abs": lambda x, _: abs(x[0]),
    "clip": lambda x, _: min(max(x[0], x[1]), x[2]),
    "round": lambda x, node: Fraction(rounded_fraction(x[0], node.places), 10**node.places),
    "floor": lambda x, _: Fraction(math.floor(x[0])),
    "ceil": lambda x, _: Fraction(math.ceil(x[0])),
    "power": lambda x, node: roots.power(x[0], node.number),
    "ln": lambda x, _: roots.ln(x[0]),
    "exp": lambda x, _: roots.exp(x[0]),
    "phi": lambda x, _: phi(x[0]),
}

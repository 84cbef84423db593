"""Between what the result of a formula lies, given between what its names lie; None is no bound on a side."""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from core.points import rounded_fraction
from scoring.formula import roots
from scoring.formula.normal import phi
from scoring.formula.syntax import Node

Bound: TypeAlias = Fraction | None
Span: TypeAlias = tuple[Bound, Bound]
ANYTHING: Span = (None, None)


def span_of(node: Node, names: Mapping[str, Span]) -> Span:
    """Return the least and the greatest that a formula can come to; wider than need be where names occur twice."""
    if node.kind == "truth":
        return Fraction(0), Fraction(1)
    if node.op == "number":
        return node.number, node.number
    if node.op == "name":
        return names.get(node.name, ANYTHING)
    parts = [span_of(part, names) for part in node.parts if part.kind == "number" and part.op != "missing"]
    return _SPANS[node.op](parts, node) if node.op in _SPANS and parts else ANYTHING


def _all(bounds: list[Bound], law: Callable[[list[Fraction]], Fraction]) -> Bound:
    known = [bound for bound in bounds if bound is not None]
    return law(known) if len(known) == len(bounds) else None


def _some(bounds: list[Bound], law: Callable[[list[Fraction]], Fraction]) -> Bound:
    known = [bound for bound in bounds if bound is not None]
    return law(known) if known else None


def either(parts: Sequence[Span]) -> Span:
    """Return from the least to the greatest of some."""
    return _all([low for low, _ in parts], min), _all([high for _, high in parts], max)


def _smallest(parts: list[Span]) -> Span:
    return _all([low for low, _ in parts], min), _some([high for _, high in parts], min)


def _largest(parts: list[Span]) -> Span:
    return _some([low for low, _ in parts], max), _all([high for _, high in parts], max)


def _minus(part: Span) -> Span:
    low, high = part
    return None if high is None else -high, None if low is None else -low


def plus(left: Span, right: Span) -> Span:
    """Return between what a sum lies."""
    return _all([left[0], right[0]], sum), _all([left[1], right[1]], sum)  # type: ignore[arg-type] # of fractions, at least two


def times(left: Span, right: Span) -> Span:
    """Return the corners of a product; where a side is open, what its signs still tell."""
    ends = [a * b if a is not None and b is not None else None for a in left for b in right]
    corners = [end for end in ends if end is not None]
    if len(corners) == len(ends):
        return min(corners), max(corners)
    for one, other in ((left, right), (right, left)):
        if one[0] == one[1] == 0:
            return Fraction(0), Fraction(0)
        if one[0] is not None and one[0] == one[1]:
            scaled = tuple(None if end is None else end * one[0] for end in other)
            return (scaled[0], scaled[1]) if one[0] > 0 else (scaled[1], scaled[0])
    above = all(low is not None and low >= 0 for low, _ in (left, right))
    return (Fraction(0), None) if above else ANYTHING


def _quotient(left: Span, right: Span) -> Span:
    low, high = right
    if low is not None and high is not None and (low > 0 or high < 0):
        return times(left, (1 / high, 1 / low))
    if low is not None and low > 0:
        return times(left, (Fraction(0), 1 / low))
    above = all(end is not None and end >= 0 for end in (left[0], low))
    return (Fraction(0), None) if above else ANYTHING


def _away(part: Span) -> Span:
    low, high = part
    most = _all([_minus(part)[1], high], max)
    if low is not None and low >= 0:
        return part
    return (-high if high is not None and high <= 0 else Fraction(0)), most


def _each(part: Span, law: Callable[[Fraction], Fraction | None]) -> Span:
    low, high = part
    return None if low is None else law(low), None if high is None else law(high)


def _power(part: Span, node: Node) -> Span:
    exponent = node.number
    if exponent.denominator == 1 and exponent > 0 and exponent.numerator % 2 == 0:
        return _each(_away(part), lambda value: roots.power(value, exponent))
    if exponent > 0:
        own = part if exponent.denominator == 1 else _largest([part, (Fraction(0), Fraction(0))])
        return _each(own, lambda value: roots.power(value, exponent))
    return (Fraction(0), None) if part[0] is not None and part[0] >= 0 else ANYTHING


_SPANS: Mapping[str, Callable[[list[Span], Node], Span]] = {
    "negative": lambda x, _: _minus(x[0]),
    "+": lambda x, _: plus(x[0], x[1]),
    "-": lambda x, _: plus(x[0], _minus(x[1])),
    "*": lambda x, _: times(x[0], x[1]),
    "/": lambda x, _: _quotient(x[0], x[1]),
    "min": lambda x, _: _smallest(x),
    "max": lambda x, _: _largest(x),
    "clip": lambda x, _: _smallest([_largest([x[0], x[1]]), x[2]]),
    "if": lambda x, _: either(x),
    "coalesce": lambda x, _: either(x),
    "abs": lambda x, _: _away(x[0]),
    "round": lambda x, node: _each(x[0], lambda y: Fraction(rounded_fraction(y, node.places), 10**node.places)),
    "floor": lambda x, _: _each(x[0], lambda y: Fraction(math.floor(y))),
    "ceil": lambda x, _: _each(x[0], lambda y: Fraction(math.ceil(y))),
    "power": lambda x, node: _power(x[0], node),
    "phi": lambda x, _: (
        Fraction(0) if x[0][0] is None else phi(x[0][0]),
        Fraction(1) if x[0][1] is None else phi(x[0][1]),
    ),
    "exp": lambda x, _: (Fraction(0), None if x[0][1] is None else roots.exp(x[0][1])),
    "ln": lambda x, _: (
        None if x[0][0] is None else roots.ln(x[0][0]),
        None if x[0][1] is None else roots.ln(x[0][1]),
    ),
}

"""Between what the total of a tree lies, whatever the facts: wider than need be, never narrower; None is no bound."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from core.points import exact
from scoring.book_parts import Kpi
from scoring.book_trees import Node
from scoring.formula.bounds import ANYTHING, Span, either, plus, span_of, times
from scoring.formula.reading import read
from scoring.formula.syntax import Kind
from scoring.grid import Grid
from scoring.ranges import most_scored, score_range
from scoring.rulebook import RuleBook

NOUGHT: Span = (Fraction(0), Fraction(0))


def total_span(book: RuleBook, card: str) -> Span:
    """Return between what the totals of a card that is a tree lie."""
    tree = book.trees[card]
    found = {code: _leaf(book.kpis[code]) for code in tree.leaves()}
    for code in tree.order():
        found[code] = _finished(tree.nodes[code], _made(tree.nodes[code], found))
    return found[tree.top]


def _leaf(kpi: Kpi) -> Span:
    low, high = score_range(kpi) or ANYTHING
    most = most_scored(kpi)
    span = low, high if most is None else most
    return either([span, NOUGHT]) if kpi.missing == "zero" else span


def _made(node: Node, found: Mapping[str, Span]) -> Span:
    spans = [_stood_in(node, found[code]) for code in node.children]
    if node.op == "formula":
        kinds: dict[str, Kind] = dict.fromkeys(node.children, "number")
        return span_of(read(node.formula, kinds, wanted=None).tree, dict(zip(node.children, spans, strict=True)))
    return _SPANS[node.op](node, spans) if node.op in _SPANS else ANYTHING


def _stood_in(node: Node, span: Span) -> Span:
    if node.missing == "zero":
        return either([span, NOUGHT])
    if node.missing == "value" and node.missing_value is not None:
        return either([span, (exact(node.missing_value), exact(node.missing_value))])
    return span


def _sum(node: Node, spans: Sequence[Span]) -> Span:
    """Return what parts may add up to; each of them may be missing."""
    total = NOUGHT
    for span, weight in zip(spans, node.children.values(), strict=True):
        part = times(span, (exact(weight), exact(weight)))
        total = plus(total, either([part, NOUGHT]))
    return total


def _best(node: Node, spans: Sequence[Span]) -> Span:
    return _sum(node, spans) if node.of == "sum" else either(spans)


def _product(node: Node, spans: Sequence[Span]) -> Span:
    scale = exact(node.scale) if node.scale is not None else Fraction(1)
    result: Span = (scale, scale)
    for span in spans:
        part = times(span, (1 / scale, 1 / scale))
        result = either([result, times(result, part)])
    return result


def _finished(node: Node, span: Span) -> Span:
    factor, offset = exact(node.factor), exact(node.offset)
    low, high = plus(times(span, (factor, factor)), (offset, offset))
    floor = None if node.floor is None else exact(node.floor)
    cap = None if node.cap is None else exact(node.cap)
    if floor is not None:
        low, high = max(floor, low) if low is not None else floor, None if high is None else max(floor, high)
    if cap is not None:
        low, high = None if low is None else min(cap, low), min(cap, high) if high is not None else cap
    if node.round is None:
        return low, high
    grid = Grid.of(node.round)
    return (
        None if low is None else grid.nearest(low) * grid.step,
        None if high is None else grid.nearest(high) * grid.step,
    )


_SPANS: Mapping[str, Callable[[Node, Sequence[Span]], Span]] = {
    "weighted_mean": lambda _, spans: either(spans),
    "mean": lambda _, spans: either(spans),
    "median": lambda _, spans: either(spans),
    "min": lambda _, spans: either(spans),
    "max": lambda _, spans: either(spans),
    "sum": _sum,
    "best": _best,
    "product": _product,
    "count": lambda node, _: (Fraction(0), Fraction(len(node.children))),
    "variance": lambda *_: (Fraction(0), None),
}

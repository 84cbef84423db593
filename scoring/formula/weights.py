"""How much each name counts in what a formula gives, by the way that was taken: value = Σ weight × name + rest, exactly.

A name weighs 1, a number nothing. Sums pass a weight on, differences its contrary; of a product each factor that knows a
name gets what the others leave, split equally, as in a node that multiplies; of a quotient only what is divided. Of
`min`, `max` and `clip` the one that decided has it all, level ones share; a choice and `coalesce` pass it to the branch
taken; roundings pass it on; powers, `ln`, `exp` and
`phi` as value ÷ argument. Conditions weigh nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce

import numpy as np

from scoring.columns import Bools, Column, Ints, chosen, constant
from scoring.formula.syntax import Node
from scoring.formula.vector import Run, divided, minus, plus, slim, times


@dataclass(frozen=True)
class Remembering(Run):
    """A run that works out every part once."""

    found: dict[int, Column] = field(default_factory=dict)

    def number(self, node: Node) -> Column:
        """Return the column of a node that is a number."""
        key = id(node)
        if key not in self.found:
            self.found[key] = super().number(node)
        return self.found[key]


def weights_of(tree: Node, run: Run) -> dict[str, Column]:
    """Return the weight of every name in each unit's result, zero where it did not count; known everywhere."""
    found: dict[str, Column] = {}
    if tree.kind == "number":
        _handed(tree, _Handing(run, found), constant(Fraction(1), run.size))
    return found


@dataclass(frozen=True)
class _Handing:
    """A run and the weights that have come together."""

    run: Run
    found: dict[str, Column]


def _handed(node: Node, to: _Handing, weight: Column) -> None:
    """Pass the weight of a part on to what it is made of."""
    if node.op in _WAYS:
        for part, own in _WAYS[node.op](node, to.run, weight):
            _handed(part, to, own)
    elif node.op == "name":
        own = _sure(weight, to.run.named(node).known)
        to.found[node.name] = slim(plus(to.found[node.name], own)) if node.name in to.found else own


Way = Callable[[Node, Run, Column], Sequence[tuple[Node, Column]]]


def _knows(node: Node, run: Run) -> Bools:
    """Tell where a part depends on a name by its value, not only by a condition."""
    nowhere = np.zeros(run.size, dtype=bool)
    if node.kind != "number" or node.op in {"number", "missing"}:
        return nowhere
    if node.op == "name":
        return run.named(node).known
    if node.op == "if":
        yes, no = (_knows(part, run) for part in node.parts[1:])
        return np.where(run.truth(node.parts[0]).yes, yes, no).astype(bool)
    if node.op == "coalesce":
        return reduce(np.logical_or, [_knows(part, run) & taken for part, taken in _firsts(node, run)], nowhere)
    return reduce(np.logical_or, [_knows(part, run) for part in node.parts], nowhere)


def _firsts(node: Node, run: Run) -> list[tuple[Node, Bools]]:
    """Return where each operand of `coalesce` is the first that is there."""
    left = np.ones(run.size, dtype=bool)
    found = []
    for part in node.parts:
        known = run.number(part).known
        found.append((part, left & known))
        left = left & ~known
    return found


def _product(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    factors = _factors(node)
    knowing = [_knows(factor, run) for factor in factors]
    share = divided(weight, _counted(knowing, run.size))
    values = [run.number(factor) for factor in factors]
    handed = []
    for at, (factor, knows) in enumerate(zip(factors, knowing, strict=True)):
        if knows.any():
            others = [*values[:at], *values[at + 1 :]]
            handed.append((factor, _sure(reduce(lambda left, right: slim(times(left, right)), others, share), knows)))
    return handed


def _factors(node: Node) -> list[Node]:
    return [one for part in node.parts for one in _factors(part)] if node.op == "*" else [node]


def _counted(flags: Sequence[Bools], size: int) -> Column:
    count: Ints = np.maximum(np.sum(flags, axis=0, dtype=np.int64), 1)
    return Column(count, np.ones(size, dtype=np.int64), np.ones(size, dtype=bool))


def _decided(node: Node, run: Run, weight: Column, parts: Sequence[Node]) -> Sequence[tuple[Node, Column]]:
    """Return the weights of those parts that are what came out: names before numbers, level ones sharing."""
    result = run.number(node)
    level = [result.known & (minus(run.number(part), result).num == 0) for part in parts]
    knowing = [flags & _knows(part, run) for flags, part in zip(level, parts, strict=True)]
    share = divided(weight, _counted(knowing, run.size))
    return [(part, _sure(share, flags)) for part, flags in zip(parts, knowing, strict=True) if flags.any()]


def _clip(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    inner, result = run.number(node.parts[0]), run.number(node)
    within = result.known & np.asarray(minus(inner, result).num == 0, dtype=bool)
    return [
        (node.parts[0], _sure(weight, within)),
        *_decided(node, run, _sure(weight, ~within), node.parts[1:]),
    ]


def _if(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    test = run.truth(node.parts[0])
    return [(node.parts[1], _sure(weight, test.yes)), (node.parts[2], _sure(weight, test.known & ~test.yes))]


def _abs(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    below = np.asarray(run.number(node.parts[0]).num < 0, dtype=bool)
    return [(node.parts[0], chosen(below, _negative(weight), weight))]


def _through(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    """Return the weight of the one argument, that a straight line through the origin would give it."""
    slope = divided(run.number(node), run.number(node.parts[0]))
    return [(node.parts[0], _sure(times(weight, slope), slope.known))]


def _quotient(node: Node, run: Run, weight: Column) -> Sequence[tuple[Node, Column]]:
    by = divided(weight, run.number(node.parts[1]))
    return [(node.parts[0], _sure(slim(by), by.known))]


def _negative(column: Column) -> Column:
    return Column(-column.num, column.den, column.known)


def _sure(column: Column, where: Bools) -> Column:
    """Return the numbers there and zero elsewhere, known everywhere."""
    some = column.known & where
    return Column(np.where(some, column.num, 0), np.where(some, column.den, 1), np.ones(len(column), dtype=bool))


_WAYS: Mapping[str, Way] = {
    "+": lambda node, _, weight: [(part, weight) for part in node.parts],
    "-": lambda node, _, weight: [(node.parts[0], weight), (node.parts[1], _negative(weight))],
    "negative": lambda node, _, weight: [(node.parts[0], _negative(weight))],
    "*": _product,
    "/": _quotient,
    "min": lambda node, run, weight: _decided(node, run, weight, node.parts),
    "max": lambda node, run, weight: _decided(node, run, weight, node.parts),
    "clip": _clip,
    "if": _if,
    "coalesce": lambda node, run, weight: [(part, _sure(weight, taken)) for part, taken in _firsts(node, run)],
    "abs": _abs,
    "round": lambda node, _, weight: [(node.parts[0], weight)],
    "floor": lambda node, _, weight: [(node.parts[0], weight)],
    "ceil": lambda node, _, weight: [(node.parts[0], weight)],
    "power": _through,
    "ln": _through,
    "exp": _through,
    "phi": _through,
}

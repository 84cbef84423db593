"""How much of every node's value reaches the total: along each way up, added up over the ways."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from core.points import exact
from scoring.columns import Column, constant, scaled
from scoring.scored import NodeResult
from scoring.tree.matrix import plus, times


def weights_of_nodes(nodes: Sequence[NodeResult]) -> Mapping[str, Column]:
    """Return the exact weight of each node in the total; `nodes` stand with children first, the top last."""
    if not nodes:
        return {}
    size = len(nodes[-1].value)
    weights = {node.code: constant(Fraction(int(node is nodes[-1])), size) for node in nodes}
    for node in reversed(nodes):
        above = scaled(weights[node.code], exact(node.node.factor))
        for child, share, put_in in zip(node.node.children, node.work.shares, node.work.put_in, strict=True):
            if child in weights:
                weights[child] = plus(weights[child], _cut(times(above, share), put_in))
    return weights


def _cut(column: Column, out: np.ndarray) -> Column:
    """Return the weights with zero where they are unknown, or where the value is not the node's own."""
    some = column.known & ~out
    return Column(np.where(some, column.num, 0), np.where(some, column.den, 1), np.ones(len(column), dtype=bool))

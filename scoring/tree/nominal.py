"""How much each KPI of a tree counts on paper: its share of the total when nothing is missing."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from core.points import exact
from scoring.book_trees import Node, Tree

Shares = Callable[[Node], Mapping[str, Fraction]]


def nominal_shares(tree: Tree, shares: Shares | None = None) -> dict[str, Fraction]:
    """Return the share of each KPI in the total, before factors; they add up to 1 over a tree of means.

    Where an operation takes one or some of its children, each counts as if it were as likely as the others; `shares`
    may tell otherwise what the children of a node have in it.
    """
    down: dict[str, Fraction] = {tree.top: Fraction(1)}
    for code in reversed(tree.order()):
        node = tree.nodes[code]
        for child, share in (shares or shares_in)(node).items():
            down[child] = down.get(child, Fraction(0)) + down[code] * share
    return {code: down[code] for code in tree.leaves()}


def unweighed(tree: Tree) -> frozenset[str]:
    """Return the KPIs that a formula stands above: it has no weights, and what they count shows when it has run."""
    below: set[str] = set()
    for code in reversed(tree.order()):
        node = tree.nodes[code]
        if node.op == "formula" or code in below:
            below |= set(node.children)
    return frozenset(below.intersection(tree.leaves()))


def shares_in(node: Node) -> dict[str, Fraction]:
    """Return the share of each child in one node: by weight where there are weights, else equal; together 1."""
    weights = {child: abs(exact(weight)) for child, weight in node.children.items()}
    whole = sum(weights.values(), Fraction(0))
    if not whole:
        return {child: Fraction(1, len(weights)) for child in weights}
    return {child: weight / whole for child, weight in weights.items()}

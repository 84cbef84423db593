"""What each KPI has to say in a total on paper: by weight, and in a formula by how far it moves what comes out."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from core.errors import Invalid
from scoring.book_trees import Node
from scoring.rulebook import RuleBook
from scoring.tree.nominal import nominal_shares, shares_in

FULL, NOUGHT = Fraction(100), Fraction(0)
Give = Callable[[Mapping[str, Fraction]], Fraction | None]


def paper_weights(book: RuleBook, kind: str) -> dict[str, Fraction]:
    """Return the weight in per cent of each KPI of a kind, the children of a formula counted by what they move."""
    tree = book.trees.get(kind)
    if tree is None:
        return book.weights_of(kind)
    return {code: share * 100 for code, share in nominal_shares(tree, _shares).items()}


def _shares(node: Node) -> dict[str, Fraction]:
    """Return the share of each child: equal ones where a formula cannot be read or nothing moves it."""
    moved = _moved(node) if node.op == "formula" else {}
    whole = sum(moved.values(), NOUGHT)
    return {child: moved[child] / whole for child in moved} if whole else shares_in(node)


def _moved(node: Node) -> dict[str, Fraction]:
    from scoring.formula.reading import read  # pages read rule books too, and must not wait for numpy

    try:
        formula = read(node.formula, dict.fromkeys(node.children, "number"), wanted=None)
        return {child: _reach(formula.at, list(node.children), child) for child in node.children}
    except Invalid:
        return {}


def _reach(give: Give, children: list[str], child: str) -> Fraction:
    """Return how far one child moves a result: falling alone from full marks, and rising alone from nought.

    Both, because the least of some is moved by the one that falls, the best of some by the one that rises.
    """
    reach = NOUGHT
    for others, own in ((FULL, NOUGHT), (NOUGHT, FULL)):
        before = give(dict.fromkeys(children, others))
        after = give({**dict.fromkeys(children, others), child: own})
        if before is not None and after is not None:
            reach += abs(after - before)
    return reach

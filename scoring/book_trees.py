"""Scorecards as trees in a rule book: nodes that combine KPIs and other nodes, up to the one that is the total."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from core.language import Text
from scoring.book_parts import Rounding

Op = Literal[
    "weighted_mean", "sum", "mean", "min", "max", "median", "count", "best", "product", "variance", "formula", "method"
]
NodeMissing = Literal["leave_out", "zero", "group_worst", "group_mean", "hold_last", "not_scored", "value"]
Children = Annotated[dict[str, Decimal], "list"]
"""Child → weight; a list in the document gives each the weight 1."""


TOP = "total"
"""The node that is the top of a tree where nothing is said."""


class Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One node: what it does with its children, what it does without some of them, how its value is finished."""

    code: str
    name: Text = Text(zh="", en="")
    op: Op
    children: Children
    min_scored: int = 1
    """How many children must have a value of their own, else the node has none."""
    missing: NodeMissing = "leave_out"
    missing_value: Decimal | None = None
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    cap: Decimal | None = None
    floor: Decimal | None = None
    round: Rounding | None = None
    n: int | None = None
    """Of `best`: so many of the best."""
    drop: int | None = None
    """Of `best`: all but so many of the worst."""
    of: Literal["mean", "sum"] | None = None
    worst: bool = False
    at_least: Decimal | None = None
    below: Decimal | None = None
    scale: Decimal | None = None
    sample: bool = False
    formula: str = ""
    method: str = ""
    params: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def title(self) -> Text:
        """Return the name; where none is given what every tree's top is called, else the code."""
        if self.name.zh or self.name.en:
            return self.name
        return Text(zh="总分", en="Total") if self.code == TOP else Text(zh=self.code, en=self.code)


class Tree(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scorecard of a kind as a tree; the value of the node `top` is the total."""

    code: str
    top: str = TOP
    nodes: dict[str, Node]

    def order(self) -> tuple[str, ...]:
        """Return the nodes, each after those that stand under it; `top` is the last. Cycles are cut, not followed."""
        return tuple(code for code in _walked(self) if code in self.nodes)

    def leaves(self) -> tuple[str, ...]:
        """Return the codes of the KPIs in the order in which they are met."""
        return tuple(code for code in _walked(self) if code not in self.nodes)


def _walked(tree: Tree) -> list[str]:
    """Return everything that can be reached from the top, children first."""
    done: dict[str, None] = {}
    open_: list[tuple[str, list[str]]] = [(tree.top, _under(tree, tree.top))]
    met = {tree.top}
    while open_:
        code, waiting = open_[-1]
        if not waiting:
            done[code] = None
            open_.pop()
            continue
        child = waiting.pop(0)
        if child not in met:
            met.add(child)
            open_.append((child, _under(tree, child)))
    return list(done)


def _under(tree: Tree, code: str) -> list[str]:
    node = tree.nodes.get(code)
    return list(node.children) if node else []


OWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    "best": ("n", "drop", "of", "worst"),
    "count": ("at_least", "below"),
    "product": ("scale",),
    "variance": ("sample",),
    "formula": ("formula",),
    "method": ("method", "params"),
}
"""Fields that mean something for one operation only."""
WEIGHTED = ("weighted_mean", "sum", "best", "variance")
"""Operations in which children may weigh differently."""

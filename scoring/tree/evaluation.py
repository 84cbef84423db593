"""A tree over n units: the value of every node from the leaves up, then the weight of every leaf from the top down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.book_trees import Node, Tree
from scoring.columns import Bools, Column, constant, limited, whole
from scoring.formula.reading import read
from scoring.formula.syntax import Kind
from scoring.inputs import Inputs
from scoring.leaf import LONG
from scoring.rounding import rounded_by
from scoring.tree.matrix import plus, shifted, times
from scoring.tree.methods import by_method
from scoring.tree.ops import OPERATIONS, Combined, combined, through_origin
from scoring.tree.stand_ins import Gap, Peers, filled


@dataclass(frozen=True)
class Leaf:
    """A KPI or a node as its parents meet it."""

    value: Column
    own: Bools
    """True where it has a value: measured, or put in by the policy of its KPI; False where only nodes below put some in."""
    applies: Bools
    """False takes it from under its nodes altogether."""

    def part(self, units: slice) -> "Leaf":
        """Return the same for some units."""
        return Leaf(self.value.part(units), self.own[units], self.applies[units])


@dataclass(frozen=True)
class NodeRun:
    """What became of one node over n units; columns stand in the order of its children."""

    node: Node
    children: tuple[Column, ...]
    """Values that entered it, stand-ins included."""
    put_in: tuple[Bools, ...]
    """Where the value of a child was put in by this node's policy."""
    shares: tuple[Column, ...]
    """Exact weight of each child in `raw`, zero where the node has no value."""
    raw: Column
    """What the operation gave."""
    value: Column
    """The same after factor, offset, floor, cap and rounding; unknown where too few children were scored."""
    scored: NDArray[np.int64]
    of: NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """What a tree is evaluated with besides its leaves."""

    peers: Peers
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)
    """By KPI: how much more it weighs in weighted means, for the theme of a month."""
    path: str = "trees"

    def part(self, units: slice) -> "Setting":
        """Return the same for some units."""
        return replace(self, peers=self.peers.part(units))


@dataclass(frozen=True)
class Weighed:
    """How a leaf entered the total: total = Σ points + rest, points = weight × value where it has its own value."""

    weight: Column
    points: Column
    put_in: Bools


@dataclass(frozen=True)
class TreeRun:
    """A tree evaluated: nodes with children before parents, leaves by code."""

    nodes: Mapping[str, NodeRun]
    leaves: Mapping[str, Weighed]
    total: Column
    own: Bools


def evaluated(tree: Tree, leaves: Mapping[str, Leaf], setting: Setting) -> TreeRun:
    """Return what a tree makes of its leaves; Invalid for a method or a formula that cannot be applied."""
    known = dict(leaves)
    runs: dict[str, NodeRun] = {}
    for code in tree.order():
        run, as_child = _run(tree.nodes[code], known, setting)
        runs[code], known[code] = run, as_child
    top = known[tree.top]
    return TreeRun(runs, _weighed(tree, runs, leaves), top.value, top.own)


def _run(node: Node, known: Mapping[str, Leaf], setting: Setting) -> tuple[NodeRun, Leaf]:
    children = [known[code] for code in node.children]
    own = [child.value.known & child.own & child.applies for child in children]
    missing = [~child.value.known & child.applies for child in children]
    used = tuple(
        _entering(node, code, child, gap, setting)
        for code, child, gap in zip(node.children, children, missing, strict=True)
    )
    scored, of = _counted(own), _counted([child.applies for child in children])
    enough = scored >= node.min_scored
    if node.missing == "not_scored":
        enough &= ~np.any(missing, axis=0)
    made = _combined(node, used, setting)
    known_at = made.value.known & enough & (of > 0)
    raw = _cut(made.value, known_at)
    value = finished(node, raw)
    run = NodeRun(
        node=node,
        children=used,
        put_in=tuple(gap & column.known for gap, column in zip(missing, used, strict=True)),
        shares=tuple(_zeroed(share, known_at) for share in made.shares),
        raw=raw,
        value=value,
        scored=scored,
        of=of,
    )
    return run, Leaf(value, scored > 0, of > 0)


def _counted(rows: Sequence[Bools]) -> NDArray[np.int64]:
    return np.asarray(np.sum(rows, axis=0), dtype=np.int64)


def _entering(node: Node, code: str, child: Leaf, gap: Bools, setting: Setting) -> Column:
    """Return the values of one child with the stand-ins of the node; unknown where it does not apply."""
    value = exact(node.missing_value) if node.missing_value is not None else None
    whole_of_it = filled(node.missing, Gap(code, child.value, child.own & child.applies, gap), setting.peers, value)
    return _cut(whole_of_it, child.applies)


def _cut(column: Column, known: Bools) -> Column:
    known = column.known & known
    return Column(np.where(known, column.num, 0), np.where(known, column.den, 1), known)


def _zeroed(column: Column, known: Bools) -> Column:
    """Return the values where told and zero elsewhere, always known."""
    some = column.known & known
    return Column(np.where(some, column.num, 0), np.where(some, column.den, 1), np.ones(len(column), dtype=bool))


def finished(node: Node, raw: Column) -> Column:
    """Return what an operation gave after factor, offset, floor, cap and rounding."""
    value = shifted(raw, exact(node.factor), exact(node.offset))
    floor = exact(node.floor) if node.floor is not None else None
    cap = exact(node.cap) if node.cap is not None else None
    return rounded_by(limited(value, floor, cap), node.round)


def weights_of(node: Node, multipliers: Mapping[str, Fraction]) -> list[Fraction]:
    """Return the weight of each child, with the theme's multiplier in a weighted mean."""
    weights = [exact(weight) for weight in node.children.values()]
    if node.op != "weighted_mean":
        return weights
    return [weight * multipliers.get(code, 1) for code, weight in zip(node.children, weights, strict=True)]


def _combined(node: Node, used: Sequence[Column], setting: Setting) -> Combined:
    if node.op in OPERATIONS:
        return combined(node, used, weights_of(node, setting.multipliers))
    if node.op == "formula":
        return _by_formula(node, used, setting)
    return through_origin(_by_method(node, used[0], setting), used[0])


def _by_formula(node: Node, used: Sequence[Column], setting: Setting) -> Combined:
    names: dict[str, Kind] = dict.fromkeys(node.children, "number")
    formula = read(node.formula, names, f"{setting.path}.nodes.{node.code}.formula", wanted=None)
    value, weights = formula.weighed(dict(zip(node.children, used, strict=True)), len(used[0]))
    nothing = whole(np.zeros(len(value), dtype=np.int64))
    return Combined(value, tuple(weights.get(code, nothing) for code in node.children))


def _by_method(node: Node, child: Column, setting: Setting) -> Column:
    # A root is rounded once: where the node goes on with it, to so many decimals that its own rounding decides.
    plain = node.factor == 1 and node.offset == 0
    inputs = Inputs(
        value=child,
        group=setting.peers.group,
        rounding=node.round if node.round and plain else LONG,
        counted=setting.peers.population,
    )
    return by_method(node, inputs, f"{setting.path}.nodes.{node.code}.params")


def _weighed(tree: Tree, runs: Mapping[str, NodeRun], leaves: Mapping[str, Leaf]) -> dict[str, Weighed]:
    """Return the weight of every leaf: the product along each way down, added up over the ways."""
    size = len(runs[tree.top].value)
    nothing = whole(np.zeros(size, dtype=np.int64))
    down: dict[str, Column] = {tree.top: constant(Fraction(1), size)}
    points: dict[str, Column] = {}
    put_in = {code: np.zeros(size, dtype=bool) for code in leaves}
    for code in reversed(tree.order()):
        run = runs[code]
        above = times(down[code], constant(exact(run.node.factor), size)) if run.node.factor != 1 else down[code]
        for child, column, gap, share in zip(run.node.children, run.children, run.put_in, run.shares, strict=True):
            own_way = _zeroed(times(above, share), run.value.known & column.known)
            if child in leaves:
                down[child] = plus(down.get(child, nothing), own_way)
                brought = _zeroed(times(own_way, column), column.known)
                points[child] = plus(points.get(child, nothing), brought)
                put_in[child] |= gap & (own_way.num != 0)
            else:
                down[child] = plus(down.get(child, nothing), _zeroed(own_way, ~gap))
    return {code: Weighed(down[code], points[code], put_in[code]) for code in tree.leaves()}

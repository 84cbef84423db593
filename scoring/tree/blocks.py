"""A tree over very many units, a block of them at a time: what a card needs is kept, the rest is worked out when asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from scoring.book_trees import Tree
from scoring.columns import Bools, Column, Ints, chosen, is_wide, quotient, rounded_to, scaled
from scoring.composition import POINT_PLACES, compact
from scoring.ranges import refuse_beyond
from scoring.tree.evaluation import Leaf, Setting, TreeRun, Weighed, evaluated
from scoring.tree.matrix import plus, total_of

BLOCK = 16_384
WIDEST = 56
COMPARING = frozenset({"group_worst", "group_mean"})
"""Policies that look at other units."""


@dataclass(frozen=True)
class NodeCells:
    """The value of one node over n units, and how many of its children were scored, of how many."""

    value: Column
    scored: NDArray[np.int64]
    of: NDArray[np.int64]


@dataclass(frozen=True)
class TreeCells:
    """What a card keeps of an evaluated tree over n units with k leaves."""

    total: Column
    points: NDArray[np.int64]
    """int[k, n] in 1/10,000; narrow where that is enough."""
    taken: Column
    """The exact sum of the points of all leaves."""
    bonus: Column
    """What a theme adds on top."""
    nodes: Mapping[str, NodeCells]
    stood_in: Mapping[str, tuple[Bools, Column]]
    """By leaf: where a node put its value in, and the value; only leaves for which that happened."""


def summed(tree: Tree, leaves: Mapping[str, Leaf], setting: Setting, times: Mapping[str, Fraction]) -> TreeCells:
    """Return a tree over all units; `times` are the multipliers of what a theme adds on top."""
    size = len(setting.peers.group)
    step = BLOCK if unit_by_unit(tree) else max(size, 1)
    parts = [
        _summed(tree, leaves, setting, times, slice(at, min(at + step, size))) for at in range(0, max(size, 1), step)
    ]
    return parts[0] if len(parts) == 1 else _joined(parts, leaves)


def unit_by_unit(tree: Tree) -> bool:
    """Tell whether no node looks at other units than the one it is worked out for."""
    return not any(node.op == "method" or node.missing in COMPARING for node in tree.nodes.values())


def _summed(
    tree: Tree, leaves: Mapping[str, Leaf], setting: Setting, times: Mapping[str, Fraction], units: slice
) -> TreeCells:
    some = {code: leaf.part(units) for code, leaf in leaves.items()}
    run = evaluated(tree, some, setting.part(units))
    size = len(run.total)
    entered = {code: (one.put_in, _entered(some[code], one)) for code, one in run.leaves.items() if one.put_in.any()}
    return TreeCells(
        total=run.total,
        points=compact(_points(run).reshape(len(run.leaves), size)),
        taken=total_of([one.points for one in run.leaves.values()], size),
        bonus=bonus_of(run, times, size),
        nodes={code: NodeCells(node.value, node.scored, node.of) for code, node in run.nodes.items()},
        stood_in=entered,
    )


def _points(run: TreeRun) -> NDArray[np.int64]:
    rows = [in_64_bits(rounded_to(one.points, POINT_PLACES), "分数", "number of points") for one in run.leaves.values()]
    return np.array(rows, dtype=np.int64)


def in_64_bits(numbers: Ints, in_chinese: str, in_english: str) -> NDArray[np.int64]:
    """Return numbers as int64; Invalid where one does not fit, with room left to add some and to multiply by 100."""
    refuse_beyond([(in_chinese, in_english, numbers)], WIDEST)
    return np.asarray(numbers, dtype=np.int64)


def _entered(leaf: Leaf, weighed: Weighed) -> Column:
    """Return the value with which a leaf entered the total, also where a node put it in."""
    put_in = quotient(weighed.points, weighed.weight)
    sign = np.where(weighed.weight.num < 0, -1, 1)
    return chosen(weighed.put_in & ~leaf.value.known, replace(put_in, num=put_in.num * sign), leaf.value)


def bonus_of(run: TreeRun, times: Mapping[str, Fraction], size: int) -> Column:
    """Return what a theme adds on top: the points of its KPIs once more for each time above one."""
    extra = [scaled(run.leaves[code].points, by - 1) for code, by in times.items() if code in run.leaves]
    return total_of(extra, size)


def with_bonus(run: TreeRun, times: Mapping[str, Fraction], size: int) -> Column:
    """Return the total with what a theme adds on top; `times` are the multipliers of its KPIs, empty for none."""
    return plus(run.total, bonus_of(run, times, size)) if times else run.total


def _joined(parts: Sequence[TreeCells], leaves: Mapping[str, Leaf]) -> TreeCells:
    codes = {code for part in parts for code in part.stood_in}
    return TreeCells(
        total=_column([part.total for part in parts]),
        points=np.concatenate([part.points for part in parts], axis=1),
        taken=_column([part.taken for part in parts]),
        bonus=_column([part.bonus for part in parts]),
        nodes={code: _node([part.nodes[code] for part in parts]) for code in parts[0].nodes},
        stood_in={code: _stood_in(parts, code, leaves[code]) for code in leaves if code in codes},
    )


def _column(parts: Sequence[Column]) -> Column:
    kind = object if any(is_wide(part) for part in parts) else np.int64
    num, den = (
        np.concatenate([getattr(part, name).astype(kind, copy=False) for part in parts]) for name in ("num", "den")
    )
    return Column(num, den, np.concatenate([part.known for part in parts]))


def _node(parts: Sequence[NodeCells]) -> NodeCells:
    return NodeCells(
        _column([part.value for part in parts]),
        np.concatenate([part.scored for part in parts]),
        np.concatenate([part.of for part in parts]),
    )


def _stood_in(parts: Sequence[TreeCells], code: str, leaf: Leaf) -> tuple[Bools, Column]:
    where, values, at = [], [], 0
    for part in parts:
        units = slice(at, at + len(part.total))
        put_in, value = part.stood_in.get(code) or (np.zeros(len(part.total), dtype=bool), leaf.value.part(units))
        where.append(put_in)
        values.append(value)
        at = units.stop
    return np.concatenate(where), _column(values)

"""What nodes do with their children: values, and the exact weight that each child has in its node's value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.points import exact
from scoring.book_trees import Node
from scoring.columns import SAFE, Bools, Column, Ints, most, whole
from scoring.tree.matrix import Matrix, added_up, aligned, fraction, multiplied, whole_weights


@dataclass(frozen=True)
class Combined:
    """The value of a node before it is finished, and the weight of every child in it; value = Σ weight × child + rest."""

    value: Column
    shares: tuple[Column, ...]


Operation = Callable[[Node, Matrix, Sequence[Fraction]], Combined]


def combined(node: Node, children: Sequence[Column], weights: Sequence[Fraction]) -> Combined:
    """Return what an arithmetic operation makes of the known among its children; weights stand in their order."""
    return OPERATIONS[node.op](node, aligned(children), weights)


def _by_weight(rows: Matrix, used: Ints, scale: int | Ints | None) -> Combined:
    """Return Σ used × child, over the sum of `used` or over `scale`; `used` is whole, of the shape of the rows."""
    whole_of_it = added_up(used) if scale is None else scale
    known = rows.some
    if scale is None:
        known = known & (whole_of_it > 0)
    below = np.where(known, whole_of_it, 1) if scale is None else np.broadcast_to(np.asarray(scale), known.shape)
    total = added_up(multiplied(used, rows.nums))
    shares = tuple(fraction(line, below, known) for line in used)
    return Combined(fraction(total, multiplied(below, rows.den), known), shares)


def _used(rows: Matrix, weights: Sequence[Fraction]) -> tuple[Ints, int]:
    numbers, scale = whole_weights(weights)
    kind = np.int64 if sum(map(abs, numbers)) < SAFE else object
    return np.where(rows.known, np.array(numbers, dtype=kind)[:, None], 0), scale


def _weighted_mean(_: Node, rows: Matrix, weights: Sequence[Fraction]) -> Combined:
    used, _scale = _used(rows, weights)
    return _by_weight(rows, used, None)


def _sum(_: Node, rows: Matrix, weights: Sequence[Fraction]) -> Combined:
    used, scale = _used(rows, weights)
    return _by_weight(rows, used, scale)


def _extreme(rows: Matrix, *, highest: bool) -> Combined:
    """Return the lowest or highest child; equal ones share its weight."""
    edge = _edge(rows, highest=highest)
    tied = rows.known & (rows.nums == edge)
    known = rows.some
    count = np.maximum(tied.sum(axis=0), 1)
    return Combined(
        fraction(edge, rows.den, known), tuple(fraction(line.astype(np.int64), count, known) for line in tied)
    )


def _edge(rows: Matrix, *, highest: bool) -> Ints:
    """Return the lowest or highest known number of each unit."""
    beyond = most(rows.nums) + 1
    filled = np.where(rows.known, rows.nums, -beyond if highest else beyond)
    return np.asarray(filled.max(axis=0) if highest else filled.min(axis=0))


def _min(_: Node, rows: Matrix, __: Sequence[Fraction]) -> Combined:
    return _extreme(rows, highest=False)


def _max(_: Node, rows: Matrix, __: Sequence[Fraction]) -> Combined:
    return _extreme(rows, highest=True)


def _median(_: Node, rows: Matrix, __: Sequence[Fraction]) -> Combined:
    """Return the middle child, or the mean of the two in the middle; equal ones share their weight."""
    beyond = most(rows.nums) + 1
    ordered = np.sort(np.where(rows.known, rows.nums, beyond), axis=0)
    count = rows.known.sum(axis=0)
    known = count > 0
    units = np.arange(rows.size)
    low, high = (ordered[np.maximum(place, 0), units] for place in ((count - 1) // 2, count // 2 * known))
    low, high = np.where(known, low, 0), np.where(known, high, 0)
    first, last = rows.known & (rows.nums == low), rows.known & (rows.nums == high)
    firsts, lasts = (np.maximum(tied.sum(axis=0), 1) for tied in (first, last))
    shares = tuple(
        fraction(one * lasts + two * firsts, 2 * firsts * lasts, known) for one, two in zip(first, last, strict=True)
    )
    return Combined(
        fraction(added_up(np.array([low, high])), multiplied(rows.den, np.full(rows.size, 2)), known), shares
    )


def _best(node: Node, rows: Matrix, weights: Sequence[Fraction]) -> Combined:
    """Return the mean or the sum of the best; those equal at the cut share the places that are left."""
    count = rows.known.sum(axis=0)
    wanted = np.minimum(count, node.n) if node.n is not None else np.maximum(count - (node.drop or 0), 0)
    known = wanted > 0
    towards = 1 if node.worst else -1
    beyond = most(rows.nums) + 1
    ordered = np.sort(np.where(rows.known, rows.nums * towards, beyond), axis=0)
    cut = ordered[np.maximum(wanted - 1, 0), np.arange(rows.size)] * towards
    above = rows.known & (rows.nums * towards < cut * towards) & known
    level = rows.known & (rows.nums == cut) & known
    tied, left = np.maximum(level.sum(axis=0), 1), wanted - above.sum(axis=0)
    used, scale = _used(rows, weights)
    used = multiplied(used, above * tied + level * left)
    some = Matrix(rows.nums, rows.den, rows.known & known)
    return _by_weight(some, used, multiplied(tied, np.full(rows.size, scale)) if node.of == "sum" else None)


def _count(node: Node, rows: Matrix, __: Sequence[Fraction]) -> Combined:
    """Return how many children lie within the bounds; no child has a weight in it."""
    inside = rows.known
    for bound, reached in ((node.at_least, True), (node.below, False)):
        if bound is not None:
            value = exact(bound)
            left = multiplied(rows.nums, np.full(rows.size, value.denominator))
            right = multiplied(rows.den, np.full(rows.size, value.numerator, dtype=object))
            inside = inside & (left >= right if reached else left < right).astype(bool)
    return Combined(whole(inside.sum(axis=0)), _no_shares(rows))


def _no_shares(rows: Matrix) -> tuple[Column, ...]:
    nothing = whole(np.zeros(rows.size, dtype=np.int64))
    return (nothing,) * len(rows.nums)


def _product(node: Node, rows: Matrix, __: Sequence[Fraction]) -> Combined:
    """Return Π child, or Π (child / scale) × scale; each child's weight is what its factors leave, split equally."""
    scale = exact(node.scale) if node.scale is not None else Fraction(1)
    known, count = rows.some, rows.known.sum(axis=0)
    up = np.full(rows.size, scale.denominator, dtype=object)
    down = np.full(rows.size, scale.numerator, dtype=object)
    one = np.ones(rows.size, dtype=object)
    tops = [np.where(line, number * up, one) for line, number in zip(rows.known, rows.nums, strict=True)]
    low = np.where(rows.known, rows.den * down, one)
    value = fraction(_multiplied_up(tops) * down, _multiplied_up(list(low)) * up, known)
    shares = []
    for at, line in enumerate(rows.known):
        others = _multiplied_up([*tops[:at], *tops[at + 1 :], one])
        under = _multiplied_up([*low[:at], *low[at + 1 :], one]) * np.maximum(count, 1)
        shares.append(fraction(np.where(line, others, 0), under, known))
    return Combined(value, tuple(shares))


def _multiplied_up(rows: Sequence[Ints]) -> Ints:
    result = rows[0]
    for row in rows[1:]:
        result = result * row
    return result


def _variance(node: Node, rows: Matrix, weights: Sequence[Fraction]) -> Combined:
    """Return the mean square apart from the mean; a child's weight is its part × how far it lies from the mean."""
    used, _ = _used(rows, weights)
    used, nums, den = used.astype(object), rows.nums.astype(object), rows.den.astype(object)
    total, count = used.sum(axis=0), rows.known.sum(axis=0)
    known = (count > 1) if node.sample else (count > 0)
    below = np.where(known, total, 1)
    mean = (used * nums).sum(axis=0)
    wide, narrow = (count, count - 1) if node.sample else (1, 1)
    apart = [line * (number * below - mean) * wide for line, number in zip(used, nums, strict=True)]
    down = below**2 * den * narrow
    squares = sum((line * number for line, number in zip(apart, nums, strict=True)), np.zeros(rows.size, dtype=object))
    shares = tuple(fraction(line, down, known) for line in apart)
    return Combined(fraction(squares, down * den, known), shares)


def through_origin(value: Column, child: Column) -> Combined:
    """Return a value of one child whose weight is value / child, none where the child is zero or unknown."""
    usable: Bools = value.known & child.known & (child.num != 0)
    sign = np.where(child.num < 0, -1, 1)
    share = fraction(
        multiplied(multiplied(value.num, child.den), sign),
        multiplied(value.den, np.where(usable, np.abs(child.num), 1)),
        usable,
    )
    return Combined(value, (Column(share.num, share.den, np.ones(len(value), dtype=bool)),))


OPERATIONS: Mapping[str, Operation] = {
    "weighted_mean": _weighted_mean,
    "mean": _weighted_mean,
    "sum": _sum,
    "min": _min,
    "max": _max,
    "median": _median,
    "count": _count,
    "best": _best,
    "product": _product,
    "variance": _variance,
}

"""What the engine gives back: scores, points and totals of one unit kind, as columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from core.language import Text
from scoring.book_trees import Node
from scoring.columns import Bools, Column, Ints, chosen, constant, difference, limited, product, rounded_to
from scoring.composition import POINT_PLACES, lost_points

CENT_PLACES = 2


NODE_STATUSES = ("scored", "missing", "too_few", "not_applicable", "no_result")
NODE_SCORED, NODE_MISSING, NODE_TOO_FEW, NODE_NOT_APPLICABLE, NODE_NO_RESULT = range(len(NODE_STATUSES))


class NodeWork(Protocol):
    """How a node came to its value over n units; columns stand in the order of its children."""

    @property
    def children(self) -> tuple[Column, ...]:
        """Return the values that entered it, stand-ins included."""

    @property
    def put_in(self) -> tuple[Bools, ...]:
        """Return where the value of a child was put in by this node's policy."""

    @property
    def shares(self) -> tuple[Column, ...]:
        """Return the exact weight of each child in `raw`, zero where the node has no value."""

    @property
    def raw(self) -> Column:
        """Return what the operation gave, before factor, offset, limits and rounding."""


@dataclass(frozen=True)
class NodeResult:
    """One node of a scorecard's tree over n units."""

    node: Node
    value: Column
    """Unknown where too few children were scored."""
    scored: NDArray[np.int64]
    """How many children have a value of their own, not put in by this node or one below."""
    of: NDArray[np.int64]
    """How many children apply to the unit."""
    worked: Callable[[], NodeWork]
    """Works out how the value came about, for all units at once; kept after the first time."""

    @property
    def work(self) -> NodeWork:
        """Return how the value came about."""
        return self.worked()

    @property
    def code(self) -> str:
        """Return the code of the node."""
        return self.node.code

    @property
    def name(self) -> Text:
        """Return the name of the node, its code where it has none."""
        return self.node.title

    @property
    def statuses(self) -> NDArray[np.int8]:
        """Return what became of it for each unit, as numbers of NODE_STATUSES."""
        enough = (self.scored >= self.node.min_scored) & (self.node.missing != "not_scored")
        some = np.where(enough, NODE_NO_RESULT, NODE_TOO_FEW)
        lacking = np.where(self.scored > 0, some, NODE_MISSING)
        known = np.where(self.value.known, NODE_SCORED, lacking)
        return np.where(self.of > 0, known, NODE_NOT_APPLICABLE).astype(np.int8)


class Weighed(Protocol):
    """Exact weights of all lines of a card in per cent, as numerators and denominators int[k, n]."""

    @property
    def num(self) -> Ints:
        """Return the numerators."""

    @property
    def den(self) -> Ints:
        """Return the denominators."""


@dataclass(frozen=True)
class Weights:
    """Weights that are at hand."""

    num: Ints
    den: Ints


class Lazily(Sequence[Column]):
    """Columns that are worked out when they are asked for, and not kept: a month of them would be the largest thing."""

    def __init__(self, count: int, column: Callable[[int], Column]) -> None:
        self._count, self._column = count, column

    def __len__(self) -> int:
        """Return how many columns there are."""
        return self._count

    @overload
    def __getitem__(self, row: int) -> Column: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Column]: ...
    def __getitem__(self, row: int | slice) -> Column | Sequence[Column]:
        """Return one column, or some."""
        if isinstance(row, slice):
            return [self._column(one) for one in range(*row.indices(self._count))]
        return self._column(range(self._count)[row])


def below(matrix: NDArray[Any], rows: int, filler: int = 0) -> NDArray[Any]:
    """Return the matrix with so many more rows of a filler."""
    if not rows:
        return matrix
    return np.vstack((matrix, np.full((rows, matrix.shape[1]), filler, dtype=matrix.dtype)))


@dataclass(frozen=True)
class Scored:
    """Scores of n units on k KPIs (card order, the last `extras` of them outside the total) and p processes."""

    card: str
    kpis: tuple[str, ...]
    extras: int
    measured: Sequence[Column]
    """Exact values before shrinkage."""
    values: Sequence[Column]
    """Exact values that were scored."""
    score_cells: NDArray[np.int64]
    """int[k, n] cents (finer where the rule book rounds scores finer), 0 where not scored; narrow where that is enough."""
    statuses: NDArray[np.int8]
    policies: NDArray[np.int8]
    counted: Bools
    weights: NDArray[np.int64]
    """int64[k] weight before, in 1/100 of a per cent; 0 for extras."""
    weighing: Weighed
    """What each line of the card weighs."""
    point_cells: NDArray[np.int64]
    """int[k, n] in 1/10,000; narrow where that is enough."""
    bonus: NDArray[np.int64]
    processes: tuple[str, ...]
    process_scores: NDArray[np.int64]
    """int64[p, n] cents, -1 for none."""
    theme_scores: NDArray[np.int64]
    totals: NDArray[np.int64]
    rounding: NDArray[np.int64]
    covered_num: NDArray[np.int64]
    covered_den: NDArray[np.int64]
    ranked: Bools
    places: int = CENT_PLACES
    exact: Column | None = None
    """The total before it is cut to cents for show, of a card that is a tree; None on a flat card."""
    nodes: tuple[NodeResult, ...] = ()
    """Every node of the tree, children before the nodes they stand under."""
    rest: Column | None = None
    """What the total holds beyond the exact points of the lines: caps, roundings, offsets, formulas."""
    leaves: Sequence[Column] = ()
    """Exact values of the KPIs of a tree as they entered it, in the order of `kpis`."""
    shares: Sequence[Column] = ()
    """Exact effective weight of each KPI of a tree: total = sum of share x leaf + rest."""
    full: tuple[Fraction, ...] = ()
    """The full marks of each KPI of a tree, for the points lost; 100 each on a flat card."""

    def with_values(self) -> "Scored":
        """Return the same with its values worked out once, for who asks for them unit by unit."""
        return replace(self, measured=tuple(self.measured), values=tuple(self.values))

    @cached_property
    def scores(self) -> NDArray[np.int64]:
        """Return the scores of all lines as int64[k, n]."""
        return self.score_cells.astype(np.int64, copy=False)

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """Return the points of all lines as int64[k, n] in 1/10,000."""
        return self.point_cells.astype(np.int64, copy=False)

    @cached_property
    def weight_num(self) -> Ints:
        """Return the numerators of the weights after re-weighting in per cent, int[k, n]; 0 for extras."""
        return below(self.weighing.num, self.extras)

    @cached_property
    def weight_den(self) -> Ints:
        """Return the denominators of the weights, int[k, n]; 1 for extras."""
        return below(self.weighing.den, self.extras, 1)

    @cached_property
    def lost(self) -> NDArray[np.int64]:
        """Return what each line falls short of 100, in 1/10,000 points, never negative."""
        if self.exact is not None:
            return lost_in_tree(self)
        return lost_points(self.scores, self.counted, (self.weight_num, self.weight_den), self.places)

    @property
    def has_total(self) -> Bools:
        """Return which units have a total at all."""
        if self.exact is not None:
            return self.exact.known
        return np.asarray((self.covered_num > 0) | self.counted.any(axis=0), dtype=bool)

    @property
    def coverage(self) -> NDArray[np.int64]:
        """Return the share of weight scored in 1/10,000, cut, for show."""
        return np.asarray(self.covered_num * 10_000 // np.maximum(self.covered_den, 1), dtype=np.int64)


def lost_in_tree(scored: Scored) -> NDArray[np.int64]:
    """Return weight x (full marks - score) of every KPI of a tree in 1/10,000, never negative.

    What is taken off (a negative weight) is lost as far as it stands above zero.
    """
    result = np.zeros(scored.points.shape, dtype=np.int64)
    for row, (leaf, share, full) in enumerate(zip(scored.leaves, scored.shares, scored.full, strict=True)):
        size = len(leaf)
        falls_short = limited(difference(constant(full, size), leaf), Fraction(0), None)
        missing = chosen(share.num < 0, limited(leaf, Fraction(0), None), falls_short)
        below = Column(np.abs(share.num), share.den, share.known & missing.known)
        result[row] = rounded_to(product(below, missing), POINT_PLACES)
    return result

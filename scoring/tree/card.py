"""The card of a kind that is a tree: exact leaves in, exact total and weights out, in the columns of any other card."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.book_parts import Kpi, Theme
from scoring.book_trees import Tree
from scoring.columns import Bools, Column, Ints, is_wide, rounded_to, scaled
from scoring.composition import CENT_PLACES, PER_CENT, POINT_PLACES
from scoring.leaf import OneKpi
from scoring.methods import limits_of
from scoring.params import Params
from scoring.policies import Filled
from scoring.ranges import most_scored
from scoring.rulebook import RuleBook
from scoring.scored import Lazily, NodeResult, Scored, below
from scoring.sheet import Sheet
from scoring.statuses import NOT_APPLICABLE, POLICIES, SCORED
from scoring.tree.blocks import TreeCells, in_64_bits, summed
from scoring.tree.evaluation import Leaf, NodeRun, Setting, TreeRun, evaluated
from scoring.tree.matrix import added_up, aligned, plus
from scoring.tree.stand_ins import Gap, Peers, filled

FULL = Fraction(100)


@dataclass(frozen=True)
class _Brief:
    """What became of one KPI: status, the policy of its own that filled it, who is barred for it."""

    statuses: NDArray[np.int8]
    policies: NDArray[np.int8]
    barred: Bools


@dataclass(frozen=True)
class TreeCard:
    """A tree evaluated for all units of a kind, and its leaves as they stand on the card."""

    tree: Tree
    setting: Setting
    leaves: Mapping[str, Leaf]
    cells: TreeCells
    briefs: Sequence[_Brief]
    exact: Column
    """The total, with what a theme adds on top."""
    places: int
    """Decimals of the scores for show."""

    @cached_property
    def whole(self) -> TreeRun:
        """Return the tree over all units at once, with the weight of everything in it."""
        return evaluated(self.tree, self.leaves, self.setting)

    def node(self, code: str) -> NodeRun:
        """Return how a node came to its value."""
        return self.whole.nodes[code]

    def entered(self, code: str) -> Column:
        """Return the value with which a leaf entered the total, also where a node put it in."""
        stood_in = self.cells.stood_in.get(code)
        return stood_in[1] if stood_in else self.leaves[code].value

    def kpis(self) -> Iterator[OneKpi]:
        """Yield the KPIs of the tree with their scores for show and what stands in for them."""
        nodes = self.tree.nodes.values()
        policies = {child: node.missing for node in nodes for child in node.children if node.missing in POLICIES}
        for (code, leaf), brief in zip(self.leaves.items(), self.briefs, strict=True):
            value = self.entered(code)
            by_node = np.int8(POLICIES.index(policies.get(code, "reweight")))
            put_in = self.cells.stood_in.get(code, (np.zeros(len(value), dtype=bool), value))[0] & ~leaf.value.known
            fill = Filled(
                scores=in_64_bits(rounded_to(value, self.places), "得分", "score"),
                counted=value.known,
                policies=np.where(put_in, by_node, brief.policies).astype(np.int8),
                barred=brief.barred,
            )
            yield OneKpi(value, value, brief.statuses, fill)


def tree_card(book: RuleBook, card: str, sheet: Sheet, theme: Theme | None, kpis: Iterable[OneKpi]) -> TreeCard:
    """Return the card of all units; `kpis` are the KPIs of the tree in its order, scored with their exact scores."""
    tree, peers = book.trees[card], Peers(sheet.group, sheet.population, sheet.held, sheet.kept)
    leaves: dict[str, Leaf] = {}
    briefs: list[_Brief] = []
    for code, one in zip(book.card_kpis(card), kpis, strict=True):
        leaves[code] = _leaf(book.kpis[code], one, peers)
        briefs.append(_Brief(one.statuses, one.fill.policies, one.fill.barred))
    on_top = theme is not None and theme.mode == "bonus"
    times = {code: exact(theme.multiplier) for code in theme.doubled} if theme else {}
    setting = Setting(
        peers=peers,
        multipliers={} if on_top else times,
        path=f"trees.{card}",
    )
    cells = summed(tree, leaves, setting, times if on_top else {})
    return TreeCard(
        tree=tree,
        setting=setting,
        leaves=leaves,
        cells=cells,
        briefs=briefs,
        exact=plus(cells.total, cells.bonus) if on_top else cells.total,
        places=max(book.composition.score_places, CENT_PLACES),
    )


def _leaf(kpi: Kpi, one: OneKpi, peers: Peers) -> Leaf:
    """Return a KPI as the nodes above it meet it: its exact score, or what its own policy puts in."""
    if one.exact is None:
        raise ValueError(f"the exact scores of {kpi.code} were not kept")
    applies = one.statuses != NOT_APPLICABLE
    own = one.exact.known & (one.statuses == SCORED)
    value = filled(kpi.missing, Gap(kpi.code, one.exact, own, applies & ~own), peers)
    return Leaf(value, value.known, applies)


class _TreeWeights:
    """The weights of the leaves in per cent, worked out when they are asked for."""

    def __init__(self, card: TreeCard) -> None:
        self._card = card

    @cached_property
    def _columns(self) -> list[Column]:
        return [scaled(one.weight, Fraction(PER_CENT)) for one in self._card.whole.leaves.values()]

    @cached_property
    def num(self) -> Ints:
        """Return the numerators, int[k, n]."""
        return self._stacked([column.num for column in self._columns])

    @cached_property
    def den(self) -> Ints:
        """Return the denominators, int[k, n]."""
        return self._stacked([column.den for column in self._columns])

    def at(self, row: int, unit: int) -> Fraction:
        """Return one weight in per cent."""
        return self._columns[row].at(unit) or Fraction(0)

    def _stacked(self, rows: Sequence[Ints]) -> Ints:
        wide = any(is_wide(column) for column in self._columns)
        return np.array(rows, dtype=object if wide else np.int64).reshape(len(rows), len(self._card.exact))


def finished(result: Scored, card: TreeCard, book: RuleBook) -> Scored:
    """Return a scored card with points, weights and totals as the tree says."""
    codes, cells = tuple(card.leaves), card.cells
    totals = in_64_bits(rounded_to(card.exact, CENT_PLACES), "总分", "total")
    bonus = in_64_bits(rounded_to(cells.bonus, POINT_PLACES), "加分", "bonus")
    return replace(
        result,
        counted=result.counted & card.exact.known,
        point_cells=below(cells.points, result.extras),
        bonus=bonus,
        totals=totals,
        rounding=totals * 10 ** (POINT_PLACES - CENT_PLACES) - cells.points.sum(axis=0, dtype=np.int64) - bonus,
        weighing=_TreeWeights(card),
        ranked=result.ranked & card.exact.known,
        exact=card.exact,
        nodes=tuple(_node(card, code) for code in cells.nodes),
        rest=_less(card.exact, plus(cells.taken, cells.bonus)),
        leaves=Lazily(len(codes), lambda row: card.entered(codes[row])),
        shares=Lazily(len(codes), lambda row: card.whole.leaves[codes[row]].weight),
        full=tuple(full_marks(book.kpis[code]) for code in codes),
    )


def _node(card: TreeCard, code: str) -> NodeResult:
    cells = card.cells.nodes[code]
    return NodeResult(card.tree.nodes[code], cells.value, cells.scored, cells.of, lambda: card.node(code))


def _less(left: Column, right: Column) -> Column:
    both = aligned((left, replace(right, num=-right.num)))
    return Column(np.where(left.known, added_up(both.nums), 0), np.where(left.known, both.den, 1), left.known)


def full_marks(kpi: Kpi) -> Fraction:
    """Return what counts as nothing lost: 100, or the most that cap and rule let it reach where that is lower.

    Of a table it is the most that it gives, also above 100.
    """
    told = told_marks(kpi)
    return FULL if told is None else told


def told_marks(kpi: Kpi) -> Fraction | None:
    """Return the same, None where nothing tells how much the KPI may reach."""
    table = kpi.params.get("table")
    if kpi.method == "table" and isinstance(table, Mapping) and table:
        return max((exact(value) for value in table.values() if not isinstance(value, Mapping)), default=None)
    # A cap that a column or the population tells is not known before the month.
    told = {name: value for name, value in kpi.params.items() if not isinstance(value, Mapping)}
    cap = limits_of(kpi.method, Params(told)).cap
    tops = [one for one in (cap, most_scored(kpi)) if one is not None]
    return min(FULL, *tops) if tops else None

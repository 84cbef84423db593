"""The card of a kind that is a tree: exact leaves in, exact total and weights out, in the columns of any other card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from core.points import exact
from scoring.book_parts import Kpi, Theme
from scoring.columns import Column, chosen, is_wide, quotient, rounded_to, scaled
from scoring.composition import CENT_PLACES, PER_CENT, POINT_PLACES, compact
from scoring.leaf import OneKpi
from scoring.methods import limits_of
from scoring.params import Params
from scoring.policies import Filled
from scoring.rulebook import RuleBook
from scoring.scored import Scored, Weights
from scoring.sheet import Sheet
from scoring.statuses import NOT_APPLICABLE, POLICIES, SCORED
from scoring.tree.evaluation import Leaf, Setting, TreeRun, evaluated
from scoring.tree.matrix import added_up, aligned, plus, total_of
from scoring.tree.stand_ins import Gap, Peers, filled

FULL = Fraction(100)


@dataclass(frozen=True)
class TreeCard:
    """A tree evaluated for all units of a kind, and its leaves as they stand on the card."""

    run: TreeRun
    leaves: tuple[Column, ...]
    kpis: tuple[OneKpi, ...]
    """The KPIs of the tree with their scores for show and what stands in for them."""
    exact: Column
    """The total, with what a theme adds on top."""
    bonus: Column


def tree_card(book: RuleBook, card: str, sheet: Sheet, theme: Theme | None, kpis: Sequence[OneKpi]) -> TreeCard:
    """Return the card of all units; `kpis` are the KPIs of the tree in its order, scored with their exact scores."""
    tree, codes = book.trees[card], book.card_kpis(card)
    peers = Peers(sheet.group, sheet.population, sheet.held, sheet.kept)
    leaves = {code: _leaf(book.kpis[code], one, peers) for code, one in zip(codes, kpis, strict=True)}
    on_top = theme is not None and theme.mode == "bonus"
    times = {code: exact(theme.multiplier) for code in theme.doubled} if theme else {}
    setting = Setting(
        peers=peers,
        places=book.composition.score_places,
        multipliers={} if on_top else times,
        path=f"trees.{card}",
    )
    run = evaluated(tree, leaves, setting)
    bonus = _bonus(run, times if on_top else {}, len(sheet.group))
    entered = {code: _entered(leaves[code], run, code) for code in codes}
    places = max(book.composition.score_places, CENT_PLACES)
    policies = {code: POLICIES.index(policy) for code, policy in _node_policies(book, card).items()}
    shown = [
        _shown(one, entered[code], run, code, (places, policies.get(code, 0)))
        for code, one in zip(codes, kpis, strict=True)
    ]
    return TreeCard(run, tuple(entered.values()), tuple(shown), plus(run.total, bonus) if on_top else run.total, bonus)


def _node_policies(book: RuleBook, card: str) -> Mapping[str, str]:
    """Return for each KPI the policy of the node above it, where that puts something in."""
    nodes = book.trees[card].nodes.values()
    return {child: node.missing for node in nodes for child in node.children if node.missing in POLICIES}


def _leaf(kpi: Kpi, one: OneKpi, peers: Peers) -> Leaf:
    """Return a KPI as the nodes above it meet it: its exact score, or what its own policy puts in."""
    if one.exact is None:
        raise ValueError(f"the exact scores of {kpi.code} were not kept")
    applies = one.statuses != NOT_APPLICABLE
    own = one.exact.known & (one.statuses == SCORED)
    gap = Gap(kpi.code, one.exact, own, applies & ~own)
    value = filled(kpi.missing, gap, peers)
    return Leaf(value, value.known, applies)


def _entered(leaf: Leaf, run: TreeRun, code: str) -> Column:
    """Return the value with which a leaf entered the total, also where a node put it in."""
    weighed = run.leaves[code]
    if not weighed.put_in.any():
        return leaf.value
    put_in = quotient(weighed.points, weighed.weight)
    sign = np.where(weighed.weight.num < 0, -1, 1)
    return chosen(weighed.put_in & ~leaf.value.known, replace(put_in, num=put_in.num * sign), leaf.value)


def _shown(one: OneKpi, value: Column, run: TreeRun, code: str, how: tuple[int, int]) -> OneKpi:
    """Return a KPI with its score for show, to so many places, and the policy of the node that put it in."""
    places, policy = how
    by_node = run.leaves[code].put_in & ~one.fill.counted
    fill = Filled(
        scores=np.asarray(rounded_to(value, places), dtype=np.int64),
        counted=value.known,
        policies=np.where(by_node, np.int8(policy), one.fill.policies).astype(np.int8),
        barred=one.fill.barred,
    )
    return replace(one, fill=fill)


def _bonus(run: TreeRun, times: Mapping[str, Fraction], size: int) -> Column:
    """Return what a theme adds on top: the points of its KPIs once more for each time above one."""
    extra = [scaled(run.leaves[code].points, by - 1) for code, by in times.items() if code in run.leaves]
    return total_of(extra, size)


def with_bonus(run: TreeRun, times: Mapping[str, Fraction], size: int) -> Column:
    """Return the total with what a theme adds on top; `times` are the multipliers of its KPIs, empty for none."""
    return plus(run.total, _bonus(run, times, size)) if times else run.total


def finished(result: Scored, card: TreeCard, book: RuleBook) -> Scored:
    """Return a scored card with points, weights and totals as the tree says."""
    kept = result.kpis[: len(result.kpis) - result.extras]
    weighed = [card.run.leaves[code] for code in kept]
    size = result.totals.shape[0]
    points = np.zeros_like(result.points)
    for row, one in enumerate(weighed):
        points[row] = rounded_to(one.points, POINT_PLACES)
    totals = _cents(card.exact, min(book.composition.total_places, CENT_PLACES))
    bonus = np.asarray(rounded_to(card.bonus, POINT_PLACES), dtype=np.int64)
    taken = total_of([one.points for one in weighed], size)
    num, den = _per_cent([one.weight for one in weighed], size)
    return replace(
        result,
        counted=result.counted & card.exact.known,
        point_cells=compact(points),
        bonus=bonus,
        totals=totals,
        rounding=totals * 10 ** (POINT_PLACES - CENT_PLACES) - points.sum(axis=0) - bonus,
        weighing=Weights(num, den),
        ranked=result.ranked & card.exact.known,
        exact=card.exact,
        nodes=tuple(card.run.nodes.values()),
        rest=_less(card.exact, plus(taken, card.bonus)),
        leaves=card.leaves,
        shares=tuple(one.weight for one in weighed),
        full=tuple(full_marks(book.kpis[code]) for code in kept),
    )


def _less(left: Column, right: Column) -> Column:
    both = aligned((left, replace(right, num=-right.num)))
    return Column(np.where(left.known, added_up(both.nums), 0), np.where(left.known, both.den, 1), left.known)


def _cents(total: Column, places: int) -> NDArray[np.int64]:
    return np.asarray(rounded_to(total, places) * 10 ** (CENT_PLACES - places), dtype=np.int64)


def _per_cent(weights: Sequence[Column], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return weights in per cent as numerators and denominators."""
    shape = len(weights), size
    columns = [scaled(weight, Fraction(PER_CENT)) for weight in weights]
    wide = any(is_wide(column) for column in columns)
    num, den = np.zeros(shape, dtype=object if wide else np.int64), np.ones(shape, dtype=object if wide else np.int64)
    for row, column in enumerate(columns):
        num[row], den[row] = column.num, column.den
    return num, den


def full_marks(kpi: Kpi) -> Fraction:
    """Return what counts as nothing lost: 100, or the cap where that is lower, or the most that a table gives."""
    table = kpi.params.get("table")
    if kpi.method == "table" and isinstance(table, Mapping) and table:
        return max((exact(value) for value in table.values()), default=FULL)
    cap = limits_of(kpi.method, Params(kpi.params)).cap
    return FULL if cap is None else min(cap, FULL)

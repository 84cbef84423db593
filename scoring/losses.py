"""Points lost line by line, from a stored standing: the weights move as they did when the card was composed."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import msgspec

from core.points import exact, rounded
from scoring.rulebook import RuleBook

if TYPE_CHECKING:
    from scoring.tree.losses import TreeLosses

FULL = 10_000
"""Full marks in cents."""


class Loss(msgspec.Struct, frozen=True):
    """One line of a card: its weight after re-weighting in per cent, and the points it lost in 1/10,000."""

    weight: Fraction
    lost: int


class CardLine(msgspec.Struct, frozen=True):
    """What a stored line says: the score in cents, whether it counted, and whether the KPI applies to the unit at all."""

    kpi: str
    score: int
    counted: bool
    applicable: bool = True
    points: int | None = None
    """Points it brought in 1/10,000: they tell its weight on a tree whose nodes compare units."""


class CardLosses:
    """Losses on one card under one theme; units with the same lines counted share their weights."""

    def __init__(self, book: RuleBook, card: str, theme: str | None) -> None:
        self._book = book
        self._grown = _tree_losses(book, card, theme)
        self._card = book.scorecards.get(card, {})
        self._used = _used(book, card, theme) if self._card else {}
        self._weights: dict[tuple[tuple[str, bool, bool], ...], dict[str, tuple[int, int, Fraction]]] = {}

    def total(self, lines: Iterable[CardLine]) -> int | None:
        """Return the total of one unit on a tree in cents, worked out from its lines; None where it has none."""
        return self._grown.total(tuple(lines)) if self._grown else None

    def full(self, lines: Iterable[CardLine]) -> int | None:
        """Return the total of one unit in cents had it lost nothing: 100 on a flat card; None where nothing tells it."""
        return self._grown.full(tuple(lines)) if self._grown else FULL

    def full_of(self, kpi: str) -> Fraction | None:
        """Return the full marks of a KPI of this card; None where nothing tells them."""
        return self._grown.marks(kpi) if self._grown else Fraction(FULL, 100)

    def learn(self, cards: Iterable[Sequence[CardLine]]) -> None:
        """Prepare for many units at once, where that is faster than one by one."""
        if self._grown is not None:
            self._grown.learn(cards)

    def of(self, lines: Iterable[CardLine]) -> dict[str, Loss]:
        """Return the weight and the loss of each counted line of one unit."""
        if self._grown is not None:
            return {code: Loss(weight, lost) for code, (weight, lost) in self._grown.of(tuple(lines)).items()}
        known, weights = self._weighed(lines)
        return {
            line.kpi: Loss(weight, _lost(top, bottom, line.score))
            for line in known
            if line.counted
            for top, bottom, weight in (weights[line.kpi],)
        }

    def main_item(self, lines: Iterable[CardLine]) -> str | None:
        """Return the KPI that lost most, the first of them on the card; None when nothing was lost."""
        if self._grown is not None:
            lost = {code: loss.lost for code, loss in self.of(lines).items()}
        else:
            known, weights = self._weighed(lines)
            lost = {line.kpi: _lost(*weights[line.kpi][:2], line.score) for line in known if line.counted}
        first = max(lost, key=lost.__getitem__, default=None)
        return first if first is not None and lost[first] > 0 else None

    @property
    def by_pattern(self) -> bool:
        """Tell whether weights follow from which lines counted, as they do unless the card is a tree."""
        return self._grown is None

    def weights_of(
        self, kpis: Sequence[str], counted: Iterable[bool], applicable: Iterable[bool]
    ) -> dict[str, tuple[int, int]]:
        """Return numerator and denominator of the weight of each line that counted, where weights go by pattern."""
        lines = [
            CardLine(kpi, 0, bool(one), bool(other)) for kpi, one, other in zip(kpis, counted, applicable, strict=True)
        ]
        known, weights = self._weighed(lines)
        return {line.kpi: weights[line.kpi][:2] for line in known if line.counted}

    def _weighed(self, lines: Iterable[CardLine]) -> tuple[list[CardLine], dict[str, tuple[int, int, Fraction]]]:
        """Return the lines of the card, and the weight of each that counted: as numerator, denominator and both."""
        known = [line for line in lines if line.kpi in self._card]
        pattern = tuple((line.kpi, line.counted, line.applicable) for line in known)
        weights = self._weights.get(pattern)
        if weights is None:
            exact_ones = _weights(self._book, self._used, known)
            weights = {code: (one.numerator, one.denominator, one) for code, one in exact_ones.items()}
            self._weights[pattern] = weights
        return known, weights


def _tree_losses(book: RuleBook, card: str, theme: str | None) -> "TreeLosses | None":
    if card not in book.trees:
        return None
    from scoring.tree.losses import TreeLosses  # pages without such a card must not wait for numpy

    return TreeLosses(book, card, theme)


def _used(book: RuleBook, card: str, theme: str | None) -> Mapping[str, Fraction]:
    """Return the weights of the card with the theme's multiplier, unless the theme adds a bonus on top instead."""
    weights = {code: exact(weight) for code, weight in book.scorecards[card].items()}
    chosen = book.themes.get(theme or "")
    if chosen is None or chosen.mode == "bonus":
        return weights
    times = exact(chosen.multiplier)
    return {code: weight * times if code in chosen.doubled else weight for code, weight in weights.items()}


def _weights(book: RuleBook, used: Mapping[str, Fraction], lines: list[CardLine]) -> dict[str, Fraction]:
    """Return the weight of each line in per cent: moved inside its process first, then across processes."""
    common = lcm(*(weight.denominator for weight in used.values()))
    parts = {line.kpi: used[line.kpi].numerator * (common // used[line.kpi].denominator) for line in lines}
    whole: dict[str, int] = {}
    counted: dict[str, int] = {}
    for line in lines:
        process, part = book.kpis[line.kpi].process, parts[line.kpi]
        whole[process] = whole.get(process, 0) + part * line.applicable
        counted[process] = counted.get(process, 0) + part * line.counted
    total = sum(share for process, share in whole.items() if counted[process])
    return {
        line.kpi: Fraction(parts[line.kpi] * whole[process] * 100, counted[process] * total)
        for line in lines
        if line.counted and counted[process := book.kpis[line.kpi].process]
    }


def _lost(top: int, bottom: int, score: int) -> int:
    """Return weight × (100 − score) in 1/10,000 points: both scales are those of `FULL`, so nothing is left to divide."""
    return rounded(top * (FULL - score), bottom) if score < FULL else 0

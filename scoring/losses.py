"""Points lost line by line, from a stored standing: the weights move as they did when the card was composed."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from core.points import exact, rounded_fraction
from scoring.rulebook import RuleBook

if TYPE_CHECKING:
    from scoring.tree.losses import TreeLosses

FULL = 10_000
"""Full marks in cents."""
PLACES = 4


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
        self._weights: dict[tuple[tuple[str, bool, bool], ...], dict[str, Fraction]] = {}

    def total(self, lines: Iterable[CardLine]) -> int | None:
        """Return the total of one unit on a tree in cents, worked out from its lines; None where it has none."""
        return self._grown.total(tuple(lines)) if self._grown else None

    def learn(self, cards: Iterable[Sequence[CardLine]]) -> None:
        """Prepare for many units at once, where that is faster than one by one."""
        if self._grown is not None:
            self._grown.learn(cards)

    def of(self, lines: Iterable[CardLine]) -> dict[str, Loss]:
        """Return the weight and the loss of each counted line of one unit."""
        if self._grown is not None:
            return {code: Loss(weight, lost) for code, (weight, lost) in self._grown.of(tuple(lines)).items()}
        known = [line for line in lines if line.kpi in self._card]
        pattern = tuple((line.kpi, line.counted, line.applicable) for line in known)
        weights = self._weights.get(pattern)
        if weights is None:
            weights = self._weights[pattern] = _weights(self._book, self._used, known)
        return {line.kpi: _loss(weights[line.kpi], line.score) for line in known if line.counted}


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
    whole: dict[str, Fraction] = {}
    counted: dict[str, Fraction] = {}
    for line in lines:
        process = book.kpis[line.kpi].process
        whole[process] = whole.get(process, Fraction(0)) + used[line.kpi] * line.applicable
        counted[process] = counted.get(process, Fraction(0)) + used[line.kpi] * line.counted
    total = sum((share for process, share in whole.items() if counted[process]), Fraction(0))
    return {
        line.kpi: used[line.kpi] * whole[process] * 100 / (counted[process] * total)
        for line in lines
        if line.counted and counted[process := book.kpis[line.kpi].process]
    }


def _loss(weight: Fraction, score: int) -> Loss:
    return Loss(weight=weight, lost=rounded_fraction(weight * max(FULL - score, 0) / FULL, PLACES))

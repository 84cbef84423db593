"""Points lost on a card that is a tree, from stored lines: weights are worked out as they were when it was scored."""

from collections.abc import Hashable, Iterable, Sequence
from fractions import Fraction
from typing import Protocol

import numpy as np

from core.points import POINTS, exact, rounded_fraction
from scoring.columns import of_fractions
from scoring.rulebook import RuleBook
from scoring.tree.blocks import BLOCK, unit_by_unit, with_bonus
from scoring.tree.card import full_marks, told_marks
from scoring.tree.evaluation import Leaf, Setting, TreeRun, evaluated
from scoring.tree.stand_ins import Peers

CENTS, CENT_PLACES = 100, 2
PLACES = 4
BY_PATTERN = frozenset({"weighted_mean", "mean", "sum"})
"""Operations whose weights depend on which children there are, never on their values."""


class StoredLine(Protocol):
    """What a stored line says: the score in cents, whether it counted, and whether the KPI applies to the unit at all."""

    @property
    def kpi(self) -> str: ...
    @property
    def score(self) -> int: ...
    @property
    def counted(self) -> bool: ...
    @property
    def applicable(self) -> bool: ...
    @property
    def points(self) -> int | None: ...


class Marked:
    """A stored line with another score in its place."""

    def __init__(self, line: StoredLine, score: Fraction | None) -> None:
        self.kpi, self.counted, self.applicable, self.points = line.kpi, line.counted, line.applicable, line.points
        self.score = line.score if score is None else rounded_fraction(score, CENT_PLACES)


class TreeLosses:
    """Losses under one tree and one theme; units with the same lines counted share their weights where values do not matter."""

    def __init__(self, book: RuleBook, card: str, theme: str | None) -> None:
        self._tree = book.trees[card]
        self._told = {code: told_marks(book.kpis[code]) for code in book.card_kpis(card)}
        self._full = {code: full_marks(book.kpis[code]) for code in book.card_kpis(card)}
        chosen = book.themes.get(theme or "")
        times = {code: exact(chosen.multiplier) for code in chosen.doubled} if chosen else {}
        on_top = chosen is not None and chosen.mode == "bonus"
        self._multipliers, self._bonus = ({}, times) if on_top else (times, {})
        self._path = f"trees.{card}"
        board = book.boards.get(card)
        self._downwards = board is not None and board.order == "asc"
        self._comparing = not unit_by_unit(self._tree)
        self._steady = all(node.op in BY_PATTERN for node in self._tree.nodes.values())
        self._weights: dict[Hashable, dict[str, Fraction]] = {}

    def of(self, lines: Sequence[StoredLine]) -> dict[str, tuple[Fraction, int]]:
        """Return weight in per cent and loss in 1/10,000 points of each counted line of one unit."""
        known = [line for line in lines if line.kpi in self._full]
        pattern = self._pattern(known)
        if pattern not in self._weights:
            self._put([known])
        weights = self._weights[pattern]
        return {line.kpi: self._loss(weights[line.kpi], line) for line in known if line.counted}

    def learn(self, cards: Iterable[Sequence[StoredLine]]) -> None:
        """Work out the weights of many units at once, for those that are asked for one by one afterwards."""
        if self._steady:
            return
        wanted: dict[Hashable, list[StoredLine]] = {}
        for lines in cards:
            known = [line for line in lines if line.kpi in self._full]
            wanted.setdefault(self._pattern(known), known)
        self._put([known for pattern, known in wanted.items() if pattern not in self._weights])

    def _pattern(self, lines: Sequence[StoredLine]) -> Hashable:
        """Return what the weights depend on: which lines count, and where values matter their scores."""
        return tuple((line.kpi, line.counted, line.applicable, 0 if self._steady else line.score) for line in lines)

    def _put(self, cards: Sequence[Sequence[StoredLine]]) -> None:
        for at in range(0, len(cards), BLOCK):
            some = cards[at : at + BLOCK]
            leaves = self._run(some).leaves
            for unit, lines in enumerate(some):
                found = {code: one.weight.at(unit) or Fraction(0) for code, one in leaves.items()}
                self._weights[self._pattern(lines)] = found

    def total(self, lines: Sequence[StoredLine]) -> int | None:
        """Return the total in cents; None where the tree has no value."""
        run = self._run([lines])
        value = with_bonus(run, self._bonus, 1).at(0)
        return None if value is None else rounded_fraction(value, CENT_PLACES)

    def marks(self, kpi: str) -> Fraction | None:
        """Return the full marks of a KPI; None where nothing tells them."""
        return self._told.get(kpi)

    def full(self, lines: Sequence[StoredLine]) -> int | None:
        """Return the total in cents had every line that counted full marks; None where nothing tells such a total.

        Nothing does where units are compared, where a KPI may reach anything, or where the lowest stands first.
        """
        told = self._told
        if (
            self._comparing
            or self._downwards
            or any(told.get(line.kpi) is None for line in lines if line.counted and line.kpi in told)
        ):
            return None
        best = [Marked(line, told.get(line.kpi)) for line in lines]
        full = self.total(best)
        return full or None

    def _run(self, cards: Sequence[Sequence[StoredLine]]) -> TreeRun:
        by_code = [{line.kpi: line for line in lines} for lines in cards]
        leaves = {code: _leaf([lines.get(code) for lines in by_code]) for code in self._full}
        # Nobody is compared: a stand-in that looked at others was stored as the score it gave.
        peers = Peers(np.arange(len(cards), dtype=np.intp))
        return evaluated(self._tree, leaves, Setting(peers, self._multipliers, self._path))

    def _loss(self, weight: Fraction, line: StoredLine) -> tuple[Fraction, int]:
        score = Fraction(line.score, CENTS)
        if self._comparing and line.points is not None and score:
            weight = Fraction(line.points, POINTS) / score
        short = max(score, Fraction(0)) if weight < 0 else max(self._full[line.kpi] - score, Fraction(0))
        return weight * 100, rounded_fraction(abs(weight) * short, PLACES)


def _leaf(lines: Sequence[StoredLine | None]) -> Leaf:
    scores = [Fraction(line.score, CENTS) if line is not None and line.counted else None for line in lines]
    value = of_fractions(scores)
    return Leaf(value, value.known, np.array([line is not None and line.applicable for line in lines], dtype=bool))

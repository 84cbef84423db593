"""The engine: facts of a whole unit kind in, scores, points and totals out; columns in, columns out, no unit by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.points import exact, rounded_fraction
from scoring.book_parts import Theme
from scoring.columns import Bools
from scoring.composition import CardRows, Composed, composed
from scoring.leaf import compiled, decimals, scored_kpi
from scoring.rulebook import RuleBook
from scoring.scored import CENT_PLACES, Scored
from scoring.sheet import Sheet
from scoring.statuses import NOT_APPLICABLE, SCORED
from scoring.tree.card import finished, tree_card

__all__ = ["Scored", "Sheet", "compiled", "scored"]


def scored(book: RuleBook, card: str, sheet: Sheet, theme: str | None = None) -> Scored:
    """Return the scored cards of all units of a kind; `theme` is the code of the month's theme.

    Invalid is raised for rules that cannot be applied, before anything is scored.
    """
    codes, extras = book.kpis_of(card), len(book.extras.get(card, {}))
    size, places = len(sheet.group), book.composition.score_places
    kept = len(codes) - extras
    tree, chosen = card in book.trees, book.themes.get(theme) if theme else None
    finest = [] if tree else [decimals(book.kpis[code], places) for code in codes]
    shown = max(CENT_PLACES, places, *finest)
    outcomes = [
        scored_kpi(book.kpis[code], card, sheet, places, targets=book.targets_of(code), shown=shown, keep=tree)
        for code in codes
    ]
    grown = tree_card(book, card, sheet, chosen, outcomes[:kept]) if tree else None
    if grown is not None:
        outcomes = [*grown.kpis, *outcomes[kept:]]
    scores = _stacked([outcome.fill.scores for outcome in outcomes], size)
    counted = _stacked([outcome.fill.counted for outcome in outcomes], size, bool)
    statuses = _stacked([outcome.statuses for outcome in outcomes], size, np.int8)
    month = _Month(book, codes, card, chosen)
    matrix = _Matrix(scores, counted, statuses, shown)
    main = month.composed(matrix, slice(0, kept))
    beside = month.composed(matrix, slice(kept, len(codes))) if extras else None
    barred = _stacked([outcome.fill.barred for outcome in outcomes], size, bool).any(axis=0)
    result = Scored(
        card=card,
        kpis=codes,
        extras=extras,
        measured=tuple(outcome.measured for outcome in outcomes),
        values=tuple(outcome.value for outcome in outcomes),
        scores=scores,
        statuses=statuses,
        policies=_stacked([outcome.fill.policies for outcome in outcomes], size, np.int8),
        counted=counted & (np.arange(len(codes)) < kept)[:, None],
        weights=np.array(
            [rounded_fraction(weight, 2) for weight in month.weights[:kept]] + [0] * extras, dtype=np.int64
        ),
        weight_num=_below(main.weight_num, extras),
        weight_den=_below(main.weight_den, extras, 1),
        points=_below(main.points, extras),
        bonus=main.bonus,
        processes=month.processes,
        process_scores=_processes(month, main, beside, kept, size),
        theme_scores=main.theme_scores,
        totals=main.totals,
        rounding=main.rounding,
        covered_num=main.covered_num,
        covered_den=main.covered_den,
        ranked=main.reaches(exact(book.composition.coverage_min)) & ~barred,
        places=shown,
    )
    return result if grown is None else finished(result, grown, book)


def _stacked(rows: Sequence[NDArray[Any]], size: int, kind: Any = np.int64) -> NDArray[Any]:  # noqa: ANN401 a numpy dtype
    return np.array(rows, dtype=kind).reshape(len(rows), size)


def _below(matrix: NDArray[Any], rows: int, filler: int = 0) -> NDArray[Any]:
    """Return the matrix with so many more rows of a filler."""
    if not rows:
        return matrix
    return np.vstack((matrix, np.full((rows, matrix.shape[1]), filler, dtype=matrix.dtype)))


@dataclass(frozen=True)
class _Matrix:
    scores: NDArray[np.int64]
    counted: Bools
    statuses: NDArray[np.int8]
    places: int


@dataclass(frozen=True)
class _Month:
    """What the card of a kind looks like in a month: weights, processes, multipliers of the theme."""

    book: RuleBook
    codes: tuple[str, ...]
    card: str
    theme: Theme | None

    @cached_property
    def weights(self) -> list[Fraction]:
        beside = self.book.extras.get(self.card, {}).values()
        return [*self.book.weights_of(self.card).values(), *(exact(weight) for weight in beside)]

    @cached_property
    def processes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.book.kpis[code].process for code in self.codes))

    def composed(self, matrix: _Matrix, rows: slice) -> Composed:
        codes, order = self.codes[rows], self.processes
        counted, statuses = matrix.counted[rows], matrix.statuses[rows]
        card = CardRows(
            scores=matrix.scores[rows],
            counted=counted,
            covered=statuses == SCORED,
            applicable=statuses != NOT_APPLICABLE,
            weights=self.weights[rows],
            process=[order.index(self.book.kpis[code].process) for code in codes],
            multipliers=[self._multiplier(code) for code in codes],
            places=matrix.places,
        )
        bonus = self.theme is not None and self.theme.mode == "bonus"
        return composed(card, theme_bonus=bonus, total_places=self.book.composition.total_places)

    def _multiplier(self, code: str) -> Fraction:
        return exact(self.theme.multiplier) if self.theme and code in self.theme.doubled else Fraction(1)


def _processes(month: _Month, main: Composed, beside: Composed | None, kept: int, size: int) -> NDArray[np.int64]:
    """Return the scores of all processes; one that has KPIs on the card is judged by those alone."""
    count = len(month.processes)
    result = np.full((count, size), -1, dtype=np.int64)
    if beside is not None:
        result[: len(beside.process_scores)] = beside.process_scores
    on_card = {month.processes.index(month.book.kpis[code].process) for code in month.codes[:kept]}
    for index in on_card:
        result[index] = main.process_scores[index]
    return result

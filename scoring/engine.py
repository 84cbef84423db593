"""The engine: facts of a whole unit kind in, scores, points and totals out; columns in, columns out, no unit by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from core.points import exact, rounded_fraction
from scoring.book_parts import Theme
from scoring.cells import Cells
from scoring.composition import CardRows, Composed, composed
from scoring.leaf import OneKpi, compiled, decimals, scored_kpi, values_of
from scoring.rulebook import RuleBook
from scoring.scored import CENT_PLACES, Lazily, Scored, below
from scoring.sheet import Sheet
from scoring.tree.card import finished, tree_card

__all__ = ["Scored", "Sheet", "compiled", "outcome_of", "scored"]


def scored(
    book: RuleBook, card: str, sheet: Sheet, theme: str | None = None, known: Mapping[str, OneKpi] | None = None
) -> Scored:
    """Return the scored cards of all units of a kind; `theme` is the code of the month's theme.

    KPIs whose facts are those of a sheet scored before may be given as `known`. Invalid is raised for rules that cannot
    be applied, before anything is scored.
    """
    codes, extras = book.kpis_of(card), len(book.extras.get(card, {}))
    size, tree = len(sheet.group), card in book.trees
    kept, shown = len(codes) - extras, _shown(book, card)
    month = _Month(book, codes, card, book.themes.get(theme) if theme else None)
    outcomes: Iterator[OneKpi] = (
        (known or {}).get(code) or outcome_of(book, card, sheet, code, shown) for code in codes
    )
    grown = None
    if tree:
        grown = tree_card(book, card, sheet, month.theme, islice(outcomes, kept))
        outcomes = chain(grown.kpis(), outcomes)
    cells = Cells.of(outcomes, len(codes), size)
    main = month.composed(cells, slice(0, kept), shown)
    beside = month.composed(cells, slice(kept, len(codes)), shown) if extras else None
    cells.counted[kept:] = False
    result = Scored(
        card=card,
        kpis=codes,
        extras=extras,
        measured=Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[0]),
        values=Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[1]),
        score_cells=cells.scores,
        statuses=cells.statuses,
        policies=cells.policies,
        counted=cells.counted,
        weights=np.array(
            [rounded_fraction(weight, 2) for weight in month.weights[:kept]] + [0] * extras, dtype=np.int64
        ),
        weighing=main.weighing,
        point_cells=below(main.points, extras),
        bonus=main.bonus,
        processes=month.processes,
        process_scores=_processes(month, main, beside, kept, size),
        theme_scores=main.theme_scores,
        totals=main.totals,
        rounding=main.rounding,
        covered_num=main.covered_num,
        covered_den=main.covered_den,
        ranked=main.reaches(exact(book.composition.coverage_min)) & ~cells.barred,
        places=shown,
    )
    return result if grown is None else finished(result, grown, book)


def outcome_of(book: RuleBook, card: str, sheet: Sheet, code: str, shown: int | None = None) -> OneKpi:
    """Return one KPI of a card scored for all units, held with so many decimals."""
    kpi, places, tree = book.kpis[code], book.composition.score_places, card in book.trees
    shown = _shown(book, card) if shown is None else shown
    return scored_kpi(kpi, card, sheet, places, targets=book.targets_of(code), shown=shown, keep=tree)


def _shown(book: RuleBook, card: str) -> int:
    """Return how many decimals the scores of a card are held with."""
    places = book.composition.score_places
    finest = [] if card in book.trees else [decimals(book.kpis[code], places) for code in book.kpis_of(card)]
    return max(CENT_PLACES, places, *finest)


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

    def composed(self, cells: Cells, rows: slice, places: int) -> Composed:
        codes, order = self.codes[rows], self.processes
        card = CardRows(
            scores=cells.scores[rows],
            counted=cells.counted[rows],
            statuses=cells.statuses[rows],
            weights=self.weights[rows],
            process=[order.index(self.book.kpis[code].process) for code in codes],
            multipliers=[self._multiplier(code) for code in codes],
            places=places,
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

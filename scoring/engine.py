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
from scoring.composition import CardRows, Composed, How, composed
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
    codes, month = book.kpis_of(card), CardOfMonth.of(book, card, theme)
    outcomes: Iterator[OneKpi] = (
        (known or {}).get(code) or outcome_of(book, card, sheet, code, month.shown) for code in codes
    )
    grown = None
    if card in book.trees:
        grown = tree_card(book, card, sheet, month.theme, islice(outcomes, month.kept))
        outcomes = chain(grown.kpis(), outcomes)
    result = put_together(month, Cells.of(outcomes, len(codes), len(sheet.group)), sheet)
    return result if grown is None else finished(result, grown, book)


def put_together(month: "CardOfMonth", cells: Cells, sheet: Sheet) -> Scored:
    """Return the cards that follow from the scores of all KPIs; what stands beside the card counts in no total."""
    book, card, codes, kept = month.book, month.card, month.codes, month.kept
    size, extras, shown = cells.scores.shape[1], len(month.codes) - month.kept, month.shown
    main = month.composed(cells, slice(0, kept), shown)
    beside = month.composed(cells, slice(kept, len(codes)), shown) if extras else None
    return Scored(
        card=card,
        kpis=codes,
        extras=extras,
        measured=Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[0]),
        values=Lazily(len(codes), lambda row: values_of(book.kpis[codes[row]], card, sheet)[1]),
        score_cells=cells.scores,
        statuses=cells.statuses,
        policies=cells.policies,
        counted=below(cells.counted[:kept], extras),
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


def outcome_of(book: RuleBook, card: str, sheet: Sheet, code: str, shown: int | None = None) -> OneKpi:
    """Return one KPI of a card scored for all units, held with so many decimals."""
    kpi, places, tree = book.kpis[code], book.composition.score_places, card in book.trees
    shown = shown_places(book, card) if shown is None else shown
    return scored_kpi(kpi, card, sheet, places, targets=book.targets_of(code), shown=shown, keep=tree)


def shown_places(book: RuleBook, card: str) -> int:
    """Return how many decimals the scores of a card are held with."""
    places = book.composition.score_places
    finest = [] if card in book.trees else [decimals(book.kpis[code], places) for code in book.kpis_of(card)]
    return max(CENT_PLACES, places, *finest)


@dataclass(frozen=True)
class CardOfMonth:
    """What the card of a kind looks like in a month: weights, processes, multipliers of the theme."""

    book: RuleBook
    codes: tuple[str, ...]
    card: str
    theme: Theme | None

    @classmethod
    def of(cls, book: RuleBook, card: str, theme: str | None) -> "CardOfMonth":
        """Return the card of a kind under the theme of a code, None for none."""
        return cls(book, book.kpis_of(card), card, book.themes.get(theme) if theme else None)

    @property
    def kept(self) -> int:
        """Return how many of its KPIs make its total; those after them stand beside it."""
        return len(self.codes) - len(self.book.extras.get(self.card, {}))

    @cached_property
    def shown(self) -> int:
        """Return how many decimals the scores of the card are held with."""
        return shown_places(self.book, self.card)

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
        how = self.hows.get(rows.indices(len(self.codes)))
        if how is None:
            bonus = self.theme is not None and self.theme.mode == "bonus"
            how = self.hows[rows.indices(len(self.codes))] = How.of(
                card, theme_bonus=bonus, total_places=self.book.composition.total_places
            )
        return composed(card, how)

    @cached_property
    def hows(self) -> dict[tuple[int, int, int], How]:
        """Return how its lines are put together, as far as that was worked out: it is the same for all units."""
        return {}

    def _multiplier(self, code: str) -> Fraction:
        return exact(self.theme.multiplier) if self.theme and code in self.theme.doubled else Fraction(1)


def _processes(month: CardOfMonth, main: Composed, beside: Composed | None, kept: int, size: int) -> NDArray[np.int64]:
    """Return the scores of all processes; one that has KPIs on the card is judged by those alone."""
    count = len(month.processes)
    result = np.full((count, size), -1, dtype=np.int64)
    if beside is not None:
        result[: len(beside.process_scores)] = beside.process_scores
    on_card = {month.processes.index(month.book.kpis[code].process) for code in month.codes[:kept]}
    for index in on_card:
        result[index] = main.process_scores[index]
    return result

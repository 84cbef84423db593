"""A month held as it was scored, and moved where facts of a few units have changed: the same result, sooner.

What one fact can move is moved: the sums above its unit, the KPI over all its peers, the totals this touches, the
places of everybody. Rules, organisation and everything beside the facts must be the same; else the month is held anew.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboards.inputs import MonthInputs
from leaderboards.month_results import MonthResults, RawCard, raw_card, results_of
from leaderboards.results import NONE, CardLines
from leaderboards.sheets import lines_of, sheet_moved, sheet_of, shown_scores, shown_values
from scoring.bulk import UnitCells
from scoring.engine import Scored, scored
from scoring.repooling import HeldPool
from scoring.rescoring import HeldCard
from scoring.rulebook import RuleBook

Places = NDArray[np.intp]
LINE_COLUMNS = ("states", "scores", "points", "values", "samples")
MOVABLE = ("places", "ranks", "peer_places", "peer_ranks", "flags")
"""What may change about a unit by what others did."""
OWN = ("statuses", "totals", "coverage", "measures", "processes", "breakers")


@dataclass(frozen=True)
class Moved:
    """A month after a move: by card the rows of units with other contents, and of those that only stand elsewhere."""

    before: MonthResults
    results: MonthResults
    rewritten: Mapping[str, Places]
    shifted: Mapping[str, Places]

    @property
    def size(self) -> int:
        """Return of how many units something else than the place has changed."""
        return sum(map(len, self.rewritten.values()))


class Following:
    """The working set of one month in the process that scores it."""

    def __init__(self, inputs: MonthInputs, pool: HeldPool) -> None:
        self.inputs = replace(inputs, pool=pool.pool)
        self._pool = pool
        self._cards: dict[str, HeldCard] = {}
        self._raw = dict(self._scored())
        self.results = results_of(self.inputs, self._raw)

    def move(self, unit_ids: Collection[int], cells: UnitCells) -> Moved | None:
        """Put the facts of some units in place of what they had; None when the month has to be held anew.

        After None or an error it must not be used any more.
        """
        kpis = self._pool.move(np.array(sorted(unit_ids), dtype=np.int64), cells)
        if kpis is None:
            return None
        touched = {code: self._touched(code, kpis) for code in self._raw}
        changed = {code: self._move(code, codes) for code, codes in touched.items() if codes}
        earlier = self.results
        before = {card.run.code: card for card in earlier.cards}
        again = _anew(self.inputs.book, {code for code, units in changed.items() if len(units)})
        kept = {code: card for code, card in before.items() if code not in again}
        self.results = results_of(self.inputs, self._raw, kept)
        return _moved(earlier, self.results, changed)

    def _scored(self) -> Iterator[tuple[str, RawCard]]:
        book = self.inputs.book
        for code, run in self.inputs.frame.cards.items():
            sheet = sheet_of(self.inputs, run, book)
            if code in book.trees:
                found = scored(book, code, sheet, self.inputs.theme)
            else:
                held = self._cards[code] = HeldCard.of(book, code, sheet, self.inputs.theme)
                found = held.scored
            yield code, raw_card(self.inputs, run, found, lines_of(found, sheet, self.inputs.kpi_ids))

    def _touched(self, card: str, kpis: Collection[int]) -> frozenset[str]:
        book, numbers = self.inputs.book, self.inputs.kpi_ids
        return frozenset(code for code in book.kpis_of(card) if numbers.get(book.kpis[code].facts) in kpis)

    def _move(self, code: str, kpis: Collection[str]) -> Places:
        """Score a card again where it is touched; return the units of which something has changed."""
        run, held, before = self.inputs.frame.cards[code], self._cards.get(code), self._raw[code]
        if held is None:
            return self._whole(code)
        sheet = sheet_moved(self.inputs, run, held.sheet, kpis)
        units = held.move(sheet, kpis)
        self._raw[code] = _raw_moved(before, held.scored, units, self.inputs.book)
        return np.union1d(units, _lines_moved(before.lines, held, kpis, units))

    def _whole(self, code: str) -> Places:
        """Score a tree again as a whole: its nodes may look at everybody."""
        run, before = self.inputs.frame.cards[code], self._raw[code]
        sheet = sheet_of(self.inputs, run, self.inputs.book)
        found = scored(self.inputs.book, code, sheet, self.inputs.theme)
        after = raw_card(self.inputs, run, found, lines_of(found, sheet, self.inputs.kpi_ids))
        self._raw[code] = after
        return _differing([(getattr(before.lines, name).T, getattr(after.lines, name).T) for name in LINE_COLUMNS])


def _raw_moved(before: RawCard, scored: Scored, units: Places, book: RuleBook) -> RawCard:
    """Return a card in the columns of its month with those of some units written anew, in place."""
    has_total = before.scored.has_total if not len(units) else scored.has_total
    before.totals[units] = np.where(has_total[units], np.maximum(scored.totals[units], 0), NONE)
    before.coverage[units] = scored.coverage[units]
    before.enough[units] = scored.ranked[units]
    codes = list(book.processes)
    for row, code in enumerate(scored.processes):
        before.processes[units, codes.index(code)] = scored.process_scores[row, units]
    return replace(before, scored=scored)


def _lines_moved(lines: CardLines, held: HeldCard, kpis: Collection[str], units: Places) -> Places:
    """Write the lines that have changed, in place; return the units at which a value or a sample has."""
    found, changed = held.scored, []
    for row, code in enumerate(found.kpis):
        if code in kpis:
            fresh = shown_values(found, held.sheet, row)
            changed.append(_differing([(lines.values[row], fresh[0]), (lines.samples[row], fresh[1])]))
            lines.values[row], lines.samples[row] = fresh
    if len(units):
        lines.states[:, units], lines.scores[:, units], lines.points[:, units] = shown_scores(found, units)
    return np.unique(np.concatenate(changed)) if changed else units


def _anew(book: RuleBook, changed: Collection[str]) -> frozenset[str]:
    """Return the cards whose results may follow from those that have changed."""
    found = set(changed)
    if {book.department.branch_kind, book.department.company_kind, book.department.kind} & found:
        found.add(book.department.kind)
    for measure in book.measures.values():
        if any(part.source.startswith("parent:") and part.source.partition(":")[2] in found for part in measure.parts):
            found.update(measure.kinds)
    return frozenset(found)


def _moved(earlier: MonthResults, after: MonthResults, changed: Mapping[str, Places]) -> Moved:
    before, rewritten, shifted = {card.run.code: card for card in earlier.cards}, {}, {}
    for card in after.cards:
        old = before[card.run.code]
        if old is card:
            continue
        own = _differing([(getattr(old, name), getattr(card, name)) for name in OWN])
        own = np.union1d(own, changed.get(card.run.code, own)).astype(np.intp)
        elsewhere = _differing([(getattr(old, name), getattr(card, name)) for name in MOVABLE])
        rewritten[card.run.code] = own
        shifted[card.run.code] = np.setdiff1d(elsewhere, own, assume_unique=True)
    return Moved(earlier, after, rewritten, shifted)


def _differing(pairs: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> Places:
    """Return the units at which two columns differ, or two tables of one row a unit."""
    found: NDArray[np.bool_] | None = None
    for old, new in pairs:
        differs = old != new
        if differs.ndim > 1:
            differs = differs.any(axis=1)
        found = differs if found is None else found | differs
    return np.flatnonzero(found) if found is not None else np.zeros(0, dtype=np.intp)

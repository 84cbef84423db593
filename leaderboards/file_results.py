"""Plain files scored: one result for every period and kind, with the exact totals and who may be ranked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.points import rounded
from leaderboards.breakers import CARD_FIELDS, card_columns
from leaderboards.ranking import Order, Places, ranks
from scoring.columns import Bools, Column, Sums
from scoring.engine import Scored, Sheet, scored
from scoring.file_cells import Observations, Unit
from scoring.file_sheets import sheet_of
from scoring.quantities import ranked_codes, total_of
from scoring.rulebook import Board, RuleBook
from scoring.statuses import SCORED

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Result:
    """One kind in one period of a season."""

    book: RuleBook
    period: str
    season: str
    round: str
    kind: str
    units: Sequence[Unit]
    sheet: Sheet
    scored: Scored

    @cached_property
    def total(self) -> Column:
        """Return what the units are ranked by."""
        return total_of(self.book, self.kind, self.scored, {})

    @cached_property
    def ranked(self) -> Bools:
        """Return who has a place: enough was scored, and the unit competes."""
        competes = np.array([unit.competes for unit in self.units], dtype=bool)
        return np.asarray(self.scored.ranked & competes & self.total.known, dtype=bool)

    def groups(self) -> Iterator[NDArray[np.intp]]:
        """Yield the units of each peer group, small groups merged."""
        for index in range(int(self.sheet.group.max(initial=-1)) + 1):
            yield np.flatnonzero(self.sheet.group == index)

    def boards(self) -> Iterator[NDArray[np.intp]]:
        """Yield the units of each board: of each peer group, or of all where the board of the kind is one for all."""
        yield from self.groups() if self._board.peer_groups else (np.arange(len(self.units)),)

    def places(self, members: NDArray[np.intp]) -> Places:
        """Return the places of some units among themselves, by the board of their kind."""
        chain = [(values[members], order) for values, order in self._chain]
        codes = ranked_codes(self.total)[members]
        totals = codes if self._board.order == "desc" else -codes
        return ranks(totals, chain, self._board.ties, self.ranked[members])

    @cached_property
    def _board(self) -> Board:
        return self.book.boards.get(self.kind, Board(code=self.kind, name=self.book.kinds[self.kind].name))

    @cached_property
    def _chain(self) -> list[tuple[Ints, Order]]:
        """Return the links of the tie-break chain that plain files can know."""
        found: list[tuple[Ints, Order]] = []
        known = {
            "theme": self.scored.theme_scores,
            "coverage": self.scored.coverage,
            "sample": sum((sums.sample for sums in self.sheet.sums.values()), np.zeros_like(self.scored.totals)),
        }
        for breaker in self._board.breakers:
            columns: Sequence[Ints] = [known[breaker.field]] if breaker.field in known else ()
            if breaker.field in CARD_FIELDS:
                columns = card_columns(breaker, self.scored, self.total, self.items(breaker.items_of))
            found += [(values, breaker.order) for values in columns]
        return found

    def items(self, kpi: str | None) -> Mapping[str, Sums]:
        """Return the counts of a KPI by item."""
        return self.sheet.items.get(kpi or "", {})


def results_of(book: RuleBook, found: Observations, theme: str | None = None) -> Iterator[Result]:
    """Return the scored sheets, period by period and kind by kind; kinds without a card are left out."""
    by_kind: dict[str, list[Unit]] = {}
    for unit in sorted(found.units.values(), key=lambda unit: unit.code):
        by_kind.setdefault(unit.kind, []).append(unit)
    before: dict[str, Scored] = {}
    for period in found.periods:
        season, name = found.rounds[period]
        for kind in (kind for kind in book.cards() if kind in by_kind):
            units = by_kind[kind]
            sheet = _with_last(book, kind, sheet_of(found, book, units, kind, period), before.get(kind))
            done = _at_hand(scored(book, kind, sheet, theme or _theme(book, period)))
            before[kind] = done
            yield Result(book, period, season, name, kind, units, sheet, done)


def _at_hand(done: Scored) -> Scored:
    """Return the same with its columns worked out: every unit of each will be looked at."""
    return replace(
        done,
        measured=tuple(done.measured),
        values=tuple(done.values),
        leaves=tuple(done.leaves),
        shares=tuple(done.shares),
    )


def _with_last(book: RuleBook, kind: str, sheet: Sheet, before: Scored | None) -> Sheet:
    """Return a sheet with what the period before came to, where a score may stand in for the next."""
    held = [code for code in book.kpis_of(kind) if book.holds_last(kind, code)]
    if before is None or not (held or kind in book.trees):
        return sheet
    cents = {code: _cents(before, before.kpis.index(code)) for code in held}
    kept = dict(zip(before.kpis, before.leaves, strict=False)) | {node.code: node.value for node in before.nodes}
    return replace(sheet, held=cents, kept=kept)


def _cents(before: Scored, row: int) -> Ints:
    """Return the scores of one KPI in cents, -1 where it had none."""
    known = (before.statuses[row] == SCORED) | before.counted[row]
    return np.where(known, rounded(before.scores[row], 10 ** (before.places - 2)), -1)


def _theme(book: RuleBook, period: str) -> str | None:
    """Return the theme of the calendar month that a period such as 202611 or 2026-11 names."""
    digits = "".join(character for character in period if character.isdigit())
    return book.months.get(int(digits[4:6])) if len(digits) >= len("202611") else None

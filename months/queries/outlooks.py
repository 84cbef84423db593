"""Past months as one rule book sees them: scored from stored facts, each month on what the same book made of those before."""

import asyncio
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import coaching.queries
import rewards.queries
from coaching import history
from coaching.history import Month
from coaching.review import caught
from core.database import raw
from core.period import shifted
from leaderboards.queries import stored
from leaderboards.queries.month_inputs import month_inputs
from leaderboards.ranges import UnitRange
from months.queries.readings import Reading
from rewards.queries import Evidence
from scoring.company_card import with_company_card
from scoring.queries.rules import Catalogue, Rules
from scoring.rulebook import RuleBook, fingerprint

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_board import MonthBoard
    from leaderboards.month_results import MonthResults
    from months.simulation.compared import Outlook


BY_LINE = frozenset({"kpi_below", "insufficient_sample"})
"""The bars of awards that look at single KPIs."""


class _Made(NamedTuple):
    """A month as this rule book would have made it."""

    month: Month
    totals: dict[int, int]
    scores: dict[tuple[int, int], int]


class Lens:
    """One rule book laid over past months in order; nothing that it makes is stored."""

    def __init__(self, book: RuleBook, reading: Reading) -> None:
        self.fingerprint = fingerprint(book)
        self.book = with_company_card(book)
        self.reading = reading
        self.numbers = numbered(self.book, reading.numbers)
        self.cards = cards_by_line(self.book)
        self.looks_at_chance = looks_at_chance(self.book)
        self._made: dict[int, _Made] = {}

    async def outlook(self, month: int, theme: str | None) -> "Outlook":
        """Return a month as this rule book sees it; months must be asked in order."""
        from months.simulation.compared import Outlook

        rules = Rules(month=month, rule_book_id=0, fingerprint=self.fingerprint, theme=theme, book=self.book)
        frame = await self.reading.frame(month, self.book)
        async with raw() as connection:
            inputs = await month_inputs(connection, rules, self.numbers, frame, self.reading.pool)
        made = await asyncio.to_thread(self._scored, month, self._carried(month, inputs))
        self._made[month] = made
        self._made.pop(shifted(month, -12), None)
        board, lines = made.month.board, made.month.lines
        evidence = Evidence(await self._before(month), lines, self.numbers.kpi_codes)
        grants = await rewards.queries.grants(board, self.book, evidence)
        back = await self._back(made.month)
        return Outlook(self.book, board, grants, await asyncio.to_thread(self._caught, back))

    def _carried(self, month: int, inputs: "MonthInputs") -> "MonthInputs":
        """Let a month go on from what this rule book made of the month before, where it did."""
        before = self._made.get(shifted(month, -1))
        if before is None:
            return inputs
        city = {code: Fraction(text) for code, text in before.month.board.detail.city.items()}
        return replace(inputs, previous_totals=before.totals, held=before.scores, previous_city=city)

    def _scored(self, month: int, inputs: "MonthInputs") -> _Made:
        from leaderboards.inputs import holds_last
        from leaderboards.month_results import month_results
        from leaderboards.unstored import board_of, lines_of

        results, ids = month_results(inputs), inputs.frame.tree.ids
        ranges = _ranges(inputs, results) if self.looks_at_chance else {}
        board = board_of(month, inputs, results, self.fingerprint, ranges=ranges)
        held = holds_last(self.book)
        lines = lines_of(results, ids, self.cards if not held else frozenset(board.heads))
        kept = lines.items() if held else ()
        scores = {(one.kpi_id, unit): one.score for unit, found in kept for one in found if one.score >= 0}
        totals = {one.unit_id: one.total for one in board.by_unit.values() if one.total is not None}
        return _Made(Month(board=board, lines=lines, book=self.book), totals, scores)

    async def _before(self, month: int) -> "MonthBoard | None":
        made = self._made.get(shifted(month, -1))
        return made.month.board if made else await stored.board_or_none(shifted(month, -1))

    async def _back(self, newest: Month) -> list[Month]:
        """Return the month and those before it as far as the triggers look: made by this rule book, else as they were."""
        found, month = [newest], newest.board.month
        while len(found) <= coaching.queries.reach(found[-1].book):
            month = shifted(month, -1)
            made = self._made.get(month)
            before = made.month if made else await self.reading.stored_month(month, self.cards)
            if before is None:
                break
            found.append(before)
        return found

    def _caught(self, months: list[Month]) -> dict[int, tuple[str, ...]]:
        """Return whom which triggers catch; help that goes on from earlier months is no trigger."""
        found: dict[int, tuple[str, ...]] = {}
        for card in self.book.coaching.kinds:
            members = history.members(card, months, self.numbers.kpi_codes, diagnosed=False)
            found.update(caught(self.book, card, members))
        return found


def looks_at_chance(book: RuleBook) -> bool:
    """Tell whether a trigger or an award asks how much of a total may be chance."""
    bars = (bar.code for award in book.awards.values() for bar in award.bars)
    return "uncertain" in bars or any(rule.beyond_noise for rule in book.coaching.rules.values())


def _ranges(inputs: "MonthInputs", results: "MonthResults") -> dict[int, UnitRange]:
    """Return what samples leave open about each total; the places it may truly have are nobody's question here."""
    from leaderboards.month_ranges import month_variances

    ids = inputs.frame.tree.ids
    found = month_variances(inputs, results.cards)
    return {
        unit: UnitRange(variance, 0, 0, 0, 0, 0)
        for card in results.cards
        for unit, variance in zip(ids[card.run.units].tolist(), found[card.run.code].tolist(), strict=True)
    }


def cards_by_line(book: RuleBook) -> frozenset[str]:
    """Return the cards whose single lines somebody looks at: triggers on the main lost item, awards barred by a KPI."""
    repeating = (kind for kind in book.coaching.kinds if book.coaching.rule_of(kind).repeat_months)
    barring = (award for award in book.awards.values() if any(bar.code in BY_LINE for bar in award.bars))
    return frozenset((*repeating, *(kind for award in barring for kind in award.kinds)))


def numbered(book: RuleBook, known: Catalogue) -> Catalogue:
    """Return the numbers of KPIs, with passing ones for those that no stored rule book has."""
    last = max(known.kpis.values(), default=0)
    fresh = {code: last + n for n, code in enumerate((one for one in book.kpis if one not in known.kpis), start=1)}
    return Catalogue(kpis={**known.kpis, **fresh}, items=known.items)

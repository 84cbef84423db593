"""Past months as one rule book sees them: scored from stored facts, each month on what the same book made of those before."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

import coaching.queries
import rewards.queries
from coaching import history
from coaching.history import Month
from coaching.review import caught
from core.database import raw
from core.period import shifted
from leaderboards.queries import stored
from leaderboards.queries.month_inputs import month_inputs
from months.chances import looks_at_chance, variances
from months.queries.readings import Reading
from rewards.judging import kinds_by_line
from rewards.queries import Evidence
from scoring.company_card import with_company_card
from scoring.queries.rules import Catalogue, Rules
from scoring.rulebook import RuleBook, fingerprint

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.inputs import MonthInputs
    from leaderboards.month_board import MonthBoard
    from leaderboards.month_ranges import Uncertain
    from leaderboards.results import CardResult
    from months.simulation.compared import Outlook
    from rewards.entrants import Grant
    from scoring.scored import Scored
    from scoring.sheet import Sheet


class _Made(NamedTuple):
    """A month as this rule book would have made it; `same` are the cards that the twin made just so."""

    month: Month
    totals: dict[int, int]
    scores: dict[tuple[int, int], int]
    same: frozenset[str]


class _Newest(NamedTuple):
    """What was worked out of the newest month, for the twin to use."""

    inputs: "MonthInputs | None"
    results: "Mapping[str, CardResult]"
    uncertain: "dict[str, Uncertain]"
    caught: dict[str, dict[int, tuple[str, ...]]]
    grants: "dict[str, tuple[Grant, ...]]"


class Lens:
    """One rule book laid over past months in order; nothing that it makes is stored.

    A twin that looks at the same months first lends what it has worked out of cards that both books treat alike.
    """

    def __init__(self, book: RuleBook, reading: Reading, twin: "Lens | None" = None) -> None:
        self.fingerprint = fingerprint(book)
        self.book = with_company_card(book)
        self.reading = reading
        self.numbers = numbered(self.book, reading.numbers)
        self.cards = cards_by_line(self.book)
        self.looks_at_chance = looks_at_chance(self.book)
        self.twin = twin
        self.alike = _alike(twin.book, self.book) if twin else frozenset[str]()
        self._made: dict[int, _Made] = {}
        self._newest = _Newest(None, {}, {}, {}, {})

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
        await self._grant(month)
        back = await self._back(made.month)
        await asyncio.to_thread(self._catch, back)
        found = {unit: codes for units in self._newest.caught.values() for unit, codes in units.items()}
        return Outlook(self.book, made.month.board, self._newest.grants, found)

    async def _grant(self, month: int) -> None:
        """Give the awards, those of the twin where nothing about them differs."""
        made, before = self._made[month], self._made.get(shifted(month, -1))
        same = made.same & before.same if before else made.same
        lent = self.twin._newest.grants if self.twin else {}  # noqa: SLF001 - twins are of one class
        for code, award in self.book.awards.items():
            if self.twin and code in lent and award == self.twin.book.awards[code] and same.issuperset(award.kinds):
                self._newest.grants[code] = lent[code]
        wanted = {code: award for code, award in self.book.awards.items() if code not in self._newest.grants}
        evidence = Evidence(await self._before(month), made.month.lines, self.numbers.kpi_codes)
        book = structs.replace(self.book, awards=wanted)
        self._newest.grants.update(await rewards.queries.grants(made.month.board, book, evidence))

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

        inputs = replace(inputs, worked=self._lent(inputs))
        found, ids = month_results(inputs), inputs.frame.tree.ids
        results = {card.run.code: card for card in found.cards}
        same = self._same(results)
        twin = self.twin if same else None
        lent, theirs = (twin._newest.uncertain, twin._made[month].month) if twin else ({}, None)  # noqa: SLF001 - twins are of one class
        self._newest = _Newest(inputs, results, {code: lent[code] for code in same if code in lent}, {}, {})
        ranges = variances(inputs, found, self._newest.uncertain) if self.looks_at_chance else {}
        known = {code: theirs.board.by_card[code] for code in same} if theirs else {}
        board = board_of(month, inputs, found, self.fingerprint, ranges=ranges, known=known)
        held = holds_last(self.book)
        wanted = frozenset(board.heads) if held else self.cards
        at_hand = same & wanted & twin.cards if twin else frozenset[str]()
        lines = lines_of(found, ids, wanted - at_hand)
        if theirs:
            lines.update({one.unit_id: [*theirs.lines[one.unit_id]] for code in at_hand for one in known[code]})
        kept = lines.items() if held else ()
        scores = {(one.kpi_id, unit): one.score for unit, each in kept for one in each if one.score >= 0}
        totals = {one.unit_id: one.total for one in board.by_unit.values() if one.total is not None}
        return _Made(Month(board=board, lines=lines, book=self.book), totals, scores, same)

    def _lent(self, inputs: "MonthInputs") -> "dict[str, tuple[Sheet, Scored]]":
        """Return the cards that the twin has worked out from the very same facts by the same rules."""
        theirs = self.twin._newest.inputs if self.twin else None  # noqa: SLF001 - twins are of one class
        if theirs is None or theirs.worked is None:
            return {}
        facts = [(one.frame, one.pool, *one.earlier) for one in (inputs, theirs)]
        same = len(facts[0]) == len(facts[1]) and all(mine is other for mine, other in zip(*facts, strict=True))
        if not same or inputs.held != theirs.held or inputs.month != theirs.month:
            return {}
        return {code: found for code, found in theirs.worked.items() if code in self.alike}

    def _same(self, results: "Mapping[str, CardResult]") -> frozenset[str]:
        """Return the cards that the twin has made just so this month."""
        from months.simulation.alike import same_results

        if self.twin is None:
            return frozenset()
        theirs = self.twin._newest.results  # noqa: SLF001 - twins are of one class
        both = (code for code in self.alike if code in results and code in theirs)
        return frozenset(code for code in both if same_results(results[code], theirs[code]))

    async def _before(self, month: int) -> "MonthBoard | None":
        made = self._made.get(shifted(month, -1))
        return made.month.board if made else await stored.shown_board(shifted(month, -1))

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

    def _catch(self, months: list[Month]) -> None:
        """Find whom which triggers catch; help that goes on from earlier months is no trigger."""
        twin = self.twin if self.twin and self.twin.book.coaching == self.book.coaching else None
        made = [found for one in months if (found := self._made.get(one.board.month))]
        same = frozenset.intersection(*(one.same for one in made)) if twin else frozenset[str]()
        for card in self.book.coaching.kinds:
            if twin and card in same:
                self._newest.caught[card] = twin._newest.caught[card]  # noqa: SLF001 - twins are of one class
                continue
            members = history.members(card, months, self.numbers.kpi_codes, diagnosed=False)
            self._newest.caught[card] = caught(self.book, card, members)


def _alike(one: RuleBook, other: RuleBook) -> frozenset[str]:
    from months.simulation.alike import alike_cards

    return alike_cards(one, other)


def cards_by_line(book: RuleBook) -> frozenset[str]:
    """Return the cards whose single lines somebody looks at: triggers on the main lost item, awards barred by a KPI."""
    repeating = (kind for kind in book.coaching.kinds if book.coaching.rule_of(kind).repeat_months)
    return kinds_by_line(book).union(repeating)


def numbered(book: RuleBook, known: Catalogue) -> Catalogue:
    """Return the numbers of KPIs, with passing ones for those that no stored rule book has."""
    last = max(known.kpis.values(), default=0)
    fresh = {code: last + n for n, code in enumerate((one for one in book.kpis if one not in known.kpis), start=1)}
    return Catalogue(kpis={**known.kpis, **fresh}, items=known.items)

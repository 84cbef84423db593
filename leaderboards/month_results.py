"""A month from facts to places: every card scored, departments from their processes, blends, red lines, ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from leaderboards.beside import Card, Items, beside, total_column
from leaderboards.breakers import CARD_FIELDS, card_columns
from leaderboards.departments import city_scores, departments
from leaderboards.flags import BARRED, HORS_CONCOURS, RANKED
from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.placing import placed, statuses
from leaderboards.ranking import Order
from leaderboards.results import NONE, CardLines, CardResult
from leaderboards.sheets import scored_card
from scoring.blend import blended
from scoring.bulk import Ints
from scoring.columns import Sums
from scoring.engine import Scored
from scoring.rulebook import Board, Breaker, Measure, Part
from scoring.settlement import Settled, Veto, settled
from scoring.statuses import SCORED

CARD = "card"
"""The measure that is the card itself, settled; it stands first among the measures of a standing."""


@dataclass(frozen=True)
class RawCard:
    """One card before blends and places; totals are cents, NONE where nothing was measured."""

    run: CardRun
    scored: Scored
    lines: CardLines
    totals: Ints
    coverage: Ints
    enough: NDArray[np.bool_]
    processes: Ints


@dataclass(frozen=True)
class MonthResults:
    """All cards of a month, and the exact score of each process over the company."""

    cards: tuple[CardResult, ...]
    city: Mapping[str, Fraction | None]


def month_results(inputs: MonthInputs) -> MonthResults:
    """Return the whole month. Raises Invalid for rules that cannot be applied."""
    raw = {
        code: raw_card(inputs, run, *scored_card(inputs, run, inputs.book)) for code, run in inputs.frame.cards.items()
    }
    return results_of(inputs, raw)


def results_of(
    inputs: MonthInputs, raw: Mapping[str, RawCard], kept: Mapping[str, CardResult] | None = None
) -> MonthResults:
    """Return the month that follows from its scored cards; `kept` are results of cards that nothing has moved."""
    rules, cards = inputs.book.department, dict(raw)
    branch, company = raw.get(rules.branch_kind), raw.get(rules.company_kind)
    city = city_scores(inputs, (branch.run, branch.scored) if branch else None, company.scored if company else None)
    if rules.kind in raw and rules.kind not in inputs.book.trees:
        cards[rules.kind] = _department(inputs, raw[rules.kind], city)
    settled_cards = {code: _settled(inputs, one.run, one.totals) for code, one in cards.items()}
    whole = _column_of_all(inputs, cards, settled_cards)
    still = kept or {}
    results = tuple(still.get(code) or _result(inputs, one, settled_cards[code], whole) for code, one in cards.items())
    return MonthResults(cards=results, city=city)


def raw_card(inputs: MonthInputs, run: CardRun, scored: Scored, lines: CardLines) -> RawCard:
    """Return a scored card in the columns of its month."""
    codes = list(inputs.book.processes)
    processes = np.full((run.size, len(codes)), NONE, dtype=np.int64)
    for row, code in enumerate(scored.processes):
        processes[:, codes.index(code)] = scored.process_scores[row]
    return RawCard(
        run=run,
        scored=scored,
        lines=lines,
        totals=np.where(scored.has_total, np.maximum(scored.totals, 0), NONE),
        coverage=np.asarray(scored.coverage),
        enough=np.asarray(scored.ranked),
        processes=processes,
    )


def _department(inputs: MonthInputs, one: RawCard, city: Mapping[str, Fraction | None]) -> RawCard:
    found = departments(inputs, one.run, one.scored, city)
    least = Fraction(inputs.book.composition.coverage_min)
    enough = (found.has_total > 0) & (found.coverage * least.denominator >= least.numerator * 10_000)
    totals = np.where(found.has_total > 0, found.totals, NONE)
    return RawCard(one.run, one.scored, one.lines, totals, found.coverage, enough, found.processes)


def _settled(inputs: MonthInputs, run: CardRun, totals: Ints) -> Settled:
    """Return totals after activities, adjustments and red lines; a unit without a total keeps none."""
    book, units = inputs.book, inputs.frame.tree.ids[run.units]
    added = _by_unit(inputs.adjustments, units)
    events = {code: _by_unit(found, units) for code, found in inputs.red_lines.items() if code in book.red_lines}
    vetoes = {
        code: Veto(line.effect, Fraction(line.cap_at), Fraction(line.points), line.bars_awards)
        for code, line in book.red_lines.items()
    }
    done = _by_unit(inputs.activities, units)
    result = settled(np.maximum(totals, 0), added, events, vetoes, Fraction(book.composition.adjustment_max), done)
    kept = np.where(totals == NONE, NONE, np.maximum(result.totals, 0))
    return Settled(totals=kept, adjusted=result.adjusted, taken=result.taken, award_eligible=result.award_eligible)


def _by_unit(values: Mapping[int, int], units: Ints) -> Ints:
    if not values:
        return np.zeros(len(units), dtype=np.int64)
    return np.array([values.get(unit, 0) for unit in units.tolist()], dtype=np.int64)


def _column_of_all(inputs: MonthInputs, raw: Mapping[str, RawCard], done: Mapping[str, Settled]) -> Ints:
    """Return the settled card total at every place of the frame, for those who share in the total of a unit above."""
    column = np.full(len(inputs.frame.units), NONE, dtype=np.int64)
    for code, one in raw.items():
        column[one.run.units] = done[code].totals
    return column


def _result(inputs: MonthInputs, one: RawCard, card: Settled, whole: Ints) -> CardResult:
    book, run = inputs.book, one.run
    board = book.boards.get(run.code) or Board(code=run.code, name=book.kinds[run.code].name)
    named = [card.totals, *(_measure(inputs, one, measure, whole) for measure in book.measures.values())]
    totals = named[ranking_measure(inputs, run.code, board)]
    has_total = totals != NONE
    status = statuses(run, book.kinds[run.code], one.enough & has_total, _excluded(inputs, run))
    breakers = _breakers(inputs, one, board, totals)
    place = placed(run, board, status, totals, breakers)
    flags = place.flags | np.where(card.award_eligible, 0, BARRED) | np.where(run.hors_concours, HORS_CONCOURS, 0)
    columns = [values for values, _ in breakers]
    named += beside(book, _card(inputs, one, totals, status))
    return CardResult(
        run=run,
        lines=one.lines,
        statuses=status,
        flags=flags.astype(np.int16),
        totals=totals,
        has_total=has_total,
        coverage=one.coverage,
        measures=np.stack(named, axis=1),
        processes=one.processes,
        breakers=np.stack(columns, axis=1) if columns else np.zeros((run.size, 0), dtype=np.int64),
        places=place.places,
        ranks=place.ranks,
        peer_places=place.peer_places,
        peer_ranks=place.peer_ranks,
    )


def _card(inputs: MonthInputs, one: RawCard, totals: Ints, status: NDArray[np.int16]) -> Card:
    """Return a card as classes and seasons look at it; who is left out of statistics by decision does not count."""
    run = one.run
    apart = [unit for unit, what in inputs.exclusions.items() if what in {"statistics", "both"}]
    out = np.isin(inputs.frame.tree.ids[run.units], apart)
    ranked = status == RANKED
    counts = (ranked | (_excluded(inputs, run) & (totals != NONE))) & ~out
    return Card(run.code, one.scored, totals, ranked, counts, run.group, _items_of(inputs, run))


def _items_of(inputs: MonthInputs, run: CardRun) -> Items:
    """Return the way to the counts of a KPI by item."""

    def items(kpi: str) -> Mapping[str, Sums]:
        number = inputs.kpi_ids.get(inputs.book.kpis[kpi].facts)
        found = {} if number is None else inputs.pool.item_sums(number, run.units)
        return {code: found[at] for code, at in inputs.item_ids.items() if at in found}

    return items


def _excluded(inputs: MonthInputs, run: CardRun) -> NDArray[np.bool_]:
    """Return who is left out of the award, and so of the places, by decision."""
    out = [unit for unit, what in inputs.exclusions.items() if what in {"award", "both"}]
    return np.isin(inputs.frame.tree.ids[run.units], out)


def ranking_measure(inputs: MonthInputs, code: str, board: Board) -> int:
    """Return which of the measures a board is ordered by: the one it names, the blend of its kind, or the card."""
    names = list(inputs.book.measures)
    if board.measure in inputs.book.measures:
        return names.index(board.measure) + 1
    blend = inputs.book.measure_of(code) if board.measure != CARD else None
    return names.index(blend.code) + 1 if blend else 0


def _measure(inputs: MonthInputs, one: RawCard, measure: Measure, whole: Ints) -> Ints:
    """Return one blended measure of a card's units, after adjustments and red lines; NONE for other kinds."""
    if one.run.code not in measure.kinds:
        return np.full(one.run.size, NONE, dtype=np.int64)
    parts = [_part(inputs, one, part, whole) for part in measure.parts]
    mixed = blended(parts, [Fraction(part.weight) for part in measure.parts])
    own = np.where(one.totals == NONE, NONE, mixed)
    return _settled(inputs, one.run, own).totals


def _part(inputs: MonthInputs, one: RawCard, part: Part, whole: Ints) -> Ints:
    source, _, name = part.source.partition(":")
    if source == "process":
        return one.processes[:, list(inputs.book.processes).index(name)]
    if source == "parent":
        places = inputs.frame.nearest(name)[one.run.units]
        return np.where(places >= 0, whole[places], NONE)
    if source == "kpi":
        row = one.scored.kpis.index(name)
        return np.where(one.scored.statuses[row] == SCORED, one.scored.scores[row], NONE)
    return one.totals


def _breakers(inputs: MonthInputs, one: RawCard, board: Board, totals: Ints) -> list[tuple[Ints, Order]]:
    """Return the chain of tie-breaks as columns: facts of the month, never a number or a moment of writing."""
    found: list[tuple[Ints, Order]] = []
    for breaker in board.breakers:
        found += [(np.asarray(column, dtype=np.int64), breaker.order) for column in _link(inputs, one, breaker, totals)]
    return found


def _link(inputs: MonthInputs, one: RawCard, breaker: Breaker, totals: Ints) -> Sequence[Ints]:
    if breaker.field == "key":
        return [_key_score(one, breaker.kpi)]
    if breaker.field in CARD_FIELDS:
        items = _items_of(inputs, one.run)(breaker.items_of) if breaker.items_of else {}
        return card_columns(breaker, one.scored, total_column(totals), items)
    return [_fact_column(inputs, one, breaker, totals)]


def _fact_column(inputs: MonthInputs, one: RawCard, breaker: Breaker, totals: Ints) -> Ints:
    units = inputs.frame.tree.ids[one.run.units]
    if breaker.field == "theme":
        return np.asarray(one.scored.theme_scores)
    if breaker.field == "red_lines":
        events = [_by_unit(found, units) for found in inputs.red_lines.values()]
        return np.sum(events, axis=0) if events else np.zeros(one.run.size, dtype=np.int64)
    if breaker.field == "improvement":
        return _improvement(inputs, units, totals)
    return one.lines.samples.sum(axis=0) if breaker.field == "sample" else one.coverage


def _improvement(inputs: MonthInputs, units: Ints, totals: Ints) -> Ints:
    before = _by_unit(inputs.previous_totals, units)
    return np.where(before > 0, totals - before, 0)


def _key_score(one: RawCard, kpi: str | None) -> Ints:
    if kpi not in one.scored.kpis:
        return np.zeros(one.run.size, dtype=np.int64)
    row = one.scored.kpis.index(kpi)
    return np.where(one.scored.statuses[row] == SCORED, one.scored.scores[row], NONE)

"""How sure the places of a month are: the margin of every total, and the best and the worst place it may truly have."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from leaderboards.department_noise import department_variances
from leaderboards.frame import CardRun
from leaderboards.inputs import MonthInputs
from leaderboards.month_results import month_results, ranking_measure
from leaderboards.results import NONE, CardResult
from leaderboards.sheets import worked_card
from scoring.bulk import Ints
from scoring.columns import Bools
from scoring.engine import Scored
from scoring.reach import reach
from scoring.rulebook import Board, Measure, Part
from scoring.uncertainty import SHARE, Noise, margin, noise, shares, total_variance


@dataclass(frozen=True)
class CardRanges:
    """One card: variances of the ranked totals in thousandths of a square cent, margins in cents, places from 1 (0 = none).

    Places in the peer group stand beside those on the whole board.
    """

    run: CardRun
    variances: Ints
    margins: Ints
    best: Ints
    worst: Ints
    peer_best: Ints
    peer_worst: Ints

    def rows(self, ids: Ints) -> Iterator[tuple[int, ...]]:
        """Yield what is kept of every unit; `ids` numbers the unit at each place of the frame."""
        columns = (self.variances, self.margins, self.best, self.worst, self.peer_best, self.peer_worst)
        return zip(ids[self.run.units].tolist(), *(column.tolist() for column in columns), strict=True)


@dataclass(frozen=True)
class Uncertain:
    """One card as it was scored, with the noise of its scores and the variance of its own total."""

    run: CardRun
    scored: Scored
    noise: Noise
    weights: Ints
    """Weight of every score in the card's total, in millionths."""
    variances: Ints


@dataclass(frozen=True)
class _Open:
    """What is open about the totals that a board is ordered by: of each unit itself, and what it has from one above."""

    own: Ints
    common: Ints
    source: Ints


def month_ranges(inputs: MonthInputs) -> tuple[CardRanges, ...]:
    """Return the ranges of every card that has units; the same inputs give the same ranges."""
    results = {card.run.code: card for card in month_results(inputs).cards}
    return tuple(_ranges(inputs, results[code], found) for code, found in _open_cards(inputs, results, {}).items())


def month_variances(inputs: MonthInputs, results: Iterable[CardResult], known: dict[str, Uncertain]) -> dict[str, Ints]:
    """Return by card what samples leave open about the totals, as the ranges say it; places are left out.

    `known` holds cards that were worked out before, and takes in those that are worked out here.
    """
    cards = {card.run.code: card for card in results}
    return {code: found.own + found.common for code, found in _open_cards(inputs, cards, known).items()}


def _open_cards(
    inputs: MonthInputs, results: Mapping[str, CardResult], known: dict[str, Uncertain]
) -> dict[str, _Open]:
    """Return what is open about the totals of every card."""
    known.update({code: _uncertain(inputs, card.run) for code, card in results.items() if code not in known})
    found = {code: known[code] for code in results}
    rules = inputs.book.department
    if rules.kind in found and rules.kind not in inputs.book.trees:
        found[rules.kind] = department_variances(inputs, found)
    above = np.zeros(len(inputs.frame.units), dtype=np.int64)
    for one in found.values():
        above[one.run.units] = one.variances
    whole = np.full(len(inputs.frame.units), NONE, dtype=np.int64)
    for card in results.values():
        whole[card.run.units] = card.measures[:, 0]
    return {code: _open(inputs, card, found[code], whole, above) for code, card in results.items()}


def _uncertain(inputs: MonthInputs, run: CardRun) -> Uncertain:
    sheet, card = worked_card(inputs, run, inputs.book)
    found = noise(inputs.book, run.code, sheet, card, inputs.theme)
    weights = _with_bonus(inputs, card, shares(card))
    return Uncertain(run, card, found, weights, total_variance(found, weights))


def _with_bonus(inputs: MonthInputs, card: Scored, weights: Ints) -> Ints:
    """Return the weights with what a theme adds on top of them."""
    theme = inputs.book.themes.get(inputs.theme or "")
    if theme is None or theme.mode != "bonus":
        return weights
    times = Fraction(theme.multiplier)
    doubled = np.array([code in theme.doubled for code in card.kpis])
    return np.where(doubled[:, None], weights * times.numerator // times.denominator, weights)


def _open(inputs: MonthInputs, card: CardResult, one: Uncertain, whole: Ints, above: Ints) -> _Open:
    nothing = np.zeros(card.run.size, dtype=np.int64)
    board = inputs.book.boards.get(card.run.code) or Board(
        code=card.run.code, name=inputs.book.kinds[card.run.code].name
    )
    number = ranking_measure(inputs, card.run.code, board)
    measure = list(inputs.book.measures.values())[number - 1] if number else None
    if measure is None or card.run.code not in measure.kinds:
        return _Open(one.variances, nothing, nothing - 1)
    return _blended(inputs, card, one, measure, whole, above)


def _blended(
    inputs: MonthInputs, card: CardResult, one: Uncertain, measure: Measure, whole: Ints, above: Ints
) -> _Open:
    """Return what is open about a blend: weights of its parts there are, those of units above apart."""
    size = card.run.size
    rows = [_part(inputs, card, one, part, whole) for part in measure.parts]
    given = [int(Fraction(part.weight) * SHARE) for part in measure.parts]
    present = sum((there * weight for (there, _, _), weight in zip(rows, given, strict=True)), np.zeros(size, np.int64))
    weights = np.zeros_like(one.weights)
    common, source = np.zeros(size, dtype=np.int64), np.full(size, NONE, dtype=np.int64)
    for (there, inside, places), weight in zip(rows, given, strict=True):
        share = np.where(there, weight * SHARE // np.maximum(present, 1), 0)
        if inside is not None:
            weights += inside * share // SHARE
        else:
            common += _scaled(np.where(there, above[places], 0), share)
            source = np.where(there, places, source)
    return _Open(total_variance(one.noise, weights), common, source)


def _scaled(variances: Ints, share: Ints) -> Ints:
    pairs = zip(variances.tolist(), share.tolist(), strict=True)
    return np.array([one * part * part // SHARE**2 for one, part in pairs], dtype=np.int64)


def _part(
    inputs: MonthInputs, card: CardResult, one: Uncertain, part: Part, whole: Ints
) -> tuple[Bools, Ints | None, Ints]:
    """Return where a part of a blend is there, its weights over the scores of the card, or the places it comes from."""
    kind, _, code = part.source.partition(":")
    nowhere = np.full(card.run.size, NONE, dtype=np.int64)
    if kind == "parent":
        places = inputs.frame.nearest(code)[card.run.units]
        return np.asarray((places >= 0) & (whole[places] != NONE)), None, places
    if kind == "process":
        scores = card.processes[:, list(inputs.book.processes).index(code)]
        return np.asarray(scores != NONE), process_weights(inputs, one, code), nowhere
    if kind == "kpi":
        row = one.scored.kpis.index(code)
        alone = np.zeros_like(one.weights)
        alone[row] = SHARE
        return np.asarray(one.scored.statuses[row] == 0), alone, nowhere
    return np.asarray(card.measures[:, 0] != NONE), one.weights, nowhere


def process_weights(inputs: MonthInputs, one: Uncertain, process: str) -> Ints:
    """Return the weight of every score in the score of a process, in millionths."""
    inside = np.array([inputs.book.kpis[code].process == process for code in one.scored.kpis])
    own = np.where(inside[:, None], one.weights, 0)
    return np.asarray(own * SHARE // np.maximum(own.sum(axis=0), 1), dtype=np.int64)


def _ranges(inputs: MonthInputs, card: CardResult, found: _Open) -> CardRanges:
    times = inputs.book.composition.certainty
    ranked, variances = card.ranks > 0, found.own + found.common
    whole = reach(card.totals, found.own, ranked, times, (found.common, found.source))
    peer_best, peer_worst = np.zeros_like(whole.best), np.zeros_like(whole.worst)
    for number in range(len(card.run.groups) or 1):
        group = reach(card.totals, found.own, ranked & (card.run.group == number), times, (found.common, found.source))
        peer_best, peer_worst = peer_best + group.best, peer_worst + group.worst
    margins = np.array([margin(one, times) for one in variances.tolist()], dtype=np.int64)
    return CardRanges(card.run, variances, margins, whole.best, whole.worst, peer_best, peer_worst)

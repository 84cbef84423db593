"""Whether scoring anew gives what a snapshot holds: an explanation may only be told of numbers it really explains."""

from collections.abc import Sequence
from fractions import Fraction

from leaderboards.card_views import CardLine
from scoring.scored import Scored
from scoring.statuses import STATUSES

POINTS = 10_000


def same_numbers(found: Scored, place: int, lines: Sequence[CardLine]) -> bool:
    """Tell whether every line of a card has the status, the score and the points that the engine gives it now."""
    return tuple(found.kpis) == tuple(line.kpi for line in lines) and all(
        _same(found, row, place, line) for row, line in enumerate(lines)
    )


def _same(found: Scored, row: int, place: int, line: CardLine) -> bool:
    if STATUSES[int(found.statuses[row, place])] != line.status:
        return False
    if int(found.points[row, place]) != Fraction(line.points) * POINTS:
        return False
    score = Fraction(int(found.scores[row, place]), 10**found.places)
    return line.score is None or abs(score - Fraction(line.score)) * 100 < 1

"""How far one KPI of one unit can still move: what is banked, the days left, and what the peers have reached."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from core.points import FACT_SCALE, rounded
from scoring.book_parts import Kpi
from scoring.factors import factor
from scoring.supposing import Facts, at_value

Way = Literal["answers", "passes", "clean", "rest", "level", "avoid", "more", "collect"]
ENOUGH_PEERS = 5
"""The quarter of fewer peers would be one of them."""
TWO_MONTHS = 61
MEANS = ("sample_mean", "weighted_mean")
SHARES = ("ratio_of_sums", "nps")


@dataclass(frozen=True)
class Pace:
    """Days of the month gone and left."""

    gone: int
    left: int

    def rest(self, den: Fraction, *, rolling: bool) -> Fraction:
        """Return how much more will come by the end of the month if it goes on as so far."""
        gone = self.gone + (TWO_MONTHS if rolling else 0)
        return den * self.left / gone if gone else Fraction(0)


@dataclass(frozen=True)
class Reached:
    """One way to a better value: so many events, the facts it leads to, the value then, and whether it can still be done."""

    way: Way
    n: int
    facts: Facts
    goal: Fraction
    movable: bool
    rest: int = 0


@dataclass(frozen=True)
class Field:
    """One KPI of one unit: its rule, its facts, its measured value, and the measured values of its peers."""

    kpi: Kpi
    card: str
    now: Facts
    value: Fraction | None
    peers: Sequence[Fraction]
    pace: Pace

    @property
    def lower(self) -> bool:
        """Tell whether less is better."""
        return self.kpi.direction == "lower"

    def better(self, one: Fraction, other: Fraction) -> bool:
        """Tell whether one value is better than another."""
        return one < other if self.lower else one > other


def ways(field: Field) -> Iterator[Reached]:
    """Yield ways up, the nearest goal first; what cannot move this month is told for the next one."""
    if field.value is None:
        yield from _not_yet(field)
        return
    if _counted(field):
        yield _one_event(field)
        return
    for goal in goals(field):
        yield _towards(field, goal)


def goals(field: Field) -> list[Fraction]:
    """Return what is worth reaching: the upper quarter of the peers, the best of them, else the named values."""
    best_first = sorted(field.peers, reverse=not field.lower)
    found = [best_first[(len(best_first) - 1) // 4]] if len(best_first) >= ENOUGH_PEERS else []
    found += best_first[:1]
    named = [Fraction(value) for value in (field.kpi.target, field.kpi.stretch) if value is not None]
    own = field.value or Fraction(0)
    ahead = [goal for goal in found if field.better(goal, own)]
    return list(dict.fromkeys(ahead or [goal for goal in named if field.better(goal, own)]))


def _counted(field: Field) -> bool:
    """Tell whether events are counted, each of which can be avoided or added."""
    return field.kpi.aggregation == "sum" or (field.kpi.aggregation == "rate_of_sums" and field.lower)


def _one_event(field: Field) -> Reached:
    now, way = field.now, ("avoid" if field.lower else "more")
    facts = now.plus(FACT_SCALE, 0, 0)
    goal = Fraction(facts.num, FACT_SCALE)
    if field.kpi.aggregation != "sum":
        goal = (facts.ratio or Fraction(0)) * factor(field.kpi.aggregation)
    return Reached(way, 1, facts, goal, movable=field.pace.left > 0)  # type: ignore[arg-type]  # one of two of the words


def _not_yet(field: Field) -> Iterator[Reached]:
    """Yield what it takes to be scored at all: more samples at the level of those that are there."""
    least = field.kpi.least_sample(field.card)
    ratio, lack = field.now.ratio, least - field.now.sample
    if ratio is None or lack <= 0 or field.kpi.aggregation not in (*MEANS, *SHARES):
        return
    den = lack * FACT_SCALE
    facts = field.now.plus(rounded(ratio.numerator * den, ratio.denominator), den, lack)
    yield Reached("collect", lack, facts, ratio * factor(field.kpi.aggregation), movable=field.pace.left > 0)


def _towards(field: Field, goal: Fraction) -> Reached:
    """Return the way to a goal: so many good ones in a row, else the rest of the month at the level of the best."""
    settled = not field.pace.left or field.kpi.frequency == "monthly"
    if settled or field.kpi.aggregation not in (*MEANS, *SHARES) or not field.now.den:
        return Reached("level", 0, at_value(field.kpi, field.card, field.now, goal), goal, movable=False)
    den = Fraction(field.now.den, FACT_SCALE)
    rest = floor(field.pace.rest(den, rolling=field.kpi.window_of(field.card) == "rolling3"))
    return _in_a_row(field, goal, rest) or _rest_at_best(field, goal, rest)


def _in_a_row(field: Field, goal: Fraction, rest: int) -> Reached | None:
    """Return how many perfect ones bring the value to the goal; None where the days left do not hold so many."""
    top = _perfect(field)
    if top is None:
        return None
    num, den = (Fraction(value, FACT_SCALE) for value in (field.now.num, field.now.den))
    wanted = goal / factor(field.kpi.aggregation)
    if top == wanted:
        return None
    n = ceil((wanted * den - num) / (top - wanted))
    if not 0 < n <= rest:
        return None
    more = rounded((top * n * FACT_SCALE).numerator, (top * n * FACT_SCALE).denominator)
    facts = field.now.plus(more, n * FACT_SCALE, n)
    way: Way = "answers" if field.kpi.aggregation in MEANS else "clean" if field.lower else "passes"
    value = (facts.ratio or Fraction(0)) * factor(field.kpi.aggregation)
    return Reached(way, n, facts, value, movable=True, rest=rest)


def _perfect(field: Field) -> Fraction | None:
    """Return what the best single answer adds to the numerator; None where no best is named."""
    if field.kpi.aggregation in SHARES:
        return Fraction(0) if field.lower else Fraction(1)
    bound = field.kpi.minimum if field.lower else field.kpi.maximum
    return None if bound is None or field.lower else Fraction(bound)


def _rest_at_best(field: Field, goal: Fraction, rest: int) -> Reached:
    """Return where the month ends when everything that still comes is as good as the best of the peers, or the goal."""
    best = max(field.peers, default=goal) if not field.lower else min(field.peers, default=goal)
    level = best if field.better(best, goal) else goal
    if not rest:
        return Reached("level", 0, at_value(field.kpi, field.card, field.now, goal), goal, movable=False)
    den = rest * FACT_SCALE
    more = level / factor(field.kpi.aggregation) * den
    facts = field.now.plus(rounded(more.numerator, more.denominator), den, rest)
    value = (facts.ratio or Fraction(0)) * factor(field.kpi.aggregation)
    if field.better(value, goal):
        facts, value = at_value(field.kpi, field.card, facts, goal), goal
    return Reached("rest", rest, facts, value, movable=True, rest=rest)

"""What is equal after a season is compared further: link by link of the declared chain, as keys that sort."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from scoring.book_results import Season, SeasonBreaker

Number = Fraction | int


@dataclass(frozen=True)
class Round:
    """One round: the quantity of the season of every unit that ran it, and what ties are broken by."""

    name: str
    values: Mapping[str, Number]
    places: Mapping[str, int] = field(default_factory=dict)
    """Places in the round; left out, they follow from the values."""
    items: Mapping[str, Mapping[str, Mapping[str, Number]]] = field(default_factory=dict)
    """How many of each item, by KPI and unit."""
    others: Mapping[str, Mapping[str, Number]] = field(default_factory=dict)
    """Other quantities by name, and by unit."""


def keys(
    rule: Season, rounds: Sequence[Round], unit: str, value: Number, counted: Collection[str]
) -> tuple[Number, ...]:
    """Return what a unit is ordered by, smallest first: its value, then the links of the chain, as long for every unit.

    `counted` are the names of the rounds that count for it.
    """
    found: list[Number] = [-value if rule.order == "desc" else value]
    for breaker in rule.breakers:
        link = _Link(rule, breaker, rounds, [one for one in rounds if not breaker.kept or one.name in counted])
        numbers = link.numbers(unit)
        found += [-number for number in numbers] if breaker.order == "desc" else numbers
    return tuple(found)


@dataclass(frozen=True)
class _Link:
    """One link of the chain, the rounds of the season, and those that it looks at."""

    rule: Season
    breaker: SeasonBreaker
    rounds: Sequence[Round]
    seen: Sequence[Round]

    def numbers(self, unit: str) -> list[Number]:
        """Return what it compares of one unit, the most telling first."""
        breaker = self.breaker
        if breaker.countback == "place":
            return self._places(unit)
        if breaker.countback == "best":
            found = sorted(self._values(unit), reverse=self.rule.order == "desc")
            return self._flagged([*found, *([None] * (len(self.rounds) - len(found)))])
        if breaker.countback == "latest":
            values = [one.values.get(unit) for one in reversed(self.seen)]
            return self._flagged([*values, *([None] * (len(self.rounds) - len(values)))])
        if breaker.countback is not None:
            items = [one.items.get(breaker.countback.removeprefix("kpi:"), {}).get(unit, {}) for one in self.seen]
            return [sum(counts.get(item, 0) for counts in items) for item in breaker.items]
        if breaker.field is not None:
            return [sum(one.others.get(breaker.field, {}).get(unit, 0) for one in self.seen)]
        return [_quantity(breaker.quantity or "sum", self.rule, self._values(unit))]

    def _values(self, unit: str) -> list[Number]:
        return [one.values[unit] for one in self.seen if unit in one.values]

    def _places(self, unit: str) -> list[Number]:
        last = self.breaker.last or max((len(one.places) for one in self.rounds), default=0)
        counts = Counter(one.places[unit] for one in self.seen if unit in one.places)
        return [counts[place] for place in range(self.breaker.first, last + 1)]

    def _flagged(self, values: Sequence[Number | None]) -> list[Number]:
        """Return each value after a number by which who has one stands before who has none."""
        more_first = self.breaker.order == "desc"
        return [number for value in values for number in (int((value is not None) == more_first), value or 0)]


def _quantity(name: str, rule: Season, values: Sequence[Number]) -> Number:
    """Return one number of the rounds that a unit ran; without any it is 0."""
    if name == "rounds" or not values:
        return len(values)
    if name in {"sum", "mean"}:
        return sum(values) if name == "sum" else Fraction(sum(values), len(values))
    if name == "last_round":
        return values[-1]
    high = (name == "best_round") == (rule.order == "desc")
    return max(values) if high else min(values)

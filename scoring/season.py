"""Rounds become a season: the best of them or all, weighted, with rounds missed, ties broken and places given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from msgspec import structs

from core.points import exact
from scoring.book_results import Season, SeasonPart
from scoring.grid import Grid
from scoring.natural import natural
from scoring.places import Place, placed
from scoring.season_ties import Number, Round, keys

__all__ = ["Number", "Round", "SeasonResult", "after_each_round", "season"]


@dataclass(frozen=True)
class SeasonResult:
    """One unit after some rounds: how many it ran, which of them count, its value and place (None without one)."""

    unit: str
    rounds: int
    counted: tuple[str, ...]
    value: Number | None
    place: int | None = None
    tied: bool = False


def season(rule: Season, rounds: Sequence[Round], units: Sequence[str] = ()) -> tuple[SeasonResult, ...]:
    """Return the season after these rounds, in order of place, then those without one by their codes.

    `units` are listed even if they ran nothing; all others appear from their first round on.
    """
    ordered = [
        _with_places(rule, one) for one in sorted(rounds, key=lambda one: natural(one.name))[-(rule.window or 0) :]
    ]
    everybody = sorted({*units, *(unit for one in ordered for unit in one.values)})
    weights = {one.name: _weight(rule, one.name) for one in ordered}
    results = [_result(rule, ordered, weights, unit) for unit in everybody]
    results = _rounded(rule, results)
    found = {
        one.unit: keys(rule, ordered, one.unit, one.value, one.counted) for one in results if one.value is not None
    }
    places = placed(found, rule.ties)
    done = [_with_place(one, places.get(one.unit)) for one in results]
    return tuple(sorted(done, key=lambda one: (one.unit not in found, found.get(one.unit, ()), one.unit)))


def after_each_round(
    rule: Season, rounds: Sequence[Round], units: Sequence[str] = ()
) -> Iterator[tuple[str, tuple[SeasonResult, ...]]]:
    """Yield the name of every round and the season as it stood after it."""
    ordered = sorted(rounds, key=lambda one: natural(one.name))
    for count, one in enumerate(ordered, 1):
        yield one.name, season(rule, ordered[:count], units)


def _weight(rule: Season, name: str) -> Number:
    weight = exact(rule.weights.get(name, 1))
    return weight.numerator if weight.denominator == 1 else weight


def _with_places(rule: Season, one: Round) -> Round:
    """Return the round with its places where a link of the chain counts them and they are not told."""
    if one.places or not any(breaker.countback == "place" for breaker in rule.breakers):
        return one
    sign = -1 if rule.order == "desc" else 1
    found = placed({unit: sign * value for unit, value in one.values.items()})
    return replace(one, places={unit: place.place for unit, place in found.items()})


def _with_place(one: SeasonResult, place: Place | None) -> SeasonResult:
    return one if place is None else replace(one, place=place.place, tied=place.tied)


def _result(rule: Season, rounds: Sequence[Round], weights: Mapping[str, Number], unit: str) -> SeasonResult:
    run = {one.name: one.values[unit] for one in rounds if unit in one.values}
    instead = exact(rule.missing_value) if rule.missing_value is not None else 0
    taken = run if rule.missing == "leave_out" else {one.name: one.values.get(unit, instead) for one in rounds}
    kept = _kept(_grown(rule, len(taken)), [one.name for one in rounds], taken, weights)
    enough = len(run) >= rule.min_rounds and (not rule.min_share or len(run) >= exact(rule.min_share) * len(rounds))
    return SeasonResult(unit, len(run), tuple(kept), _value(rule, kept, taken, weights) if enough else None)


def _grown(rule: Season, count: int) -> Season:
    """Return the season with the numbers of rounds that hold once so many have come together."""
    best, drop = _from(rule.n_from, count), _from(rule.drop_from, count)
    if best is None and drop is None:
        return rule
    return structs.replace(rule, n=rule.n if best is None else best, drop=rule.drop if drop is None else drop)


def _from(steps: Mapping[str, int], count: int) -> int | None:
    reached = [int(name) for name in steps if int(name) <= count]
    return steps[str(max(reached))] if reached else None


def _kept(rule: Season, names: Sequence[str], taken: Mapping[str, Number], weights: Mapping[str, Number]) -> list[str]:
    """Return the rounds that count, in their order: the best of the season or of each of its parts."""
    if not rule.parts:
        return _best(
            rule, SeasonPart(n=rule.n, drop=rule.drop), [name for name in names if name in taken], taken, weights
        )
    found: set[str] = set()
    for part in rule.parts:
        found.update(_best(rule, part, [name for name in names if name in taken and holds(part, name)], taken, weights))
    kept = [name for name in names if name in found]
    return _best(rule, SeasonPart(n=rule.n, drop=rule.drop), kept, taken, weights)


def holds(part: SeasonPart, name: str) -> bool:
    """Tell whether a round belongs to a part of the season."""
    if part.rounds:
        return name in part.rounds
    after = part.first is None or natural(part.first) <= natural(name)
    return after and (part.last is None or natural(name) <= natural(part.last))


def _best(
    rule: Season, part: SeasonPart, names: Sequence[str], taken: Mapping[str, Number], weights: Mapping[str, Number]
) -> list[str]:
    """Return the rounds that count of some: the best n, without the worst few; one is always left.

    A sum judges rounds by what they bring with their weight, a mean by their value, the heavier first among equals.
    """
    wanted = len(names) if part.n is None else part.n
    wanted = min(wanted, max(len(names) - part.drop, 1))
    sign = -1 if rule.order == "desc" else 1

    def worth(name: str) -> tuple[Number, Number]:
        if rule.op == "mean":
            return sign * taken[name], -weights[name]
        return sign * taken[name] * weights[name], -weights[name]

    chosen = set(sorted(names, key=worth)[:wanted]) if wanted < len(names) else set(names)
    return [name for name in names if name in chosen]


def _value(
    rule: Season, kept: Sequence[str], taken: Mapping[str, Number], weights: Mapping[str, Number]
) -> Number | None:
    if any(part.weight is not None for part in rule.parts):
        return _of_parts(rule, kept, taken, weights)
    return _together(rule, kept, taken, weights)


def _together(
    rule: Season, kept: Sequence[str], taken: Mapping[str, Number], weights: Mapping[str, Number]
) -> Number | None:
    total = sum(taken[name] * weights[name] for name in kept)
    if rule.op != "mean":
        return total
    weight = max(sum(weights[name] for name in kept), exact(rule.min_divisor))
    return Fraction(total) / weight if weight else None


def _of_parts(
    rule: Season, kept: Sequence[str], taken: Mapping[str, Number], weights: Mapping[str, Number]
) -> Number | None:
    """Return what the parts come to: their sums times their weights, or the mean of their means, weighed."""
    found = [
        (exact(1 if part.weight is None else part.weight), _together(rule, own, taken, weights))
        for part in rule.parts
        if (own := [name for name in kept if holds(part, name)])
    ]
    known = [(weight, value) for weight, value in found if value is not None]
    total = sum((weight * value for weight, value in known), Fraction(0))
    if rule.op != "mean":
        return total
    weight = sum(weight for weight, _ in known)
    return total / weight if weight else None


def _rounded(rule: Season, results: Sequence[SeasonResult]) -> list[SeasonResult]:
    if rule.round is None:
        return list(results)
    grid = Grid.of(rule.round)
    return [
        one if one.value is None else replace(one, value=grid.nearest(Fraction(one.value)) * grid.step)
        for one in results
    ]

"""Results become classes: shares of a population at either end, bounds, grades; the first step that fits decides."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.points import exact
from scoring.book_results import ClassRule, ClassStep
from scoring.columns import of_fractions
from scoring.quantiles import quantile


@dataclass(frozen=True)
class Classed:
    """The class of one unit, the value it follows from, and the cut of a share (None for bounds and numbers)."""

    step: ClassStep
    value: Fraction
    cut: Fraction | None


def classes(
    rule: ClassRule,
    values: Mapping[str, Fraction | None],
    population: frozenset[str] | None = None,
    places: Mapping[str, int] | None = None,
) -> dict[str, Classed]:
    """Return the class of every unit that has a value and fits a step.

    `values` are those among whom shares are taken: of one group, or of all; units outside `population` are classed
    by the cuts of the others. So many first or last go by `places` where there are any, else by value.
    """
    known = {unit: value for unit, value in values.items() if value is not None}
    counting = {unit: value for unit, value in sorted(known.items()) if population is None or unit in population}
    counted = list(counting.values())
    at_ends = {step.code: _among(rule, step, (known, counting), places) for step in rule.steps}
    cuts = {step.code: cut_of(rule, step, counted) for step in rule.steps}
    found: dict[str, Classed] = {}
    for unit, value in known.items():
        fitting = (one for one in rule.steps if unit in at_ends[one.code] and _fits(rule, one, value, cuts[one.code]))
        step = next(fitting, None)
        if step is not None:
            found[unit] = Classed(step, value, cuts[step.code])
    return found


def cut_of(rule: ClassRule, step: ClassStep, counted: list[Fraction]) -> Fraction | None:
    """Return the value at which a share ends, None where the step has none or the units are too few."""
    share = step.worst if step.worst is not None else step.best
    if share is None or step.heads is not None or len(counted) < max(rule.min_units, 1):
        return None
    if _at_low_end(rule, step):
        return quantile(of_fractions([*counted]), exact(share), step.definition)
    if step.strict:  # beyond the 75th percentile, as rules say it
        return quantile(of_fractions([*counted]), 1 - exact(share), step.definition)
    # Counted from above, so that by rank the best fifth of ten units are two, as the worst fifth are.
    found = quantile(of_fractions([-value for value in counted]), exact(share), step.definition)
    return None if found is None else -found


def _among(
    rule: ClassRule,
    step: ClassStep,
    values: tuple[Mapping[str, Fraction], Mapping[str, Fraction]],
    places: Mapping[str, int] | None,
) -> Collection[str]:
    """Return who is among so many first or last: fewer than so many that count stand beyond; all where no number is."""
    known, counting = values
    number, end = _number(step, len(counting))
    if number is None:
        return known.keys()
    if len(counting) < max(rule.min_units, 1):
        return ()
    up = end if rule.order == "desc" else -end
    key = {unit: up * value if places is None else Fraction(-end * places[unit]) for unit, value in known.items()}
    beyond = sorted(key[unit] for unit in counting)
    if step.strict and step.heads is not None:
        return {unit for unit in known if len(beyond) - bisect_left(beyond, key[unit]) <= number}
    return {unit for unit in known if len(beyond) - bisect_right(beyond, key[unit]) < number}


def _number(step: ClassStep, count: int) -> tuple[int | None, int]:
    """Return how many units a step takes, None where no number says it, and from which end: 1 the best, -1 the worst."""
    if step.heads is None:
        return (step.first, 1) if step.first is not None else (step.last, -1)
    share, end = (step.best, 1) if step.best is not None else (step.worst, -1)
    heads = exact(share or 0) * count
    return int({"floor": heads // 1, "nearest": (2 * heads + 1) // 2, "ceil": -(-heads // 1)}[step.heads]), end


def _at_low_end(rule: ClassRule, step: ClassStep) -> bool:
    return (step.worst is not None) == (rule.order == "desc")


def _fits(rule: ClassRule, step: ClassStep, value: Fraction, cut: Fraction | None) -> bool:
    if step.heads is None and (step.worst is not None or step.best is not None):
        if cut is None or (step.strict and value == cut):
            return False
        if not (value <= cut if _at_low_end(rule, step) else value >= cut):
            return False
    return _within(step, value)


def _within(step: ClassStep, value: Fraction) -> bool:
    """Tell whether a value keeps the bounds of a step; a bound left out holds for all."""
    return (
        (step.at_least is None or value >= exact(step.at_least))
        and (step.above is None or value > exact(step.above))
        and (step.at_most is None or value <= exact(step.at_most))
        and (step.below is None or value < exact(step.below))
    )

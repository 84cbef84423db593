"""Results become classes: shares of a population at either end, bounds, grades; the first step that fits decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.points import exact
from scoring.book_results import ClassRule, ClassStep
from scoring.columns import of_fractions
from scoring.quantiles import quantile


@dataclass(frozen=True)
class Classed:
    """The class of one unit, the value it follows from, and the cut of a share or number (None for bounds)."""

    step: ClassStep
    value: Fraction
    cut: Fraction | None


def classes(
    rule: ClassRule, values: Mapping[str, Fraction | None], population: frozenset[str] | None = None
) -> dict[str, Classed]:
    """Return the class of every unit that has a value and fits a step.

    `values` are those among whom shares are taken: of one group, or of all; units outside `population` are classed
    by the cuts of the others.
    """
    known = {unit: value for unit, value in values.items() if value is not None}
    counted = [value for unit, value in sorted(known.items()) if population is None or unit in population]
    cuts = {step.code: cut_of(rule, step, counted) for step in rule.steps}
    found: dict[str, Classed] = {}
    for unit, value in known.items():
        step = next((step for step in rule.steps if _fits(rule, step, value, cuts[step.code])), None)
        if step is not None:
            found[unit] = Classed(step, value, cuts[step.code])
    return found


def cut_of(rule: ClassRule, step: ClassStep, counted: list[Fraction]) -> Fraction | None:
    """Return the value at which a share or a number of units ends, None where the step has none or the units are too few."""
    if not _at_an_end(step) or len(counted) < max(rule.min_units, 1):
        return None
    number = step.first if step.first is not None else step.last
    if number is not None:
        return sorted(counted, reverse=not _at_low_end(rule, step))[min(number, len(counted)) - 1]
    share = step.worst if step.worst is not None else step.best
    if share is None:
        return None
    if _at_low_end(rule, step):
        return quantile(of_fractions([*counted]), exact(share), step.definition)
    if step.strict:  # beyond the 75th percentile, as rules say it
        return quantile(of_fractions([*counted]), 1 - exact(share), step.definition)
    # Counted from above, so that by rank the best fifth of ten units are two, as the worst fifth are.
    found = quantile(of_fractions([-value for value in counted]), exact(share), step.definition)
    return None if found is None else -found


def _at_an_end(step: ClassStep) -> bool:
    return any(end is not None for end in (step.worst, step.best, step.first, step.last))


def _at_low_end(rule: ClassRule, step: ClassStep) -> bool:
    return (step.worst is not None or step.last is not None) == (rule.order == "desc")


def _fits(rule: ClassRule, step: ClassStep, value: Fraction, cut: Fraction | None) -> bool:
    if _at_an_end(step):
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

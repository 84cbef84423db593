"""Who needs help: triggers on totals, on history and on events, each with a guard against luck (后进判定)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import lcm

from core.points import exact
from scoring.rulebook import Composition, TriggerRule

CERTAINTY = Composition().certainty
TRIGGERS = ("bottom_pct", "below_threshold", "decline", "red_line", "repeat_item", "class")


@dataclass(frozen=True)
class Signs:
    """What is known of one unit of a peer group; totals are published numbers, newest first, None = not ranked."""

    unit: str
    totals: Sequence[Fraction | None]
    red_lines: int = 0
    processes: Sequence[tuple[Fraction, Fraction]] = ()
    """(score, weight) of each scored process of the newest month."""
    main_items: Sequence[str | None] = ()
    """The main lost item of each month, newest first."""
    protected: bool = False
    classes: Mapping[str, str] = field(default_factory=dict)
    """The step it is in, by class."""
    variances: Sequence[Fraction] = ()
    """How much chance stands in each of the totals, newest first; a month not told stands for none."""


@dataclass(frozen=True)
class TriggerRules:
    """The rules of one unit kind; None or 0 turns a rule off."""

    bottom_pct: Fraction = Fraction(1, 10)
    min_group: int = 8
    exempt_at: Fraction | None = Fraction(90)
    small_from: int | None = None
    """Groups of this size up to min_group − 1 give their last unit…"""
    small_below: Fraction | None = None
    """…if its total is below this."""
    threshold: Fraction | None = Fraction(70)
    process_threshold: Fraction | None = None
    process_weight: Fraction = Fraction(8)
    decline_months: int = 2
    decline_min: Fraction = Fraction(8)
    repeat_months: int = 0
    classes: Sequence[tuple[str, str]] = ()
    """Class and step of those who are helped."""
    kinds: Sequence[str] = field(default=TRIGGERS)
    beyond_noise: Fraction | None = None
    """So many standard errors a unit must lie below the middle of its group, or below its own earlier total."""


def triggered(units: Sequence[Signs], rules: TriggerRules) -> dict[str, tuple[str, ...]]:
    """Return the triggers that caught each unit of one peer group, in the fixed order of TRIGGERS."""
    newest = [total for unit in units if unit.totals and (total := unit.totals[0]) is not None]
    edge = bottom_edge(newest, rules)
    middle = sorted(newest)[len(newest) // 2] if newest else None
    return {unit.unit: () if unit.protected else _caught(unit, edge, middle, rules) for unit in units}


def bottom_edge(totals: Sequence[Fraction | None], rules: TriggerRules) -> Fraction | None:
    """Return the total at and under which a unit is at the bottom of its group, None when the group has no bottom."""
    ranked = _ordered([total for total in totals if total is not None])
    if len(ranked) >= rules.min_group:
        last = max(1, int(len(ranked) * rules.bottom_pct))
        return ranked[last - 1]
    if rules.small_from is not None and rules.small_below is not None and len(ranked) >= rules.small_from:
        return ranked[0] if ranked[0] < rules.small_below else None
    return None


def _ordered(totals: Sequence[Fraction]) -> list[Fraction]:
    """Return fractions from the lowest; brought to one denominator they are compared as whole numbers."""
    common = lcm(*(total.denominator for total in totals))
    return sorted(totals, key=lambda total: total.numerator * (common // total.denominator))


def _caught(unit: Signs, edge: Fraction | None, middle: Fraction | None, rules: TriggerRules) -> tuple[str, ...]:
    total = unit.totals[0] if unit.totals else None
    found = {
        "bottom_pct": _at_bottom(total, edge, rules) and surely_below(unit, middle, rules),
        "below_threshold": total is not None and _below(total, unit.processes, rules),
        "decline": _declined(unit.totals, rules) and surely_declined(unit, rules),
        "red_line": unit.red_lines > 0,
        "repeat_item": _repeated(unit.main_items, rules.repeat_months),
        "class": any(unit.classes.get(code) == step for code, step in rules.classes),
    }
    return tuple(name for name in TRIGGERS if found[name] and name in rules.kinds)


def _at_bottom(total: Fraction | None, edge: Fraction | None, rules: TriggerRules) -> bool:
    if total is None or edge is None or total > edge:
        return False
    return rules.exempt_at is None or total < rules.exempt_at


def _below(total: Fraction, processes: Sequence[tuple[Fraction, Fraction]], rules: TriggerRules) -> bool:
    if rules.threshold is not None and total < rules.threshold:
        return True
    floor = rules.process_threshold
    return floor is not None and any(score < floor and weight >= rules.process_weight for score, weight in processes)


def _declined(totals: Sequence[Fraction | None], rules: TriggerRules) -> bool:
    """Return whether every one of the last months fell, together by enough; a gap in the history says nothing."""
    window = list(totals[: rules.decline_months + 1])
    known = [total for total in window if total is not None]
    if rules.decline_months < 1 or len(known) <= rules.decline_months:
        return False
    return all(now < before for now, before in pairwise(known)) and known[-1] - known[0] >= rules.decline_min


def surely_below(unit: Signs, middle: Fraction | None, rules: TriggerRules) -> bool:
    """Return whether the total lies below the middle of the group by more than chance explains."""
    total = unit.totals[0] if unit.totals else None
    if rules.beyond_noise is None or middle is None or total is None:
        return True
    return total < middle and (middle - total) ** 2 > rules.beyond_noise**2 * _variance(unit, 0)


def surely_declined(unit: Signs, rules: TriggerRules) -> bool:
    """Return whether the fall since the first of the months looked at is more than chance explains."""
    if rules.beyond_noise is None:
        return True
    now, before = unit.totals[0], unit.totals[rules.decline_months]
    open_ = _variance(unit, 0) + _variance(unit, rules.decline_months)
    return now is not None and before is not None and (before - now) ** 2 > rules.beyond_noise**2 * open_


def _variance(unit: Signs, month: int) -> Fraction:
    return unit.variances[month] if month < len(unit.variances) else Fraction(0)


def _repeated(items: Sequence[str | None], months: int) -> bool:
    window = items[:months]
    return months > 0 and len(window) == months and window[0] is not None and len(set(window)) == 1


def rules_for(rule: TriggerRule, certainty: Decimal = CERTAINTY) -> TriggerRules:
    """Return the numbers of a rule book as exact values; `certainty` is how sure its differences must be."""
    return TriggerRules(
        bottom_pct=exact(rule.bottom_pct),
        min_group=rule.min_group,
        exempt_at=_maybe(rule.exempt_at),
        small_from=rule.small_from,
        small_below=_maybe(rule.small_below),
        threshold=_maybe(rule.threshold),
        process_threshold=_maybe(rule.process_threshold),
        process_weight=exact(rule.process_weight),
        decline_months=rule.decline_months,
        decline_min=exact(rule.decline_min),
        repeat_months=rule.repeat_months,
        classes=tuple((one.class_code, one.step) for one in rule.classes),
        beyond_noise=exact(certainty) if rule.beyond_noise else None,
    )


def _maybe(number: Decimal | None) -> Fraction | None:
    return None if number is None else exact(number)

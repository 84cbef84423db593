"""Who needs help: triggers on totals, on history and on events, each with a guard against luck (后进判定)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from core.points import exact
from scoring.rulebook import TriggerRule

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


def triggered(units: Sequence[Signs], rules: TriggerRules) -> dict[str, tuple[str, ...]]:
    """Return the triggers that caught each unit of one peer group, in the fixed order of TRIGGERS."""
    edge = bottom_edge([unit.totals[0] for unit in units if unit.totals and unit.totals[0] is not None], rules)
    return {unit.unit: () if unit.protected else _caught(unit, edge, rules) for unit in units}


def bottom_edge(totals: Sequence[Fraction | None], rules: TriggerRules) -> Fraction | None:
    """Return the total at and under which a unit is at the bottom of its group, None when the group has no bottom."""
    ranked = sorted(total for total in totals if total is not None)
    if len(ranked) >= rules.min_group:
        last = max(1, int(len(ranked) * rules.bottom_pct))
        return ranked[last - 1]
    if rules.small_from is not None and rules.small_below is not None and len(ranked) >= rules.small_from:
        return ranked[0] if ranked[0] < rules.small_below else None
    return None


def _caught(unit: Signs, edge: Fraction | None, rules: TriggerRules) -> tuple[str, ...]:
    total = unit.totals[0] if unit.totals else None
    found = {
        "bottom_pct": _at_bottom(total, edge, rules),
        "below_threshold": total is not None and _below(total, unit.processes, rules),
        "decline": _declined(unit.totals, rules),
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


def _repeated(items: Sequence[str | None], months: int) -> bool:
    window = items[:months]
    return months > 0 and len(window) == months and window[0] is not None and len(set(window)) == 1


def rules_for(rule: TriggerRule) -> TriggerRules:
    """Return the numbers of a rule book as exact values."""
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
    )


def _maybe(number: Decimal | None) -> Fraction | None:
    return None if number is None else exact(number)

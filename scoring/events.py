"""Methods that add and take points: by steps from the target, or by counted events (加减分法、扣分法)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scoring.columns import Column, constant, difference, product, roomy, scaled, whole
from scoring.curves import FULL, Curve, Line, read_off
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params

MODES = ("full", "started", "prorata")


def add_subtract(params: Params) -> Rule:
    """Full marks and so many points for each step above or below the target, or for each event."""
    if params.choice("variant", ("gap", "events"), "gap") == "events":
        return _by_events(params)
    return _by_gap(params)


def deduct(params: Params) -> Rule:
    """Full marks less so many points for each event (扣完为止)."""
    return _by_events(params)


def steps(amounts: Column, mode: str) -> Column:
    """Return how many steps amounts ≥ 0 count for: full ones only, each started one, or exactly."""
    if mode == "prorata":
        return amounts
    wide = roomy(amounts, lambda num, den: num + den)
    raised = wide.num + wide.den - 1 if mode == "started" else wide.num
    return whole(raised // wide.den, amounts.known)


def at_most(amounts: Column, limit: Fraction | None) -> Column:
    """Return the amounts, none above the limit."""
    if limit is None:
        return amounts
    up, down = limit.numerator, limit.denominator
    wide = roomy(amounts, lambda num, den: max(num * down, den * abs(up)))
    over = wide.num * down > wide.den * up
    return Column(num=np.where(over, up, wide.num), den=np.where(over, down, wide.den), known=amounts.known)


def _by_gap(params: Params) -> Rule:
    target, full, step = params.number("target"), params.number("full", FULL), params.number("step")
    if step <= 0:
        raise params.refusal("bad_step", "step", "每档必须大于零", "a step must be greater than zero")
    mode = params.choice("mode", MODES, "full")
    towards = 1 if params.higher() else -1
    gap = Curve((Line(Fraction(towards) / step, -towards * target / step),))
    sides = [(params.number(f"per_{side}", 0), params.maybe(f"max_{side}")) for side in ("up", "down")]

    def scored(inputs: Inputs) -> Outcome:
        apart = read_off(gap, inputs.value)
        total = constant(full, len(apart))
        for sign, (points, limit) in zip((1, -1), sides, strict=True):
            ahead = Column(num=np.maximum(apart.num * sign, 0), den=apart.den, known=apart.known)
            moved = at_most(scaled(steps(ahead, mode), points), limit)
            total = difference(total, scaled(moved, Fraction(-sign)))
        return Outcome(Column(num=total.num, den=total.den, known=inputs.value.known))

    return scored


@dataclass(frozen=True)
class Item:
    """One kind of event: signed points for each unit of size, and the most it can move."""

    code: str
    points: Fraction
    size: Fraction
    mode: str
    limit: Fraction | None


def items_of(params: Params) -> tuple[Item, ...]:
    """Return the kinds of event, losses with negative points."""
    losses = [_item(code, params.within(f"items.{code}", row), -1) for code, row in params.table("items").items()]
    gains = [_item(code, params.within(f"bonus.{code}", row), 1) for code, row in params.table("bonus").items()]
    if not losses and not gains:
        raise params.refusal("no_items", "items", "没有任何加减分项", "no kind of event is named")
    return (*losses, *gains)


def _item(code: str, params: Params, sign: int) -> Item:
    size = params.number("unit_size", 1)
    if size <= 0:
        raise params.refusal("bad_step", "unit_size", "计量单位必须大于零", "the unit size must be greater than zero")
    mode = params.choice("mode", MODES, "full" if params.has("unit_size") else "prorata")
    return Item(code, sign * params.number("points"), size, mode, params.maybe("cap"))


def _by_events(params: Params) -> Rule:
    full, items = params.number("full", FULL), items_of(params)

    def scored(inputs: Inputs) -> Outcome:
        total = constant(full, len(inputs.value))
        for item in items:
            counts = _counts(item, items, inputs)
            worth = scaled(steps(scaled(counts, 1 / item.size), item.mode), abs(item.points))
            moved = at_most(worth if inputs.times is None else product(worth, inputs.times), item.limit)
            total = difference(total, scaled(moved, Fraction(-1 if item.points > 0 else 1)))
        known = inputs.value.known & total.known
        return Outcome(Column(np.where(known, total.num, 0), np.where(known, total.den, 1), known))

    return scored


def _counts(item: Item, items: Sequence[Item], inputs: Inputs) -> Column:
    """Return the counts of one kind of event; a unit measured without one had none of it."""
    counts: Mapping[str, Column] = inputs.items
    if not counts and len(items) == 1:
        counts = {item.code: inputs.value}
    found = counts.get(item.code)
    if found is None:
        return constant(Fraction(0), len(inputs.value))
    every = np.ones(len(found), dtype=bool)
    return Column(num=np.maximum(found.num, 0), den=found.den, known=every)

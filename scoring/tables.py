"""Methods without a curve: points from a table by place or category, and values that are scores already."""

from collections.abc import Mapping
from fractions import Fraction
from math import lcm

import numpy as np

from core.points import exact
from scoring.columns import SAFE, Column, Ints, added, constant, integers, product, roomy, scaled
from scoring.curves import Curve, Line, read_off
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params


def value(params: Params) -> Rule:
    """The value is the score, times `factor` plus `offset` (直接计分法)."""
    curve = Curve((Line(params.number("factor", 1), params.number("offset", 0)),))
    return lambda inputs: Outcome(read_off(curve, inputs.value))


def table(params: Params) -> Rule:
    """Points that a table gives to the value, or to each counted item: Σ count × points (积分表法).

    What the table does not name gets `else`, or has no score where that is left out.
    """
    given = params.table("table")
    if not given:
        raise params.refusal("no_table", "table", "积分表是空的", "the table is empty")
    within = params.within("table", given)
    points = {str(name): within.number(name) for name in given}
    rest = params.maybe("else")
    by_value = Lookup(points, rest)

    def scored(inputs: Inputs) -> Outcome:
        if inputs.items:
            return Outcome(_by_items(inputs, points, rest))
        found = by_value.read(inputs.value)
        return Outcome(scaled_by(found, inputs.times))

    return scored


def _by_items(inputs: Inputs, points: Mapping[str, Fraction], rest: Fraction | None) -> Column:
    total = constant(Fraction(0), len(inputs.value))
    known = inputs.value.known
    for code, counts in inputs.items.items():
        worth = points.get(code, rest)
        if worth is None:
            known = known & ~(counts.known & (counts.num != 0))
            continue
        some = Column(counts.num, counts.den, np.ones(len(counts), dtype=bool))
        total = added(total, scaled(some, worth))
    total = scaled_by(total, inputs.times)
    known = known & total.known
    return Column(np.where(known, total.num, 0), np.where(known, total.den, 1), known)


def scaled_by(column: Column, times: Column | None) -> Column:
    """Return the values times those of another column; None changes nothing."""
    return column if times is None else product(column, times)


class Lookup:
    """A table from exact numbers to points, as sorted whole numbers over a common denominator."""

    def __init__(self, points: Mapping[str, Fraction], rest: Fraction | None) -> None:
        numbers = {number: worth for name, worth in points.items() if (number := _number(name)) is not None}
        ordered = sorted(numbers)
        self._unit = lcm(*(number.denominator for number in ordered)) if ordered else 1
        self._keys = integers([int(number * self._unit) for number in ordered])
        self._down = lcm(*(worth.denominator for worth in numbers.values())) if numbers else 1
        if rest is not None:
            self._down = lcm(self._down, rest.denominator)
        self._worth = integers([int(numbers[number] * self._down) for number in ordered] or [0])
        self._rest = None if rest is None else int(rest * self._down)

    def read(self, values: Column) -> Column:
        """Return the points of every value; unknown where the table says nothing."""
        wide = roomy(values, lambda num, den: max(num * self._unit, den))
        keys: Ints = wide.num * self._unit // wide.den
        whole = keys * wide.den == wide.num * self._unit
        at = np.minimum(np.searchsorted(self._keys, keys), max(len(self._keys) - 1, 0))
        found = whole & (self._keys[at] == keys) if len(self._keys) else np.zeros(len(values), dtype=bool)
        found = found.astype(bool)
        known = values.known & (found if self._rest is None else True)
        rest = 0 if self._rest is None else self._rest
        worth = self._worth if abs(rest) < SAFE else self._worth.astype(object)
        num = np.where(known, np.where(found, worth[at], rest), 0)
        return Column(num=num, den=np.where(known, integers([self._down]), 1), known=known)


def _number(text: str) -> Fraction | None:
    try:
        return exact(text)
    except ValueError:
        return None

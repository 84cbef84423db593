"""Methods that look at the way made since an earlier time: growth, and achievement or improvement, whichever is better."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.points import rounded
from scoring.columns import (
    Bools,
    Column,
    Ints,
    chosen,
    constant,
    difference,
    integers,
    quotient,
    scaled,
    sign_against,
    whole,
)
from scoring.curves import FULL, Curve, Line, read_off
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.statuses import MISSING, NO_BASELINE, SCORED

BASE_SCORE = 80
PERCENT = Fraction(100)


def growth(params: Params) -> Rule:
    """A base score and so many points per unit of gain: in points, in per cent, or as a share of the headroom."""
    variant = params.choice("variant", ("points", "relative", "headroom"), "points")
    towards = Fraction(1 if params.higher() else -1)
    base = params.number("base_score", BASE_SCORE)
    unit = params.number("unit", 1)
    if unit <= 0:
        raise params.refusal("bad_step", "unit", "计量单位必须大于零", "the unit must be greater than zero")
    line = Curve((Line(params.number("per") / unit, base),))
    if variant == "headroom":
        return _in_headroom(line, towards, params.number("ceiling"), params.number("at_ceiling", FULL))
    return _with_baseline(
        lambda now, before: read_off(line, _gain(now, before, towards, relative=variant == "relative"))
    )


def _gain(now: Column, before: Column, towards: Fraction, *, relative: bool) -> Column:
    gain = scaled(difference(now, before), towards)
    return scaled(quotient(gain, before), PERCENT) if relative else gain


def _with_baseline(score: Callable[[Column, Column], Column]) -> Rule:
    """Return a rule that scores where there is a value and an earlier one that is not zero."""

    def scored(inputs: Inputs) -> Outcome:
        now, before = inputs.value, inputs.previous
        if before is None:
            before = Column(num=now.num * 0, den=now.den * 0 + 1, known=np.zeros(len(now), dtype=bool))
        based = before.known & (before.num != 0)
        scores = score(now, Column(num=before.num, den=before.den, known=based))
        statuses = np.where(~now.known, MISSING, np.where(based, SCORED, NO_BASELINE)).astype(np.int8)
        return Outcome(Column(num=scores.num, den=scores.den, known=now.known & based), statuses)

    return scored


def _in_headroom(line: Curve, towards: Fraction, ceiling: Fraction, at_ceiling: Fraction) -> Rule:
    def score(now: Column, before: Column) -> Column:
        size = len(now)
        top = constant(ceiling, size)
        room = scaled(difference(top, before), towards)
        share = scaled(quotient(scaled(difference(now, before), towards), room), PERCENT)
        fallen = read_off(line, scaled(difference(now, top), towards))
        reached = np.asarray(sign_against(now, ceiling) * int(towards) >= 0, dtype=bool)
        full = np.asarray(room.num <= 0, dtype=bool)
        above = chosen(reached, constant(at_ceiling, size), fallen)
        return chosen(full, above, read_off(line, share))

    return _with_baseline(score)


@dataclass(frozen=True)
class Ladder:
    """One of the two ways to points: `full` at the top, else round(slope × share of the way + offset) within 0…full."""

    full: int
    slope: Fraction
    offset: Fraction


def achievement_or_improvement(params: Params) -> Rule:
    """The better of the way from threshold to benchmark and the way from the own earlier value to the benchmark.

    `threshold`, `benchmark` and `baseline` are parameters, or constants that stand in each row.
    """
    higher = params.higher()
    ladders = [_ladder(params.within(name, params.table(name))) for name in ("achievement", "improvement")]
    fixed = {name: params.maybe(name) for name in ("threshold", "benchmark", "baseline")}

    def scored(inputs: Inputs) -> Outcome:
        ways = _ways(inputs, fixed, higher=higher)
        achieved = _climbed(ways.value, ways.threshold, ways.benchmark, ladders[0], start_counts=True)
        improved = _climbed(ways.value, ways.baseline, ways.benchmark, ladders[1], start_counts=False)
        known = ways.value.known & ways.threshold.known & ways.benchmark.known
        return Outcome(whole(np.maximum(achieved, improved), known))

    return scored


def _ladder(params: Params) -> Ladder:
    return Ladder(params.count("full", FULL), params.number("slope"), params.number("offset", 0))


@dataclass(frozen=True)
class Ways:
    """The four values of every unit, turned so that more is better."""

    value: Column
    threshold: Column
    benchmark: Column
    baseline: Column


def _ways(inputs: Inputs, fixed: dict[str, Fraction | None], *, higher: bool) -> Ways:
    size = len(inputs.value)
    turn = np.full(size, 1 if higher else -1)
    direction = inputs.constants.get("higher")
    if direction is not None:
        turn = np.where(direction.num > 0, 1, -1)
    nothing = Column(np.zeros(size, np.int64), np.ones(size, np.int64), np.zeros(size, dtype=bool))
    columns = [inputs.value]
    for name, value in fixed.items():
        given = constant(value, size) if value is not None else nothing
        columns.append(inputs.constants.get(name, given))
    return Ways(*(Column(column.num * turn, column.den, column.known) for column in columns))


def _climbed(value: Column, start: Column, top: Column, ladder: Ladder, *, start_counts: bool) -> Ints:
    way, made = difference(top, start), difference(value, start)
    at_top = _reached(value, top)
    begun: Bools = made.known & (made.num >= 0 if start_counts else made.num > 0)
    share = quotient(made, way)
    score = read_off(Curve((Line(ladder.slope, ladder.offset),)), share)
    full = integers([ladder.full])
    steps = np.minimum(np.maximum(rounded(score.num, score.den), 0), full)
    return np.where(start.known & at_top, full, np.where(begun & share.known, steps, 0))


def _reached(value: Column, top: Column) -> Bools:
    beyond = difference(value, top)
    return np.asarray(beyond.known & (beyond.num >= 0), dtype=bool)

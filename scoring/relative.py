"""Methods that compare a unit with its peer group: rank and percentile."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Column, Ints, constant, order_keys
from scoring.curves import Curve, Line, read_off
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.spread import Bell
from scoring.statuses import INSUFFICIENT_GROUP, MISSING, SCORED


@dataclass(frozen=True)
class Standing:
    """For every unit, how many measured units of its group do better, as well (itself included), and in all."""

    better: NDArray[np.int64]
    equal: NDArray[np.int64]
    size: NDArray[np.int64]


def standing(values: Column, group: NDArray[np.intp], *, higher: bool) -> Standing:
    """Return where every known value stands in its group; the comparison is exact."""
    known = values.known
    _, places = np.unique(order_keys(values), return_inverse=True)
    width = len(known) + 1
    own = group.astype(np.int64) * width + places
    ordered = np.sort(own[known])
    low, high = (np.searchsorted(ordered, own, side) for side in ("left", "right"))
    first, end = (np.searchsorted(ordered, group.astype(np.int64) * width + at, "left") for at in (0, width))
    return Standing(better=end - high if higher else low - first, equal=high - low, size=end - first)


def statuses_of(values: Column, size: NDArray[np.int64], min_group: int) -> NDArray[np.int8]:
    """Return why a unit has no score: nothing measured, or too few peers."""
    return np.where(~values.known, MISSING, np.where(size < min_group, INSUFFICIENT_GROUP, SCORED)).astype(np.int8)


def rank(params: Params) -> Rule:
    """Points by place: a straight line from best to worst, or a step for each place (排名法)."""
    variant = params.choice("variant", ("linear", "step"), "linear")
    best = params.number("best")
    fall = best - params.number("worst") if variant == "linear" else params.number("step")
    mid = params.choice("ties", ("mid", "min"), "mid") == "mid"
    higher, min_group = params.higher(), params.count("min_group", 1)

    def scored(inputs: Inputs) -> Outcome:
        at = standing(inputs.value, inputs.group, higher=higher)
        behind = 2 * at.better + (at.equal - 1 if mid else 0)  # twice the places behind the first
        among = 2 * np.maximum(at.size - 1, 1) if variant == "linear" else np.full_like(at.size, 2)
        return _result(Line(-fall, best), behind, among, statuses_of(inputs.value, at.size, min_group))

    return scored


def percentile(params: Params) -> Rule:
    """Points by the share of the group that does worse (百分位法)."""
    low, high = params.number("lo"), params.number("hi")
    mid = params.choice("convention", ("mid", "inc"), "mid") == "mid"
    higher, min_group = params.higher(), params.count("min_group", 1)

    def scored(inputs: Inputs) -> Outcome:
        at = standing(inputs.value, inputs.group, higher=higher)
        worse = at.size - at.better - at.equal
        alone = at.size <= 1
        share = 2 * worse + at.equal if mid else np.where(alone, 1, 2 * worse)
        of = 2 * at.size if mid else np.where(alone, 2, 2 * (at.size - 1))
        line = Line(high - low, low)
        return _result(line, share, np.maximum(of, 1), statuses_of(inputs.value, at.size, min_group))

    return scored


def _result(line: Line, num: Ints, den: Ints, statuses: NDArray[np.int8]) -> Outcome:
    scored = statuses == SCORED
    share = Column(num=np.where(scored, num, 0), den=np.where(scored, den, 1), known=scored)
    return Outcome(read_off(Curve((line,)), share), statuses)


def zscore(params: Params) -> Rule:
    """Centre + scale × z, z held within ± clip; correctly rounded although a root is no fraction (标准分法)."""
    law = Bell(
        center=params.number("center"),
        scale=params.number("scale"),
        clip=params.maybe("clip"),
        sample=params.choice("sd", ("population", "sample"), "population") == "sample",
        towards=1 if params.higher() else -1,
    )
    min_group = params.count("min_group", 1)

    def scored(inputs: Inputs) -> Outcome:
        values, group = inputs.value, inputs.group
        size = np.bincount(group[values.known], minlength=int(group.max(initial=0)) + 1)[group]
        statuses = statuses_of(values, size, min_group)
        scores = _per_group(values, group, statuses == SCORED, law, inputs.places)
        return Outcome(scores, statuses)

    return scored


def _per_group(values: Column, group: NDArray[np.intp], scored: NDArray[np.bool_], law: Bell, places: int) -> Column:
    result: NDArray[Any] = constant(Fraction(0), len(values)).num
    for index in np.unique(group[scored]):
        members = np.flatnonzero(scored & (group == index))
        result[members] = law.scores(Column(values.num[members], values.den[members], values.known[members]), places)
    return Column(num=result, den=np.full(len(values), 10**places, dtype=np.int64), known=scored)

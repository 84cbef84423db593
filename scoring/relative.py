"""Methods that compare a unit with its peer group, or with everybody: rank, percentile, standard score.

Units that do not count in statistics are judged as if each of them alone had joined those that do.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring.columns import Bools, Column, Ints, limited, of_fractions, order_keys, placed
from scoring.curves import Curve, Line, read_off
from scoring.grid import Grid
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params
from scoring.quantiles import DEFINITIONS, INCLUSIVE, Definition, Ordered, quantile
from scoring.spread import Bell
from scoring.statuses import INSUFFICIENT_GROUP, MISSING, SCORED

SCOPES = ("group", "all")
ESTIMATES = ("population", "sample")
PER_CENT = 100
ROOM = 4
"""So many cells a unit may be counted in before they are numbered more closely."""


@dataclass(frozen=True)
class Standing:
    """For every unit, how many counted units of its group do better, as well (itself included), and in all."""

    better: NDArray[np.int64]
    equal: NDArray[np.int64]
    size: NDArray[np.int64]


def standing(values: Column, group: NDArray[np.intp], *, higher: bool, counted: Bools | None = None) -> Standing:
    """Return where every known value stands in its group; the comparison is exact."""
    known = values.known if counted is None else values.known & counted
    places = numbered(order_keys(values))
    width = int(places.max(initial=-1)) + 1
    own = group.astype(np.int64) * width + places
    if width and int(group.max(initial=0)) + 1 > ROOM * len(known) // width:
        _, own = np.unique(own, return_inverse=True)
    # Cells are numbered by group, and in a group by value: running sums count who stands below.
    here = np.bincount(own[known], minlength=int(own.max(initial=-1)) + 1)
    sizes = np.bincount(group[known], minlength=int(group.max(initial=-1)) + 1)
    equal, size = here[own], sizes[group]
    upto = here.cumsum()[own] - (sizes.cumsum() - sizes)[group]
    joining = 0 if counted is None else ~counted
    return Standing(better=size - upto if higher else upto - equal, equal=equal + joining, size=size + joining)


def numbered(keys: Ints) -> NDArray[np.intp]:
    """Return numbers in the order of the keys, equal ones for equal keys: without sorting where the keys lie close."""
    if keys.dtype != object and len(keys):
        low = keys.min()
        apart = keys - low
        step = max(int(np.gcd.reduce(apart)), 1)
        if int(apart.max()) // step < ROOM * len(keys):
            return np.asarray(apart // step, dtype=np.intp)
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.intp)


def statuses_of(values: Column, size: NDArray[np.int64], min_group: int) -> NDArray[np.int8]:
    """Return why a unit has no score: nothing measured, or too few peers."""
    return np.where(~values.known, MISSING, np.where(size < min_group, INSUFFICIENT_GROUP, SCORED)).astype(np.int8)


def scoped(inputs: Inputs, scope: str) -> NDArray[np.intp]:
    """Return the group that each unit is compared in."""
    return inputs.group if scope == "group" else np.zeros_like(inputs.group)


def _peers(inputs: Inputs, at: Standing) -> NDArray[np.int64]:
    """Return how many counted units there are to compare with, itself only where it counts."""
    return at.size if inputs.counted is None else at.size - ~inputs.counted


def rank(params: Params) -> Rule:
    """Points by place: a straight line from best to worst, a step for each place, or a table (排名法)."""
    variant = params.choice("variant", ("linear", "step", "table"), "linear")
    if variant == "table":
        return _by_table(params)
    best = params.number("best")
    fall = best - params.number("worst") if variant == "linear" else params.number("step")
    mid = params.choice("ties", ("mid", "min"), "mid") == "mid"
    higher, min_group, scope = params.higher(), params.count("min_group", 1), params.choice("scope", SCOPES, "group")

    def scored(inputs: Inputs) -> Outcome:
        at = standing(inputs.value, scoped(inputs, scope), higher=higher, counted=inputs.counted)
        behind = 2 * at.better + (at.equal - 1 if mid else 0)  # twice the places behind the first
        among = 2 * np.maximum(at.size - 1, 1) if variant == "linear" else np.full_like(at.size, 2)
        return _result(Line(-fall, best), behind, among, statuses_of(inputs.value, _peers(inputs, at), min_group))

    return scored


def _by_table(params: Params) -> Rule:
    """Points that a table gives to each place; equal units share those of their places, or all have the best."""
    points, rest = prizes(params)
    mid = params.choice("ties", ("mid", "min"), "mid") == "mid"
    higher, min_group, scope = params.higher(), params.count("min_group", 1), params.choice("scope", SCOPES, "group")

    @cache
    def prize(better: int, equal: int) -> Fraction:
        taken = range(better + 1, better + 1 + (equal if mid else 1))
        named = [points[place] for place in points if place in taken]
        return (sum(named, Fraction(0)) + rest * (len(taken) - len(named))) / len(taken)

    def scored(inputs: Inputs) -> Outcome:
        at = standing(inputs.value, scoped(inputs, scope), higher=higher, counted=inputs.counted)
        statuses = statuses_of(inputs.value, _peers(inputs, at), min_group)
        cells = zip((statuses == SCORED).tolist(), at.better.tolist(), at.equal.tolist(), strict=True)
        return Outcome(
            of_fractions([prize(better, equal) if sure else None for sure, better, equal in cells]), statuses
        )

    return scored


def prizes(params: Params) -> tuple[dict[int, Fraction], Fraction]:
    """Return the points of every place that the table names, and those of all others."""
    given = params.table("table")
    within = params.within("table", given)
    if not given:
        raise params.refusal(
            "no_table",
            "table",
            "写 名次 = 分数，如 { 1 = 25, 2 = 18 }",
            "write place = points, such as { 1 = 25, 2 = 18 }",
        )
    for name in given:
        if not (str(name).isascii() and str(name).isdigit() and int(name)):
            zh, en = f"“{name}”不是名次，应写 1、2、3 …", f"“{name}” is no place; write 1, 2, 3 …"
            raise within.refusal("no_place", str(name), zh, en)
    return {int(name): within.number(name) for name in given}, params.number("else", 0)


def percentile(params: Params) -> Rule:
    """Points by the share of the group that does worse (百分位法)."""
    low, high = params.number("lo"), params.number("hi")
    mid = params.choice("convention", ("mid", "inc"), "mid") == "mid"
    higher, min_group, scope = params.higher(), params.count("min_group", 1), params.choice("scope", SCOPES, "group")

    def scored(inputs: Inputs) -> Outcome:
        at = standing(inputs.value, scoped(inputs, scope), higher=higher, counted=inputs.counted)
        worse = at.size - at.better - at.equal
        alone = at.size <= 1
        share = 2 * worse + at.equal if mid else np.where(alone, 1, 2 * worse)
        of = 2 * at.size if mid else np.where(alone, 2, 2 * (at.size - 1))
        line = Line(high - low, low)
        statuses = statuses_of(inputs.value, _peers(inputs, at), min_group)
        return _result(line, share, np.maximum(of, 1), statuses)

    return scored


def _result(line: Line, num: Ints, den: Ints, statuses: NDArray[np.int8]) -> Outcome:
    scored = statuses == SCORED
    share = Column(num=np.where(scored, num, 0), den=np.where(scored, den, 1), known=scored)
    return Outcome(read_off(Curve((line,)), share), statuses)


@dataclass(frozen=True)
class Tails:
    """Bounds that values are drawn in to before anything else: shares of the population, or values given."""

    shares: tuple[Fraction | None, Fraction | None]
    values: tuple[Fraction | None, Fraction | None]
    definition: Definition

    def drawn_in(self, values: Column, counted: Bools) -> Column:
        """Return the values of one group with its tails drawn in."""
        bounds = [
            value if share is None else quantile(values, share, self.definition, counted)
            for share, value in zip(self.shares, self.values, strict=True)
        ]
        return limited(values, *bounds)


def _tails(params: Params) -> Tails | None:
    if not params.has("winsorize"):
        return None
    given = params.within("winsorize", params.table("winsorize"))
    shares = [None if (share := given.maybe(name)) is None else share / PER_CENT for name in ("low", "high")]
    if any(share is not None and not 0 <= share <= 1 for share in shares):
        raise given.refusal("bad_share", "low", "应在 0 到 100 之间", "must lie between 0 and 100")
    word = given.choice("definition", DEFINITIONS, INCLUSIVE)
    definition = next(known for known in DEFINITIONS if known == word)
    return Tails((shares[0], shares[1]), (given.maybe("low_value"), given.maybe("high_value")), definition)


@dataclass(frozen=True)
class Standard:
    """How values become standard scores: the bell, a deviation given beforehand, and what is done to the tails."""

    bell: Bell
    deviation: Fraction | None
    tails: Tails | None

    def scores(self, values: Column, counted: Bools, grid: Grid) -> Column:
        """Return the scores of one group, whose values are all known; exact with a deviation given, else on the grid."""
        drawn = self.tails.drawn_in(values, counted) if self.tails else values
        if self.deviation is not None:
            return self._exact(drawn, counted, self.deviation)
        steps = self.bell.scores(drawn, grid, counted)
        size, up, down = len(values), grid.step.numerator, grid.step.denominator
        return Column(num=steps * up, den=np.full(size, down), known=np.ones(size, dtype=bool))

    def _exact(self, values: Column, counted: Bools, deviation: Fraction) -> Column:
        bell = self.bell
        mean = Ordered(values, counted).mean() if bell.mean is None else bell.mean
        slope = bell.scale * bell.towards / deviation
        scores = read_off(Curve((Line(slope, bell.center - slope * mean),)), values)
        if bell.clip is None:
            return scores
        reach = abs(bell.scale) * bell.clip
        return limited(scores, bell.center - reach, bell.center + reach)


def zscore(params: Params) -> Rule:
    """Centre + scale × z, z held within ± clip; correctly rounded although a root is no fraction (标准分法).

    `mean` and `sd` are those of the population, or numbers given; `winsorize` draws in the tails first.
    """
    word = params.given.get("sd") or "population"
    given = word not in ESTIMATES
    deviation = params.number("sd") if given else None
    if deviation is not None and deviation <= 0:
        raise params.refusal("bad_deviation", "sd", "标准差必须大于零", "the deviation must be greater than zero")
    bell = Bell(
        center=params.number("center"),
        scale=params.number("scale"),
        clip=params.maybe("clip"),
        sample=word == "sample",
        towards=1 if params.higher() else -1,
        mean=params.maybe("mean"),
    )
    law, scope = Standard(bell, deviation, _tails(params)), params.choice("scope", SCOPES, "group")
    least = 0 if given and bell.mean is not None else 1
    min_group = max(params.count("min_group", least), least)
    return lambda inputs: _standard(inputs, law, scoped(inputs, scope), min_group)


def _standard(inputs: Inputs, law: Standard, group: NDArray[np.intp], min_group: int) -> Outcome:
    values, every = inputs.value, np.ones(len(group), dtype=bool)
    counted = every if inputs.counted is None else inputs.counted
    size = np.bincount(group[values.known & counted], minlength=int(group.max(initial=0)) + 1)[group]
    statuses = statuses_of(values, size, min_group)
    scored, grid = statuses == SCORED, Grid.of(inputs.rounding)
    parts = []
    for index in np.unique(group[scored]):
        members = np.flatnonzero(scored & (group == index))
        parts.append((members, law.scores(values.part(members), counted[members], grid)))
    return Outcome(placed(len(values), parts), statuses)

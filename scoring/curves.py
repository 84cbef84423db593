"""Methods that read one value off a curve made of straight pieces: linear, ratio, efficacy, band, tier, binary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm

import numpy as np

from core.points import said_text
from scoring.columns import SAFE, Column, Ints, roomy
from scoring.inputs import Inputs, Outcome, Rule
from scoring.params import Params

FULL = 100
CAP = 120
BASE = 60


@dataclass(frozen=True)
class Line:
    """score = slope × value + offset; `hole` marks a stretch for which the rule says nothing."""

    slope: Fraction
    offset: Fraction
    hole: bool = False


@dataclass(frozen=True)
class Edge:
    """A border between two lines; with `upward` the border itself belongs to the line above."""

    value: Fraction
    upward: bool


@dataclass(frozen=True)
class Curve:
    """Lines from the smallest values to the largest, with the edges between them."""

    lines: tuple[Line, ...]
    edges: tuple[Edge, ...] = ()

    @cached_property
    def whole(self) -> tuple[int, list[int], list[int]]:
        """Return a common denominator, and slopes and offsets as whole numbers over it."""
        unit = lcm(*(part.denominator for line in self.lines for part in (line.slope, line.offset)))
        return unit, [int(line.slope * unit) for line in self.lines], [int(line.offset * unit) for line in self.lines]


def flat(score: Fraction) -> Line:
    return Line(Fraction(0), score)


HOLE = Line(Fraction(0), Fraction(0), hole=True)


def read_off(curve: Curve, values: Column) -> Column:
    """Return the exact score of every value; unknown stays unknown."""
    unit, slopes, offsets = curve.whole
    steepest, highest = max(map(abs, slopes)), max(map(abs, offsets))
    x = roomy(values, lambda num, den: max(num * steepest + den * highest, den * unit))
    if len(slopes) == 1:
        num = x.num * slopes[0] + x.den * offsets[0]
    else:
        piece = pieces(curve.edges, x)
        num = (
            x.num * _numbers(slopes, x)[piece] + x.den * _numbers(offsets, x)[piece]
            if steepest
            else x.den * _numbers(offsets, x)[piece]
        )
    return Column(num=np.where(values.known, num, 0), den=x.den * unit if unit > 1 else x.den, known=values.known)


def _numbers(numbers: Sequence[int], like: Column) -> Ints:
    fits = like.num.dtype != object and max(map(abs, numbers)) < SAFE
    return np.array(numbers, dtype=np.int64 if fits else object)


def pieces(edges: Sequence[Edge], values: Column) -> Ints:
    """Return for every value the index of the line it falls on."""
    ups, downs = [edge.value.numerator for edge in edges], [edge.value.denominator for edge in edges]
    tallest, deepest = max(map(abs, ups)), max(downs)
    x = roomy(values, lambda num, den: max(num * deepest, den * tallest))
    index = np.zeros(len(values), dtype=np.intp)
    for edge, up, down in zip(edges, ups, downs, strict=True):
        left, right = x.num * down if down > 1 else x.num, x.den * up
        index += left >= right if edge.upward else left > right
    return index


def refusing_holes(curve: Curve, rule: Params) -> Rule:
    """Return the rule of a curve; it refuses a value that falls into a hole."""

    def scored(inputs: Inputs) -> Outcome:
        holes = np.array([line.hole for line in curve.lines])
        if holes.any() and (holes[pieces(curve.edges, inputs.value)] & inputs.value.known).any():
            raise rule.refusal("no_band", "bands", "有数值不在任何一档内", "a value falls into no band")
        return Outcome(read_off(curve, inputs.value))

    return scored


def on_curve(curve: Curve) -> Rule:
    """Return the rule of a curve without holes."""
    return lambda inputs: Outcome(read_off(curve, inputs.value))


@dataclass(frozen=True)
class Anchor:
    """A point of a broken line: the score that is reached there, and the one that holds from there on."""

    value: Fraction
    reached: Fraction
    onward: Fraction
    cliff: bool


def anchors_of(params: Params) -> list[Anchor]:
    """Return the anchors, worst first: [value, score], or [value, score before, score from there on] for a jump."""
    anchors: list[Anchor] = []
    if isinstance(params.given.get("anchors"), Mapping):
        right = '[["7", "60"], ["9", "100"]]'
        zh, en = f"锚点应为 [值, 得分] 的列表：{right}", f"anchors are a list of [value, score]: {right}"
        raise params.refusal("bad_anchors", "anchors", zh, en)
    for number, row in enumerate(params.rows("anchors")):
        at = f"anchors[{number}]"
        if isinstance(row, str) or not isinstance(row, Sequence) or len(row) not in {2, 3}:
            zh, en = (
                "每个锚点应为 [值, 得分] 或 [值, 之前得分, 之后得分]",
                "an anchor is [value, score] or [value, before, after]",
            )
            raise params.refusal("bad_anchors", at, zh, en)
        value, *scores = (params.exactly(part, at) for part in row)
        anchors.append(Anchor(value, scores[0], scores[-1], cliff=len(scores) > 1))
    if len(anchors) < 2:  # noqa: PLR2004 a line needs two points
        raise params.refusal("bad_anchors", "anchors", "锚点至少要有两个。", "There must be at least two anchors.")
    _refuse_disorder(anchors, params)
    return anchors


def _refuse_disorder(anchors: Sequence[Anchor], params: Params) -> None:
    """Refuse the first anchor whose value does not lead on the way that the first two have begun."""
    begun = anchors[1].value - anchors[0].value
    for number, (before, after) in enumerate(pairwise(anchors), start=2):
        if (after.value - before.value) * begun <= 0:
            told = {"number": number, "before": said_text(before.value), "value": said_text(after.value)}
            zh = "锚点的值要从差到好依次排列：第 {number} 个的 {value} 排在 {before} 之后；一个值上跳分写 [值, 之前得分, 之后得分]。"
            en = "Anchors go from the worst value to the best, none twice: number {number} puts {value} after {before}. A jump is [value, before, after]."
            raise params.refusal("bad_anchors", "anchors", zh.format(**told), en.format(**told))


def linear_curve(params: Params) -> Curve:
    """Return straight lines through the anchors (worst first) with the policies for both ends."""
    anchors = anchors_of(params)
    below = params.choice("below", ("extend", "clamp", "zero"), "extend")
    above = params.choice("above", ("extend", "clamp", "zero"), "clamp")
    first, last = anchors[0], anchors[-1]
    rising = last.value > first.value
    middle = [
        _through((before.value, before.onward), (after.value, after.reached)) for before, after in pairwise(anchors)
    ]
    worst = _end(below, middle[0], (first.value, first.reached))
    best = _end(above, middle[-1], (last.value, last.onward))
    # A border belongs to the better side. But the outer anchors belong to the lines between them, so that a cliff at
    # the base spares the base itself; only a jump told at the last anchor is reached there.
    edges = [Edge(anchor.value, upward=rising) for anchor in anchors[:-1]]
    edges.append(Edge(last.value, upward=rising == last.cliff))
    lines = [worst, *middle, best]
    if not rising:
        lines, edges = lines[::-1], edges[::-1]
    return simpler(Curve(tuple(lines), tuple(edges)))


def simpler(curve: Curve) -> Curve:
    """Return the same curve without edges between equal lines."""
    lines, edges = [curve.lines[0]], []
    for edge, line in zip(curve.edges, curve.lines[1:], strict=True):
        if line != lines[-1]:
            lines.append(line)
            edges.append(edge)
    return Curve(tuple(lines), tuple(edges))


def _through(before: tuple[Fraction, Fraction], after: tuple[Fraction, Fraction]) -> Line:
    slope = (after[1] - before[1]) / (after[0] - before[0])
    return Line(slope, before[1] - slope * before[0])


def _end(policy: str, line: Line, point: tuple[Fraction, Fraction]) -> Line:
    """Return the line beyond an outer anchor: on as before, from its own score where it jumps."""
    onward = Line(line.slope, point[1] - line.slope * point[0])
    return {"extend": onward, "clamp": flat(point[1]), "zero": flat(Fraction(0))}[policy]


def linear(params: Params) -> Rule:
    """Straight lines through base, target and stretch (插值法)."""
    return on_curve(linear_curve(params))


def efficacy(params: Params) -> Rule:
    """60 + 40 × (x − bad) / (good − bad) (功效系数法)."""
    bad, good = params.number("unacceptable"), params.number("satisfactory")
    if bad == good:
        raise params.refusal("bad_anchors", "satisfactory", "满意值与不允许值不能相等", "the two anchors must differ")
    base, full = params.number("base_score", BASE), params.number("full", FULL)
    return on_curve(Curve((_through((bad, base), (good, full)),)))


def positive_target(params: Params) -> Fraction:
    """Return the target, refusing zero and less."""
    target = params.number("target")
    if target <= 0:
        code = "zero_target" if target == 0 else "nonpositive_target"
        raise params.refusal(code, "target", "目标值必须大于零", "the target must be greater than zero")
    return target


def ratio(params: Params) -> Rule:
    """Share of the target: F·x/T, or for lower-is-better F·T/x or F·(2 − x/T) (比率法)."""
    full, higher = params.number("full", FULL), params.higher()
    if params.choice("zero_target", ("error", "binary"), "error") == "binary" and params.number("target") == 0:
        return on_curve(_compared("<=" if not higher else ">=", Fraction(0), full, params.number("floor", 0)))
    target = positive_target(params)
    if higher:
        return on_curve(Curve((Line(full / target, Fraction(0)),)))
    if params.choice("lower_variant", ("reciprocal", "mirror"), "reciprocal") == "mirror":
        return on_curve(Curve((Line(-full / target, 2 * full),)))
    if params.given.get("cap") == "none":
        zh, en = "倒数法在零处得上限，必须有上限", "at zero a reciprocal gives the cap, so there must be one"
        raise params.refusal("cap_needed", "cap", zh, en)
    return _reciprocal(full * target, params.number("cap", CAP))


def _reciprocal(top: Fraction, cap: Fraction) -> Rule:
    up, down = top.numerator, top.denominator

    def scored(inputs: Inputs) -> Outcome:
        x = roomy(inputs.value, lambda num, den: max(den * abs(up), num * down))
        above = x.num > 0  # at zero, and below it, nothing is left to improve: the cap
        num = np.where(above, x.den * up, cap.numerator)
        den = np.where(above, x.num * down, cap.denominator)
        return Outcome(Column(num=num, den=den, known=inputs.value.known))

    return scored


def band(params: Params) -> Rule:
    """A fixed score for each interval (区间法): higher lo ≤ x < hi, lower lo < x ≤ hi."""
    return refusing_holes(band_curve(params), params)


def band_curve(params: Params) -> Curve:
    """Return the bands as flat lines; where two overlap the first one listed holds, where none is there is a hole."""
    higher = params.higher()
    rows = [params.within(f"bands[{at}]", row) for at, row in enumerate(params.rows("bands"))]
    bands = [(row.maybe("lo"), row.maybe("hi"), row.number("score")) for row in rows]
    if not bands:
        raise params.refusal("no_band", "bands", "没有任何一档", "there is no band")
    borders = sorted({border for lo, hi, _ in bands for border in (lo, hi) if border is not None})
    ends: list[Fraction | None] = [None, *borders, None]
    lines = tuple(_band_between(bands, low, high) for low, high in pairwise(ends))
    return simpler(Curve(lines, tuple(Edge(border, upward=higher) for border in borders)))


Band = tuple[Fraction | None, Fraction | None, Fraction]


def _band_between(bands: Sequence[Band], low: Fraction | None, high: Fraction | None) -> Line:
    for lo, hi, score in bands:
        if (lo is None or (low is not None and lo <= low)) and (hi is None or (high is not None and high <= hi)):
            return flat(score)
    return HOLE


def binary(params: Params) -> Rule:
    """Pass or fail (非此即彼法)."""
    operator = params.choice("op", (">=", ">", "<=", "<", "==", "!="), ">=")
    passed, failed = params.number("pass_score", FULL), params.number("fail_score", 0)
    return on_curve(_compared(operator, params.number("threshold"), passed, failed))


def _compared(operator: str, border: Fraction, passed: Fraction, failed: Fraction) -> Curve:
    yes, no = flat(passed), flat(failed)
    at, after = Edge(border, upward=True), Edge(border, upward=False)
    return {
        ">=": Curve((no, yes), (at,)),
        ">": Curve((no, yes), (after,)),
        "<=": Curve((yes, no), (after,)),
        "<": Curve((yes, no), (at,)),
        "==": Curve((no, yes, no), (at, after)),
        "!=": Curve((yes, no, yes), (at, after)),
    }[operator]


def falls_in_hole(curve: Curve) -> bool:
    """Return whether some value would have no score: an error when a rule book is read."""
    return any(line.hole for line in curve.lines)

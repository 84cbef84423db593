"""The methods that read a value off a line or a band, step by step."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from core.language import Text
from core.points import exact
from scoring.steps.telling import At, Step, Worked, exactly, step, told
from scoring.steps.telling import ratio as scaling

FULL, BASE, CAP = 100, 60, 120
Point = tuple[Fraction, Fraction]


def linear(at: At) -> Worked:
    """Return a value read off straight lines through anchors, the worst first."""
    anchors = [(exactly(x), exactly(y)) for x, y in at.given["anchors"]]
    rising = anchors[0][0] < anchors[-1][0]
    before = at.value < anchors[0][0] if rising else at.value > anchors[0][0]
    after = at.value > anchors[-1][0] if rising else at.value < anchors[-1][0]
    if before:
        return _end(at, at.word("below", "extend"), (anchors[0], anchors[1]), anchors[0])
    if after:
        return _end(at, at.word("above", "clamp"), (anchors[-2], anchors[-1]), anchors[-1])
    pair = next((low, high) for low, high in pairwise(anchors) if _between(at.value, low[0], high[0]))
    return _through(at.value, *pair)


def _between(value: Fraction, one: Fraction, other: Fraction) -> bool:
    return min(one, other) <= value <= max(one, other)


def _through(value: Fraction, low: Point, high: Point) -> Worked:
    score = low[1] + (value - low[0]) / (high[0] - low[0]) * (high[1] - low[1])
    figures = (
        f"{told(low[1])} + ({told(value)} − {told(low[0])}) ÷ ({told(high[0])} − {told(low[0])})"
        f" × ({told(high[1])} − {told(low[1])})"
    )
    (x0, y0), (x1, y1) = ((told(one) for one in point) for point in (low, high))
    zh, en = f"在 {x0}（{y0} 分）与 {x1}（{y1} 分）的直线上", f"on the line from {x0} ({y0}) to {x1} ({y1})"
    return Worked((step("method", "按值得分", "Value to score", figures, score, Text(zh=zh, en=en)),), score)


def _end(at: At, policy: str, pair: tuple[Point, Point], edge: Point) -> Worked:
    if policy == "extend":
        return _through(at.value, *pair)
    score = edge[1] if policy == "clamp" else Fraction(0)
    x, y = told(edge[0]), told(edge[1])
    note = (
        Text(zh=f"越过 {x}，保持 {y} 分", en=f"beyond {x} it stays at {y}")
        if policy == "clamp"
        else Text(zh=f"越过 {x}，为零分", en=f"beyond {x} it is nought")
    )
    return Worked((step("method", "按值得分", "Value to score", told(score), score, note),), score)


def efficacy(at: At) -> Worked:
    """Return 60 + 40 × the share of the way from the unacceptable to the satisfactory value."""
    bad, good = at.number("unacceptable"), at.number("satisfactory")
    return _through(at.value, (bad, at.number("base_score", BASE)), (good, at.number("full", FULL)))


def ratio(at: At) -> Worked:
    """Return the share of the target."""
    full, target, value = at.number("full", FULL), at.number("target"), at.value
    if target == 0:
        passed = value >= 0 if at.higher else value <= 0
        return _flat(
            full if passed else at.number("floor", 0), f"{told(value)}", "目标为零，达到即满分", "target nought"
        )
    if at.higher:
        score, figures = value / target * full, f"{told(value)} ÷ {told(target)} × {told(full)}"
    elif at.word("lower_variant", "reciprocal") == "mirror":
        score, figures = (2 - value / target) * full, f"(2 − {told(value)} ÷ {told(target)}) × {told(full)}"
    elif value <= 0:
        cap = at.number("cap", CAP)
        return _flat(cap, told(cap), "已经没有可改进的，取上限", "nothing is left to improve: the cap")
    else:
        score, figures = target / value * full, f"{told(target)} ÷ {told(value)} × {told(full)}"
    note = Text(zh=f"目标 {told(target)}", en=f"target {told(target)}")
    return Worked((step("method", "按值得分", "Value to score", figures, score, note),), score)


def _flat(score: Fraction, figures: str, zh: str, en: str) -> Worked:
    return Worked((step("method", "按值得分", "Value to score", figures, score, Text(zh=zh, en=en)),), score)


def band(at: At) -> Worked:
    """Return the score of the first band the value falls into."""
    row = next(row for row in at.given["bands"] if _inside(at, row))
    score, where = exactly(row["score"]), _interval(row, higher=at.higher)
    value = told(at.value)
    return _flat(score, told(score), f"{value} 落在 {where} 这一档", f"{value} falls into the band {where}")


def _inside(at: At, row: Mapping[str, Any]) -> bool:
    low, high = (None if row.get(name) is None else exactly(row[name]) for name in ("lo", "hi"))
    if at.higher:
        return (low is None or low <= at.value) and (high is None or at.value < high)
    return (low is None or low < at.value) and (high is None or at.value <= high)


def _interval(row: Mapping[str, Any], *, higher: bool) -> str:
    low, high = (None if row.get(name) is None else told(exactly(row[name])) for name in ("lo", "hi"))
    left = "" if low is None else f"{low} {'≤' if higher else '<'} "
    right = "" if high is None else f" {'<' if higher else '≤'} {high}"
    return f"{left}x{right}"


def tier(at: At) -> Worked:
    """Return the score of the first tier reached, tiers being multiples of the target."""
    target, sign = at.number("target"), "≥" if at.higher else "≤"
    for row in at.given["tiers"]:
        border, score = exactly(row["k"]) * target, exactly(row["score"])
        if at.value >= border if at.higher else at.value <= border:
            words = f"{told(at.value)} {sign} {told(border)}"
            return _flat(score, told(score), f"{words}，到了这一层", f"{words}: this tier is reached")
    rest = at.number("else_score", 0)
    return _flat(rest, told(rest), "没有到任何一层", "no tier is reached")


COMPARED = {
    ">=": lambda one, two: one >= two,
    ">": lambda one, two: one > two,
    "<=": lambda one, two: one <= two,
    "<": lambda one, two: one < two,
    "==": lambda one, two: one == two,
    "!=": lambda one, two: one != two,
}


def binary(at: At) -> Worked:
    """Return full marks or none."""
    sign, bound = at.word("op", ">="), at.number("threshold")
    passed = COMPARED[sign](at.value, bound)
    score = at.number("pass_score", FULL) if passed else at.number("fail_score", 0)
    words = f"{told(at.value)} {sign} {told(bound)}"
    zh, en = ("成立", "holds") if passed else ("不成立", "does not hold")
    return _flat(score, told(score), f"{words} {zh}", f"{words} {en}")


def rubric(at: At) -> Worked:
    """Return the mean rating as the score, or read off its anchors."""
    return linear(at) if at.given.get("anchors") else value(at)


def value(at: At) -> Worked:
    """Return the value as the score, times its factor plus its offset."""
    factor, offset = at.number("factor", 1), at.number("offset", 0)
    figures = (
        told(at.value) + ("" if factor == 1 else f" × {told(factor)}") + ("" if not offset else f" + {told(offset)}")
    )
    return _flat(at.value * factor + offset, figures, "数值就是得分", "the value is the score")


def table(at: At) -> Worked | None:
    """Return the points that a table gives to the value, or to each counted item."""
    points = {str(name): exactly(worth) for name, worth in at.given["table"].items()}
    rest = None if at.given.get("else") is None else exactly(at.given["else"])
    if at.items:
        rows = [(code, count, points.get(code, rest)) for code, count in at.items.items() if count]
        if any(worth is None for _, _, worth in rows):
            return None
        known = [(code, count, worth or Fraction(0)) for code, count, worth in rows]
        score, figures = sum((count * worth for _, count, worth in known), Fraction(0)), "0"
        if known:
            figures = " + ".join(f"{told(count)} × {told(worth)}" for _, count, worth in known)
        words = Text(zh="各类次数 × 分值", en="how often × its points")
        return _times(at, score, f"({figures})" if at.times else figures, words)
    named = {exact(name): worth for name, worth in points.items() if _is_number(name)}
    found = named.get(at.value, rest)
    if found is None:
        return None
    where = Text(
        zh=f"{told(at.value)} 在表中得 {told(found)} 分", en=f"{told(at.value)} has {told(found)} in the table"
    )
    return _times(at, found, told(found), where)


def _times(at: At, score: Fraction, figures: str, note: Text) -> Worked:
    if at.times is not None:
        score, figures = score * at.times, f"{figures} × {scaling(at.times)}"
    return Worked((step("method", "按表得分", "By the table", figures, score, note),), score)


def _is_number(text: str) -> bool:
    try:
        exact(text)
    except ValueError:
        return False
    return True


def steps_taken(amount: Fraction, mode: str) -> Fraction:
    """Return how many steps an amount counts for: full ones, started ones, or exactly."""
    if mode == "prorata":
        return amount
    whole = amount.numerator // amount.denominator
    return Fraction(whole if mode == "full" or amount.denominator == 1 else whole + 1)


def by_gap(at: At) -> Worked:
    """Return full marks with points for each step above or below the target."""
    target, full, size = at.number("target"), at.number("full", FULL), at.number("step")
    gap = (at.value - target) if at.higher else (target - at.value)
    side = "up" if gap >= 0 else "down"
    per, limit, mode = at.number(f"per_{side}", 0), at.given.get(f"max_{side}"), at.word("mode", "full")
    taken = steps_taken(abs(gap) / size, mode)
    moved = taken * per if limit is None else min(taken * per, exactly(limit))
    score, sign = (full + moved, "+") if gap >= 0 else (full - moved, "−")
    pair = (at.value, target) if at.higher else (target, at.value)
    better = (
        Text(zh="比目标好", en="better than the target")
        if gap >= 0
        else Text(zh="比目标差", en="worse than the target")
    )
    worth = (
        f"{told(taken)} × {told(per)}" if limit is None else f"min({told(taken)} × {told(per)}, {told(exactly(limit))})"
    )
    note = Text(zh=f"算 {told(taken)} 档，每档 {told(per)} 分", en=f"counts as {told(taken)} steps of {told(per)}")
    first = f"({told(pair[0])} − {told(pair[1])}) ÷ {told(size)}"
    steps: list[Step] = [
        step("method", "离目标几档", "Steps from the target", first, gap / size, better),
        step("method", "按档加减", "Points for them", f"{told(full)} {sign} {worth}", score, note),
    ]
    return Worked(tuple(steps), score)


def by_events(at: At) -> Worked:
    """Return full marks less points for each event, and more for good ones."""
    full = at.number("full", FULL)
    rows = [(code, row, -1) for code, row in (at.given.get("items") or {}).items()]
    rows += [(code, row, 1) for code, row in (at.given.get("bonus") or {}).items()]
    counts = at.items or ({rows[0][0]: at.value} if len(rows) == 1 else {})
    score, figures, steps = full, told(full), []
    for code, row, sign in rows:
        moved, one = _moved(at, code, row, counts.get(code, Fraction(0)))
        score += sign * moved
        figures += f" {'+' if sign > 0 else '−'} {told(moved)}"
        steps.append(one)
    steps.append(step("method", "按次加减", "Points for the events", figures, score))
    return Worked(tuple(steps), score)


def _moved(at: At, code: str, row: Mapping[str, Any], count: Fraction) -> tuple[Fraction, Step]:
    size, per = exactly(row.get("unit_size") or 1), exactly(row["points"])
    mode = str(row.get("mode") or ("full" if row.get("unit_size") is not None else "prorata"))
    taken, limit = steps_taken(max(count, Fraction(0)) / size, mode), row.get("cap")
    worth = taken * abs(per) * (1 if at.times is None else at.times)
    moved = worth if limit is None else min(worth, exactly(limit))
    name = at.names.get(code) or Text(zh=code, en=code)
    most = Text(zh="", en="") if limit is None else Text(zh=f"最多 {limit} 分", en=f"at most {limit}")
    figures = f"{told(taken)} × {told(abs(per))}" + ("" if at.times is None else f" × {scaling(at.times)}")
    if limit is not None:
        figures = f"min({figures}, {told(exactly(limit))})"
    return moved, step("event", name.zh, name.en, figures, moved, most)

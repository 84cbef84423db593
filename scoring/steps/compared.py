"""The methods that compare, with the peers or with the month before, step by step."""

from decimal import Decimal, localcontext
from fractions import Fraction

from core.language import Text
from core.points import exact, rounded
from scoring.columns import of_fractions
from scoring.quantiles import quantile
from scoring.steps.curves import FULL, by_events, by_gap
from scoring.steps.telling import At, Step, Worked, exactly, step, told

HALF = Fraction(1, 2)
BASE_SCORE = 80
DIGITS = 40


def _places(at: At) -> tuple[int, int, int]:
    """Return how many do better, as well (the unit itself included), and all."""
    better = sum(one > at.value if at.higher else one < at.value for one in at.peers)
    return better, sum(one == at.value for one in at.peers), len(at.peers)


def rank(at: At) -> Worked:
    """Return points by place in the group."""
    better, equal, size = _places(at)
    mid = at.word("ties", "mid") == "mid"
    if at.word("variant", "linear") == "table":
        return _by_table(at, better, equal if mid else 1)
    best = at.number("best")
    behind = Fraction(better) + (Fraction(equal - 1, 2) if mid else 0)
    note = Text(
        zh=f"{size} 家中 {better} 家更好，{equal - 1} 家并列", en=f"of {size}, {better} do better, {equal - 1} as well"
    )
    if at.word("variant", "linear") == "step":
        fall = at.number("step")
        score, figures = best - behind * fall, f"{told(best)} − {told(behind)} × {told(fall)}"
    else:
        fall, among = best - at.number("worst"), max(size - 1, 1)
        score = best - behind / among * fall
        figures = f"{told(best)} − {told(behind)} ÷ {among} × {told(fall)}"
    return Worked((step("method", "按名次", "By place in the group", figures, score, note),), score)


def _by_table(at: At, better: int, shared: int) -> Worked:
    """Return the points of a place, or the mean of those of the places that equal units share."""
    taken = range(better + 1, better + shared + 1)
    points = [exactly(at.given["table"].get(str(place), at.given.get("else", 0))) for place in taken]
    score = sum(points, Fraction(0)) / shared
    if shared == 1:
        figures, places = told(points[0]), str(taken[0])
    else:
        figures, places = f"({' + '.join(map(told, points))}) ÷ {shared}", f"{taken[0]}–{taken[-1]}"
    note = Text(zh=f"同类组第 {places} 名", en=f"place {places} in the group")
    return Worked((step("method", "按名次的积分", "Points of the place", figures, score, note),), score)


def percentile(at: At) -> Worked:
    """Return points by the share of the group that does worse."""
    better, equal, size = _places(at)
    worse, low, high = size - better - equal, at.number("lo"), at.number("hi")
    if at.word("convention", "mid") == "mid":
        share, figures = (worse + equal * HALF) / size, f"({worse} + {equal} ÷ 2) ÷ {size}"
    elif size <= 1:
        share, figures = HALF, "1 ÷ 2"
    else:
        share, figures = Fraction(worse, size - 1), f"{worse} ÷ {size - 1}"
    score = low + share * (high - low)
    note = Text(
        zh=f"{size} 家中 {worse} 家不如，{equal} 家相同（含自己）", en=f"of {size}, {worse} do worse, {equal} the same"
    )
    return Worked(
        (
            step("method", "组内百分位", "Percentile of the group", figures, share, note),
            step("method", "按百分位", "By percentile", f"{told(low)} + {told(share)} × ({told(high)} − {told(low)})", score),
        ),
        score,
    )  # fmt: skip


def zscore(at: At) -> Worked | None:
    """Return a standard score; the root in it is shown with six decimals, the score itself is rounded from the exact one."""
    found = list(at.peers)
    if not at.counts and at.value in found:
        found.remove(at.value)
    bounds = _tails(at, found)
    drawn = [_within(one, bounds) for one in found]
    value, word = _within(at.value, bounds), at.word("sd", "population")
    center, scale = at.number("center"), at.number("scale")
    mean = at.number("mean") if at.given.get("mean") is not None else _mean(drawn)
    if mean is None:
        return None
    spread = exact(word) if word not in ESTIMATES else _spread(drawn, sample=word == "sample")
    if not spread:
        flat = step("method", "组内全都相同", "All of the group alike", told(center), center)
        return Worked((flat,), center)
    z = (value - mean) / spread if at.higher else (mean - value) / spread
    clip = at.given.get("clip")
    held = z if clip is None else max(min(z, exactly(clip)), -exactly(clip))
    lines = [
        _deviation(at, value, (mean, spread), z, size=len(found)),
        _from_centre(center, scale, held, cut=held != z),
    ]
    if value != at.value:
        note = Text(zh="两端的数值收拢到界内", en="values of the tails are drawn in")
        lines.insert(0, step("method", "收拢后的值", "Drawn in", told(value), value, note))
    return Worked(tuple(lines), center + held * scale, root=word in ESTIMATES)


ESTIMATES = ("population", "sample")
Bounds = tuple[Fraction | None, Fraction | None]


def _mean(values: list[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _spread(values: list[Fraction], *, sample: bool) -> Fraction:
    """Return the standard deviation with forty digits; nought where there is none."""
    mean, freedom = _mean(values), len(values) - (1 if sample else 0)
    if mean is None or freedom <= 0:
        return Fraction(0)
    return _root(sum(((one - mean) ** 2 for one in values), Fraction(0)) / freedom)


def _tails(at: At, found: list[Fraction]) -> Bounds:
    """Return the bounds that values are drawn in to: shares of the population, or values given."""
    given = at.given.get("winsorize")
    if not isinstance(given, dict) or not found:
        return None, None
    definition = given.get("definition", "inclusive")
    bounds: list[Fraction | None] = []
    for name in ("low", "high"):
        share, told_value = given.get(name), given.get(f"{name}_value")
        if share is not None:
            bounds.append(quantile(of_fractions([*found]), exactly(share) / 100, definition))
        else:
            bounds.append(None if told_value is None else exactly(told_value))
    return bounds[0], bounds[1]


def _within(value: Fraction, bounds: Bounds) -> Fraction:
    low, high = bounds
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def _deviation(at: At, value: Fraction, bell: tuple[Fraction, Fraction], z: Fraction, *, size: int) -> Step:
    mean, spread = bell
    left, right = (value, mean) if at.higher else (mean, value)
    note = Text(
        zh=f"组内 {size} 家，均值 {told(mean)}，标准差 {told(spread)}",
        en=f"{size} in the group, mean {told(mean)}, standard deviation {told(spread)}",
    )
    figures = f"({told(left)} − {told(right)}) ÷ {told(spread)}"
    return step("method", "离均值几个标准差", "Standard deviations from the mean", figures, z, note)


def _from_centre(center: Fraction, scale: Fraction, z: Fraction, *, cut: bool) -> Step:
    note = Text(zh="超出的部分截去", en="held within its limit") if cut else Text(zh="", en="")
    figures = f"{told(center)} + {told(z)} × {told(scale)}"
    return step("method", "标准分", "Standard score", figures, center + z * scale, note)


def _root(square: Fraction) -> Fraction:
    """Return a square root with forty digits, for show."""
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def growth(at: At) -> Worked | None:
    """Return a base score and points for the gain over the month before."""
    if at.previous is None or at.previous == 0:
        return None
    before, per, unit = at.previous, at.number("per"), at.number("unit", 1)
    base, variant = at.number("base_score", BASE_SCORE), at.word("variant", "points")
    towards = 1 if at.higher else -1
    gain = (at.value - before) * towards
    pair = (at.value, before) if at.higher else (before, at.value)
    figures = f"{told(pair[0])} − {told(pair[1])}"
    if variant == "relative":
        gain, figures = gain / abs(before) * 100, f"({figures}) ÷ {told(abs(before))} × 100"
    elif variant == "headroom":
        room = (at.number("ceiling") - before) * towards
        if room <= 0:
            return None
        gain, figures = gain / room * 100, f"({figures}) ÷ {told(room)} × 100"
    score = base + gain / unit * per
    note = Text(zh=f"上月 {told(before)}", en=f"the month before: {told(before)}")
    last = f"{told(base)} + {told(gain)} ÷ {told(unit)} × {told(per)}"
    return Worked(
        (step("method", "比上月", "Against the month before", figures, gain, note),
         step("method", "按提升", "Points for the gain", last, score)), score,
    )  # fmt: skip


def either(at: At) -> Worked | None:
    """Return the better of the way to the benchmark from the threshold and from the own earlier value."""
    try:
        start, top, own = (_constant(at, name) for name in ("threshold", "benchmark", "baseline"))
    except KeyError:
        return None
    if start is None or top is None or not at.higher:
        return None
    achieved = _climbed(at, start, top, "achievement", ("达标", "Achievement"))
    improved = _climbed(at, own, top, "improvement", ("进步", "Improvement")) if own is not None else None
    if achieved is None or (own is not None and improved is None):
        return None
    found = [one for one in (achieved, improved) if one is not None]
    best = max(score for score, _ in found)
    figures = f"max({', '.join(told(score) for score, _ in found)})"
    last = step("method", "取高者", "The better of the two", figures, best)
    return Worked((*(one for _, one in found), last), best)


def _constant(at: At, name: str) -> Fraction | None:
    if name in at.constants:
        return at.constants[name]
    return at.number(name) if at.given.get(name) is not None else None


def _climbed(at: At, start: Fraction, top: Fraction, name: str, words: tuple[str, str]) -> tuple[Fraction, Step] | None:
    ladder = at.given[name]
    full, slope = exactly(ladder.get("full", FULL)), exactly(ladder["slope"])
    offset = exactly(ladder.get("offset") or 0)
    if at.value >= top:
        return full, step("method", *words, told(full), full, Text(zh="到了标杆", en="the benchmark is reached"))
    if top <= start:
        return None
    if at.value < start or (name == "improvement" and at.value == start):
        return Fraction(0), step("method", *words, "0", Fraction(0), Text(zh="还没起步", en="not begun"))
    climbed = slope * (at.value - start) / (top - start) + offset
    score = min(max(Fraction(rounded(climbed.numerator, climbed.denominator)), Fraction(0)), full)
    way = f"({told(at.value)} − {told(start)}) ÷ ({told(top)} − {told(start)})"
    plus = f" + {told(offset)}" if offset > 0 else f" − {told(-offset)}" if offset < 0 else ""
    return score, step("method", *words, f"round({told(slope)} × {way}{plus})", score)


def add_subtract(at: At) -> Worked:
    """Return points added and taken by steps from the target, or by events."""
    return by_events(at) if at.word("variant", "gap") == "events" else by_gap(at)

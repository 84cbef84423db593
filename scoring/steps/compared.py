"""The methods that compare, with the peers or with the month before, step by step."""

from decimal import Decimal, localcontext
from fractions import Fraction

from core.language import Text
from core.points import exact, rounded
from scoring.steps.curves import FULL, by_events, by_gap
from scoring.steps.telling import At, Step, Worked, step, told

HALF = Fraction(1, 2)
BASE_SCORE = 80
DIGITS = 40
KNOWN_OF_A_BELL = {"center", "scale", "clip", "sd", "direction", "min_group", "cap", "floor"}


def _places(at: At) -> tuple[int, int, int]:
    """Return how many do better, as well (the unit itself included), and all."""
    better = sum(one > at.value if at.higher else one < at.value for one in at.peers)
    return better, sum(one == at.value for one in at.peers), len(at.peers)


def rank(at: At) -> Worked:
    """Return points by place in the group."""
    better, equal, size = _places(at)
    best, mid = at.number("best"), at.word("ties", "mid") == "mid"
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
    if not set(at.given) <= KNOWN_OF_A_BELL or not at.peers:
        return None
    size = len(at.peers)
    mean = sum(at.peers, Fraction(0)) / size
    freedom = size - 1 if at.word("sd", "population") == "sample" else size
    squares = sum(((one - mean) ** 2 for one in at.peers), Fraction(0))
    center, scale = at.number("center"), at.number("scale")
    if freedom == 0 or squares == 0:
        flat = step("method", "组内全都相同", "All of the group alike", told(center), center)
        return Worked((flat,), center)
    spread = _root(squares / freedom)
    z = (at.value - mean) / spread if at.higher else (mean - at.value) / spread
    clip = at.given.get("clip")
    held = z if clip is None else max(min(z, exact(str(clip))), -exact(str(clip)))
    lines = [_deviation(at, mean, spread, z), _from_centre(center, scale, held, cut=held != z)]
    return Worked(tuple(lines), None)


def _deviation(at: At, mean: Fraction, spread: Fraction, z: Fraction) -> Step:
    left, right = (at.value, mean) if at.higher else (mean, at.value)
    note = Text(
        zh=f"组内 {len(at.peers)} 家，均值 {told(mean)}，标准差 {told(spread)}",
        en=f"{len(at.peers)} in the group, mean {told(mean)}, standard deviation {told(spread)}",
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
    full, slope = exact(str(ladder.get("full", FULL))), exact(str(ladder["slope"]))
    offset = exact(str(ladder.get("offset") or 0))
    if at.value >= top:
        return full, step("method", *words, told(full), full, Text(zh="到了标杆", en="the benchmark is reached"))
    if top <= start:
        return None
    if at.value < start or (name == "improvement" and at.value == start):
        return Fraction(0), step("method", *words, "0", Fraction(0), Text(zh="还没起步", en="not begun"))
    exactly = slope * (at.value - start) / (top - start) + offset
    score = min(max(Fraction(rounded(exactly.numerator, exactly.denominator)), Fraction(0)), full)
    way = f"({told(at.value)} − {told(start)}) ÷ ({told(top)} − {told(start)})"
    plus = f" + {told(offset)}" if offset > 0 else f" − {told(-offset)}" if offset < 0 else ""
    return score, step("method", *words, f"round({told(slope)} × {way}{plus})", score)


def add_subtract(at: At) -> Worked:
    """Return points added and taken by steps from the target, or by events."""
    return by_events(at) if at.word("variant", "gap") == "events" else by_gap(at)

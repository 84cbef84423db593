"""Whether numbers fit: what a rule book may promise so that facts, scores and points can be kept exactly.

The engine itself computes in 64 bits where the numbers at hand prove them wide enough and in wider ones elsewhere; what
is stored has fixed widths. What a rule book itself shows to be beyond them is refused when it is published; what only
facts can bring about is refused, by name, when they are taken in, added up or scored, and never cut.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from core.errors import Invalid, Place, Problem, problem
from core.language import Text
from core.points import FACT_SCALE, exact, said_text
from scoring.book_parts import Kpi, Rounding
from scoring.columns import SAFE, Ints, most
from scoring.curves import Curve, Line, band_curve, linear_curve
from scoring.formula.bounds import ANYTHING, Span, span_of
from scoring.formula.reading import read
from scoring.formulas import NAMES as FORMULA_NAMES
from scoring.grid import Grid
from scoring.leaf import FINEST
from scoring.methods import limits_of
from scoring.parameters import variants
from scoring.params import Params
from scoring.rulebook import RuleBook

MOST_FACT = Fraction(SAFE // FACT_SCALE)
"""The largest value of a fact that can be stored, in its own unit of measure."""
MOST_SCORE = Fraction(2**31 - 1, 100)
"""Scores and totals are stored in 32 bits of 1/100."""
MOST_POINTS = Fraction(2**31 - 1, 10_000)
"""Points of a line are stored in 32 bits of 1/10,000."""
MOST_PLACES = 12
FULL = 100

Range: TypeAlias = tuple[Fraction, Fraction]
Half: TypeAlias = tuple[Fraction | None, Fraction | None]
"""None is no bound on that side."""


def range_problems(book: RuleBook) -> Iterator[Problem]:
    """Yield what of a rule book cannot be held: bounds of KPIs, scores within their limits, roundings."""
    flat = {code for card in book.scorecards.values() for code in card}
    for kpi in book.kpis.values():
        yield from _bounds(kpi)
        yield from _rounding(kpi, flat=kpi.code in flat)
    for code, season in book.seasons.items():
        wrong = wrong_rounding(season.round) if season.round else None
        if wrong is not None:
            yield problem("bad_rounding", wrong.zh, wrong.en, Place(path=f"seasons.{code}.round"))
    for kpi, path in variants(book):
        yield from _scores(kpi, path, MOST_POINTS if kpi.code in flat else MOST_SCORE)


def _bounds(kpi: Kpi) -> Iterator[Problem]:
    for name, bound in (("minimum", kpi.minimum), ("maximum", kpi.maximum)):
        if bound is not None and abs(exact(bound)) > MOST_FACT:
            most_of = said_text(MOST_FACT)
            zh, en = f"数值最多可存到{most_of}。", f"Values can be stored up to {most_of}."
            yield problem("beyond_storage", zh, en, Place(path=f"kpis.{kpi.code}.{name}"))
    if kpi.minimum is not None and kpi.maximum is not None and kpi.minimum > kpi.maximum:
        zh, en = "最小值大于最大值。", "The minimum lies above the maximum."
        yield problem("minimum_above_maximum", zh, en, Place(path=f"kpis.{kpi.code}.minimum"))


def _rounding(kpi: Kpi, *, flat: bool) -> Iterator[Problem]:
    place, wrong = Place(path=f"kpis.{kpi.code}.round"), None
    if isinstance(kpi.round, Rounding):
        wrong = wrong_rounding(kpi.round)
        if wrong is not None:
            yield problem("bad_rounding", wrong.zh, wrong.en, place)
            return
    fine = kpi.round == "none" or (kpi.round is not None and (Grid.of(kpi.round).step * 10**FINEST).denominator > 1)
    if flat and fine:
        zh = f"平铺的计分卡上得分最多保留{FINEST}位小数；不舍入或更细请用 trees。"
        en = f"On a flat scorecard scores have at most {FINEST} decimals; finer ones, or none, need a tree."
        yield problem("too_fine", zh, en, place)


def wrong_rounding(rounding: Rounding) -> Text | None:
    """Return what is wrong with a rounding, None where nothing is."""
    if (rounding.places is None) == (rounding.step is None):
        return Text(zh="places 与 step 必须且只能写一个。", en="It needs places or step, and not both.")
    if rounding.step is not None and rounding.step <= 0:
        return Text(zh="步长必须大于零。", en="A step must be above zero.")
    if rounding.places is not None and not 0 <= rounding.places <= MOST_PLACES:
        return Text(zh=f"应在 0 与 {MOST_PLACES} 之间。", en=f"It must lie between 0 and {MOST_PLACES}.")
    return None


def _scores(kpi: Kpi, path: str, limit: Fraction) -> Iterator[Problem]:
    """Yield what shows that scores would not fit, and a warning where nothing shows that they do."""
    found = score_range(kpi)
    if found is None:
        return
    low, high = found
    for bound, side in ((low, "floor"), (high, "cap")):
        if bound is None:
            zh, en = (
                "得分没有界限：请设上限、下限，或写明指标的最小值与最大值。",
                ("Nothing bounds the score: set a cap and a floor, or the minimum and maximum of the KPI."),
            )
            yield Problem(code="unbounded_score", sentence=Text(zh=zh, en=en), place=Place(path=path), grade="warning")
            return
        if abs(bound) > limit:
            told, most_of = said_text(bound, 2), said_text(limit, 2)
            zh, en = (
                f"得分可达{told}，最多可存到{most_of}。",
                f"A score may reach {told}; up to {most_of} can be stored.",
            )
            yield problem("score_beyond_storage", zh, en, Place(path=f"{path}.{side}"))


def score_range(kpi: Kpi) -> Half | None:
    """Return between what the scores of a KPI lie whatever the facts; None on a side where nothing bounds them.

    None instead of both when the parameters cannot be read.
    """
    params = Params({"direction": kpi.direction, **kpi.params}, f"kpis.{kpi.code}.params")
    try:
        limits = limits_of(kpi.method, params)
        own = _reach(kpi, params) if limits.floor is None or limits.cap is None else None
    except Invalid:
        return None
    low: Fraction | None
    high: Fraction | None
    low, high = own or (None, None)
    if limits.floor is not None:
        low, high = limits.floor, None if high is None else max(high, limits.floor)
    if limits.cap is not None:
        low, high = None if low is None else min(low, limits.cap), limits.cap
    return low, high


def most_scored(kpi: Kpi) -> Fraction | None:
    """Return a score that no fact brings a KPI beyond, by its cap and its rule; None where nothing tells."""
    params = Params({"direction": kpi.direction, **kpi.params}, f"kpis.{kpi.code}.params")
    try:
        limits, own = limits_of(kpi.method, params), _reach(kpi, params)
    except Invalid:
        return None
    tops = [top for top in (limits.cap, own[1] if own else None) if top is not None]
    return max(min(tops), min(tops) if limits.floor is None else limits.floor) if tops else None


def _reach(kpi: Kpi, params: Params) -> Half | None:
    """Return the range of a method before cap and floor, where its parameters and the KPI's bounds tell it."""
    reader = _REACHES.get(kpi.method)
    return reader(kpi, params) if reader else None


def _of_curve(kpi: Kpi, curve: Curve) -> Range | None:
    """Return the least and the greatest score on a curve, over the values that a KPI may have."""
    scores: list[Fraction] = []
    for bound, line in ((kpi.minimum, curve.lines[0]), (kpi.maximum, curve.lines[-1])):
        if bound is None and line.slope:
            return None
        scores.append(line.slope * exact(bound or 0) + line.offset)
    for edge, lines in zip(curve.edges, pairwise(curve.lines), strict=True):
        scores += [line.slope * edge.value + line.offset for line in lines if not line.hole]
    return min(scores), max(scores)


def _of_value(kpi: Kpi, params: Params) -> Range | None:
    line = Line(params.number("factor", 1), params.number("offset", 0))
    return _of_curve(kpi, Curve((line,)))


def _of_table(kpi: Kpi, params: Params) -> Range | None:
    if kpi.items:
        return None
    within = params.within("table", params.table("table"))
    worths = [within.number(name) for name in within.given]
    rest = params.maybe("else")
    every = [*worths, *([] if rest is None else [rest])]
    return (min(every), max(every)) if every and not params.has("exposure") else None


def _of_place(kpi: Kpi, params: Params) -> Range | None:
    if params.given.get("variant") == "table":
        return _of_table(kpi, Params({"else": 0, **params.given}, params.path))
    names = ("best", "worst") if params.has("best") else ("lo", "hi")
    if params.has("step"):
        return None
    ends = [params.number(name) for name in names]
    return min(ends), max(ends)


def _of_standard(kpi: Kpi, params: Params) -> Range | None:
    del kpi
    clip = params.maybe("clip")
    if clip is None:
        return None
    reach = abs(params.number("scale")) * clip
    return params.number("center") - reach, params.number("center") + reach


def _of_choice(kpi: Kpi, params: Params) -> Range:
    del kpi
    ends = params.number("pass_score", FULL), params.number("fail_score", 0)
    return min(ends), max(ends)


def _of_tiers(kpi: Kpi, params: Params) -> Range:
    del kpi
    rows = [params.within(f"tiers[{at}]", row).number("score") for at, row in enumerate(params.rows("tiers"))]
    scores = [*rows, params.number("else_score", 0)]
    return min(scores), max(scores)


def _of_deductions(kpi: Kpi, params: Params) -> Half | None:
    """Return that nothing stands above what is started from, where nothing is added and nothing taken is negative."""
    del kpi
    items = params.within("items", params.table("items"))
    taken = [items.within(name, row).number("points") for name, row in items.given.items()]
    return None if params.has("bonus") or min(taken, default=0) < 0 else (None, params.number("full", FULL))


def _of_formula(kpi: Kpi, params: Params) -> Half:
    """Return between what a formula lies: its value between the KPI's bounds, its constants where they are numbers."""
    given = params.within("constants", params.table("constants"))
    spans: dict[str, Span] = dict.fromkeys(FORMULA_NAMES, ANYTHING) | {
        name: ANYTHING if isinstance(told, Mapping) else (given.number(name), given.number(name))
        for name, told in given.given.items()
    }
    low, high = (None if bound is None else exact(bound) for bound in (kpi.minimum, kpi.maximum))
    spans["value"] = spans["previous"] = low, high
    law = read(str(params.given.get("formula", "")), dict.fromkeys(spans, "number"), f"{params.path}.formula")
    return span_of(law.tree, spans)


_REACHES: Mapping[str, Callable[[Kpi, Params], Half | None]] = {
    "linear": lambda kpi, params: _of_curve(kpi, linear_curve(params)),
    "band": lambda kpi, params: _of_curve(kpi, band_curve(params)),
    "value": _of_value,
    "table": _of_table,
    "rank": _of_place,
    "percentile": _of_place,
    "zscore": _of_standard,
    "binary": _of_choice,
    "tier": _of_tiers,
    "deduct": _of_deductions,
    "formula": _of_formula,
}


def refuse_beyond(columns: Sequence[tuple[str, str, Ints]], bits: int) -> None:
    """Raise Invalid when a number does not fit so many bits; the names in both languages say what is stored."""
    for in_chinese, in_english, numbers in columns:
        if most(numbers) >= 2 ** (bits - 1):
            zh, en = f"{in_chinese}太大，无法保存。", f"A {in_english} is too large to be stored."
            hint = Text(
                zh="给指标写 minimum、maximum，或给得分写 cap、floor。",
                en="Give the KPI a minimum and maximum, or its score a cap and floor.",
            )
            raise Invalid(problem("beyond_storage", zh, en, Place(path="kpis"), hint))

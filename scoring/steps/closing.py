"""The end of a score: its limits and its rounding, in words and figures."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from core.language import Text
from scoring.book_parts import Kpi
from scoring.methods import limits_of
from scoring.params import Params
from scoring.rulebook import RuleBook
from scoring.steps.telling import Step, step, told

MODES = {
    "half_away": Text(zh="四舍五入", en="halves away from zero"),
    "half_up": Text(zh="逢五进一", en="halves up"),
    "half_even": Text(zh="五取偶", en="halves to even"),
    "half_down": Text(zh="逢五舍去", en="halves down"),
    "up": Text(zh="一律进位", en="away from zero"),
    "down": Text(zh="一律舍去", en="towards zero"),
    "floor": Text(zh="向下取", en="downwards"),
    "ceil": Text(zh="向上取", en="upwards"),
}


def limits(method: str, given: Mapping[str, Any], raw: Fraction) -> tuple[Fraction, list[Step]]:
    """Return a score held within its cap and floor, and the step where they held it."""
    bounds = limits_of(method, Params(given))
    cap, floor = bounds.cap, bounds.floor
    if cap is not None and raw > cap:
        note = Text(zh=f"最高 {told(cap)} 分", en=f"at most {told(cap)}")
        return cap, [step("limits", "封顶", "Cap", f"min({told(raw)}, {told(cap)})", cap, note)]
    if floor is not None and raw < floor:
        note = Text(zh=f"最低 {told(floor)} 分", en=f"at least {told(floor)}")
        return floor, [step("limits", "保底", "Floor", f"max({told(raw)}, {told(floor)})", floor, note)]
    return raw, []


def rounding(kpi: Kpi, book: RuleBook, before: str, text: str) -> Step:
    """Return the step that rounds a score."""
    return Step(
        code="rounding", name=Text(zh="得分取位", en="Score rounded"), figures=before, result=text, note=_way(kpi, book)
    )


def _way(kpi: Kpi, book: RuleBook) -> Text:
    way = kpi.round
    if way == "none":
        return Text(zh="不取位", en="not rounded")
    size = None if way is None else way.step
    places = book.composition.score_places if way is None or way.places is None else way.places
    mode = MODES["half_away" if way is None else way.mode]
    if size is not None:
        return Text(zh=f"取到 {size} 的倍数，{mode.zh}", en=f"to a multiple of {size}, {mode.en}")
    return Text(zh=f"保留 {places} 位小数，{mode.zh}", en=f"{places} decimals, {mode.en}")

"""Numbers of a rule in plain words: as they stand, from the row of the file, or from the population."""

import re
from collections.abc import Mapping
from typing import Literal

from core.language import Text
from core.points import exact, said_text
from scoring.book_parts import Rounding

_MARK = re.compile("⟦([^⟧]*)⟧")
_STATISTICS = {
    "mean": ("平均值", "mean"),
    "median": ("中位数", "median"),
    "min": ("最低值", "lowest value"),
    "max": ("最高值", "highest value"),
    "quantile": ("分位数", "quantile"),
    "count": ("单位数", "number of units"),
    "sum": ("合计", "sum"),
    "squares": ("平方和", "sum of squares"),
}
_MODES = {
    "half_away": ("四舍五入", "halves away from zero"),
    "half_up": ("逢半进一", "halves up"),
    "half_down": ("逢半舍去", "halves down"),
    "half_even": ("逢半取偶", "halves to the even neighbour"),
    "up": ("远离零取整", "away from zero"),
    "down": ("截尾", "cut off"),
    "floor": ("向下取整", "downwards"),
    "ceil": ("向上取整", "upwards"),
}


def number(value: object) -> str:
    """Return a number of a rule as text; one that is told by row or population as a mark that `settled` puts in words."""
    if isinstance(value, Mapping):
        if "column" in value:
            return f"⟦column|{value['column']}⟧"
        return f"⟦{value.get('population', '')}|{value.get('share', '')}|{value.get('scope', 'group')}⟧"
    return said_text(exact(str(value)))


def settled(text: Text) -> Text:
    """Return a text with the marks of told numbers in words."""
    return Text(
        zh=_MARK.sub(lambda mark: _told(mark[1]).zh, text.zh), en=_MARK.sub(lambda mark: _told(mark[1]).en, text.en)
    )


def _told(mark: str) -> Text:
    what, share, *scope = mark.split("|")
    if what == "column":
        return Text(zh=f"该行的{share}", en=f"the {share} of its row")
    zh, en = _STATISTICS.get(what, (what, what))
    if share:
        part = said_text(exact(share) * 100)
        zh, en = f"{part}%{zh}", f"{part} % {en}"
    everybody = scope == ["all"]
    return Text(
        zh=f"{'全部单位' if everybody else '同类组'}{zh}", en=f"the {en} of {'all' if everybody else 'the peer group'}"
    )


def limits(cap: object, floor: object) -> Text:
    """Return the bounds of a score in brackets; nothing where there are none."""
    high = None if cap is None or cap == "none" else number(cap)
    low = None if floor is None or floor == "none" else number(floor)
    zh = "，".join([*([f"最高{high}分"] if high else []), *([f"最低{low}分"] if low else [])])
    en = ", ".join([*([f"at most {high}"] if high else []), *([f"at least {low}"] if low else [])])
    return Text(zh=f"（{zh}）", en=f" ({en})") if zh else Text(zh="", en="")


def rounding(rule: Rounding | Literal["none"] | None) -> Text | None:
    """Return how a result is rounded; None where nothing is said."""
    if rule is None:
        return None
    if rule == "none":
        return Text(zh="得分不舍入", en="the score is not rounded")
    zh, en = _MODES[rule.mode]
    if rule.step is not None:
        step = said_text(rule.step)
        return Text(zh=f"取{step}的整倍数（{zh}）", en=f"rounded to multiples of {step} ({en})")
    return Text(zh=f"保留{rule.places or 0}位小数（{zh}）", en=f"rounded to {rule.places or 0} decimals ({en})")

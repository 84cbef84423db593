"""The rule of one KPI as one sentence, for employees, in both languages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.language import Text
from core.points import exact, said_text
from scoring.book_parts import Kpi
from scoring.formula_words import formula_words
from scoring.method_specs import methods
from scoring.number_words import limits, settled
from scoring.number_words import number as _n

Given = Mapping[str, Any]


def rule_words(kpi: Kpi) -> Text:
    """Return how a value of the KPI becomes a score."""
    words = WORDS.get(kpi.method)
    return settled(words(kpi.params, kpi)) if words else Text(zh=kpi.method, en=kpi.method)


def method_name(method: str) -> Text:
    """Return what a method is called."""
    spec = methods().get(method)
    return spec.name if spec else Text(zh=method, en=method)


def _linear(given: Given, kpi: Kpi) -> Text:
    points = [f"{_n(anchor[0])} → {' / '.join(map(_n, anchor[1:]))}" for anchor in given.get("anchors", ())]
    ends = {
        "extend": ("基准以下按同一斜率继续扣分", "below the base it goes on falling"),
        "clamp": ("基准以下保留基准分", "below the base the base score is kept"),
        "zero": ("基准以下为零分", "below the base it is zero"),
    }[given.get("below", "extend")]
    return _capped(
        f"按插值得分：{'，'.join(points)}；{ends[0]}",
        f"Straight lines through {', '.join(points)}; {ends[1]}",
        given,
        kpi,
    )


def _ratio(given: Given, kpi: Kpi) -> Text:
    target, full = _n(given["target"]), _n(given.get("full", 100))
    if kpi.direction == "higher":
        return _capped(f"数值÷目标{target}×{full}", f"Value ÷ target {target} × {full}", given, kpi)
    if given.get("lower_variant") == "mirror":
        return _capped(f"(2−数值÷目标{target})×{full}", f"(2 − value ÷ target {target}) × {full}", given, kpi)
    return _capped(f"目标{target}÷数值×{full}", f"Target {target} ÷ value × {full}", given, kpi)


def _efficacy(given: Given, kpi: Kpi) -> Text:
    bad, good = _n(given["unacceptable"]), _n(given["satisfactory"])
    base, full = _n(given.get("base_score", 60)), _n(given.get("full", 100))
    return _capped(
        f"{bad}得{base}分，{good}得{full}分，按比例计", f"{bad} is {base}, {good} is {full}, in proportion", given, kpi
    )


def _band(given: Given, kpi: Kpi) -> Text:
    higher = kpi.direction == "higher"
    parts = [(_interval(band, higher=higher), _n(band["score"])) for band in given.get("bands", ())]
    zh = "；".join(f"{where}得{score}分" for where, score in parts)
    en = "; ".join(f"{where}: {score}" for where, score in parts)
    return Text(zh=f"分档计分：{zh}。", en=f"Bands: {en}.")


def _interval(band: Given, *, higher: bool) -> str:
    low, high = band.get("lo"), band.get("hi")
    left = "" if low is None else f"{_n(low)} {'≤' if higher else '<'} "
    right = "" if high is None else f" {'<' if higher else '≤'} {_n(high)}"
    return f"{left}x{right}"


def _tier(given: Given, kpi: Kpi) -> Text:
    sign = "≥" if kpi.direction == "higher" else "≤"
    tiers = [(_times(tier["k"], given["target"]), _n(tier["score"])) for tier in given.get("tiers", ())]
    rest = _n(given.get("else_score", 0))
    zh = "；".join(f"{sign}{at}得{score}分" for at, score in tiers)
    en = "; ".join(f"{sign} {at}: {score}" for at, score in tiers)
    return Text(zh=f"分层计分：{zh}；其余{rest}分。", en=f"Tiers: {en}; otherwise {rest}.")


def _times(factor: object, target: object) -> str:
    if isinstance(factor, Mapping) or isinstance(target, Mapping):
        return f"{_n(factor)} × {_n(target)}"
    return said_text(exact(str(factor)) * exact(str(target)))


def _binary(given: Given, _: Kpi) -> Text:
    sign, bound = given.get("op", ">="), _n(given["threshold"])
    passed, failed = _n(given.get("pass_score", 100)), _n(given.get("fail_score", 0))
    return Text(
        zh=f"数值{sign}{bound}得{passed}分，否则{failed}分。",
        en=f"{passed} when the value is {sign} {bound}, else {failed}.",
    )


def _add_subtract(given: Given, kpi: Kpi) -> Text:
    if given.get("variant", "gap") == "events":
        return _events(given, kpi)
    step, target, full = _n(given["step"]), _n(given["target"]), _n(given.get("full", 100))
    up, down = _n(given.get("per_up", 0)), _n(given.get("per_down", 0))
    return _capped(
        f"达到目标{target}得{full}分，每好{step}加{up}分，每差{step}扣{down}分",
        f"{full} at the target {target}; each {step} better adds {up}, each {step} worse takes {down}",
        given,
        kpi,
    )


def _events(given: Given, kpi: Kpi) -> Text:
    losses = [_event(kpi, code, item) for code, item in given.get("items", {}).items()]
    gains = [_event(kpi, code, item) for code, item in given.get("bonus", {}).items()]
    full = _n(given.get("full", 100))
    zh = "；".join([*(f"{name.zh}每{size}扣{points}分" for name, size, points in losses)])
    en = "; ".join([*(f"{points} less for each {size} {name.en}" for name, size, points in losses)])
    zh += "".join(f"；{name.zh}每{size}加{points}分" for name, size, points in gains)
    en += "".join(f"; {points} more for each {size} {name.en}" for name, size, points in gains)
    return _capped(f"满分{full}：{zh}", f"From {full}: {en}", given, kpi)


def _event(kpi: Kpi, code: str, item: Given) -> tuple[Text, str, str]:
    name = kpi.items[code].name if code in kpi.items else Text(zh=code, en=code)
    return name, _n(item.get("unit_size", 1)), _n(item["points"])


def _peers(given: Given) -> Text:
    return (
        Text(zh="全部单位", en="all units") if given.get("scope") == "all" else Text(zh="同类组", en="the peer group")
    )


def _rank(given: Given, _: Kpi) -> Text:
    peers = _peers(given)
    if given.get("variant") == "table":
        return _places(given, peers)
    best = _n(given["best"])
    if given.get("variant", "linear") == "step":
        step = _n(given["step"])
        return Text(
            zh=f"{peers.zh}第一名{best}分，每后一名少{step}分。",
            en=f"First of {peers.en} {best}, each place less {step}.",
        )
    worst = _n(given["worst"])
    return Text(
        zh=f"{peers.zh}排名：第一名{best}分，最后一名{worst}分，中间均匀分布。",
        en=f"Place in {peers.en}: first {best}, last {worst}, evenly between.",
    )


def _places(given: Given, peers: Text) -> Text:
    named = [(place, _n(points)) for place, points in given.get("table", {}).items()]
    rest, alike = _n(given.get("else", 0)), given.get("ties", "mid") == "mid"
    zh = "并列者平分所占名次的分数" if alike else "并列者都得最好名次的分数"
    en = "equal units share the points of their places" if alike else "equal units all have the best place"
    return Text(
        zh=f"{peers.zh}名次的分数：{'，'.join(f'第{place}名{points}分' for place, points in named)}，其余{rest}分；{zh}。",
        en=f"Points by place in {peers.en}: {', '.join(f'{place} → {points}' for place, points in named)}, others {rest}; {en}.",
    )


def _percentile(given: Given, _: Kpi) -> Text:
    low, high, peers = _n(given["lo"]), _n(given["hi"]), _peers(given)
    return Text(
        zh=f"按{peers.zh}中表现不如自己的比例，在{low}至{high}分之间计分。",
        en=f"Between {low} and {high} by the share of {peers.en} that does worse.",
    )


def _zscore(given: Given, _: Kpi) -> Text:
    center, scale, peers = _n(given["center"]), _n(given["scale"]), _peers(given)
    mean, deviation = given.get("mean"), given.get("sd", "population")
    zh = f"{peers.zh}平均水平{center}分" if mean is None else f"数值{_n(mean)}得{center}分"
    en = f"The mean of {peers.en} is {center}" if mean is None else f"A value of {_n(mean)} is {center}"
    own = deviation in {"population", "sample", None}
    zh += f"，每高一个标准差{'' if own else f'（{_n(deviation)}）'}加{scale}分"
    en += f"; each standard deviation{'' if own else f' ({_n(deviation)})'} better adds {scale}"
    if given.get("clip") is not None:
        zh, en = f"{zh}，不超过{_n(given['clip'])}个标准差", f"{en}, within {_n(given['clip'])} of them"
    ends = _ends(given.get("winsorize") or {})
    return Text(zh=f"{ends.zh}{zh}。", en=f"{ends.en}{en}.")


def _ends(given: Given) -> Text:
    """Return how the tails are drawn in, nothing where they are not."""
    low, high = (given.get(name) for name in ("low", "high"))
    values = (given.get("low_value"), given.get("high_value"))
    if low is None and high is None and values == (None, None):
        return Text(zh="", en="")
    ends = [f"{_n(share)}%" if share is not None else _n(at) for share, at in zip((low, high), values, strict=True)
            if share is not None or at is not None]  # fmt: skip
    return Text(zh=f"先把两端收到{'与'.join(ends)}处；", en=f"Tails are drawn in to {' and '.join(ends)}. ")


def _table(given: Given, kpi: Kpi) -> Text:
    named = [(kpi.items[code].name if code in kpi.items else Text(zh=code, en=code), _n(points))
             for code, points in given.get("table", {}).items()]  # fmt: skip
    zh = "，".join(f"{name.zh} → {points}" for name, points in named)
    en = ", ".join(f"{name.en} → {points}" for name, points in named)
    rest = given.get("else")
    zh += "" if rest is None else f"，其余{_n(rest)}"
    en += "" if rest is None else f", others {_n(rest)}"
    bounds = limits(given.get("cap"), given.get("floor"))
    return Text(zh=f"按积分表：{zh}{bounds.zh}。", en=f"Points by a table: {en}{bounds.en}.")


def _value(given: Given, _: Kpi) -> Text:
    factor, offset = _n(given.get("factor", 1)), _n(given.get("offset", 0))
    sign = "" if factor == "1" else f" × {factor}"
    sign += "" if offset == "0" else f" + {offset}"
    bounds = limits(given.get("cap"), given.get("floor"))
    return Text(zh=f"得分即数值{sign}{bounds.zh}。", en=f"The score is the value{sign}{bounds.en}.")


def _formula(given: Given, _: Kpi) -> Text:
    words, bounds = formula_words(given), limits(given.get("cap"), given.get("floor"))
    return Text(zh=f"得分 = {words.zh}{bounds.zh}。", en=f"Score = {words.en}{bounds.en}.")


def _rubric(given: Given, kpi: Kpi) -> Text:
    raters = given.get("min_raters", 1)
    head = Text(zh=f"至少{raters}人评价，取平均", en=f"Mean of at least {raters} raters")
    if not given.get("anchors"):
        return Text(zh=f"{head.zh}。", en=f"{head.en}.")
    line = _linear(given, kpi)
    return Text(zh=f"{head.zh}；{line.zh}", en=f"{head.en}; {line.en}")


def _growth(given: Given, kpi: Kpi) -> Text:
    base, per, unit = _n(given.get("base_score", 80)), _n(given["per"]), _n(given.get("unit", 1))
    what = {
        "points": ("个点", "points"),
        "relative": ("%（相对）", "per cent"),
        "headroom": ("%的提升空间", "per cent of the way to the ceiling"),
    }[given.get("variant", "points")]
    return _capped(
        f"与上月持平{base}分，每提升{unit}{what[0]}加{per}分",
        f"{base} when as last month; each {unit} {what[1]} better adds {per}",
        given,
        kpi,
    )


def _either(given: Given, _: Kpi) -> Text:
    achieved, improved = (_n(given[name].get("full", 100)) for name in ("achievement", "improvement"))
    return Text(
        zh=f"达标（最高{achieved}分）与进步（最高{improved}分）取高者。",
        en=f"The better of achievement (up to {achieved}) and improvement (up to {improved}).",
    )


def _capped(zh: str, en: str, given: Given, _: Kpi) -> Text:
    bounds = limits(given.get("cap", 120), given.get("floor", 0))
    return Text(zh=f"{zh}{bounds.zh}。", en=f"{en}{bounds.en}.")


def listed(words: Sequence[Text]) -> Text:
    """Return several names as one."""
    return Text(zh="、".join(word.zh for word in words), en=", ".join(word.en for word in words))


WORDS: Mapping[str, Callable[[Given, Kpi], Text]] = {
    "linear": _linear,
    "ratio": _ratio,
    "efficacy": _efficacy,
    "band": _band,
    "tier": _tier,
    "binary": _binary,
    "add_subtract": _add_subtract,
    "deduct": _events,
    "rank": _rank,
    "percentile": _percentile,
    "zscore": _zscore,
    "rubric": _rubric,
    "growth": _growth,
    "achievement_or_improvement": _either,
    "table": _table,
    "value": _value,
    "formula": _formula,
}

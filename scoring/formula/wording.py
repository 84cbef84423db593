"""A formula in plain words, in both languages."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from core.language import Text
from core.points import said_text
from scoring.formula.roots import PLACES
from scoring.formula.syntax import Node

Named = Mapping[str, Text]
HALF, SQUARE = Fraction(1, 2), 2
_STRENGTH = {"if": 0, "or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6, "negative": 7}
_SHOWN = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_FUNCTIONS = {
    "min": ("最小值", "the least of "),
    "max": ("最大值", "the greatest of "),
    "abs": ("绝对值", "the size of "),
    "floor": ("向下取整", "rounded down "),
    "ceil": ("向上取整", "rounded up "),
    "ln": ("自然对数", "the natural logarithm of "),
    "exp": ("自然指数", "the exponential of "),
    "phi": ("标准正态分布函数", "the share of a standard normal population below "),
    "coalesce": ("第一个有值的", "the first not missing of "),
}


def words_of(node: Node, named: Named, around: int = 0) -> Text:
    """Return a node in words; `around` is how strongly the operation around it binds."""
    own = _STRENGTH.get(node.op, 9)
    found = _WORDS.get(node.op, _function)(node, named)
    return Text(zh=f"({found.zh})", en=f"({found.en})") if own < around else found


def _plain(text: str) -> Text:
    return Text(zh=text, en=text)


def _name(node: Node, named: Named) -> Text:
    return named.get(node.name) or _plain(node.name)


def _pair(node: Node, named: Named) -> Text:
    own = _STRENGTH[node.op]
    left = words_of(node.parts[0], named, own)
    right = words_of(node.parts[1], named, own + 1)
    sign = _SHOWN.get(node.op, node.op)
    return Text(zh=f"{left.zh} {sign} {right.zh}", en=f"{left.en} {sign} {right.en}")


def _compare(node: Node, named: Named) -> Text:
    parts = [words_of(part, named, 5) for part in node.parts]
    zh, en = parts[0].zh, parts[0].en
    for sign, part in zip(node.signs, parts[1:], strict=True):
        zh, en = f"{zh} {_SHOWN.get(sign, sign)} {part.zh}", f"{en} {_SHOWN.get(sign, sign)} {part.en}"
    return Text(zh=zh, en=en)


def _joined(zh: str, en: str) -> Callable[[Node, Named], Text]:
    def words(node: Node, named: Named) -> Text:
        parts = [words_of(part, named, _STRENGTH[node.op] + 1) for part in node.parts]
        return Text(zh=zh.join(part.zh for part in parts), en=en.join(part.en for part in parts))

    return words


def _if(node: Node, named: Named) -> Text:
    test, yes, no = words_of(node.parts[0], named), words_of(node.parts[1], named, 1), words_of(node.parts[2], named)
    return Text(zh=f"若{test.zh}则{yes.zh}，否则{no.zh}", en=f"{yes.en} if {test.en}, otherwise {no.en}")


def _not(node: Node, named: Named) -> Text:
    if node.parts[0].op == "known":
        name = words_of(node.parts[0].parts[0], named, 9)
        return Text(zh=f"{name.zh}无值", en=f"{name.en} is missing")
    part = words_of(node.parts[0], named, 4)
    return Text(zh=f"并非{part.zh}", en=f"not {part.en}")


def _negative(node: Node, named: Named) -> Text:
    part = words_of(node.parts[0], named, 7)
    return Text(zh=f"−{part.zh}", en=f"−{part.en}")


def _round(node: Node, named: Named) -> Text:
    part = words_of(node.parts[0], named)
    return Text(zh=f"四舍五入({part.zh}，{node.places}位小数)", en=f"({part.en}) rounded to {node.places} decimals")


def _clip(node: Node, named: Named) -> Text:
    value, low, high = (words_of(part, named) for part in node.parts)
    zh = f"限制({value.zh}，{low.zh}至{high.zh})"
    return Text(zh=zh, en=f"({value.en}) held within {low.en} to {high.en}")


def _power(node: Node, named: Named) -> Text:
    base = words_of(node.parts[0], named, 8)
    exponent = node.number
    if exponent == HALF:
        inner = words_of(node.parts[0], named)
        return Text(zh=f"平方根({inner.zh})", en=f"the square root of ({inner.en})")
    if exponent == SQUARE:
        return Text(zh=f"{base.zh} 的平方", en=f"{base.en} squared")
    told = said_text(exponent, PLACES) if 10**PLACES % exponent.denominator == 0 else str(exponent)
    return Text(zh=f"{base.zh} 的 {told} 次方", en=f"{base.en} to the power of {told}")


def _function(node: Node, named: Named) -> Text:
    zh, en = _FUNCTIONS[node.op]
    parts = [words_of(part, named) for part in node.parts]
    return Text(zh=f"{zh}({'，'.join(part.zh for part in parts)})", en=f"{en}({', '.join(part.en for part in parts)})")


def _known(node: Node, named: Named) -> Text:
    part = words_of(node.parts[0], named, 9)
    return Text(zh=f"{part.zh}有值", en=f"{part.en} is there")


def _truth(node: Node, _: Named) -> Text:
    return Text(zh="真", en="true") if node.value else Text(zh="假", en="false")


_WORDS: Mapping[str, Callable[[Node, Named], Text]] = {
    "number": lambda node, _: _plain(said_text(node.number, 30)),
    "missing": lambda *_: Text(zh="无结果", en="no result"),
    "truth": _truth,
    "name": _name,
    "+": _pair,
    "-": _pair,
    "*": _pair,
    "/": _pair,
    "negative": _negative,
    "known": _known,
    "compare": _compare,
    "and": _joined(" 且 ", " and "),
    "or": _joined(" 或 ", " or "),
    "not": _not,
    "if": _if,
    "round": _round,
    "clip": _clip,
    "power": _power,
}

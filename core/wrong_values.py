"""What is wrong with a value that a request brought, in the reader's language: the decoder tells it in its own words."""

import re
from collections.abc import Callable

from core.errors import Place, Problem
from core.language import Text

_KINDS: dict[str, Text] = {
    "int": Text(zh="整数", en="a whole number"),
    "float": Text(zh="数", en="a number"),
    "decimal": Text(zh='小数，写成文字，如 "0.5"', en='a decimal written as text, like "0.5"'),
    "str": Text(zh="文字", en="text"),
    "bool": Text(zh="布尔值（true 或 false）", en="true or false"),
    "array": Text(zh="列表", en="a list"),
    "object": Text(zh="对象", en="an object"),
    "null": Text(zh="空值", en="null"),
    "date": Text(zh="日期，如 2026-11-30", en="a date like 2026-11-30"),
    "datetime": Text(zh="时刻，如 2026-11-30T09:00:00+08:00", en="an instant like 2026-11-30T09:00:00+08:00"),
}
_BOUNDS = {
    ">=": Text(zh="不小于", en="at least"),
    "<=": Text(zh="不大于", en="at most"),
    ">": Text(zh="大于", en="above"),
    "<": Text(zh="小于", en="below"),
}
_LENGTHS = {
    ">=": Text(zh="至少", en="at least"),
    "<=": Text(zh="至多", en="at most"),
    "": Text(zh="正好", en="exactly"),
}
_BODY = Text(zh="请求正文", en="the body")
_ANYHOW = Text(zh="不能这样写，请对照接口说明（/api/docs）", en="this cannot be read; see the interface (/api/docs)")
_NO_JSON = Text(
    zh="请求正文不是正确的 JSON：第 {at} 个字节处读不下去。",
    en="The body is no valid JSON: it cannot be read on from byte {at}.",
)
_CUT = Text(
    zh="请求正文不是正确的 JSON：没有写完，或有不是文字的字符。",
    en="The body is no valid JSON: it ends too soon, or holds what is no text.",
)


def _kinds(names: str) -> Text:
    found = [_KINDS.get(name, Text(zh=name, en=name)) for name in names.split(" | ")]
    return Text(zh="或".join(one.zh for one in found), en=" or ".join(one.en for one in found))


def _expected(found: re.Match[str]) -> Text:
    wanted, got = _kinds(found[1]), _kinds(found[2])
    return Text(zh=f"应为{wanted.zh}，收到的是{got.zh.partition('，')[0]}", en=f"expected {wanted.en}, got {got.en}")


def _bounded(found: re.Match[str]) -> Text:
    bound = _BOUNDS[found[1]]
    return Text(zh=f"应{bound.zh} {found[2]}", en=f"has to be {bound.en} {found[2]}")


def _long(found: re.Match[str]) -> Text:
    bound = _LENGTHS.get(found[2] or "", _LENGTHS[""])
    zh, en = ("个字", "character") if found[1] == "str" else ("项", "item")
    many = "" if found[3] == "1" else "s"
    return Text(zh=f"应有{bound.zh} {found[3]} {zh}", en=f"has to have {bound.en} {found[3]} {en}{many}")


def _said(zh: str, en: str) -> Callable[[re.Match[str]], Text]:
    """Return what is said of a failure: the same each time, with the name that it quotes."""
    return lambda found: Text(zh=zh.format(*found.groups()), en=en.format(*found.groups()))


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Text]], ...] = (
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), _expected),
    (re.compile(r"Expected `(str|array|object|bytes)` of length (?:(>=|<=|>|<) )?(\d+)"), _long),
    (re.compile(r"Expected `[^`]+` (>=|<=|>|<) (-?[\d.]+)"), _bounded),
    (re.compile(r"Expected `str` matching regex '(.*)'", re.DOTALL), _said("写法应符合 {0}", "has to match {0}")),
    (re.compile(r"Invalid enum value (.*)", re.DOTALL), _said("不能是 {0}", "cannot be {0}")),
    (re.compile(r"Invalid RFC3339 encoded datetime"), lambda _: _wanted("datetime")),
    (re.compile(r"Invalid RFC3339 encoded date"), lambda _: _wanted("date")),
    (re.compile(r"Invalid decimal string"), lambda _: _wanted("decimal")),
    (re.compile(r"Object missing required field `(.*)`"), _said("缺少 {0}", "lacks {0}")),
    (re.compile(r"Object contains unknown field `(.*)`", re.DOTALL), _said("没有 {0} 这一项", "has no field {0}")),
    (re.compile(r"Missing required (?:query|path|header) parameter"), _said("没有给出", "is missing")),
)
_MALFORMED = re.compile(r"(?:JSON is malformed: .*?|.*?)\(byte (\d+)\)")
LONGEST = 200


def _wanted(kind: str) -> Text:
    found = _KINDS[kind]
    return Text(zh=f"应为{found.zh}", en=f"expected {found.en}")


def wrong_value(name: str, message: str) -> Problem:
    """Return what is wrong with a field of the body or a parameter: where it stands, the reason, what would be right."""
    said = message[:LONGEST]
    rules = ((rule, pattern.match(said)) for pattern, rule in _RULES)
    reason = next((rule(found) for rule, found in rules if found is not None), _ANYHOW)
    field = Text(zh=name, en=name) if name and name != "data" else _BODY
    sentence = Text(zh=f"{field.zh} 有误：{reason.zh}。", en=f"{field.en} is wrong: {reason.en}.")
    return Problem(code="bad_value", sentence=sentence, place=Place(path=name) if field is not _BODY else None)


def misfit(failure: Exception, within: str = "") -> Problem:
    """Return the same of a value of our own that has not the shape it needs; `within` is what stands before its path."""
    message, _, path = str(failure).partition(" - at `$")
    names = (within, path.rstrip("`").lstrip("."))
    return wrong_value(".".join(name for name in names if name), message)


def no_json(message: str) -> Problem | None:
    """Return where a body stops being JSON; None where something else is the matter."""
    found = _MALFORMED.search(message)
    if found is not None:
        return Problem(code="malformed", sentence=_NO_JSON.format(at=found[1]))
    return Problem(code="malformed", sentence=_CUT) if "truncated" in message else None

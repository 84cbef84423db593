"""A formula cut into words, numbers and signs; what can be none of these is refused at its column."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.formula.refusals import refusal, shown

MOST_CHARACTERS = 2_000
MOST_DIGITS = 30
MOST_TOKENS = 1_000

Sort = Literal["number", "name", "quoted", "sign", "end"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>\.?[0-9][0-9A-Za-z_.]*)
      | (?P<name>[^\W\d]\w*)
      | (?P<quoted>`[^`\n]+`)
      | (?P<sign><=|>=|==|!=|<>|\*\*|//|&&|\|\||:=|->|[-+*/<>(),≤≥≠×÷−（），＋－＊／＜＞])""",
    re.VERBOSE,
)
_WIDE = re.compile(r"[０-９]+(．[０-９]+)?")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", re.ASCII)
_SAME = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "，": ","}
_SAME |= {"＋": "+", "－": "-", "＊": "*", "／": "/", "＜": "<", "＞": ">"}
_INSTEAD = {
    "**": ("不是运算符", "this is no operator", "乘方写 power(x, 2)", "Write power(x, 2)."),
    "//": ("没有整除", "there is no such division", "floor(x / y)", "Write floor(x / y)."),
    "<>": ("不是运算符", "this is no operator", "写 !=", "Write !=."),
    ";": ("不能分隔", "this parts nothing", "参数之间写逗号", "Between parameters stands a comma."),
    "；": ("不能分隔", "this parts nothing", "参数之间写逗号", "Between parameters stands a comma."),
    "％": ("没有百分号", "there are no per cent signs", "5% 写 0.05", "5 per cent is 0.05."),
    "＝": ("不能赋值", "nothing can be assigned", "比较写 ==", "To compare write ==."),
    "&&": ("不是运算符", "this is no operator", "写 and", "Write and."),
    "||": ("不是运算符", "this is no operator", "写 or", "Write or."),
    ":=": ("不能赋值", "nothing can be assigned", "比较写 ==", "To compare write ==."),
    "->": ("不是运算符", "this is no operator", "条件写 a if c else b", "A condition is a if c else b."),
    "=": ("不能赋值", "nothing can be assigned", "比较写 ==", "To compare write ==."),
    "!": ("不是运算符", "this is no operator", "写 not", "Write not."),
    "&": ("不是运算符", "this is no operator", "写 and", "Write and."),
    "|": ("不是运算符", "this is no operator", "写 or", "Write or."),
    "%": ("没有百分号", "there are no per cent signs", "5% 写 0.05", "5 per cent is 0.05."),
    "^": ("不是运算符", "this is no operator", "乘方写 power(x, 2)", "Write power(x, 2)."),
    ".": ("没有属性", "there are no attributes", "只能用列出的名称", "Only the names given can be used."),
    "[": ("没有列表", "there are no lists", "只能用圆括号", "Only round brackets are used."),
    "{": ("没有集合", "there are no sets", "只能用圆括号", "Only round brackets are used."),
    '"': ("没有文字", "there is no text", "名称不加引号", "Names stand without quotes."),
    "'": ("没有文字", "there is no text", "名称不加引号", "Names stand without quotes."),
    "?": ("不是运算符", "this is no operator", "条件写 a if c else b", "A condition is a if c else b."),
    "`": ("反引号没有闭合", "the backquote is not closed", "写 `名称`", "Write `name`."),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign with its place in the text."""

    sort: Sort
    text: str
    start: int
    end: int
    number: Fraction = Fraction(0)


def tokens(text: str, path: str) -> list[Token]:
    """Return the parts of a formula, an end mark last; Invalid for what no formula holds."""
    if len(text) > MOST_CHARACTERS:
        over = (f"公式长{len(text)}个字符", f"the formula has {len(text)} characters")
        raise refusal("too_long", (path, MOST_CHARACTERS), *over, _most(MOST_CHARACTERS, "个字符", "characters"))
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match[0] in _INSTEAD:
            raise _stranger(text, at, path)
        if match.lastgroup != "space":
            found.append(_token(match, path))
        at = match.end()
        if len(found) > MOST_TOKENS:
            raise refusal("too_large", (path, at), "公式太大", "the formula is too large", ("请拆开。", "Split it."))
    return [*found, Token("end", "", len(text), len(text))]


def _most(number: int, zh: str, en: str) -> tuple[str, str]:
    return f"最多{number}{zh}。", f"At most {number} {en}."


def _token(match: re.Match[str], path: str) -> Token:
    text, start, end = match[0], match.start(), match.end()
    if match["number"]:
        return Token("number", text, start, end, _number(text, (path, start)))
    if match["name"]:
        _same_letters(text, (path, start))
        return Token("name", text, start, end)
    if match["quoted"]:
        return Token("quoted", text[1:-1], start, end)
    return Token("sign", _SAME.get(text, text), start, end)


def _number(text: str, at: tuple[str, int]) -> Fraction:
    if not _NUMBER.fullmatch(text):
        what = shown(text)
        right = (
            "数写作 12 或 0.5；以数字开头的名称放在反引号内。",
            "Write 12 or 0.5; names that begin with a digit stand in backquotes.",
        )
        raise refusal("number", at, f"“{what}”不是数", f"“{what}” is not a number", right)
    if len(text) > MOST_DIGITS:
        right = _most(MOST_DIGITS, "位", "digits")
        raise refusal("number", at, "数太长", "the number is too long", right)
    return Fraction(text)


def _same_letters(name: str, at: tuple[str, int]) -> None:
    """Refuse letters that look like others: full-width ones, ligatures, bold ones."""
    plain = unicodedata.normalize("NFKC", name)
    if plain != name:
        what = shown(name)
        right = (f"写 {shown(plain)}。", f"Write {shown(plain)}.")
        raise refusal("character", at, f"“{what}”里有异形字符", f"“{what}” holds look-alike letters", right)


def _stranger(text: str, at: int, path: str) -> Exception:
    sign = text[at : at + 2] if text[at : at + 2] in _INSTEAD else text[at]
    if sign == "=" and not text[:at].strip():
        right = ("去掉公式开头的等号。", "Leave out the sign at the beginning.")
        raise refusal("character", (path, at), f"“{sign}”：不能赋值", f"“{sign}”: nothing can be assigned", right)
    if digits := _WIDE.match(text, at):
        wide, plain = shown(digits[0]), unicodedata.normalize("NFKC", digits[0][:MOST_DIGITS])
        right = (f"用半角写 {plain}。", f"Write {plain}.")
        raise refusal("character", (path, at), f"“{wide}”是全角数字", f"“{wide}” are full-width digits", right)
    if sign in _INSTEAD:
        zh, en, right_zh, right_en = _INSTEAD[sign]
        return refusal("character", (path, at), f"“{sign}”：{zh}", f"“{sign}”: {en}", (f"{right_zh}。", right_en))
    what = shown(text[at])
    right = ("只用数、名称和 + - * / ( ) , 与比较。", "Use numbers, names, + - * / ( ) , and comparisons.")
    return refusal("character", (path, at), f"不认识“{what}”", f"“{what}” has no meaning here", right)

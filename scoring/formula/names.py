"""Names in formulas: written as they are where they can be, with `_` for other characters, or in backquotes."""

import keyword
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from scoring.formula.syntax import FUNCTIONS

WORDS = frozenset({"and", "or", "not", "if", "else", "true", "false"})
LONGEST = 80
_OTHER = re.compile(r"\W")


def identifier(code: str) -> str:
    """Return the bare name by which a formula may call a code: HAI-1 is HAI_1, 30-day is _30_day, min is min_."""
    plain = _OTHER.sub("_", code)
    if not plain or plain[0].isdigit():
        plain = f"_{plain}"
    return f"{plain}_" if plain in WORDS or plain in FUNCTIONS or keyword.iskeyword(plain) else plain


def by_identifier(codes: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return bare name → the codes it may mean; a code that is a name itself means nothing else."""
    found: dict[str, list[str]] = {}
    known = list(codes)
    for code in known:
        found.setdefault(identifier(code), []).append(code)
    return {name: (name,) if name in known else tuple(codes) for name, codes in found.items()}


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like another, None where none is or the name is absurdly long."""
    if len(name) > LONGEST:
        return None
    near = get_close_matches(name, list(known), n=1)
    return near[0] if near else None


_ELSEWHERE = {
    "and": "a and b",
    "or": "a or b",
    "not": "not a",
    "if": "a if c else b",
    "iif": "a if c else b",
    "ifs": "a if c else b if d else e",
    "sqrt": "power(x, 0.5)",
    "pow": "power(x, 2)",
    "cbrt": "power(x, 1/3)",
    "log": "ln(x)",
    "log10": "ln(x) / ln(10)",
    "int": "floor(x)",
    "trunc": "floor(x)",
    "ceiling": "ceil(x)",
    "rounddown": "floor(x)",
    "roundup": "ceil(x)",
    "average": "(a + b) / 2",
    "sum": "a + b",
    "iferror": "coalesce(x, 0)",
    "isblank": "not known(x)",
}
"""What spreadsheets and other languages call it, and how it is written here."""


_CHOICES = frozenset({"if", "then", "else", "elif", "elseif", "case", "when", "end", "switch"})
_CHOICES_ZH = ("如果", "假如", "若", "当", "则", "那么", "否则")


def is_condition(word: str) -> bool:
    """Tell whether a word begins or goes on with a condition in Chinese, in SQL or in other languages."""
    return word.lower() in _CHOICES or word.startswith(_CHOICES_ZH)


def instead_of(function: str) -> tuple[str, str]:
    """Return what would be right in place of a function that there is not, in both languages."""
    word = function.lower()
    if word in FUNCTIONS:
        return f"用小写：{word}。", f"Write small letters: {word}."
    if word in _ELSEWHERE:
        return f"写 {_ELSEWHERE[word]}。", f"Write {_ELSEWHERE[word]}."
    near, listed = nearest(function, FUNCTIONS), ", ".join(FUNCTIONS)
    return (f"最接近的是 {near}。", f"The nearest is {near}.") if near else (f"有 {listed}。", f"There are {listed}.")

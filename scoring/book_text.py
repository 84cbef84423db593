"""The text of a rule book before it is read: bounds that keep hostile text from costing time, and the line of a path."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any

from msgspec import structs

from core.errors import Invalid, Place, Problem
from core.language import Text
from core.writing import unseen
from scoring.book_slips import of_foreign_name, of_full_width, of_syntax

MOST_BYTES = 512 * 1024
MOST_LINES = 20_000
LONGEST_LINE = 4_000
MOST_DOTS = 400
"""Of one line: every dot may part a key, and a reader of TOML takes time by their square."""
LONGEST_NUMBER = 100
DEEPEST = 64
"""Tables and lists within each other; no rule needs a tenth of them."""
MOST_TOLD = 200
MARK = "\ufeff"
"""What some editors write first; it is kept with the text and not read."""

Way = tuple[Any, str] | None
"""Of a value in a document: the way to what holds it, and its name there."""

_GONE_INTO = (dict, list, date, time)
_DIGITS = re.compile(rf"[0-9_]{{{LONGEST_NUMBER}}}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_AT = re.compile(r" ?\(at (?:line (\d+), column (\d+)|end of document)\)")
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]")
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_PARTS = re.compile(_PART)


def document(text: str, source: str) -> dict[str, Any]:
    """Return a TOML document; Invalid with the line of what is wrong, in milliseconds whatever the text is."""
    found = next(_bounds(text), None)
    if found is None:
        try:
            read = tomllib.loads(text.removeprefix(MARK))
        except RecursionError:
            found = _told("too_deep", "嵌套太深。", "This is nested too deeply.", _deep_line(text))
        except ValueError as error:
            found = _not_toml(str(error), text)
        else:
            found = next(_unfit(read), None)
            if found is None:
                return read
    raise Invalid(structs.replace(found, place=structs.replace(found.place or Place(), source=source)))


def hidden(text: str) -> tuple[Problem, ...]:
    """Return each line that holds a character that nobody sees: rules to be kept are read by people."""
    lines = enumerate(text.removeprefix(MARK).split("\n"), start=1)
    found = [(number, sign) for number, line in lines if (sign := unseen(line))]
    return tuple(
        _told(
            "unseen_character",
            f"第 {number} 行含有看不见的字符（{sign}），请删去后重写。",
            f"Line {number} holds an invisible character ({sign}); write it without.",
            number,
        )
        for number, sign in found[:MOST_TOLD]
    )


def with_lines(text: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return problems with the line of their path, as far as the text has it; no more than can be read."""
    lines = lines_of(text) if any(one.place and one.place.path for one in problems) else {}
    return tuple(_placed(one, lines) for one in problems[:MOST_TOLD])


def lines_of(text: str) -> dict[str, int]:
    """Return the line, from 1, of every table and key that a line begins, by its path such as `kpis.SAT.params`."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.removeprefix(MARK).split("\n"), start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            table = _path(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            found.setdefault(table, number)
        elif key:
            found.setdefault(f"{table}.{_path(key[1])}" if table else _path(key[1]), number)
    return found


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """Return the line of a path, or of the nearest thing around it that has one."""
    at = path
    while at:
        if at in lines:
            return lines[at]
        inside = next((lines[name] for name in lines if name.startswith(f"{at}.")), None)
        if inside is not None:
            return inside
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    return None


def _placed(one: Problem, lines: dict[str, int]) -> Problem:
    if one.place is None or not one.place.path or one.place.row is not None:
        return one
    return structs.replace(one, place=structs.replace(one.place, row=line_of(one.place.path, lines)))


def _path(key: str) -> str:
    return ".".join(part.strip("\"'") for part in _PARTS.findall(key))


def _bounds(text: str) -> Iterator[Problem]:
    """Yield what makes a text not worth reading."""
    if len(text) > MOST_BYTES or len(text.encode()) > MOST_BYTES:
        most = MOST_BYTES // 1024
        yield _told("too_long", f"规则书不能超过 {most} KiB。", f"A rule book may have at most {most} KiB.")
        return
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        zh, en = f"不能超过 {MOST_LINES} 行。", f"There may be at most {MOST_LINES} lines."
        yield _told("too_many_lines", zh, en, MOST_LINES + 1)
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE or line.count(".") > MOST_DOTS:
            zh, en = "这一行太长，请分成几行。", "This line is too long; break it into several."
            yield _told("line_too_long", zh, en, number)
        if _CONTROL.search(line):
            yield _told("control_character", "这一行有控制字符。", "This line has a control character.", number)
        if _DIGITS.search(line):
            yield _told("number_too_long", "这一行有过长的数字。", "This line has a number that is too long.", number)


def _deep_line(text: str) -> int | None:
    """Return the line on which brackets have opened too deep, going by their number alone."""
    depth = 0
    for number, line in enumerate(text.split("\n"), start=1):
        opened = line.count("[") + line.count("{")
        if depth + opened > DEEPEST:
            return number
        depth = max(depth + opened - line.count("]") - line.count("}"), 0)
    return None


def _unfit(read: dict[str, Any]) -> Iterator[Problem]:
    """Yield what TOML can say and no rule does: dates and times, and tables too deep to be gone through."""
    waiting: list[tuple[int, Way, Any]] = [(0, None, read)]
    while waiting:
        depth, way, value = waiting.pop()
        if depth > DEEPEST:
            found = _told("too_deep", "嵌套太深。", "This is nested too deeply.")
            yield structs.replace(found, place=Place(path=_way(way).split(".")[0]))
        elif isinstance(value, dict):
            waiting += [(depth + 1, (way, name), part) for name, part in value.items() if isinstance(part, _GONE_INTO)]
        elif isinstance(value, list):
            waiting += [
                (depth + 1, (way, f"[{at}]"), part) for at, part in enumerate(value) if isinstance(part, _GONE_INTO)
            ]
        else:
            found = _told("wrong_type", "这里不能写日期或时间。", "A date or time cannot stand here.")
            yield structs.replace(found, place=Place(path=_way(way)))


def _way(way: Way) -> str:
    """Return the path of a value, which is put together only for what is told."""
    parts: list[str] = []
    while way is not None:
        way, name = way
        parts.append(name)
    return ".".join(reversed(parts)).replace(".[", "[")


def _not_toml(said: str, text: str) -> Problem:
    at = _AT.search(said)
    words, right = of_syntax(_AT.sub("", said))
    row = int(at[1]) if at and at[1] else text.count("\n") + 1
    column = int(at[2]) if at and at[2] else None
    zh = f"不是有效的 TOML：第 {row} 行" + (f"第 {column} 列" if column else "") + f"，{words.zh}。"
    en = f"This is not valid TOML: line {row}" + (f", column {column}" if column else "") + f": {words.en}."
    lines = text.split("\n")
    line = lines[min(row, len(lines)) - 1]
    return structs.replace(_told("not_toml", zh, en, row), hint=of_full_width(line) or of_foreign_name(line) or right)


def _told(code: str, zh: str, en: str, row: int | None = None) -> Problem:
    return Problem(code=code, sentence=Text(zh=zh, en=en), place=Place(row=row))

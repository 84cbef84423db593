"""Small pieces that every chart is made of."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from markupsafe import Markup, escape

Number = int | float | Decimal | Fraction
Point = tuple[float, float]


def c(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def svg(name: str, width: int, height: int, about: str, parts: Iterable[str], *, fluid: bool = True) -> Markup:
    """Return a picture with its text alternative; a fluid one fills its box, else it keeps its size."""
    size = "" if fluid else f' width="{width}" height="{height}"'
    css = f"chart {name}" if fluid else name
    return Markup(  # noqa: S704 - every text below goes through escape()
        f'<svg class="{css}" viewBox="0 0 {width} {height}"{size} role="img" aria-label="{escape(about)}">'
        f"{''.join(parts)}</svg>"
    )


def text(x: float, y: float, words: str, css: str = "") -> str:
    """Return one line of text, escaped."""
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{c(x)}" y="{c(y)}">{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, css: str = "", radius: float = 0) -> str:
    """Return a rectangle; negative sizes are drawn as nothing."""
    round_off = f' rx="{c(radius)}"' if radius else ""
    kind = f' class="{css}"' if css else ""
    return f'<rect{kind} x="{c(x)}" y="{c(y)}" width="{c(max(0, width))}" height="{c(max(0, height))}"{round_off}/>'


def line(start: Point, end: Point, css: str) -> str:
    """Return a straight line."""
    return f'<line class="{css}" x1="{c(start[0])}" y1="{c(start[1])}" x2="{c(end[0])}" y2="{c(end[1])}"/>'


def circle(centre: Point, radius: float, css: str, title: str = "") -> str:
    """Return a dot, with a title for a pointing hand when it has one."""
    inside = f"<title>{escape(title)}</title>" if title else ""
    return f'<circle class="{css}" cx="{c(centre[0])}" cy="{c(centre[1])}" r="{c(radius)}">{inside}</circle>'


def path(points: Iterable[Point], css: str, *, closed: bool = False) -> str:
    """Return a line through points."""
    steps = " L".join(f"{c(x)} {c(y)}" for x, y in points)
    return f'<path class="{css}" d="M{steps}{"Z" if closed else ""}"/>'


def label(x: float, y: float, words: str, width: float, css: str, most: int = 3) -> str:
    """Return a label under a column, on as many as three lines that fit its width."""
    return "".join(text(x, y + 14 * n, line, css) for n, line in enumerate(wrapped(words, width, most)))


def wrapped(words: str, width: float, most: int = 3) -> list[str]:
    """Return words in lines no wider than so many pixels: Chinese breaks anywhere, English at spaces."""
    if _is_han(words) and " " not in words:
        per_line = max(2, int(width / HAN_WIDTH))
        count = min(most, -(-len(words) // per_line))
        per_line = max(per_line if count == most else 1, -(-len(words) // count)) if count else 1
        lines = [words[n : n + per_line] for n in range(0, len(words), per_line)]
        return _cut(lines, most, per_line)
    per_line = max(4, int(width / LATIN_WIDTH))
    lines = [""]
    for gap, piece in _pieces(words):
        joined = f"{lines[-1]}{gap}{piece}".strip()
        if lines[-1] and fits(joined) > width:
            lines.append(piece)
        else:
            lines[-1] = joined
    return [shortened(line, per_line + 1) if not _is_han(line) else line for line in _cut(lines, most, per_line)]


def _pieces(words: str) -> Iterator[tuple[str, str]]:
    """Yield what a line may not be broken within, each with the blank before it: words, and the halves of joined words."""
    for word in words.split(" "):
        halves = [half for half in re.split(r"(?<=[-/])", word) if half]
        yield from (("" if n else " ", half) for n, half in enumerate(halves))


HAN_WIDTH, LATIN_WIDTH = 12.5, 6.6
"""Pixels of one character at the size of a chart's words."""


def _is_han(words: str) -> bool:
    return bool(words) and ord(words[0]) > 0x2E7F  # noqa: PLR2004 - from here on Han characters


def fits(words: str) -> float:
    """Return how many pixels words take at the size of a chart's words."""
    return sum(HAN_WIDTH if ord(letter) > 0x2E7F else LATIN_WIDTH for letter in words)  # noqa: PLR2004 - from here on Han characters


def _cut(lines: list[str], most: int, per_line: int) -> list[str]:
    if len(lines) <= most:
        return lines
    kept = lines[:most]
    kept[-1] = kept[-1][: max(1, per_line - 1)].rstrip() + "…"
    return kept


def shortened(words: str, longest: int) -> str:
    """Return words cut to a length, with an ellipsis where something is missing."""
    return words if len(words) <= longest else words[: longest - 1] + "…"

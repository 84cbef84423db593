"""Small pieces that every chart is made of."""

from collections.abc import Iterable
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


def two_lines(x: float, y: float, words: str, css: str) -> str:
    """Return a label on one or two lines, broken in the middle (Chinese) or at a space (English)."""
    first, second = halves(words)
    if not second:
        return text(x, y, first, css)
    return text(x, y, first, css) + text(x, y + 15, second, css)


def halves(words: str, longest: int = 14) -> tuple[str, str]:
    """Return a label as two lines, the second one empty when the label is short."""
    if " " not in words and words and ord(words[0]) > 0x2E7F and len(words) > 3:  # noqa: PLR2004 - from here on Han characters
        middle = (len(words) + 1) // 2
        return shortened(words[:middle], 7), shortened(words[middle:], 7)
    pieces = words.split(" ")
    if len(words) <= longest // 2 or len(pieces) == 1:
        return shortened(words, longest), ""
    cut = next((n for n in range(1, len(pieces)) if len(" ".join(pieces[:n])) >= len(words) // 2 - 1), 1)
    return shortened(" ".join(pieces[:cut]), longest), shortened(" ".join(pieces[cut:]), longest)


def shortened(words: str, longest: int) -> str:
    """Return words cut to a length, with an ellipsis where something is missing."""
    return words if len(words) <= longest else words[: longest - 1] + "…"

"""Two rankings side by side: who rises and falls, how totals lie, place against place."""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from web.charts.svg import circle, line, path, rect, shortened, svg, text

ROW, HEAD = 32, 40
NUMBERS, LATIN = 84, 6.6
"""Pixels for place and total beside a name, and for a Latin letter of it."""
SMALL_MOVE = 1
"""Moves of no more places are drawn grey."""


class Mover(Struct, frozen=True):
    """One unit: its name, its places and totals before and after; a place of None is off the list."""

    name: str
    old: int | None
    new: int | None
    old_total: str
    new_total: str


class Sides(Struct, frozen=True):
    """The words over both sides of a slope chart, and for who comes from or goes below the list."""

    old: str
    new: str
    below: str


def slope(movers: Sequence[Mover], sides: Sides, about: str, *, cut: int | None = None, width: int = 760) -> Markup:
    """Return lines from the places before to those after; green rises, red falls, the dashed line is the last award."""
    shown = max((place for one in movers for place in (one.old, one.new) if place is not None), default=0)
    below = any(None in (one.old, one.new) for one in movers)
    left, right = width * 0.42, width * 0.58
    height = HEAD + ROW * (shown + below)
    parts = [text(left - 34, 18, sides.old, "strong after"), text(right + 34, 18, sides.new, "strong")]
    if cut is not None and 0 < cut < shown:
        y = HEAD + ROW * cut - ROW / 2
        parts.append(line((8, y), (width - 8, y), "cut"))
    for one in movers:
        parts += _mover(one, shown, (left, right), room=left - NUMBERS)
    if below:
        parts.append(text(width / 2, height - 8, sides.below, "middle"))
    return svg("slope", width, height, about, parts)


def _mover(one: Mover, shown: int, ends: tuple[float, float], room: float) -> list[str]:
    start, end = (_height(place, shown) for place in (one.old, one.new))
    tone = _tone(one)
    parts = [path(_bend((ends[0], start), (ends[1], end)), f"link {tone}")]
    for place, x, y, total, side in (
        (one.old, ends[0], start, one.old_total, -1), (one.new, ends[1], end, one.new_total, 1)
    ):  # fmt: skip
        if place is None:
            continue
        anchor = "after" if side < 0 else ""
        parts.append(circle((x, y), 4.5, tone))
        parts.append(text(x + 12 * side, y + 4, str(place), f"strong {anchor}".strip()))
        parts.append(text(x + 34 * side, y + 4, f"{_fitted(one.name, room)}  {total}", anchor))
    return parts


def _fitted(name: str, room: float) -> str:
    """Return a name cut to the pixels there are for it; a Chinese character takes twice those of a Latin one."""
    taken = 0.0
    for place, letter in enumerate(name):
        taken += LATIN if letter.isascii() else 2 * LATIN
        if taken > room:
            return shortened(name, max(place, 2))
    return name


def _height(place: int | None, shown: int) -> float:
    return HEAD + ROW * (shown if place is None else place - 1)


def _tone(one: Mover) -> str:
    if one.old is None or one.new is None:
        return "rises" if one.old is None else "falls"
    return "still" if abs(one.old - one.new) <= SMALL_MOVE else "rises" if one.new < one.old else "falls"


def _bend(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return a line that leaves and arrives level."""
    middle = (start[0] + end[0]) / 2
    steps = [0.0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0]
    eased = [(step, step * step * (3 - 2 * step)) for step in steps]
    span = 2 * (middle - start[0])
    return [(start[0] + span * along, start[1] + (end[1] - start[1]) * risen) for along, risen in eased]


def histogram(
    first: int, width_of_bar: int, old: Sequence[int], new: Sequence[int], about: str, *, width: int = 420
) -> Markup:
    """Return how totals lie: bars for the draft, a dashed outline for today's rules."""
    height, floor = 200, 168
    top = max([*old, *new, 1])
    step = (width - 24) / max(len(new), 1)
    parts = [line((12, floor), (width - 12, floor), "axis")]
    for place, count in enumerate(new):
        size = count / top * 140
        parts.append(rect(12 + place * step + 1, floor - size, step - 2, size, "bar-new", 2))
    outline: list[tuple[float, float]] = [(12.0, float(floor))]
    for place, count in enumerate(old):
        y = floor - count / top * 140
        outline += [(12 + place * step, y), (12 + (place + 1) * step, y)]
    parts.append(path([*outline, (12 + len(old) * step, float(floor))], "outline"))
    every = max(1, -(-len(new) // 6))
    marks = range(0, len(new) + 1, every)
    parts += [text(12 + place * step, floor + 18, str(first + place * width_of_bar), "middle") for place in marks]
    return svg("histogram", width, height, about, parts)


def scatter(
    points: Sequence[tuple[int, int, str]], axes: tuple[str, str], about: str, *, named: int = 6, side: int = 420
) -> Markup:
    """Return places before (across) against after (down); who stays lies on the line, the furthest are orange and titled."""
    last = max([max(old, new) for old, new, _ in points], default=1)
    low = 14 + 8 * max(len(str(last)), 2)
    span = side - low - 26

    def at(place: int) -> float:
        return low + (place - 1) / max(last - 1, 1) * span

    far = {id(one) for one in sorted(points, key=lambda one: -abs(one[0] - one[1]))[:named] if one[0] != one[1]}
    parts = [line((low, low), (low + span, low + span), "grid")]
    ordered = sorted(points, key=lambda one: id(one) in far)
    parts += [
        circle(
            (at(one[0]), at(one[1])),
            5 if id(one) in far else 3.5,
            "far" if id(one) in far else "dot",
            one[2] if id(one) in far else "",
        )
        for one in ordered
    ]
    for place in sorted({1, (last + 1) // 2, last}):
        parts.append(text(at(place), low - 12, str(place), "middle"))
        parts.append(text(low - 12, at(place) + 4, str(place), "after"))
    parts += [text(low + span, side - 4, axes[0], "after"), text(4, side - 4, axes[1])]
    return svg("scatter", side, side, about, parts)

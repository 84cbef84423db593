"""The radar of a card with three or more processes."""

from collections.abc import Sequence
from math import cos, pi, sin

from markupsafe import Markup

from web.charts.svg import Number, Point, c, circle, line, path, svg, text, wrapped

WIDTH, HEIGHT = 560, 420
LOW, HIGH = 30.0, 120.0
RINGS = (30, 60, 80, 100, 120)
ROOM = 108
"""Pixels from a corner to the edge of the picture: as wide may a name be, on four lines at most."""


def radar(axes: Sequence[tuple[str, Number, Number | None]], about: str, weakest: str = "") -> Markup:
    """Return processes as axes: name, own score, peers' score; the weakest one is printed in red."""
    count = len(axes)
    parts = [_ring(count, value) for value in RINGS]
    parts += [line(_at(count, n, LOW), _at(count, n, HIGH), "grid") for n in range(count)]
    parts += [text(WIDTH / 2 + 4, _at(count, 0, value)[1] + 4, str(value)) for value in RINGS[1:]]
    if all(peers is not None for _, _, peers in axes):
        parts.append(path([_at(count, n, axis[2] or 0) for n, axis in enumerate(axes)], "peers", closed=True))
    points = [_at(count, n, score) for n, (_, score, _) in enumerate(axes)]
    parts.append(path(points, "mine", closed=True))
    parts += [circle(point, 3, "dot", f"{axes[n][0]} {axes[n][1]:.2f}") for n, point in enumerate(points)]
    parts += [_label(count, n, name, score, weak=name == weakest) for n, (name, score, _) in enumerate(axes)]
    return svg("radar", WIDTH, HEIGHT, about, parts)


def _at(count: int, place: int, value: Number) -> Point:
    share = (min(HIGH, max(LOW, float(value))) - LOW) / (HIGH - LOW)
    radius = share * (HEIGHT / 2 - 52)
    angle = 2 * pi * place / count - pi / 2
    return WIDTH / 2 + radius * cos(angle), HEIGHT / 2 + 4 + radius * sin(angle)


def _ring(count: int, value: int) -> str:
    css = "outer" if value == RINGS[-1] else "ring"
    points = " ".join(f"{c(x)},{c(y)}" for x, y in (_at(count, n, value) for n in range(count)))
    return f'<polygon class="{css}" points="{points}"/>'


def _label(count: int, place: int, name: str, score: Number, *, weak: bool) -> str:
    angle = 2 * pi * place / count - pi / 2
    x = WIDTH / 2 + (HEIGHT / 2 - 36) * cos(angle)
    y = HEIGHT / 2 + 4 + (HEIGHT / 2 - 36) * sin(angle) - (6 if place == 0 else 0)
    side = "middle" if abs(cos(angle)) < 0.25 else "" if cos(angle) > 0 else "after"  # noqa: PLR2004 - near the vertical
    css = f"{'worst' if weak else 'strong'} {side}".strip()
    lines = [*wrapped(name, ROOM, 4), f"{score:.1f}"]
    top = y - 14 * (len(lines) - 2) + (10 if side == "middle" and sin(angle) > 0 else -4)
    return "".join(text(x, top + 14 * n, words, css) for n, words in enumerate(lines))

"""A rule as a curve from value to score, with a month's units as points upon it."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from web.charts.svg import Number, Point, circle, line, path, svg, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 620, 320, 44, 16, 14, 40
MOST_DOTS = 400
"""So many points are drawn; of more, every so many-th."""
LOW, HIGH, STEP = 0.0, 120.0, 20
CLIFF = 8.0
"""A step of so many points between neighbours is a jump, drawn as two lines."""
Pair = tuple[Number, Number]


def rule_curve(points: Sequence[Pair], units: Sequence[Pair], about: str, value_words: str) -> Markup:
    """Return the picture; scores from 0 to 120 (further where they go further) upwards, values to the right."""
    known = [(float(x), float(y)) for x, y in (*points, *units)]
    if not known:
        return Markup("")
    frame = _Frame(known)
    parts = frame.grid(value_words)
    parts += [
        path([frame.at(point) for point in run], "line") for run in _runs([(float(x), float(y)) for x, y in points])
    ]
    some = units[:: max(1, len(units) // MOST_DOTS)]
    parts += [circle(frame.at((float(x), float(y))), 3.2, "unit") for x, y in some]
    return svg("curve wide rule", WIDTH, HEIGHT, about, parts)


def _runs(points: Sequence[Point]) -> list[list[Point]]:
    """Return the curve in pieces without a jump."""
    runs: list[list[Point]] = [[points[0]]] if points else []
    for before, after in pairwise(points):
        if abs(after[1] - before[1]) >= CLIFF:
            runs.append([])
        runs[-1].append(after)
    return [run if len(run) > 1 else [*run, *run] for run in runs]


class _Frame:
    """From values and scores to places on the picture."""

    def __init__(self, known: Sequence[Point]) -> None:
        xs, ys = [x for x, _ in known], [y for _, y in known]
        self.left, self.right = min(xs), max(xs)
        if self.left == self.right:
            self.left, self.right = self.left - 1, self.right + 1
        self.low, self.high = min(LOW, *ys), max(HIGH, *ys)

    def at(self, point: Point) -> Point:
        across = (point[0] - self.left) / (self.right - self.left)
        up = (point[1] - self.low) / (self.high - self.low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def grid(self, value_words: str) -> list[str]:
        """Return lines at every step of the score, and five values below."""
        parts, step = [], STEP
        while (self.high - self.low) / step > 12:  # noqa: PLR2004 - more lines than these cannot be read
            step *= 2
        for score in range(int(self.low // step * step), int(self.high) + 1, step):
            if score >= self.low:
                y = self.at((self.left, score))[1]
                css = "grid full" if score == 100 else "grid"  # noqa: PLR2004 - full marks
                parts += [line((LEFT, y), (WIDTH - RIGHT, y), css), text(LEFT - 8, y + 4, str(score), "after")]
        for n in range(5):
            value = self.left + (self.right - self.left) * n / 4
            side = ("", "middle", "middle", "middle", "after")[n]
            parts.append(text(LEFT + (WIDTH - LEFT - RIGHT) * n / 4, HEIGHT - BOTTOM + 16, f"{value:.4g}", side))
        return [*parts, text(WIDTH - RIGHT, HEIGHT - 6, f"{value_words} →", "after")]

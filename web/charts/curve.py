"""From a value to a score: the scoring line with its anchors, the peers and one unit."""

from collections.abc import Sequence

from markupsafe import Markup
from msgspec import Struct

from web.charts.svg import Number, circle, line, path, rect, svg, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 620, 380, 44, 20, 20, 40


class Anchor(Struct, frozen=True):
    """A named point of the line: value, score, words such as 目标 95.5% → 100."""

    value: Number
    score: Number
    words: str


class Mark(Struct, frozen=True):
    """The unit itself: its value, its score, and the words on its plate."""

    value: Number
    score: Number
    words: str
    lack: str


PLATE = (90, 36)
"""Within so many pixels of the own mark an anchor has no words of its own; the rule beneath tells them."""


def curve(
    points: Sequence[tuple[Number, Number]],
    anchors: Sequence[Anchor],
    mark: Mark,
    about: str,
    *,
    better: str,
    value_words: str,
    lower_is_better: bool = False,
) -> Markup:
    """Return the line; better is always to the right, so that the axis of a lower-is-better KPI runs backwards."""
    frame = _Frame.of(points, mark, lower_is_better=lower_is_better)
    parts = frame.grid()
    parts.append(path([frame.at(x, y) for x, y in points], "line"))
    me = frame.at(mark.value, mark.score)
    if float(mark.score) < 100:  # noqa: PLR2004 - full marks
        top = frame.at(mark.value, 100)
        parts.append(line(top, me, "missing"))
        beside, side = (me[0] + 8, "lack") if me[0] < LEFT + 90 else (me[0] - 8, "lack after")
        parts.append(text(beside, (top[1] + me[1]) / 2 - 6, mark.lack, side))
    parts += [line(me, (me[0], HEIGHT - BOTTOM), "guide"), line((LEFT, me[1]), me, "guide")]
    parts += [part for anchor in anchors for part in frame.anchor(anchor, me)]
    parts += [circle(me, 7, "me"), *_plate(me, mark.words)]
    parts.append(text(WIDTH - RIGHT, HEIGHT - 6, f"{value_words} · {better} →", "after"))
    return svg("curve wide", WIDTH, HEIGHT, about, parts)


def _plate(me: tuple[float, float], words: str) -> list[str]:
    width = 16 + sum(13 if ord(letter) > 0x2E7F else 8 for letter in words)  # noqa: PLR2004 - Han characters are wider
    x = min(me[0] + 12, WIDTH - RIGHT - width)
    y = min(me[1] + 12, HEIGHT - BOTTOM - 28)
    return [rect(x, y, width, 24, "plate", 6), text(x + 8, y + 17, words, "plate-text")]


class _Frame(Struct, frozen=True):
    left_value: float
    right_value: float
    low: float
    high: float

    @classmethod
    def of(cls, points: Sequence[tuple[Number, Number]], mark: Mark, *, lower_is_better: bool) -> "_Frame":
        values = [float(value) for value, _ in points] + [float(mark.value)]
        scores = [float(score) for _, score in points] + [float(mark.score), 100.0]
        ends = (min(values), max(values))
        left, right = (ends[1], ends[0]) if lower_is_better else ends
        if left == right:
            right = left + 1
        return cls(left_value=left, right_value=right, low=min(40.0, *scores), high=max(120.0, *scores))

    def at(self, value: Number, score: Number) -> tuple[float, float]:
        across = (float(value) - self.left_value) / (self.right_value - self.left_value)
        up = (float(score) - self.low) / (self.high - self.low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def grid(self) -> list[str]:
        parts = []
        for score in range(int(self.low // 20 * 20), int(self.high) + 1, 20):
            y = self.at(self.left_value, max(score, self.low))[1]
            parts += [line((LEFT, y), (WIDTH - RIGHT, y), "grid"), text(LEFT - 8, y + 4, str(score), "after")]
        for n in range(5):
            value = self.left_value + (self.right_value - self.left_value) * n / 4
            x = LEFT + (WIDTH - LEFT - RIGHT) * n / 4
            side = ("", "middle", "middle", "middle", "after")[n]
            parts.append(text(x, HEIGHT - BOTTOM + 16, f"{value:.4g}", side))
        return parts

    def anchor(self, anchor: Anchor, me: tuple[float, float]) -> list[str]:
        """Return the point of an anchor with its words, which make way for the plate of the unit's own mark."""
        point = self.at(anchor.value, anchor.score)
        if -PLATE[0] < point[0] - me[0] < PLATE[0] and -PLATE[1] < point[1] - me[1] < PLATE[1]:
            return [circle(point, 5, "anchor")]
        to_left = point[0] > WIDTH / 2
        words = (
            text(point[0] - 9, point[1] - 9, anchor.words, "strong after")
            if to_left
            else text(point[0] + 10, point[1] + 17, anchor.words, "strong")
        )
        return [circle(point, 5, "anchor"), words]

"""Where the points went: from full marks down to the total, and what moved a total since last month."""

from collections.abc import Sequence
from math import floor

from markupsafe import Markup
from msgspec import Struct

from web.charts.svg import Number, fits, line, rect, svg, text, wrapped
from web.charts.svg import label as svg_label

TICKS = tuple(step * 10.0**power for power in range(-1, 10) for step in (1.0, 2.0, 5.0))[2:]
MOST_LINES, GAP = 8, 10
HEIGHT, LEFT, TOP, BOTTOM = 410, 36, 24, 66
LOWER, MOST_WORDS = 58, 4
"""By so much every other label stands lower where words are longer than a column is wide: each has the room of two, and four lines."""


class Step(Struct, frozen=True):
    """One column: what is added (positive) or lost (negative), its printed value and its tone."""

    label: str
    change: Number
    shown: str
    tone: str


class Ends(Struct, frozen=True):
    """The first and the last column."""

    start: Number
    start_label: str
    start_shown: str
    finish_label: str
    finish_shown: str


def waterfall(ends: Ends, steps: Sequence[Step], about: str, width: int = 760) -> Markup:
    """Return columns that hang from one another; the axis does not begin at nought, and the page says so."""
    levels = [float(ends.start)]
    for step in steps:
        levels.append(levels[-1] + float(step.change))
    labels = [ends.start_label, *(step.label for step in steps), ends.finish_label]
    scale = _Scale.around(levels, labels, width=width)
    parts = scale.gridlines(width)
    parts.append(scale.column(0, levels[0], scale.low, "start", ends.start_label, ends.start_shown))
    for place, step in enumerate(steps, start=1):
        parts.append(scale.link(place, levels[place - 1]))
        parts.append(scale.column(place, levels[place - 1], levels[place], step.tone, step.label, step.shown))
    parts.append(scale.link(len(steps) + 1, levels[-1]))
    parts.append(scale.column(len(steps) + 1, levels[-1], scale.low, "finish", ends.finish_label, ends.finish_shown))
    return svg("waterfall wide" if width > 500 else "waterfall", width, HEIGHT, about, parts)  # noqa: PLR2004 - phone width is below


class _Scale(Struct, frozen=True):
    low: float
    high: float
    tick: float
    step_width: float
    width: int
    staggered: bool = False

    @classmethod
    def around(cls, levels: Sequence[float], labels: Sequence[str], width: int) -> "_Scale":
        high = max(levels)
        spread = max(high - min(levels), 1.0)
        tick = next((size for size in TICKS if spread / size <= MOST_LINES), spread)
        low = floor((min(levels) - spread * 0.15) / tick) * tick
        low = max(0.0, low) if min(levels) >= 0 else low
        step_width = (width - LEFT - 4) / len(labels)
        staggered = any(_is_cut(label, step_width - GAP) for label in labels)
        return cls(low=low, high=high, tick=tick, step_width=step_width, width=width, staggered=staggered)

    @property
    def bottom(self) -> float:
        """Return how much room the labels take."""
        return BOTTOM + (LOWER + 14 if self.staggered else 0)

    def y(self, level: float) -> float:
        return TOP + (self.high - level) / (self.high - self.low) * (HEIGHT - TOP - self.bottom)

    def gridlines(self, width: int) -> list[str]:
        parts, level = [], self.low
        while level <= self.high:
            parts.append(line((LEFT, self.y(level)), (width, self.y(level)), "grid"))
            parts.append(text(LEFT - 6, self.y(level) + 4, f"{level:g}", "after"))
            level += self.tick
        return parts

    def column(self, place: int, start: float, finish: float, tone: str, label: str, shown: str) -> str:
        bar_width = min(40.0, self.step_width * 0.64)
        x = LEFT + place * self.step_width + (self.step_width - bar_width) / 2
        top, size = self.y(max(start, finish)), max(abs(self.y(start) - self.y(finish)), 1.5)
        middle = x + bar_width / 2
        colour = {"loss most": "worst", "gain": "gain-text", "drop": "drop-text"}.get(tone, "strong")
        return (
            rect(x, top, bar_width, size, tone, 3)
            + text(middle, top - 6, shown, f"{colour} middle")
            + self.label(place, middle, label)
        )

    def label(self, place: int, middle: float, words: str) -> str:
        """Return the words under a column; staggered ones stand in two rows, a thread leading down to the lower ones."""
        y = HEIGHT - self.bottom + 20
        if not self.staggered:
            return svg_label(middle, y, words, self.step_width - GAP, "middle")
        lower, room = place % 2 == 1, 2 * self.step_width - GAP
        thread = line((middle, y - 14), (middle, y + LOWER - 12), "link") if lower else ""
        widest = max(fits(one) for one in wrapped(words, room, MOST_WORDS))
        inside = min(middle, self.width - widest / 2)
        return thread + svg_label(inside, y + (LOWER if lower else 0), words, room, "middle", MOST_WORDS)

    def link(self, place: int, level: float) -> str:
        start = LEFT + (place - 0.5) * self.step_width
        return line((start, self.y(level)), (start + self.step_width, self.y(level)), "link")


def _is_cut(words: str, width: float) -> bool:
    """Tell whether a label would lose letters in so much room."""
    lines = wrapped(words, width)
    return any(line.endswith("…") or fits(line) > width + GAP for line in lines)

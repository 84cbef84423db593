"""Charts that live in a row of a table: bar, sparkline, heat strip, stacked strip."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from web.charts.svg import Number, c, circle, path, rect, svg

HEAT_STEPS = (72, 80, 88, 95)
"""Scores at which a heat cell takes the next colour: below 72 orange, from 95 the fullest blue."""


def bar(share: Number, tone: str = "", about: str = "", *, bare: bool = False) -> Markup:
    """Return a bar filled to a share between 0 and 100; without a text it is decoration beside a printed number."""
    width = max(0.0, min(100.0, float(share)))
    label = f'role="img" aria-label="{escape(about)}"' if about else 'aria-hidden="true"'
    kind = f' class="tone-{tone}"' if tone else ""
    css = "bar bare" if bare else "bar"
    return Markup(  # noqa: S704 - the only text is escaped
        f'<svg class="{css}" viewBox="0 0 100 8" preserveAspectRatio="none" {label}>'
        f'<rect{kind} width="{c(width)}" height="8"/></svg>'
    )


def sparkline(values: Sequence[Number], about: str, width: int = 84, height: int = 26) -> Markup:
    """Return the run of the last months; its last dot is green after a rise and red after a fall."""
    pad = 3.0
    numbers = [float(value) for value in values]
    if not numbers:
        return Markup("")
    low, high = min(numbers), max(numbers)
    span = (high - low) or 1.0
    step = (width - 2 * pad) / max(1, len(numbers) - 1)
    points = [(pad + n * step, height - pad - (v - low) / span * (height - 2 * pad)) for n, v in enumerate(numbers)]
    floor = [(points[-1][0], height - 1.0), (points[0][0], height - 1.0)]
    before = numbers[-2] if len(numbers) > 1 else numbers[-1]
    turn = "up" if numbers[-1] > before else "down" if numbers[-1] < before else "same"
    parts = [path([*points, *floor], "area", closed=True), path(points, "line"), circle(points[-1], 2.4, "tip")]
    return svg(f"spark {turn}", width, height, about, parts, fluid=False)


def heat_level(score: Number | None) -> int:
    """Return the colour step of a process score: 0 not scored, 1 weakest, 5 strongest."""
    if score is None:
        return 0
    return 1 + sum(1 for step in HEAT_STEPS if score >= step)


def heat_strip(scores: Sequence[tuple[str, Number | None]], about: str) -> Markup:
    """Return one cell a process, titled with its name and score; the text alternative names the weakest."""
    cells = []
    for place, (name, score) in enumerate(scores):
        shown = "–" if score is None else f"{score:.2f}"
        cells.append(
            f'<rect class="h{heat_level(score)}" x="{place * 11}" y="0" width="9" height="20" rx="2">'
            f"<title>{escape(name)} {shown}</title></rect>"
        )
    return svg("heat", max(9, len(scores) * 11 - 2), 20, about, cells, fluid=False)


def stacked(parts: Sequence[tuple[str, Number]], about: str) -> Markup:
    """Return one strip of coloured shares; the names are colour classes."""
    total = sum(float(size) for _, size in parts) or 1.0
    at, pieces = 0.0, []
    for css, size in parts:
        width = float(size) / total * 1000
        pieces.append(rect(at, 0, width - (2 if width > 4 else 0), 14, css))  # noqa: PLR2004 - a sliver keeps its width
        at += width
    return Markup(  # noqa: S704 - the only text is escaped
        f'<svg class="stacked" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label="{escape(about)}">'
        f"{''.join(pieces)}</svg>"
    )

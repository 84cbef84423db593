"""Weight strips before and after re-weighting, the split of a loss by owner, and a spread of peers."""

from collections.abc import Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from web.charts.svg import Number, circle, fits, line, rect, svg, text

WIDTH, LEFT = 620, 64


class Weight(Struct, frozen=True):
    """One KPI of the card: its name (short, or it is left out), its weight before and after; after is None when it dropped out."""

    name: str
    before: Number
    after: Number | None
    mine: bool


def weight_strips(weights: Sequence[Weight], before: str, after: str, about: str) -> Markup:
    """Return two strips to one scale; what drops out is dashed, ribbons show where its weight went."""
    total = sum(float(weight.before) for weight in weights) or 1.0
    end = sum(float(weight.after or 0) for weight in weights) or 1.0
    unit = (WIDTH - LEFT - 4) / max(total, end)
    parts = [text(0, 46, before), text(0, 122, after)]
    upper = lower = float(LEFT)
    for weight in weights:
        top, bottom = float(weight.before) * unit, float(weight.after or 0) * unit
        css = "me" if weight.mine else "cell"
        parts.append(_ribbon(upper, upper + top, lower, lower + bottom, mine=weight.mine))
        parts += _cell(upper, 28, top, "gone" if weight.after is None else css, weight.name, weight.before)
        if weight.after is not None:
            parts += _cell(lower, 104, bottom, css, "", weight.after)
        upper, lower = upper + top, lower + bottom
    return svg("weights wide", WIDTH, 140, about, parts)


def _cell(x: float, y: float, width: float, css: str, name: str, size: Number) -> list[str]:
    parts = [rect(x + 1, y, width - 2, 30, css, 4)]
    if width > 30:  # noqa: PLR2004 - room for four digits
        parts.append(text(x + width / 2, y + 20, f"{size:.2f}", f"middle {'me-text' if css == 'me' else 'cell-text'}"))
    if name and width >= fits(name):
        parts.append(text(x + width / 2, y - 8, name, "middle"))
    return parts


def _ribbon(left: float, right: float, low_left: float, low_right: float, *, mine: bool) -> str:
    css = "ribbon mine" if mine else "ribbon"
    return f'<polygon class="{css}" points="{left:.1f},60 {right:.1f},60 {low_right:.1f},102 {low_left:.1f},102"/>'


def split_strip(parts: Sequence[tuple[str, Number]], about: str) -> Markup:
    """Return one strip by owner of a loss; the part that others are mending is hatched grey, never red."""
    total = sum(float(size) for _, size in parts) or 1.0
    pieces, at = [], 0.0
    for css, size in parts:
        width = float(size) / total * 600
        pieces.append(rect(at, 0, width - 3, 16, css, 3))
        at += width
    return Markup(  # noqa: S704 - the only text is escaped
        f'<svg class="split" viewBox="0 0 600 16" preserveAspectRatio="none" role="img" aria-label="{escape(about)}">'
        f"{''.join(pieces)}</svg>"
    )


def spread(peers: Sequence[Number], mine: Number, cut: Number | None, about: str, cut_words: str) -> Markup:
    """Return the peers as grey dots on a line, one unit in blue, and the cut that decides."""
    values = [float(value) for value in peers] + [float(mine)] + ([float(cut)] if cut is not None else [])
    low, high = min(values) - 1, max(values) + 1

    def across(value: Number) -> float:
        return 12 + (float(value) - low) / (high - low) * (WIDTH - 24)

    parts = [line((12, 84), (WIDTH - 12, 84), "axis")]
    parts += [circle((across(value), 48 + (n * 7919 % 21) - 10), 4, "dot") for n, value in enumerate(peers)]
    if cut is not None:
        parts.append(line((across(cut), 18), (across(cut), 84), "cut"))
        parts.append(text(across(cut) + 6, 18, cut_words, "strong"))
    parts.append(circle((across(mine), 70), 6, "me"))
    for n in range(5):
        value = low + (high - low) * n / 4
        parts.append(
            text(12 + (WIDTH - 24) * n / 4, 102, f"{value:.0f}", ("", "middle", "middle", "middle", "after")[n])
        )
    return svg("spread", WIDTH, 108, about, parts)

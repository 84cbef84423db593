"""A visit with a checklist as a score out of 100 (检查表折百)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.statuses import INSUFFICIENT_SAMPLE, SCORED


@dataclass(frozen=True)
class Visit:
    """Exact score of a visit, None when too little of the list was seen."""

    status: int
    score: Fraction | None


def visited(
    points: Mapping[str, Fraction],
    marks: Mapping[str, Fraction | None],
    *,
    min_coverage: Fraction,
    red_lines: int = 0,
    red_line_cap: Fraction | None = None,
) -> Visit:
    """Return earned / applicable × 100; items not applicable leave the base, a red line caps the visit."""
    seen = {item: mark for item in points if (mark := marks.get(item)) is not None}
    base = sum((points[item] for item in seen), Fraction(0))
    whole = sum(points.values(), Fraction(0))
    if base == 0 or base < min_coverage * whole:
        return Visit(INSUFFICIENT_SAMPLE, None)
    score = sum((points[item] * mark for item, mark in seen.items()), Fraction(0)) / base * 100
    capped = min(score, red_line_cap) if red_lines and red_line_cap is not None else score
    return Visit(SCORED, capped)

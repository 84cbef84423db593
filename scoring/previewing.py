"""What a KPI's rule would give: the curve drawn through its whole range, and the units' own values upon it."""

from collections.abc import Sequence
from fractions import Fraction

import msgspec
import numpy as np

from core.points import exact
from scoring.book_parts import Kpi
from scoring.columns import of_fractions
from scoring.inputs import Inputs
from scoring.leaf import compiled
from scoring.methods import RELATIVE, scores_of
from scoring.statuses import SCORED

STEPS = 160
MARGIN = Fraction(1, 12)
HUNDREDTH = Fraction(1, 100)
ONE = Fraction(1)


class Preview(msgspec.Struct, frozen=True):
    """Points (value, score): along the curve, and one for each unit; a rule that compares units has no curve."""

    line: tuple[tuple[Fraction, Fraction], ...]
    units: tuple[tuple[Fraction, Fraction], ...]
    relative: bool


def previewed(kpi: Kpi, values: Sequence[Fraction]) -> Preview:
    """Return what the rule of a KPI gives to these values of one peer group. Invalid for rules that cannot be applied."""
    relative = kpi.method in RELATIVE
    low, high = _range(kpi, values)
    grid = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    return Preview(() if relative else _scored(kpi, grid), _scored(kpi, values), relative)


def _scored(kpi: Kpi, values: Sequence[Fraction]) -> tuple[tuple[Fraction, Fraction], ...]:
    if not values:
        return ()
    rule, given = compiled(kpi)
    column = of_fractions(list(values))
    inputs = Inputs(
        value=column, group=np.zeros(len(column), dtype=np.intp), num=column, den=of_fractions([ONE] * len(column))
    )
    scores, statuses = scores_of(rule, inputs, given, kpi.method)
    pairs = zip(values, scores.tolist(), statuses.tolist(), strict=True)
    return tuple((value, score * HUNDREDTH) for value, score, status in pairs if status == SCORED)


def _range(kpi: Kpi, values: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """Return the span worth drawing: of the units and of the numbers in the rule, with a margin, within the KPI's bounds."""
    known = [*values, *_numbers_of(kpi)] or [Fraction(0), Fraction(100)]
    low, high = min(known), max(known)
    margin = (high - low) * MARGIN or Fraction(1)
    least = exact(kpi.minimum) if kpi.minimum is not None else low - margin
    most = exact(kpi.maximum) if kpi.maximum is not None else high + margin
    low, high = max(low - margin, least), min(high + margin, most)
    return (low, high) if low < high else (low, low + 1)


def _numbers_of(kpi: Kpi) -> list[Fraction]:
    """Return the values at which the rule turns."""
    named = [kpi.params.get(name) for name in ("target", "threshold", "unacceptable", "satisfactory", "benchmark")]
    anchors = [row[0] for row in kpi.params.get("anchors", ()) if isinstance(row, Sequence) and row]
    borders = [row.get(side) for row in kpi.params.get("bands", ()) if isinstance(row, dict) for side in ("lo", "hi")]
    return [found for found in map(_number, [*named, *anchors, *borders]) if found is not None]


def _number(value: object) -> Fraction | None:
    try:
        return exact(value) if isinstance(value, str | int) else None
    except ValueError:
        return None

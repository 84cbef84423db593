"""Where the points were lost: sorted, with the short list that explains most of it (失分诊断)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

MOST_OF_IT = Fraction(4, 5)


@dataclass(frozen=True)
class Diagnosis:
    """Lost points by KPI, most first, in the exact unit they came in; the main items are the shortest list with the wanted share."""

    lost: tuple[tuple[str, Fraction | int], ...]
    total_lost: Fraction | int
    main_items: tuple[str, ...]


def lost_points(weight: Fraction, score: Fraction) -> Fraction:
    """Return weight × (100 − score) / 100, never negative."""
    return max(weight * (100 - score) / 100, Fraction(0))


def diagnosed(lost: Mapping[str, Fraction | int], pareto: Fraction = MOST_OF_IT) -> Diagnosis:
    """Return the losses in order and the main items; equal losses keep the order of the card."""
    ordered = sorted(lost.items(), key=lambda item: -item[1])
    total = sum(points for _, points in ordered)
    main: list[str] = []
    reached: Fraction | int = 0
    for code, points in ordered:
        if points <= 0 or reached * pareto.denominator >= pareto.numerator * total:
            break
        main.append(code)
        reached += points
    return Diagnosis(tuple(ordered), total, tuple(main))

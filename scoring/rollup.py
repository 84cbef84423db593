"""Scores of parts become the score of the whole by exposure: customers, transactions (纵向汇总)."""

from collections.abc import Sequence
from fractions import Fraction


def rolled_up(rows: Sequence[tuple[Fraction | None, Fraction]]) -> Fraction | None:
    """Return the mean of (score, exposure) weighted by exposure, None when no exposed part has a score."""
    scored = [(score, exposure) for score, exposure in rows if score is not None and exposure > 0]
    total = sum((exposure for _, exposure in scored), Fraction(0))
    if total == 0:
        return None
    return sum((score * exposure for score, exposure in scored), Fraction(0)) / total

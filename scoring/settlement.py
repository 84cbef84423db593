"""After the card: activities, signed adjustments within their limit, then verified red lines (一票否决)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.points import CENTS, rounded_fraction

Effect = Literal["cap_total", "deduct_total", "zero_total", "none"]


@dataclass(frozen=True)
class Veto:
    """What one verified event of a kind does to a total, and whether it bars from awards."""

    effect: Effect = "cap_total"
    cap_at: Fraction = Fraction(59)
    points: Fraction = Fraction(0)
    bars_awards: bool = True


@dataclass(frozen=True)
class Settled:
    """Totals in cents after adjustments and red lines; what was really added; who may still win."""

    totals: NDArray[np.int64]
    adjusted: NDArray[np.int64]
    taken: NDArray[np.int64]
    award_eligible: NDArray[np.bool_]


def settled(
    totals: NDArray[np.int64],
    adjustments: NDArray[np.int64],
    events: Mapping[str, NDArray[np.int64]],
    vetoes: Mapping[str, Veto],
    adjustment_max: Fraction,
    activities: NDArray[np.int64] | None = None,
) -> Settled:
    """Return totals in cents: adjustments are held within ± their limit, then each kind of red line takes effect.

    What activities bring, held by their own caps already, is added beside the adjustments.
    """
    limit = rounded_fraction(adjustment_max, 2)
    added = np.clip(adjustments, -limit, limit)
    before = totals + added if activities is None else totals + added + activities
    after, eligible = before, np.ones(len(totals), dtype=bool)
    for code, count in events.items():
        after, free = vetoed(after, count, vetoes[code])
        eligible &= free
    return Settled(totals=after, adjusted=added, taken=before - after, award_eligible=eligible)


def vetoed(
    totals: NDArray[np.int64], events: NDArray[np.int64], veto: Veto
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return totals in cents after one kind of red line, and who is not barred by it."""
    caught = events > 0
    after = {
        "cap_total": np.minimum(totals, rounded_fraction(veto.cap_at, 2)),
        "deduct_total": np.maximum(totals - rounded_fraction(veto.points * CENTS, 0) * events, np.minimum(totals, 0)),
        "zero_total": np.minimum(totals, 0),
        "none": totals,
    }[veto.effect]
    free = ~caught if veto.bars_awards else np.ones(len(totals), dtype=bool)
    return np.where(caught, after, totals), free

"""One measure blended from parts with weights; a missing part leaves, the others are scaled up."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from core.points import rounded

if TYPE_CHECKING:  # numpy is imported late: this module is also read by pages
    import numpy as np
    from numpy.typing import NDArray


def blend(parts: Mapping[str, Fraction | None], weights: Mapping[str, Fraction]) -> Fraction | None:
    """Return the weighted mean of the parts there are, exactly; None when there is none."""
    present = [(weight, part) for name, weight in weights.items() if (part := parts.get(name)) is not None]
    total = sum((weight for weight, _ in present), Fraction(0))
    return sum((weight * part for weight, part in present), Fraction(0)) / total if total else None


def blended(parts: "Sequence[NDArray[np.int64]]", weights: Sequence[Fraction]) -> "NDArray[np.int64]":
    """Return the same over columns of cents, NONE standing for a missing part and for no result."""
    import numpy as np

    from scoring.composition import NONE

    scale = int(np.lcm.reduce([Fraction(weight).denominator for weight in weights]))
    shares = [int(Fraction(weight) * scale) for weight in weights]
    total = sum(np.where(part != NONE, part, 0) * share for part, share in zip(parts, shares, strict=True))
    weight = sum((part != NONE) * share for part, share in zip(parts, shares, strict=True))
    result = rounded(np.asarray(total), np.maximum(np.asarray(weight), 1))
    return np.where(np.asarray(weight) > 0, result, NONE).astype(np.int64)

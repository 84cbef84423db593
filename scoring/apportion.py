"""A whole number split by exact shares so that the parts are whole numbers too and add up to it (最大余额法)."""

from collections.abc import Sequence
from fractions import Fraction


def apportioned(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Return the parts of a total of at least 0 by weights of at least 0; parts add up to the total to the last digit.

    Each part is its exact share cut to a whole number; what is left goes, one by one, to the largest remainders, the
    first of equal ones first. Without any weight there is nothing to go by: ValueError unless the total is 0.
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0:
        if total:
            raise ValueError("a total cannot be split by weights that are all zero")
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    ordered = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in ordered[: total - sum(parts)]:
        parts[place] += 1
    return parts

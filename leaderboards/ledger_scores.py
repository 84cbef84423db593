"""What values of parts of a unit would score by the rule of the whole, one by one: for taking a loss down to them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
from msgspec.structs import replace

from core.points import CENTS
from scoring.columns import Sums
from scoring.engine import Sheet, scored
from scoring.rulebook import RuleBook
from scoring.statuses import SCORED

ALONE = "alone"
AGAINST_OTHERS = ("rank", "zscore", "percentile", "growth")
"""Methods that compare: a part alone has nothing to be compared with."""


def scores_alone(book: RuleBook, kpi: str, parts: Sequence[tuple[int, int]]) -> list[Fraction | None]:
    """Return the score of each (numerator, denominator), in 1/FACT_SCALE, without minimum sample and without shrinkage."""
    rule = book.kpis[kpi]
    if rule.method in AGAINST_OTHERS or not parts:
        return [None] * len(parts)
    plain = replace(rule, min_sample={}, min_denominator={}, shrink=None, missing="not_scored", reads=None)
    small = replace(book, kpis={kpi: plain}, scorecards={ALONE: {kpi: Decimal(100)}}, extras={}, targets=(), trees={})
    num, den = (np.array(column, dtype=np.int64) for column in zip(*parts, strict=True))
    sums = Sums(num=num, den=den, sample=np.ones(len(parts), dtype=np.int64), known=den > 0)
    found = scored(small, ALONE, Sheet(group=np.zeros(len(parts), dtype=np.intp), sums={kpi: sums}))
    places = 10 ** (found.places - 2) * CENTS
    return [
        Fraction(int(found.scores[0, place]), places) if found.statuses[0, place] == SCORED else None
        for place in range(len(parts))
    ]

"""What if: the facts of one unit changed on a sheet, so that the real engine can say what would come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from core.points import FACT_SCALE, rounded
from scoring.book_parts import Kpi
from scoring.columns import Sums
from scoring.factors import factor
from scoring.rulebook import RuleBook
from scoring.sheet import Sheet


@dataclass(frozen=True)
class Facts:
    """What one unit's facts of one KPI add up to; numerator and denominator in 1/FACT_SCALE."""

    num: int
    den: int
    sample: int
    known: bool = True

    def plus(self, num: int, den: int, sample: int) -> "Facts":
        """Return the same with more facts added."""
        return Facts(self.num + num, self.den + den, self.sample + sample)

    @property
    def ratio(self) -> Fraction | None:
        """Return numerator by denominator, None without one."""
        return Fraction(self.num, self.den) if self.known and self.den else None


def facts_at(sheet: Sheet, kpi: str, unit: int) -> Facts:
    """Return what a unit's facts add up to now."""
    sums = sheet.sums.get(kpi)
    if sums is None or not sums.known[unit]:
        return Facts(0, 0, 0, known=False)
    return Facts(int(sums.num[unit]), int(sums.den[unit]), int(sums.sample[unit]))


def at_value(kpi: Kpi, card: str, now: Facts, value: Fraction) -> Facts:
    """Return facts of the same size whose measured value is this one; enough of them to be scored."""
    least = kpi.least_sample(card)
    if kpi.aggregation == "sum":
        num = value * FACT_SCALE
        return Facts(rounded(num.numerator, num.denominator), max(now.den, FACT_SCALE), max(now.sample, least, 1))
    sample = max(now.sample, least, 1)
    den = now.den if now.den and now.sample >= least else max(now.den, sample * FACT_SCALE)
    num = value / factor(kpi.aggregation) * den
    return Facts(rounded(num.numerator, num.denominator), den, sample)


def supposed(
    book: RuleBook, sheet: Sheet, unit: int, facts: Mapping[str, Facts], items: Mapping[str, str] | None = None
) -> Sheet:
    """Return the sheet with other facts of one unit; KPIs that read the same facts change with them.

    `items` names for a KPI the kind of event to which the difference belongs.
    """
    sums = dict(sheet.sums)
    kinds = {code: dict(found) for code, found in sheet.items.items()}
    for code, new in facts.items():
        same = [one for one in sums if one in book.kpis and book.kpis[one].facts == book.kpis[code].facts]
        for one in {code, *same}:
            before = facts_at(sheet, one, unit)
            sums[one] = _with(sums.get(one), len(sheet.group), unit, new)
            if one in kinds:
                item = (items or {}).get(code) or next(iter(kinds[one]), None)
                if item is not None:
                    kinds[one][item] = _added(kinds[one].get(item), len(sheet.group), unit, new.num - before.num)
    return replace(sheet, sums=sums, items=kinds)


def _with(sums: Sums | None, size: int, unit: int, new: Facts) -> Sums:
    columns = _copied(sums, size)
    for column, value in zip(
        (columns.num, columns.den, columns.sample, columns.known),
        (new.num, new.den, new.sample, new.known),
        strict=True,
    ):
        column[unit] = value
    return columns


def _added(sums: Sums | None, size: int, unit: int, more: int) -> Sums:
    columns = _copied(sums, size)
    columns.num[unit] = max(int(columns.num[unit]) + more, 0)
    columns.known[unit] = True
    return columns


def _copied(sums: Sums | None, size: int) -> Sums:
    if sums is None:
        nothing = np.zeros(size, dtype=np.int64)
        return Sums(nothing.copy(), nothing.copy(), nothing.copy(), np.zeros(size, dtype=bool))
    return Sums(sums.num.copy(), sums.den.copy(), sums.sample.copy(), sums.known.copy())

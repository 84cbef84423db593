"""From the cells of one fact to its stored numerator, denominator and sample.

`settled` is the definition, one fact at a time; `settled_columns` does the plain ones by vector and hands the others over.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.intake.catalogue import MICRO, SUMMED, Kpi
from scoring.intake.columns import Numbers
from scoring.intake.numerals import COUNTED, FITS, MOST, Mark, Number
from scoring.intake.reasons import FIRST_REFUSAL, Reason
from scoring.intake.words import DENOMINATOR, NUMERATOR, SAMPLE, VALUE

LARGEST = MOST * MICRO
MOST_SAMPLE = 2_000_000_000
NOTHING = (Reason.EMPTY, Reason.MISSING)
RATE = 10_000


class Settled(NamedTuple):
    """A fact as stored (num and den in 1/1,000,000), or the reason and the role of the cell that is to blame."""

    num: int = 0
    den: int = 0
    sample: int = 0
    reason: Reason = Reason.NONE
    blamed: str = VALUE


class Figures(NamedTuple):
    """The four number cells of one fact."""

    value: Number
    numerator: Number
    denominator: Number
    sample: Number


def settled(kpi: Kpi, figures: Figures, *, fraction: bool = False) -> Settled:
    """Return the fact; `fraction` says that a bare share such as 0.972 stands for 97.2 per cent."""
    fault = _first_fault(kpi, figures)
    if fault:
        return fault
    value, numerator, denominator, sample = figures
    given = sample.micro // MICRO if sample.reason not in NOTHING else None
    if given == 0:
        return Settled(reason=Reason.MISSING, blamed=SAMPLE)
    counted = numerator.reason is Reason.NONE, denominator.reason is Reason.NONE
    if all(counted):
        return _from_counts(kpi, numerator.micro, denominator.micro, given)
    if kpi.aggregation == SUMMED and counted[0] and value.reason in NOTHING:
        return _from_value(kpi, numerator.micro, given, None)
    if value.reason in NOTHING:
        return _nothing(figures, counted)
    percents = value.micro * 100 if fraction else value.micro
    return _from_value(kpi, percents, given, denominator.micro if counted[1] else None)


def _first_fault(kpi: Kpi, figures: Figures) -> Settled | None:
    value, numerator, denominator, sample = figures
    for number, role in ((value, VALUE), (numerator, NUMERATOR), (denominator, DENOMINATOR), (sample, SAMPLE)):
        if number.reason >= FIRST_REFUSAL:
            return Settled(reason=Reason(number.reason), blamed=role)
        if number.reason is Reason.NONE:
            if role == VALUE and kpi.measure not in FITS[number.mark]:
                return Settled(reason=Reason.WRONG_UNIT, blamed=role)
            if role != VALUE and number.mark not in COUNTED:
                return Settled(reason=Reason.WRONG_UNIT, blamed=role)
    whole = sample.micro >= 0 and sample.micro % MICRO == 0 and sample.micro <= MOST_SAMPLE * MICRO
    return None if whole else Settled(reason=Reason.BAD_SAMPLE, blamed=SAMPLE)


def _nothing(figures: Figures, counted: tuple[bool, bool]) -> Settled:
    if any(counted):
        return Settled(reason=Reason.NO_DENOMINATOR, blamed=DENOMINATOR if counted[0] else NUMERATOR)
    told = [number for number in figures[:3] if number.reason is Reason.MISSING]
    return Settled(reason=Reason.MISSING if told else Reason.EMPTY)


def _from_counts(kpi: Kpi, numerator: int, denominator: int, sample: int | None) -> Settled:
    if denominator <= 0:
        return Settled(reason=Reason.BAD_DENOMINATOR, blamed=DENOMINATOR)
    if kpi.aggregation == SUMMED:
        return _from_value(kpi, numerator, sample, None)
    if kpi.measure == "pct" and numerator > denominator:
        return Settled(reason=Reason.MORE_THAN_ALL, blamed=NUMERATOR)
    if not _within(kpi, kpi.natural_factor * numerator, denominator):
        return Settled(reason=Reason.OUT_OF_RANGE, blamed=NUMERATOR)
    num = _rounded(numerator * kpi.natural_factor, kpi.stored_factor)
    told = min(denominator // MICRO, MOST_SAMPLE) if kpi.sampled else 0
    return _bounded(num, denominator, told if sample is None else sample)


def _from_value(kpi: Kpi, value: int, sample: int | None, weight: int | None) -> Settled:
    if not _within(kpi, value, MICRO):
        return Settled(reason=Reason.OUT_OF_RANGE)
    if kpi.aggregation == SUMMED:
        return _bounded(value, MICRO, sample or 0)
    if weight is not None and weight <= 0:
        return Settled(reason=Reason.BAD_DENOMINATOR, blamed=DENOMINATOR)
    if weight is None and sample is None:
        # A rate per 10,000 alone is kept over 10,000, where it needs no further decimals.
        return (
            _bounded(value, RATE * MICRO, 0)
            if kpi.stored_factor == RATE
            else _bounded(_rounded(value, kpi.stored_factor), MICRO, 0)
        )
    den = weight if weight is not None else (sample or 0) * MICRO
    return _bounded(_rounded(value * den, kpi.stored_factor * MICRO), den, sample or 0)


def _within(kpi: Kpi, value: int, over: int) -> bool:
    """Say whether value / over, in units of measure, lies between the KPI's bounds."""
    low = kpi.minimum is None or value * MICRO >= kpi.minimum * over
    return low and (kpi.maximum is None or value * MICRO <= kpi.maximum * over)


def _rounded(numerator: int, denominator: int) -> int:
    """Round half away from zero: the one place where a fact itself is rounded, at its sixth decimal."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def _bounded(num: int, den: int, sample: int) -> Settled:
    if abs(num) > LARGEST or den > LARGEST:
        return Settled(reason=Reason.TOO_LARGE)
    return Settled(num, den, sample)


@dataclass(frozen=True, slots=True)
class KpiTable:
    """What settling needs of every KPI, as columns by place in the catalogue."""

    stored: NDArray[np.int64]
    natural: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    summed: NDArray[np.bool_]
    sampled: NDArray[np.bool_]
    shares: NDArray[np.bool_]
    fits: NDArray[np.bool_]


def kpi_table(kpis: tuple[Kpi, ...]) -> KpiTable:
    return KpiTable(
        stored=np.array([kpi.stored_factor for kpi in kpis], np.int64),
        natural=np.array([kpi.natural_factor for kpi in kpis], np.int64),
        low=np.array([-LARGEST if kpi.minimum is None else kpi.minimum for kpi in kpis], np.int64),
        high=np.array([LARGEST if kpi.maximum is None else kpi.maximum for kpi in kpis], np.int64),
        summed=np.array([kpi.aggregation == SUMMED for kpi in kpis], bool),
        sampled=np.array([kpi.sampled for kpi in kpis], bool),
        shares=np.array([kpi.measure == "pct" for kpi in kpis], bool),
        fits=np.array([[kpi.measure in FITS[mark] for kpi in kpis] for mark in Mark], bool),
    )


@dataclass(frozen=True, slots=True)
class FigureColumns:
    """The four number columns of many facts and whether each value is a bare share."""

    value: Numbers
    numerator: Numbers
    denominator: Numbers
    sample: Numbers
    fraction: NDArray[np.bool_]

    def at(self, place: int) -> Figures:
        return Figures(
            self.value.at(place), self.numerator.at(place), self.denominator.at(place), self.sample.at(place)
        )


@dataclass(frozen=True, slots=True)
class SettledColumns:
    """Many `Settled`s; `blamed` counts roles in the order value, numerator, denominator, sample."""

    num: NDArray[np.int64]
    den: NDArray[np.int64]
    sample: NDArray[np.int32]
    reason: NDArray[np.uint8]
    blamed: NDArray[np.uint8]


BLAMED = (VALUE, NUMERATOR, DENOMINATOR, SAMPLE)
_SMALL = 10**14
_SMALL_SAMPLE = 10_000
_SMALL_COUNT = 9 * 10**13


def settled_columns(
    kpis: tuple[Kpi, ...], table: KpiTable, places: NDArray[np.int32], figures: FigureColumns, *, quick: bool = True
) -> SettledColumns:
    """Return all facts settled; `places` are the KPIs' places in the catalogue."""
    size = len(places)
    found = SettledColumns(
        np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int32), np.zeros(size, np.uint8),
        np.zeros(size, np.uint8),
    )  # fmt: skip
    done = np.zeros(size, bool)
    if quick:
        done |= _plain_values(table, places, figures, found)
        done |= _plain_counts(table, places, figures, found, ~done)
    for place in np.flatnonzero(~done).tolist():
        one = settled(kpis[places[place]], figures.at(place), fraction=bool(figures.fraction[place]))
        found.num[place], found.den[place], found.sample[place] = one.num, one.den, one.sample
        found.reason[place], found.blamed[place] = one.reason, BLAMED.index(one.blamed)
    return found


def _plain_values(
    table: KpiTable, places: NDArray[np.int32], figures: FigureColumns, found: SettledColumns
) -> NDArray[np.bool_]:
    """Settle the values of ordinary size that stand alone or beside a sample, in range or not; return which these are."""
    value = figures.value.micro
    if figures.fraction.any():
        value = np.where(figures.fraction, value * 100, value)
    plain: NDArray[np.bool_] = (figures.value.reason == 0) & (np.abs(value) < _SMALL)
    plain &= (figures.numerator.reason == Reason.EMPTY) & (figures.denominator.reason == Reason.EMPTY)
    if figures.value.mark.any():
        plain &= table.fits[figures.value.mark, places]
    alone = figures.sample.reason == Reason.EMPTY
    sample = np.zeros_like(value)
    if not alone.all():
        sample, whole = np.divmod(figures.sample.micro, MICRO)
        fit = (figures.sample.reason == 0) & (figures.sample.mark == 0) & (whole == 0)
        plain &= alone | (fit & (sample > 0) & (sample <= _SMALL_SAMPLE))
    outside = plain & ((value < table.low[places]) | (value > table.high[places]))
    found.reason[outside] = Reason.OUT_OF_RANGE
    _put_values(table, places, (value, sample, alone), found, plain & ~outside)
    return plain


def _put_values(
    table: KpiTable,
    places: NDArray[np.int32],
    told: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]],
    found: SettledColumns,
    good: NDArray[np.bool_],
) -> None:
    value, sample, alone = told
    stored = table.stored[places]
    single = alone | table.summed[places]
    weight = np.where(single, 1, sample)
    kept_over = alone & (stored == RATE) & ~table.summed[places]
    divisor = np.where(table.summed[places] | kept_over, 1, stored)
    num = _halves_away(np.where(good, value, 0) * np.where(good, weight, 1), divisor)
    den = np.where(kept_over, RATE, weight) * MICRO
    for column, told_column in ((found.num, num), (found.den, den), (found.sample, sample)):
        np.copyto(column, told_column, where=good, casting="same_kind")


def _plain_counts(
    table: KpiTable,
    places: NDArray[np.int32],
    figures: FigureColumns,
    found: SettledColumns,
    wanted: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Settle numerators over denominators of ordinary size and whole bounds; return which these are."""
    top, bottom, sample = figures.numerator, figures.denominator, figures.sample
    alone = sample.reason == Reason.EMPTY
    sampled = (sample.reason == 0) & (sample.mark == 0) & (sample.micro % MICRO == 0) & (sample.micro > 0)
    plain: NDArray[np.bool_] = wanted & (top.reason == 0) & (bottom.reason == 0) & (top.mark == 0) & (bottom.mark == 0)
    if not plain.any():
        return plain
    low, high = table.low[places], table.high[places]
    natural, stored = table.natural[places], table.stored[places]
    plain &= (figures.value.reason == Reason.EMPTY) & (alone | (sampled & (sample.micro <= MOST_SAMPLE * MICRO)))
    plain &= (bottom.micro > 0) & (np.abs(top.micro) < _SMALL_COUNT) & (bottom.micro < _SMALL_COUNT)
    plain &= ~table.summed[places] & ~(table.shares[places] & (top.micro > bottom.micro))
    plain &= (low % MICRO == 0) & (high % MICRO == 0) & (np.abs(low) <= RATE * MICRO)
    value = np.where(plain, top.micro, 0) * natural
    under = np.where(plain, bottom.micro, 0)
    unbounded = high >= LARGEST
    plain &= value >= low // MICRO * under
    plain &= unbounded | ((high <= RATE * MICRO) & (value <= np.where(unbounded, 0, high // MICRO) * under))
    num = _halves_away(value, stored)
    counted = np.where(table.sampled[places], under // MICRO, 0)
    found.num[plain], found.den[plain] = num[plain], under[plain]
    found.sample[plain] = np.where(alone, counted, sample.micro // MICRO)[plain]
    return plain


def _halves_away(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.int64]:
    if bool((denominator == 1).all()):
        return numerator
    whole: NDArray[np.int64] = (2 * np.abs(numerator) + denominator) // (2 * denominator)
    return np.where(numerator < 0, -whole, whole)

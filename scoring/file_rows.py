"""One row of a plain file: which unit, period and KPIs it speaks of, and the facts it states, by the named columns."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from core.points import exact, fixed
from scoring.book_files import FileScheme
from scoring.factors import factor
from scoring.file_cells import FILE_PLACES, FILE_SCALE, STORED_PLACES, Fact
from scoring.rulebook import Kpi

Row = Mapping[str, str]
_MONTH = re.compile(r"([12]\d{3})-?(0[1-9]|1[0-2])", re.ASCII)
MONTH_DIGITS = 6
ONCE: Fact = (FILE_SCALE, FILE_SCALE, 1)


def joined(row: Row, columns: tuple[str, ...], joiner: str) -> str:
    """Return the key that several columns make, empty where one of them is."""
    parts = [(row.get(column) or "").strip() for column in columns]
    return joiner.join(parts) if all(parts) else ""


def round_of(row: Row, scheme: FileScheme) -> tuple[str, str]:
    """Return season and period of a row: as they stand, or the month of its day."""
    season, period = joined(row, scheme.season, scheme.joiner), joined(row, scheme.period, scheme.joiner)
    if not period:
        digits = "".join(character for character in row.get(scheme.day) or "" if character.isdigit())
        period = digits[:MONTH_DIGITS]
    return season, period


def calendar(period: str) -> tuple[str, str]:
    """Return year and month of a period such as 202611 or 2026-11 as season and round, of others no season."""
    found = _MONTH.fullmatch(period)
    return (found[1], str(int(found[2]))) if found else ("", period)


def long_fact(row: Row, scheme: FileScheme, kpi: Kpi) -> Fact | None:
    """Return numerator, denominator (1/FILE_SCALE) and sample of a row, None when it says nothing.

    A value alone stands in the KPI's own unit, so 1.5 per cent of 200 are a numerator of 3.
    """
    places = places_of(kpi)
    num, den, sample = (
        _number(row, name, scheme, places) for name in (scheme.numerator, scheme.denominator, scheme.sample)
    )
    answers = sample // FILE_SCALE if sample is not None else None
    if num is not None:
        den = FILE_SCALE if den is None else den
        return num, den, den // FILE_SCALE if answers is None else answers
    value = _number(row, scheme.value, scheme, places)
    if value is None:
        return None
    weight = next((part for part in (den, sample) if part is not None), None)
    if kpi.aggregation in {"sum", "trimmed_mean"}:
        return value, FILE_SCALE, 1 if answers is None else answers
    if weight is None:
        return value, int(factor(kpi.aggregation)) * FILE_SCALE, 1
    product, rest = divmod(value * weight, int(factor(kpi.aggregation)) * FILE_SCALE)
    if rest:
        raise ValueError(f"value × sample has more than {FILE_PLACES} decimals")
    return product, weight, weight // FILE_SCALE if answers is None else answers


def wide_fact(row: Row, column: str, scheme: FileScheme, kpi: Kpi) -> Fact | None:
    """Return what a column of a row with many KPIs says, None when it is empty."""
    value = _number(row, column, scheme, places_of(kpi))
    if value is None:
        return None
    whole = 1 if kpi.aggregation in {"sum", "trimmed_mean"} else int(factor(kpi.aggregation))
    return value, whole * FILE_SCALE, 1


def within(kpi: Kpi, fact: Fact | None) -> bool:
    """Tell whether the value that a row states lies between the bounds of its KPI."""
    if fact is None or (kpi.minimum is None and kpi.maximum is None) or fact[1] <= 0:
        return True
    over = FILE_SCALE if kpi.aggregation == "sum" else fact[1]
    value = Fraction(fact[0], over) * (1 if kpi.aggregation == "sum" else factor(kpi.aggregation))
    low = kpi.minimum is None or value >= exact(kpi.minimum)
    return low and (kpi.maximum is None or value <= exact(kpi.maximum))


def earlier(row: Row, scheme: FileScheme) -> int | None:
    """Return the value of the period before, where the row states it."""
    return _number(row, scheme.previous, scheme, FILE_PLACES)


def constants(row: Row, scheme: FileScheme, kpi: str) -> Iterator[tuple[str, Fraction]]:
    """Yield the parameters that the row states for a KPI."""
    for name, parameter in scheme.constants.items():
        given = (row.get(parameter.column) or "").strip()
        if given and given not in scheme.blank and (not parameter.kpis or kpi in parameter.kpis):
            yield name, exact(parameter.words.get(given, given))


def places_of(kpi: Kpi) -> int:
    """Return how many decimals the facts of a KPI may have; what leans on denominators takes those of stored facts."""
    return STORED_PLACES if kpi.shrink or kpi.min_denominator else FILE_PLACES


def _number(row: Row, column: str, scheme: FileScheme, places: int) -> int | None:
    """Return a cell as an integer of 1/FILE_SCALE, None when it is empty or not there."""
    given = (row.get(column) or "").strip()
    if not given or given in scheme.blank:
        return None
    if given in scheme.words:
        return int(fixed(scheme.words[given], FILE_PLACES))
    if given.isascii() and given.isdigit():
        return int(given) * FILE_SCALE
    coarser: int = 10 ** (FILE_PLACES - places)
    return int(fixed(given, places)) * coarser

"""One row of a plain file: which unit, period and KPIs it speaks of, and the facts it states, by the named columns."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from core.points import FACT_SCALE, exact, fixed
from scoring.aggregation import factor
from scoring.book_files import FileScheme
from scoring.file_cells import Fact
from scoring.rulebook import Kpi

Row = Mapping[str, str]
PLACES = len(str(FACT_SCALE)) - 1
MONTH_DIGITS = 6
ONCE: Fact = (FACT_SCALE, FACT_SCALE, 1)


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


def long_fact(row: Row, scheme: FileScheme, kpi: Kpi) -> Fact | None:
    """Return numerator, denominator (1/FACT_SCALE) and sample of a row, None when it says nothing.

    A value alone stands in the KPI's own unit, so 1.5 per cent of 200 are a numerator of 3.
    """
    num, den, sample = (_number(row, name, scheme) for name in (scheme.numerator, scheme.denominator, scheme.sample))
    answers = sample // FACT_SCALE if sample is not None else None
    if num is not None:
        den = FACT_SCALE if den is None else den
        return num, den, den // FACT_SCALE if answers is None else answers
    value = _number(row, scheme.value, scheme)
    if value is None:
        return None
    weight = next((part for part in (den, sample) if part is not None), None)
    if kpi.aggregation in {"sum", "trimmed_mean"}:
        return value, FACT_SCALE, 1 if answers is None else answers
    if weight is None:
        return value, int(factor(kpi.aggregation)) * FACT_SCALE, 1
    product, rest = divmod(value * weight, int(factor(kpi.aggregation)) * FACT_SCALE)
    if rest:
        raise ValueError(f"value × sample has more than {PLACES} decimals")
    return product, weight, weight // FACT_SCALE if answers is None else answers


def wide_fact(row: Row, column: str, scheme: FileScheme, kpi: Kpi) -> Fact | None:
    """Return what a column of a row with many KPIs says, None when it is empty."""
    value = _number(row, column, scheme)
    if value is None:
        return None
    whole = 1 if kpi.aggregation in {"sum", "trimmed_mean"} else int(factor(kpi.aggregation))
    return value, whole * FACT_SCALE, 1


def earlier(row: Row, scheme: FileScheme) -> int | None:
    """Return the value of the period before, where the row states it."""
    return _number(row, scheme.previous, scheme)


def constants(row: Row, scheme: FileScheme, kpi: str) -> Iterator[tuple[str, Fraction]]:
    """Yield the parameters that the row states for a KPI."""
    for name, parameter in scheme.constants.items():
        given = (row.get(parameter.column) or "").strip()
        if given and given not in scheme.blank and (not parameter.kpis or kpi in parameter.kpis):
            yield name, exact(parameter.words.get(given, given))


def _number(row: Row, column: str, scheme: FileScheme) -> int | None:
    """Return a cell as an integer of 1/FACT_SCALE, None when it is empty or not there."""
    given = (row.get(column) or "").strip()
    if not given or given in scheme.blank:
        return None
    if given in scheme.words:
        return fixed(scheme.words[given], PLACES)
    return int(given) * FACT_SCALE if given.isascii() and given.isdigit() else fixed(given, PLACES)

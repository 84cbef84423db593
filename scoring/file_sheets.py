"""Cells read from plain files become the sheets that the engine scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.period import MONTHS_A_YEAR
from core.workdays import days_by_name
from scoring.aggregation import gathered
from scoring.columns import Column, Sums, integers, of_fractions
from scoring.engine import Sheet
from scoring.factors import factor
from scoring.file_cells import FILE_SCALE, FINER, Cell, Observations, Unit
from scoring.peers import grouped
from scoring.rulebook import Kpi, RuleBook

POOLED = 3


def sheet_of(found: Observations, book: RuleBook, units: Sequence[Unit], kind: str, period: str) -> Sheet:
    """Return the sheet of one kind and period; the units stand in the order given."""
    groups, _ = grouped(book.kinds[kind], [unit.group for unit in units])
    earlier = _before(found.periods, period)
    codes, kpis = [unit.code for unit in units], [book.kpis[code] for code in book.kpis_of(kind)]
    columns = {kpi.code: _KpiCells(found, kpi, codes, kpi.window_of(kind) == "rolling3") for kpi in kpis}
    previous = {code: column.previous(period, earlier) for code, column in columns.items()}
    return Sheet(
        group=np.array(groups, dtype=np.intp),
        sums={code: column.sums(period) for code, column in columns.items()},
        previous={code: sums for code, sums in previous.items() if sums is not None},
        items={code: items for code, column in columns.items() if (items := column.items(period))},
        constants={code: given for code, column in columns.items() if (given := column.constants(period))},
        units=tuple(codes),
        month=_month(period),
        own_groups=tuple(unit.group for unit in units),
        exposures=_sizes(units),
        days=_days(_month(period)),
        population=None
        if all(unit.counts for unit in units)
        else np.array([unit.counts for unit in units], dtype=bool),
    )


def _month(period: str) -> int | str:
    """Return a period as a month where it is written as one, else as it stands."""
    digits = period.replace("-", "")
    return int(digits) if len(digits) == len("202611") and digits.isascii() and digits.isdigit() else period


def _days(month: int | str) -> dict[str, int]:
    """Return how many days a month has, nothing for a period that is none."""
    return days_by_name(month) if isinstance(month, int) and 1 <= month % 100 <= MONTHS_A_YEAR else {}


def _sizes(units: Sequence[Unit]) -> dict[str, Column]:
    names = sorted({name for unit in units for name in unit.sizes})
    return {name: of_fractions([unit.sizes.get(name) for unit in units]) for name in names}


def _before(periods: Sequence[str], period: str) -> str | None:
    at = periods.index(period)
    return periods[at - 1] if at else None


@dataclass(frozen=True)
class _KpiCells:
    """The cells of one KPI over the units of a sheet."""

    found: Observations
    kpi: Kpi
    units: Sequence[str]
    rolling: bool

    def cells(self, period: str) -> list[list[Cell]]:
        """Return for each unit its cells of a period, or of the three up to it where they are pooled."""
        periods = [period]
        if self.rolling:
            known = self.found.periods
            periods = known[max(known.index(period) - POOLED + 1, 0) : known.index(period) + 1]
        nothing = Cell()
        return [
            [self.found.cells.get((month, unit, self.kpi.facts), nothing) for month in periods] for unit in self.units
        ]

    def sums(self, period: str) -> Sums:
        return _sums([_pooled(self.kpi, cells) for cells in self.cells(period)])

    def previous(self, period: str, earlier: str | None) -> Sums | None:
        given = [cells[-1].previous for cells in self.cells(period)]
        if all(value is None for value in given):
            return self.sums(earlier) if earlier is not None else None
        factored = FILE_SCALE * int(factor(self.kpi.aggregation) if self.kpi.aggregation != "sum" else 1)
        return _sums([(0, 0, 0, False) if value is None else (value, factored, 1, True) for value in given])

    def items(self, period: str) -> dict[str, Sums]:
        pooled = [cells[-1].items for cells in self.cells(period)]
        names = sorted({name for items in pooled for name in items})
        return {name: _sums([_count(items.get(name)) for items in pooled]) for name in names}

    def constants(self, period: str) -> dict[str, Column]:
        given = [cells[-1].constants for cells in self.cells(period)]
        names = sorted({name for constants in given for name in constants})
        return {name: of_fractions([constants.get(name) for constants in given]) for name in names}


def _pooled(kpi: Kpi, cells: Sequence[Cell]) -> tuple[int, int, int, bool]:
    if kpi.aggregation == "trimmed_mean":
        trim_from = kpi.params.get("trim_from")
        ratings = [rating for cell in cells for rating in cell.ratings]
        num, den, sample, known = gathered(kpi.aggregation, ratings, int(trim_from) if trim_from is not None else None)
        return num * FINER, den * FINER, sample, known
    num, den = sum(cell.num for cell in cells), sum(cell.den for cell in cells)
    measured = any(cell.rows for cell in cells) and (kpi.aggregation == "sum" or den > 0)
    return num, den, sum(cell.sample for cell in cells), measured


def _count(count: int | None) -> tuple[int, int, int, bool]:
    return (0, 0, 0, False) if count is None else (count, FILE_SCALE, 1, True)


def _sums(rows: Sequence[tuple[int, int, int, bool]]) -> Sums:
    """Return the sums as stored facts have them, finer only where some of them have more decimals."""
    finer = FINER if any(num % FINER or den % FINER for num, den, _, _ in rows) else 1
    down = FINER // finer
    return Sums(
        integers([row[0] // down for row in rows]),
        integers([row[1] // down for row in rows]),
        integers([row[2] for row in rows]),
        np.array([row[3] for row in rows], dtype=bool),
        finer,
    )

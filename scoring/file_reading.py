"""Plain files of observations become sheets: by the columns that the rule book names, row by row, problems by row."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import TextIO

import numpy as np

from core.errors import Place, Problem
from core.language import Text
from core.points import FACT_SCALE, exact
from scoring.aggregation import gathered
from scoring.columns import Column, Sums, of_fractions
from scoring.engine import Sheet
from scoring.peers import grouped
from scoring.rulebook import FileScheme, RuleBook

Row = Mapping[str, str]
MOST_PLACES = 12


@dataclass(frozen=True)
class Unit:
    """One unit of a file."""

    code: str
    kind: str
    group: str | None = None
    name: str = ""


@dataclass
class Cell:
    """What the rows of one unit, KPI and period say."""

    facts: list[tuple[Fraction, Fraction, int]] = field(default_factory=list)
    items: dict[str, Fraction] = field(default_factory=dict)
    constants: dict[str, Fraction] = field(default_factory=dict)
    previous: Fraction | None = None


@dataclass
class Observations:
    """All cells by period, unit and KPI; `problems` holds the rows that could not be used."""

    cells: dict[tuple[str, str, str], Cell] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0

    @property
    def periods(self) -> list[str]:
        """Return the periods in the order of their names."""
        return sorted({period for period, _, _ in self.cells})


def units_of(file: TextIO, scheme: FileScheme, kind: str) -> dict[str, Unit]:
    """Return the units that a units file lists."""
    found = {}
    for row in csv.DictReader(file):
        code = scheme.joiner.join(row[column] for column in scheme.units_unit)
        group = row.get(scheme.units_group) or None
        found[code] = Unit(code, row.get(scheme.units_kind) or kind, group, row.get(scheme.units_name) or "")
    return found


def observations_of(
    file: TextIO, book: RuleBook, scheme: FileScheme, units: Mapping[str, Unit], kind: str
) -> Observations:
    """Return what a file of observations says; without listed units every unit that occurs is taken."""
    found = Observations(units=dict(units))
    for number, row in enumerate(csv.DictReader(file), start=2):
        if any(row.get(column) not in allowed for column, allowed in scheme.where.items()):
            continue
        found.rows += 1
        problem = _take(row, book, scheme, found, kind if not units else None)
        if problem:
            found.problems.append(_at(problem, number))
    return found


def _at(problem: Problem, number: int) -> Problem:
    column = problem.place.column if problem.place else None
    return Problem(problem.code, problem.sentence, Place(row=number, column=column), problem.hint)


def _take(row: Row, book: RuleBook, scheme: FileScheme, found: Observations, kind: str | None) -> Problem | None:
    missing = [column for column in (*scheme.unit, *scheme.kpi) if not row.get(column)]
    if missing:
        return _problem("no_key", missing[0], "缺少单位或指标。", "Unit or KPI is missing.")
    unit = scheme.joiner.join(row[column] for column in scheme.unit)
    kpi = scheme.joiner.join(row[column] for column in scheme.kpi)
    if kpi not in book.kpis:
        return _unknown(scheme.kpi[-1], kpi, list(book.kpis))
    if unit not in found.units:
        if kind is None:
            return _unknown(scheme.unit[-1], unit, list(found.units))
        found.units[unit] = Unit(unit, kind)
    cell = found.cells.setdefault((row.get(scheme.period) or "", unit, kpi), Cell())
    try:
        _fill(cell, row, scheme, book.kpis[kpi].aggregation)
    except ValueError as error:
        return _problem("not_a_number", scheme.value, f"不是数:{error}", f"Not a number: {error}")
    return None


def _fill(cell: Cell, row: Row, scheme: FileScheme, aggregation: str) -> None:
    for name, parameter in scheme.constants.items():
        given = (row.get(parameter.column) or "").strip()
        if given:
            cell.constants[name] = exact(parameter.words.get(given, given))
    cell.previous = _number(row, scheme.previous)
    fact = _fact(row, scheme, aggregation)
    if fact is None:
        return
    item = row.get(scheme.item) or ""
    if item and aggregation == "sum":
        cell.items[item] = cell.items.get(item, Fraction(0)) + fact[0]
    cell.facts.append(fact)


def _fact(row: Row, scheme: FileScheme, aggregation: str) -> tuple[Fraction, Fraction, int] | None:
    """Return numerator, denominator and sample of a row, None when it says nothing."""
    value, num, den = (_number(row, name) for name in (scheme.value, scheme.numerator, scheme.denominator))
    sample = _number(row, scheme.sample)
    if num is not None:
        return num, Fraction(1) if den is None else den, int(sample if sample is not None else den or 0)
    if value is None:
        return None
    weight = den if den is not None else sample if sample is not None else Fraction(1)
    if aggregation in {"sum", "trimmed_mean"}:
        weight = Fraction(1)
    return value * weight, weight, int(sample if sample is not None else weight)


def _number(row: Row, column: str) -> Fraction | None:
    given = (row.get(column) or "").strip()
    return exact(given) if given else None


def _unknown(column: str, name: str, known: Sequence[str]) -> Problem:
    near = get_close_matches(name, known, n=1, cutoff=0.0)
    hint = Text(zh=f"最接近的是 {near[0]}。", en=f"The nearest is {near[0]}.") if near else None
    return Problem("unknown_name", Text(zh=f"没有“{name}”。", en=f"There is no “{name}”."), Place(column=column), hint)


def _problem(code: str, column: str, zh: str, en: str) -> Problem:
    return Problem(code, Text(zh=zh, en=en), Place(column=column))


def sheet_of(found: Observations, book: RuleBook, units: Sequence[Unit], kind: str, period: str) -> Sheet:
    """Return the sheet of one kind and period; the units stand in the order given."""
    groups, _ = grouped(book.kinds[kind], [unit.group for unit in units])
    earlier = _before(found.periods, period)
    columns = {code: _KpiCells(found, code, [unit.code for unit in units]) for code in book.kpis_of(kind)}
    previous = {code: column.previous(period, earlier, book) for code, column in columns.items()}
    return Sheet(
        group=np.array(groups, dtype=np.intp),
        sums={code: column.sums(period, book) for code, column in columns.items()},
        previous={code: sums for code, sums in previous.items() if sums is not None},
        items={code: items for code, column in columns.items() if (items := column.items(period))},
        constants={code: given for code, column in columns.items() if (given := column.constants(period))},
    )


def _before(periods: Sequence[str], period: str) -> str | None:
    at = periods.index(period)
    return periods[at - 1] if at else None


@dataclass(frozen=True)
class _KpiCells:
    """The cells of one KPI over the units of a sheet."""

    found: Observations
    kpi: str
    units: Sequence[str]

    def cells(self, period: str) -> list[Cell]:
        return [self.found.cells.get((period, unit, self.kpi), Cell()) for unit in self.units]

    def sums(self, period: str, book: RuleBook) -> Sums:
        how = book.kpis[self.kpi].aggregation
        return _sums([gathered(how, _scaled(cell.facts), _trim(book, self.kpi)) for cell in self.cells(period)])

    def previous(self, period: str, earlier: str | None, book: RuleBook) -> Sums | None:
        given = [cell.previous for cell in self.cells(period)]
        if any(value is not None for value in given):
            how = book.kpis[self.kpi].aggregation
            facts = [[] if value is None else [(value, Fraction(1), 1)] for value in given]
            return _sums([gathered(how, _scaled(fact)) for fact in facts])
        return self.sums(earlier, book) if earlier is not None else None

    def items(self, period: str) -> dict[str, Sums]:
        cells = self.cells(period)
        names = sorted({name for cell in cells for name in cell.items})
        return {name: _sums([_count(cell.items.get(name)) for cell in cells]) for name in names}

    def constants(self, period: str) -> dict[str, Column]:
        cells = self.cells(period)
        names = sorted({name for cell in cells for name in cell.constants})
        return {name: of_fractions([cell.constants.get(name) for cell in cells]) for name in names}


def _trim(book: RuleBook, kpi: str) -> int | None:
    trim_from = book.kpis[kpi].params.get("trim_from")
    return int(trim_from) if trim_from is not None else None


def _count(count: Fraction | None) -> tuple[int, int, int, bool]:
    return (0, 0, 0, False) if count is None else (int(count * FACT_SCALE), FACT_SCALE, 1, True)


def _scaled(facts: Iterable[tuple[Fraction, Fraction, int]]) -> list[tuple[int, int, int]]:
    return [(_whole(num), _whole(den), sample) for num, den, sample in facts]


def _whole(number: Fraction) -> int:
    scaled = number * FACT_SCALE
    if scaled.denominator != 1:
        raise ValueError(f"more decimals than 1/{FACT_SCALE}: {number}")
    return scaled.numerator


def _sums(rows: Sequence[tuple[int, int, int, bool]]) -> Sums:
    num, den, sample = (np.array([row[part] for row in rows], dtype=np.int64) for part in range(3))
    return Sums(num, den, sample, np.array([row[3] for row in rows], dtype=bool))


def refused(problems: Iterable[Problem]) -> Iterator[tuple[str, str, str, str]]:
    """Return row, code and the two sentences of every row that was not used."""
    for problem in problems:
        row = str(problem.place.row) if problem.place and problem.place.row else ""
        yield row, problem.code, problem.sentence.zh, problem.sentence.en

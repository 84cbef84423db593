"""Plain files of observations become sheets: by the columns that the rule book names, row by row, problems by row."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import TextIO

from core.errors import Invalid, Place, Problem
from core.language import Text
from core.points import FACT_SCALE, exact, fixed
from scoring.aggregation import factor
from scoring.rulebook import FileScheme, Kpi, RuleBook

Row = Mapping[str, str]
PLACES = len(str(FACT_SCALE)) - 1
MONTH_DIGITS = 6


@dataclass(frozen=True)
class Unit:
    """One unit of a file; facts of `parents` include its own."""

    code: str
    kind: str
    group: str | None = None
    name: str = ""
    parents: tuple[str, ...] = ()


@dataclass
class Cell:
    """What the rows of one unit, KPI and period say: sums in 1/FACT_SCALE, single ratings where they are needed."""

    num: int = 0
    den: int = 0
    sample: int = 0
    rows: int = 0
    ratings: list[tuple[int, int, int]] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    constants: dict[str, Fraction] = field(default_factory=dict)
    previous: int | None = None

    def add(self, fact: tuple[int, int, int], item: str, *, single: bool) -> None:
        """Count one row in."""
        self.num, self.den, self.sample, self.rows = (
            self.num + fact[0],
            self.den + fact[1],
            self.sample + fact[2],
            self.rows + 1,
        )
        if single:
            self.ratings.append(fact)
        if item:
            self.items[item] = self.items.get(item, 0) + fact[0]


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


def demand(columns: Sequence[str], wanted: Iterable[str]) -> None:
    """Refuse a file that lacks a column, naming those it has."""
    for name in wanted:
        if name not in columns:
            there = ", ".join(columns)
            zh, en = f"缺少列“{name}”；现有 {there}。", f"There is no column “{name}”; there are {there}."
            raise Invalid(Problem("no_column", Text(zh=zh, en=en), Place(column=name)))


def units_of(file: TextIO, scheme: FileScheme, kind: str) -> dict[str, Unit]:
    """Return the units that a units file lists."""
    found = {}
    reader = csv.DictReader(file)
    named = scheme.units_unit or (("unit",) if "unit" in (reader.fieldnames or ()) else ("code",))
    demand(reader.fieldnames or (), named)
    for row in reader:
        code = scheme.joiner.join(row[column] for column in named)
        found[code] = Unit(
            code,
            row.get(scheme.units_kind) or kind,
            row.get(scheme.units_group) or None,
            next((name for column in scheme.units_name if (name := row.get(column))), ""),
            tuple(parent for column in scheme.units_parents if (parent := row.get(column))),
        )
    return found


def observations_of(
    file: TextIO, book: RuleBook, scheme: FileScheme, units: Mapping[str, Unit], kind: str
) -> Observations:
    """Return what a file of observations says; without listed units every unit that occurs is taken."""
    found = Observations(units=dict(units))
    reader = csv.DictReader(file)
    demand(reader.fieldnames or (), (*scheme.unit, *scheme.kpi, *scheme.where))
    for number, row in enumerate(reader, start=2):
        if any(row.get(column) not in allowed for column, allowed in scheme.where.items()):
            continue
        found.rows += 1
        problem = _take(row, book, scheme, found, kind if not units else None)
        if problem:
            column = problem.place.column if problem.place else None
            found.problems.append(
                Problem(problem.code, problem.sentence, Place(row=number, column=column), problem.hint)
            )
    return found


def _take(row: Row, book: RuleBook, scheme: FileScheme, found: Observations, kind: str | None) -> Problem | None:
    missing = [column for column in (*scheme.unit, *scheme.kpi) if not row.get(column)]
    if missing:
        return _problem("no_key", missing[0], "缺少单位或指标。", "Unit or KPI is missing.")
    unit = scheme.joiner.join(row[column] for column in scheme.unit)
    code = scheme.joiner.join(row[column] for column in scheme.kpi)
    if code not in book.kpis:
        return _unknown(scheme.kpi[-1], code, list(book.kpis))
    if unit not in found.units:
        if kind is None:
            return _unknown(scheme.unit[-1], unit, list(found.units))
        found.units[unit] = Unit(unit, kind)
    try:
        _fill(found, row, scheme, book.kpis[code], unit)
    except ValueError as error:
        zh = f"数值不能用，应为不带单位、最多 {PLACES} 位小数的十进制数。"
        return _problem("not_a_number", scheme.value, zh, f"Not a usable number: {error}")
    return None


def _fill(found: Observations, row: Row, scheme: FileScheme, kpi: Kpi, unit: str) -> None:
    period, item = _period(row, scheme), row.get(scheme.item) or ""
    fact = _fact(row, scheme, kpi.aggregation)
    single = kpi.aggregation == "trimmed_mean"
    for code in _lineage(found.units, unit, kpi) if fact else [unit]:
        cell = found.cells.setdefault((period, code, kpi.code), Cell())
        if fact:
            cell.add(fact, item, single=single)
    own = found.cells[period, unit, kpi.code]
    earlier = _number(row, scheme.previous)
    own.previous = own.previous if earlier is None else earlier
    for name, parameter in scheme.constants.items():
        given = (row.get(parameter.column) or "").strip()
        if given:
            own.constants[name] = exact(parameter.words.get(given, given))


def _period(row: Row, scheme: FileScheme) -> str:
    """Return the period of a row: as it stands, or the month of its day."""
    period = row.get(scheme.period)
    if period:
        return period
    return "".join(character for character in row.get(scheme.day) or "" if character.isdigit())[:MONTH_DIGITS]


def _lineage(units: Mapping[str, Unit], unit: str, kpi: Kpi) -> Iterator[str]:
    """Return the unit and everyone above it whom its facts reach."""
    seen, waiting = {unit}, [unit]
    while waiting:
        code = waiting.pop()
        yield code
        known = units.get(code)
        if known is None:
            continue
        above = known.parents[1:] if known.kind in kpi.stays_with else known.parents
        fresh = [parent for parent in above if parent in units and parent not in seen]
        seen.update(fresh)
        waiting.extend(fresh)


def _fact(row: Row, scheme: FileScheme, aggregation: str) -> tuple[int, int, int] | None:
    """Return numerator, denominator (1/FACT_SCALE) and sample of a row, None when it says nothing.

    A value alone stands in the KPI's own unit, so 1.5 per cent of 200 are a numerator of 3.
    """
    value, num, den, sample = (
        _number(row, name) for name in (scheme.value, scheme.numerator, scheme.denominator, scheme.sample)
    )
    answers = sample // FACT_SCALE if sample is not None else None
    if num is not None:
        den = FACT_SCALE if den is None else den
        return num, den, den // FACT_SCALE if answers is None else answers
    if value is None:
        return None
    weight = next((part for part in (den, sample) if part is not None), None)
    if aggregation in {"sum", "trimmed_mean"}:
        return value, FACT_SCALE, 1 if answers is None else answers
    parts = int(factor(aggregation))
    if weight is None:
        return value, parts * FACT_SCALE, 1
    product, rest = divmod(value * weight, parts * FACT_SCALE)
    if rest:
        raise ValueError(f"value × sample has more than {PLACES} decimals")
    return product, weight, weight // FACT_SCALE if answers is None else answers


def _number(row: Row, column: str) -> int | None:
    """Return a cell as an integer of 1/FACT_SCALE, None when it is empty or not there."""
    given = (row.get(column) or "").strip()
    if not given:
        return None
    return int(given) * FACT_SCALE if given.isascii() and given.isdigit() else fixed(given, PLACES)


def _unknown(column: str, name: str, known: Sequence[str]) -> Problem:
    near = get_close_matches(name, known, n=1, cutoff=0)
    hint = Text(zh=f"最接近的是 {near[0]}。", en=f"The nearest is {near[0]}.") if near else None
    return Problem("unknown_name", Text(zh=f"没有“{name}”。", en=f"There is no “{name}”."), Place(column=column), hint)


def _problem(code: str, column: str, zh: str, en: str) -> Problem:
    return Problem(code, Text(zh=zh, en=en), Place(column=column))


def refused(problems: Iterable[Problem]) -> Iterator[tuple[str, str, str, str]]:
    """Return row, code and the two sentences of every row that was not used."""
    for problem in problems:
        row = str(problem.place.row) if problem.place and problem.place.row else ""
        yield row, problem.code, problem.sentence.zh, problem.sentence.en

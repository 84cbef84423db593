"""Plain files of units and observations: by the columns that the rule book names, row by row, problems by row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TextIO, get_args

import msgspec

from core.errors import Invalid, Place, Problem
from core.language import Text
from core.points import exact, said_text
from scoring.book_files import FileScheme
from scoring.file_cells import FILE_PLACES, Exempt, Fact, Observations, Unit, trouble, unknown
from scoring.file_rows import ONCE, Row, calendar, constants, earlier, joined, long_fact, round_of, wide_fact, within
from scoring.formula.refusals import shown
from scoring.rulebook import Kpi, RuleBook


def demand(columns: Sequence[str], wanted: Iterable[str]) -> None:
    """Refuse a file that lacks a column, naming those it has."""
    for name in wanted:
        if name not in columns:
            there, lacking = ", ".join(columns), shown(name)
            zh = f"缺少列“{lacking}”；现有 {there}。列名写在 [files] 下。"
            en = f"There is no column “{lacking}”; there are {there}. Name the columns under [files]."
            raise Invalid(Problem("no_column", Text(zh=zh, en=en), Place(column=name)))


def units_of(file: TextIO, book: RuleBook, scheme: FileScheme, kind: str) -> dict[str, Unit]:
    """Return the units that a units file lists."""
    found = {}
    reader = csv.DictReader(file)
    columns = reader.fieldnames or ()
    named = scheme.units_unit or next(
        (names for names in (("unit",), ("code",), scheme.unit) if set(names) <= set(columns)), ("unit",)
    )
    demand(columns, (*named, *scheme.units_values.values(), *scheme.units_sizes))
    for number, row in enumerate(reader, start=2):
        code = joined(row, named, scheme.joiner)
        if code:
            found[code] = Unit(
                code,
                row.get(scheme.units_kind) or kind,
                row.get(scheme.units_group) or None,
                next((name for column in scheme.units_name if (name := row.get(column))), ""),
                tuple(parent for column in scheme.units_parents if (parent := row.get(column))),
                _exempt(row, scheme, number),
                dict(_unit_values(row, book, scheme, number)),
                dict(_sizes(row, scheme, number)),
            )
    return found


def _exempt(row: Row, scheme: FileScheme, number: int) -> Exempt:
    word = (row.get(scheme.units_exempt) or "").strip()
    for known in get_args(Exempt):
        if word == known:
            return known  # type: ignore[no-any-return]  # one of the words of the type
    problem = unknown(scheme.units_exempt, word, [one for one in get_args(Exempt) if one])
    raise Invalid(_placed(problem, "", number))


def _unit_values(row: Row, book: RuleBook, scheme: FileScheme, number: int) -> Iterator[tuple[str, Fact]]:
    for code, column in scheme.units_values.items():
        try:
            fact = wide_fact(row, column, scheme, book.kpis[code])
        except ValueError as error:
            raise Invalid(_placed(_not_a_number(column, error), "", number)) from None
        if not within(book.kpis[code], fact):
            raise Invalid(_placed(_out_of_range(column, book.kpis[code]), "", number))
        if fact is not None:
            yield code, fact


def _sizes(row: Row, scheme: FileScheme, number: int) -> Iterator[tuple[str, Fraction]]:
    for column in scheme.units_sizes:
        given = (row.get(column) or "").strip()
        if given:
            try:
                yield column, exact(given)
            except ValueError as error:
                raise Invalid(_placed(_not_a_number(column, error), "", number)) from None


class Reading:
    """Reads files of observations into `found`; without listed units every unit that occurs is taken."""

    def __init__(self, book: RuleBook, scheme: FileScheme, units: dict[str, Unit], kind: str) -> None:
        self.book = book
        self.scheme = scheme
        self.kind = None if units else kind
        self.found = Observations(units=dict(units))

    def read(self, file: TextIO, source: str) -> None:
        """Count one file in; Invalid when it lacks a column that it needs."""
        scheme, reader = self.scheme, csv.DictReader(file)
        columns = reader.fieldnames or ()
        long = self._is_long(columns)
        demand(columns, (*scheme.unit, *(scheme.kpi if long else ()), *scheme.where))
        wide = [(code, column) for code, column in scheme.values.items() if column in columns]
        counted = [(code, column) for code, column in scheme.counts.items() if column in columns]
        for number, row in enumerate(reader, start=2):
            if any(row.get(column) not in allowed for column, allowed in scheme.where.items()):
                continue
            self.found.rows += 1
            problem = self._row(row, wide, counted, long=long)
            if problem:
                self.found.problems.append(_placed(problem, source, number))

    def _is_long(self, columns: Sequence[str]) -> bool:
        """Tell whether a file names the KPI in each row; with columns of values it need not."""
        scheme = self.scheme
        several = {*scheme.values.values(), *scheme.counts.values()}
        return not several.intersection(columns) or (bool(scheme.kpi) and set(scheme.kpi) <= set(columns))

    def _row(
        self, row: Row, wide: Sequence[tuple[str, str]], counted: Sequence[tuple[str, str]], *, long: bool
    ) -> Problem | None:
        unit = joined(row, self.scheme.unit, self.scheme.joiner)
        if not unit or (long and not joined(row, self.scheme.kpi, self.scheme.joiner)):
            columns = (*self.scheme.unit, *(self.scheme.kpi if long else ()))
            column = next((column for column in columns if not (row.get(column) or "").strip()), "unit")
            return trouble("no_key", column, "缺少单位或指标。", "Unit or KPI is missing.")
        if unit not in self.found.units:
            if self.kind is None:
                return unknown(self.scheme.unit[-1], unit, list(self.found.units))
            self.found.units[unit] = Unit(unit, self.kind)
        period = self._period(row)
        return (self._long(row, period, unit) if long else None) or self._wide(row, period, unit, wide, counted)

    def _period(self, row: Row) -> str:
        season, name = round_of(row, self.scheme)
        period = f"{season}{self.scheme.joiner}{name}" if season else name
        self.found.rounds[period] = (season, name) if season else calendar(name)
        return period

    def _long(self, row: Row, period: str, unit: str) -> Problem | None:
        code = joined(row, self.scheme.kpi, self.scheme.joiner)
        kpi = self.book.kpis.get(code)
        if kpi is None:
            return unknown(self.scheme.kpi[-1], code, list(self.book.kpis))
        try:
            fact = long_fact(row, self.scheme, kpi)
            if not within(kpi, fact):
                return _out_of_range(self.scheme.value, kpi)
            self.found.add(period, unit, kpi, fact, row.get(self.scheme.item) or "")
            before = earlier(row, self.scheme)
            own = self.found.cell(period, unit, kpi)
            own.previous = own.previous if before is None else before
            own.constants.update(constants(row, self.scheme, code))
        except ValueError as error:
            return _not_a_number(self.scheme.value, error)
        return None

    def _wide(
        self,
        row: Row,
        period: str,
        unit: str,
        wide: Sequence[tuple[str, str]],
        counted: Sequence[tuple[str, str]],
    ) -> Problem | None:
        """Count in the columns of a row, all of them or none."""
        facts = []
        for code, column in wide:
            kpi = self.book.kpis[code]
            try:
                fact, given = wide_fact(row, column, self.scheme, kpi), dict(constants(row, self.scheme, code))
            except ValueError as error:
                return _not_a_number(column, error)
            if not within(kpi, fact):
                return _out_of_range(column, kpi)
            facts.append((kpi, fact, row.get(self.scheme.item) or "", given))
        for code, column in counted:
            item = (row.get(column) or "").strip()
            facts.append((self.book.kpis[code], ONCE if item else None, item, {}))
        for kpi, fact, item, given in facts:
            self.found.add(period, unit, kpi, fact, item)
            self.found.cell(period, unit, kpi).constants.update(given)
        return None

    def finished(self) -> Observations:
        """Return everything read, with the values of the units file in every period."""
        found = self.found
        for period in found.periods or [""]:
            found.rounds.setdefault(period, ("", period))
            for unit in found.units.values():
                for code, fact in unit.values.items():
                    found.add(period, unit.code, self.book.kpis[code], fact)
        return found


def _placed(problem: Problem, source: str, row: int) -> Problem:
    """Return a problem with its file and row."""
    place = msgspec.structs.replace(problem.place or Place(), source=source or None, row=row)
    return msgspec.structs.replace(problem, place=place)


def _out_of_range(column: str, kpi: Kpi) -> Problem:
    low, high = ("…" if bound is None else said_text(bound) for bound in (kpi.minimum, kpi.maximum))
    zh, en = f"数值超出范围 {low} – {high}。", f"The value lies outside {low} – {high}."
    return trouble("out_of_range", column, zh, en)


def _not_a_number(column: str, error: ValueError) -> Problem:
    zh = f"数值不能用，应为不带单位、最多 {FILE_PLACES} 位小数的十进制数。"
    return trouble("not_a_number", column, zh, f"Not a usable number: {error}")

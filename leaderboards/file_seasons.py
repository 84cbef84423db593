"""Rows of seasons.csv and classes.csv: what the rounds of plain files add up to, and how units are sorted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.points import FACT_SCALE, plain_text
from leaderboards.file_results import Result
from leaderboards.file_tables import Cells, rounding_of, shown
from scoring.book_parts import Rounding
from scoring.book_result_checks import KPI, SEASON
from scoring.book_results import ClassRule, Season
from scoring.classes import classes
from scoring.file_cells import Unit
from scoring.quantities import quantity
from scoring.rulebook import RuleBook
from scoring.season import Number, Round, SeasonResult, after_each_round, season

SEASON_COLUMNS = (
    "season", "board", "after", "final", "kind", "group", "unit", "name", "rounds", "counted", "value", "place", "tied",
)  # fmt: skip
CLASS_COLUMNS = ("period", "class", "kind", "group", "unit", "name", "value", "step", "cut", "effect")


@dataclass(frozen=True)
class Standing:
    """One board of a season after one of its rounds, of those who are compared with each other."""

    season: str
    rule: Season
    after: str
    final: bool
    lines: tuple[SeasonResult, ...]


def standings(book: RuleBook, results: Sequence[Result]) -> Iterator[Standing]:
    """Yield every board of every season: after each round where the rule book says so, and after the last."""
    for rule in book.seasons.values():
        of_kind = [result for result in results if result.kind == rule.kind]
        for name in dict.fromkeys(result.season for result in of_kind):
            rounds = [result for result in of_kind if result.season == name]
            for members in _peers(rule.scope, rounds[0]):
                yield from _standings(rule, name, [_round(rule, result, members) for result in rounds])


def _standings(rule: Season, name: str, rounds: Sequence[Round]) -> Iterator[Standing]:
    last = rounds[-1].name
    if rule.each_round:
        for after, lines in after_each_round(rule, rounds):
            yield Standing(name, rule, after, after == last, lines)
    else:
        yield Standing(name, rule, last, final=True, lines=season(rule, rounds))


def _peers(scope: str, result: Result) -> list[np.ndarray]:
    return [np.arange(len(result.units))] if scope == "all" else list(result.groups())


def _round(rule: Season, result: Result, members: np.ndarray) -> Round:
    """Return a round: units that have the quantity and, of a total, may be ranked by it."""
    others = {breaker.field for breaker in rule.breakers if breaker.field is not None}
    counted = {code.removeprefix(KPI) for breaker in rule.breakers if (code := breaker.countback or "").startswith(KPI)}
    on_board = rule.of == "total" and rule.scope == "group"
    return Round(
        name=result.round,
        values=_values(rule.of, result, members),
        places=_places(result, members) if on_board else {},
        items={kpi: _items(kpi, result, members) for kpi in counted},
        others={name: _values(name, result, members) for name in others},
    )


def _values(name: str, result: Result, members: np.ndarray) -> dict[str, Number]:
    column = quantity(name, result.scored, result.total)
    fits = result.ranked if name == "total" else np.array([unit.competes for unit in result.units], dtype=bool)
    values = {result.units[at].code: column.at(at) for at in members.tolist() if fits[at]}
    return {code: value for code, value in values.items() if value is not None}


def _places(result: Result, members: np.ndarray) -> dict[str, int]:
    places = result.places(members)
    return {result.units[int(members[at])].code: int(places.ranks[at]) for at in places.order}


def _items(kpi: str, result: Result, members: np.ndarray) -> dict[str, dict[str, Number]]:
    found: dict[str, dict[str, Number]] = {}
    for item, sums in result.items(kpi).items():
        for at in members.tolist():
            if sums.known[at]:
                found.setdefault(result.units[at].code, {})[item] = Fraction(int(sums.num[at]), FACT_SCALE * sums.finer)
    return found


def season_rows(book: RuleBook, boards: Sequence[Standing], units: Mapping[str, Unit]) -> Iterator[Cells]:
    """Yield one row for every unit on every board of a season."""
    for board in boards:
        for line in board.lines:
            unit = units[line.unit]
            yield [
                board.season,
                board.rule.code,
                board.after,
                "yes" if board.final else "",
                board.rule.kind,
                unit.group or "",
                unit.code,
                unit.name,
                line.rounds,
                len(line.counted),
                "" if line.value is None else shown(Fraction(line.value), book, board.rule.round),
                line.place or "",
                "yes" if line.tied else "",
            ]


def class_rows(book: RuleBook, results: Sequence[Result], boards: Sequence[Standing]) -> Iterator[Cells]:
    """Yield one row for every unit that is in a class, period by period, or season by season."""
    for rule in book.classes.values():
        if rule.of.startswith(SEASON):
            finals = [board for board in boards if board.final and board.rule.code == rule.of.removeprefix(SEASON)]
            units = {unit.code: unit for result in results if result.kind == rule.kind for unit in result.units}
            for name in dict.fromkeys(board.season for board in finals):
                lines = [line for board in finals if board.season == name for line in board.lines]
                values = {line.unit: Fraction(line.value) for line in lines if line.value is not None}
                places = _season_places(rule, book.seasons[rule.of.removeprefix(SEASON)], lines)
                for peers in _value_peers(rule, results, values):
                    yield from _classed(book, rule, name, peers, units, places)
        else:
            for result in (result for result in results if result.kind == rule.kind):
                units = {unit.code: unit for unit in result.units}
                for members in _peers(rule.scope, result):
                    column = quantity(rule.of, result.scored, result.total)
                    found = {result.units[at].code: column.at(at) for at in members.tolist()}
                    yield from _classed(book, rule, result.period, found, units)


def _season_places(rule: ClassRule, board: Season, lines: Sequence[SeasonResult]) -> dict[str, int] | None:
    """Return the places of a season, that its ties are broken by; None where they are not of those compared here."""
    if rule.scope == "all" and board.scope == "group":
        return None
    return {line.unit: line.place for line in lines if line.value is not None and line.place}


def _value_peers(
    rule: ClassRule, results: Sequence[Result], values: Mapping[str, Fraction]
) -> Iterator[dict[str, Fraction]]:
    first = next(result for result in results if result.kind == rule.kind)
    for members in _peers(rule.scope, first):
        codes = [first.units[at].code for at in members.tolist()]
        yield {code: values[code] for code in codes if code in values}


def _classed(
    book: RuleBook,
    rule: ClassRule,
    period: str,
    values: Mapping[str, Fraction | None],
    units: Mapping[str, Unit],
    places: Mapping[str, int] | None = None,
) -> Iterator[Cells]:
    counted = frozenset(code for code in values if units[code].counts)
    for code, found in sorted(classes(rule, values, counted, places).items()):
        unit = units[code]
        if unit.competes:
            yield [
                period,
                rule.code,
                rule.kind,
                unit.group or "",
                code,
                unit.name,
                shown(found.value, book, _rounding(book, rule)),
                found.step.code,
                "" if found.cut is None else plain_text(found.cut, 12),
                "" if found.step.effect is None else plain_text(found.step.effect, 12),
            ]


def _rounding(book: RuleBook, rule: ClassRule) -> Rounding | None:
    """Return how the quantity of a class is rounded; None where it is not."""
    if rule.of.startswith(SEASON):
        return book.seasons[rule.of.removeprefix(SEASON)].round
    return rounding_of(book, rule.kind, rule.of)

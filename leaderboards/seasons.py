"""Months of a year become a season as the rule book says: rounds from snapshots, results as places on a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import msgspec

from core.points import CENTS, fraction_text, rounded_fraction
from leaderboards.flags import NOT_RANKED, RANKED
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.standing_names import COUNT, NODE
from scoring.book_parts import Rounding
from scoring.book_result_checks import KPI
from scoring.book_results import Season
from scoring.grid import Grid
from scoring.rulebook import RuleBook
from scoring.season import Number, Round, season

Scores = Mapping[str, Mapping[int, int | None]]
"""Scores of KPIs in cents, by KPI and unit."""
MOST_PLACES = 30


@dataclass(frozen=True)
class SeasonPlace:
    """One unit in a season: its value in cents, its place (None without one), whether it is shared."""

    value: int | None
    place: int | None
    tied: bool


def season_of(book: RuleBook, card: str) -> Season | None:
    """Return the season that the rule book makes for a kind, the first where there are several."""
    return next((rule for rule in book.seasons.values() if rule.kind == card), None)


def kpis_looked_at(rule: Season) -> tuple[str, ...]:
    """Return the KPIs whose scores a season needs."""
    names = [rule.of, *(breaker.field for breaker in rule.breakers if breaker.field is not None)]
    return tuple(dict.fromkeys(name.removeprefix(KPI) for name in names if name.startswith(KPI)))


def season_places(
    rule: Season, boards: Sequence[MonthBoard], units: Sequence[Standing], scores: Sequence[Scores], *, in_group: bool
) -> dict[int, SeasonPlace]:
    """Return the season of some units of a card; a round is a month of the year, called 1 to 12."""
    among, in_cents = {one.unit_id for one in units}, _in_cents(rule)
    rounds = [_round(rule, board, among, found, in_group=in_group) for board, found in zip(boards, scores, strict=True)]
    return {int(one.unit): SeasonPlace(_cents(one.value), one.place, one.tied) for one in season(in_cents, rounds)}


def _in_cents(rule: Season) -> Season:
    """Return a season whose numbers are cents: whole ones add and compare faster."""
    step = None if rule.round is None else Decimal(fraction_text(Grid.of(rule.round).step * CENTS, MOST_PLACES))
    return msgspec.structs.replace(
        rule,
        round=None if rule.round is None else Rounding(step=step, mode=rule.round.mode),
        missing_value=None if rule.missing_value is None else rule.missing_value * CENTS,
    )


def _cents(value: Number | None) -> int | None:
    return None if value is None else rounded_fraction(Fraction(value), 0)


def _round(rule: Season, board: MonthBoard, among: set[int], scores: Scores, *, in_group: bool) -> Round:
    run = [one for one in board.by_card.get(rule.kind, ()) if one.unit_id in among]
    others = {breaker.field for breaker in rule.breakers if breaker.field is not None}
    on_board = {str(one.unit_id): one.rank_in(in_group=in_group) for one in run} if rule.of == "total" else {}
    return Round(
        name=str(board.month % 100),
        values=_values(rule.of, board, run, scores),
        places={unit: place for unit, place in on_board.items() if place is not None},
        items=_items(rule, board, run),
        others={name: _values(name, board, run, scores) for name in others},
    )


def _values(name: str, board: MonthBoard, run: Sequence[Standing], scores: Scores) -> dict[str, Number]:
    """Return a quantity of the month's units in cents; who has too little data has no total, who is only shown has nothing."""
    run = [one for one in run if one.status in {RANKED, NOT_RANKED}]
    if name == "total":
        cents = {one.unit_id: one.total if one.ranked else None for one in run}
    elif name.startswith(KPI):
        cents = {one.unit_id: scores.get(name.removeprefix(KPI), {}).get(one.unit_id) for one in run}
    elif name in board.detail.processes:
        column = board.detail.processes.index(name)
        cents = {one.unit_id: one.processes[column] for one in run}
    else:
        cents = {one.unit_id: board.beside(one, NODE + name) for one in run}
    return {str(unit): value for unit, value in cents.items() if value is not None}


def _items(rule: Season, board: MonthBoard, run: Sequence[Standing]) -> dict[str, dict[str, dict[str, Number]]]:
    found: dict[str, dict[str, dict[str, Number]]] = {}
    for breaker in rule.breakers:
        if (breaker.countback or "").startswith(KPI):
            kpi = str(breaker.countback).removeprefix(KPI)
            found[kpi] = {
                str(one.unit_id): {item: board.beside(one, f"{COUNT}{kpi}:{item}") or 0 for item in breaker.items}
                for one in run
            }
    return found

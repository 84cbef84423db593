"""What a month takes over from the one before it, from a board and its lines at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from leaderboards.inputs import MonthInputs, holds_last
from leaderboards.month_board import MonthBoard
from leaderboards.standing_names import NODE
from scoring.packing import PackedLine
from scoring.rulebook import RuleBook

Lines = Mapping[int, Sequence[PackedLine]]


def takes_over(book: RuleBook) -> bool:
    """Tell whether a month depends on what the month before came to, beyond the facts of that month."""
    improving = any(breaker.field == "improvement" for board in book.boards.values() for breaker in board.breakers)
    return improving or bool(book.department.improvement) or holds_last(book) or bool(book.held_nodes())


def carried(inputs: MonthInputs, before: MonthBoard | None, lines: Lines) -> MonthInputs:
    """Return the inputs of a month that goes on from a board of the month before; from nothing without one."""
    if before is None:
        return replace(inputs, previous_totals={}, previous_city={}, held={}, held_nodes={})
    book, wanted = inputs.book, set(inputs.kpi_ids.values())
    improving = any(breaker.field == "improvement" for board in book.boards.values() for breaker in board.breakers)
    totals = {one.unit_id: one.total for one in before.by_unit.values() if one.total is not None}
    held = {
        (line.kpi_id, unit): line.score
        for unit, each in (lines.items() if holds_last(book) else ())
        for line in each
        if line.has_score and line.score >= 0 and line.kpi_id in wanted
    }
    return replace(
        inputs,
        previous_totals=totals if improving else {},
        previous_city={code: Fraction(text) for code, text in before.detail.city.items()}
        if book.department.improvement
        else {},
        held=held,
        held_nodes={
            code: _column(before, NODE + code) for code in book.held_nodes() if NODE + code in before.detail.measures
        },
    )


def _column(before: MonthBoard, name: str) -> dict[int, int]:
    at = before.detail.measures.index(name)
    return {one.unit_id: value for one in before.by_unit.values() if (value := one.measures[at]) is not None}

"""The numbers a contest looks at: those of the boards, by the face that may be read, or as they were known at an instant."""

from collections.abc import Mapping
from datetime import date

import msgspec

from leaderboards.board_rows import TOTAL, Ranking
from leaderboards.month_board import MonthBoard
from leaderboards.queries.snapshots import month_board
from leaderboards.rankings import by_total, by_values, process_values
from months.contests.spec import Spec
from org.organisation import Organisation


class Numbers(msgspec.Struct, frozen=True):
    """By unit its number in cents, None without a place; whom the board does not name; whether it is too small to hide anyone."""

    by_unit: Mapping[int, int | None]
    hidden: frozenset[int]
    small: bool


async def numbers_at(month: int, spec: Spec) -> Numbers:
    """Return the numbers of a month as everybody may read them now."""
    return numbers_of(await month_board(month), spec)


def numbers_of(board: MonthBoard, spec: Spec) -> Numbers:
    """Return the numbers of one board."""
    if spec.card not in board.heads or spec.measure not in (TOTAL, *board.detail.processes):
        return Numbers({}, frozenset(), small=False)
    ranking = _ranking(board, spec)
    told = {entry.standing.unit_id: entry.value if entry.rank is not None else None for entry in ranking.entries}
    return Numbers(told, ranking.hidden, ranking.small)


def without_closed(found: Numbers, organisation: Organisation, before: date) -> Numbers:
    """Return numbers without those of units closed before a day: who is no more is neither beaten nor beats anybody."""
    closed = {one.id for one in organisation.units.values() if one.closed_on is not None and one.closed_on < before}
    told = {unit: None if unit in closed else cents for unit, cents in found.by_unit.items()}
    return msgspec.structs.replace(found, by_unit=told)


def _ranking(board: MonthBoard, spec: Spec) -> Ranking:
    if spec.measure == TOTAL:
        return by_total(board, spec.card, None)
    return by_values(board, spec.card, None, process_values(board, spec.card, spec.measure), spec.measure)

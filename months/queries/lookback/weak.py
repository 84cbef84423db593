"""The heat map of weak points over the last twelve public months, of the units that the viewer may look into."""

import asyncio

import msgspec

from core.errors import NotFound, problem
from core.language import Text
from leaderboards.month_board import MonthBoard
from leaderboards.queries.snapshots import month_board
from months.lookback.weak import WeakCell, weak_cells, weakest_first
from months.queries.lookback.hall import public_months
from org.visibility import Scope
from scoring.queries.rules import book_of

MOST_MONTHS = 12


class WeakRow(msgspec.Struct, frozen=True, kw_only=True):
    """One unit: its cells in the order of the processes."""

    unit_id: int
    code: str
    name: Text
    cells: tuple[WeakCell, ...]


class WeakPoints(msgspec.Struct, frozen=True, kw_only=True):
    """Units against processes: the unit with the weakest cell first."""

    months: tuple[int, ...]
    cards: tuple[tuple[str, Text], ...]
    card: str
    processes: tuple[tuple[str, Text], ...]
    rows: tuple[WeakRow, ...]
    units: int
    """How many there are in all."""


class UnitWeakness(msgspec.Struct, frozen=True, kw_only=True):
    """One unit: processes against months, scores in cents; `weakest` are months and processes of its lowest score."""

    unit_id: int
    code: str
    name: Text
    months: tuple[int, ...]
    processes: tuple[tuple[str, Text], ...]
    scores: tuple[tuple[int | None, ...], ...]
    """By process, each with one score a month."""
    cells: tuple[WeakCell, ...]


async def weak_points(scope: Scope, card: str | None = None, *, first: int = 0, limit: int = 50) -> WeakPoints:
    """Return the heat map of a card; NotFound where no month is public or the viewer looks into nobody."""
    boards = await _boards()
    cards = _cards(boards[-1], scope)
    if not cards:
        raise _nothing()
    chosen = card if card in dict(cards) else _usual(boards[-1], [code for code, _ in cards])
    processes = await _processes(boards, chosen)
    cells, order = await _ordered(boards, scope, chosen, [code for code, _ in processes])
    return WeakPoints(
        months=tuple(board.month for board in boards),
        cards=cards,
        card=chosen,
        processes=processes,
        rows=tuple(_row(boards, unit, cells[unit]) for unit in order[first : first + limit]),
        units=len(order),
    )


async def unit_weakness(unit_id: int) -> UnitWeakness:
    """Return one unit month by month; whether it may be looked into is the caller's to ask."""
    boards = [board for board in await _boards() if unit_id in board.by_unit]
    if not boards:
        raise _nothing()
    standing = boards[-1].by_unit[unit_id]
    processes = await _processes(boards, standing.card)
    rows = [_scores(board, unit_id, [code for code, _ in processes]) for board in boards]
    return UnitWeakness(
        unit_id=unit_id,
        code=standing.code,
        name=standing.name,
        months=tuple(board.month for board in boards),
        processes=processes,
        scores=tuple(zip(*rows, strict=True)),
        cells=weak_cells(rows),
    )


async def _boards() -> list[MonthBoard]:
    months = (await public_months())[-MOST_MONTHS:]
    if not months:
        raise _nothing()
    return [await month_board(month) for month in months]


def _cards(board: MonthBoard, scope: Scope) -> tuple[tuple[str, Text], ...]:
    """Return the cards that have scores of processes and a unit that the viewer may look into."""
    return tuple(
        (code, head.name)
        for code, head in board.heads.items()
        if any(
            scope.detail(one.unit_id) and any(value is not None for value in one.processes)
            for one in board.by_card[code]
        )
    )


def _usual(board: MonthBoard, cards: list[str]) -> str:
    """Return the first card that competes, persons aside: the one that boards begin with too."""
    wanted = [code for code in board.competing if code in cards] or cards
    return next((code for code in wanted if not board.heads[code].person), wanted[0])


async def _processes(boards: list[MonthBoard], card: str) -> tuple[tuple[str, Text], ...]:
    """Return the processes that the card is scored by, in the order of the rule book."""
    last = boards[-1]
    book = await book_of(last.detail.rule_book)
    head = last.heads.get(card)
    own = {book.kpis[code].process for code in head.kpis if code in book.kpis} if head else set()
    own = own or set(last.detail.processes)
    return tuple((code, book.processes[code].name) for code in last.detail.processes if code in own)


async def _ordered(
    boards: list[MonthBoard], scope: Scope, card: str, codes: list[str]
) -> tuple[dict[int, tuple[WeakCell, ...]], list[int]]:
    """Return cells and order of the units; those of everybody are worked out once for all who see everybody."""

    def work() -> tuple[dict[int, tuple[WeakCell, ...]], list[int]]:
        cells = _cells(boards, scope, card, codes)
        return cells, weakest_first(cells)

    key = ("weak points", card, tuple(board.snapshot_id for board in boards))
    held: tuple[dict[int, tuple[WeakCell, ...]], list[int]] | None = boards[-1].kept(key, lambda: None)
    if held is not None and scope.sees_all:
        return held
    found = await asyncio.to_thread(work)
    if scope.sees_all:
        boards[-1].keep(key, found)
    return found


def _cells(boards: list[MonthBoard], scope: Scope, card: str, codes: list[str]) -> dict[int, tuple[WeakCell, ...]]:
    units = [one.unit_id for one in boards[-1].by_card[card] if scope.detail(one.unit_id)]
    return {
        unit: weak_cells([_scores(board, unit, codes) for board in boards if unit in board.by_unit]) for unit in units
    }


def _scores(board: MonthBoard, unit_id: int, codes: list[str]) -> tuple[int | None, ...]:
    standing = board.by_unit[unit_id]
    known = dict(zip(board.detail.processes, standing.processes, strict=True))
    return tuple(known.get(code) for code in codes)


def _row(boards: list[MonthBoard], unit_id: int, cells: tuple[WeakCell, ...]) -> WeakRow:
    standing = boards[-1].by_unit[unit_id]
    return WeakRow(unit_id=unit_id, code=standing.code, name=standing.name, cells=cells)


def _nothing() -> NotFound:
    zh, en = "还没有可以回看的公布月份。", "There is no published month to look back on."
    return NotFound(problem("nothing_public", zh, en))

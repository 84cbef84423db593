"""The heat map of weak points over the last twelve public months, of the units that the viewer may look into."""

import asyncio
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from core.errors import NotFound, problem
from core.language import Text
from leaderboards.month_board import MonthBoard, Standing
from leaderboards.queries.snapshots import month_board
from months.lookback.weak import WeakCell, weak_cells, weakest_first
from months.queries.lookback.hall import public_months
from org.visibility import Scope
from scoring.queries.rules import book_of
from scoring.rulebook import RuleBook

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


class Sight(msgspec.Struct, frozen=True):
    """What one reader sees: units whole, and of the branches those processes that the reader's own department answers for."""

    scope: Scope
    book: RuleBook
    answers: frozenset[str]

    def whole(self, unit_id: int) -> bool:
        """Tell whether all processes of a unit are shown."""
        return self.scope.detail(unit_id)

    def sees(self, one: Standing) -> bool:
        """Tell whether anything of a unit is shown."""
        return self.whole(one.unit_id) or (bool(self.answers) and one.card == self.book.department.branch_kind)

    def scores(self, board: MonthBoard, unit_id: int, codes: Sequence[str]) -> tuple[int | None, ...]:
        """Return the scores of a unit that are shown, in the order of the processes."""
        found = _scores(board, unit_id, codes)
        if self.whole(unit_id):
            return found
        return tuple(score if code in self.answers else None for code, score in zip(codes, found, strict=True))

    def cells(self, boards: Sequence[MonthBoard], unit_id: int, codes: Sequence[str]) -> tuple[WeakCell, ...]:
        """Return the cells of a unit; which process was its weakest is for those who see them all."""
        found = weak_cells([self.scores(board, unit_id, codes) for board in boards if unit_id in board.by_unit])
        return found if self.whole(unit_id) else tuple(replace(cell, weakest=None) for cell in found)


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


async def weak_points(
    scope: Scope, card: str | None = None, *, usual: str | None = None, first: int = 0, limit: int = 50
) -> WeakPoints:
    """Return the heat map of a card; NotFound where no month is public or the viewer looks into nobody.

    `usual` is the kind of the reader's own unit; those of a department begin with the branches.
    """
    boards = await _boards()
    sight = await _sight(boards[-1], scope)
    cards = _cards(boards[-1], sight)
    if not cards:
        raise _nothing()
    begins = sight.book.department.branch_kind if sight.answers and not scope.sees_all else usual
    chosen = next((one for one in (card, begins) if one in dict(cards)), None) or _usual(boards[-1], cards)
    processes = _processes(boards[-1], sight.book, chosen)
    if not any(sight.whole(one.unit_id) for one in boards[-1].by_card[chosen]):
        processes = tuple(one for one in processes if one[0] in sight.answers)
    cells, order = await _ordered(boards, sight, chosen, [code for code, _ in processes])
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
    processes = _processes(boards[-1], await book_of(boards[-1].detail.rule_book), standing.card)
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


async def _sight(board: MonthBoard, scope: Scope) -> Sight:
    """Return what a reader sees; a department's own people are told on its page what each branch scores in its processes."""
    book = await book_of(board.detail.rule_book)
    own = {one.code for one in board.by_card.get(book.department.kind, ()) if scope.detail(one.unit_id)}
    return Sight(scope, book, frozenset(code for code, shares in book.responsibility.items() if own & shares.keys()))


def _cards(board: MonthBoard, sight: Sight) -> tuple[tuple[str, Text], ...]:
    """Return the cards that have scores of processes and a unit of which the viewer is shown some."""
    codes = board.detail.processes
    return tuple(
        (code, head.name)
        for code, head in board.heads.items()
        if any(
            sight.sees(one) and any(value is not None for value in sight.scores(board, one.unit_id, codes))
            for one in board.by_card[code]
        )
    )


def _usual(board: MonthBoard, cards: tuple[tuple[str, Text], ...]) -> str:
    """Return the first card that competes, persons aside: the one that boards begin with too."""
    known = [code for code, _ in cards]
    wanted = [code for code in board.competing if code in known] or known
    return next((code for code in wanted if not board.heads[code].person), wanted[0])


def _processes(last: MonthBoard, book: RuleBook, card: str) -> tuple[tuple[str, Text], ...]:
    """Return the processes that the card is scored by, in the order of the rule book; a department is by those it answers for."""
    head = last.heads.get(card)
    own = {book.kpis[code].process for code in head.kpis if code in book.kpis} if head else set()
    own = set(book.responsibility) if card == book.department.kind else own or set(last.detail.processes)
    return tuple((code, book.processes[code].name) for code in last.detail.processes if code in own)


async def _ordered(
    boards: list[MonthBoard], sight: Sight, card: str, codes: list[str]
) -> tuple[dict[int, tuple[WeakCell, ...]], list[int]]:
    """Return cells and order of the units; those of everybody are worked out once for all who see everybody."""

    def work() -> tuple[dict[int, tuple[WeakCell, ...]], list[int]]:
        units = [one.unit_id for one in boards[-1].by_card[card] if sight.sees(one)]
        cells = {unit: sight.cells(boards, unit, codes) for unit in units}
        return cells, weakest_first(cells)

    key = ("weak points", card, tuple(board.snapshot_id for board in boards))
    held: tuple[dict[int, tuple[WeakCell, ...]], list[int]] | None = boards[-1].kept(key, lambda: None)
    if held is not None and sight.scope.sees_all:
        return held
    found = await asyncio.to_thread(work)
    if sight.scope.sees_all:
        boards[-1].keep(key, found)
    return found


def _scores(board: MonthBoard, unit_id: int, codes: Sequence[str]) -> tuple[int | None, ...]:
    standing = board.by_unit[unit_id]
    known = dict(zip(board.detail.processes, standing.processes, strict=True))
    return tuple(known.get(code) for code in codes)


def _row(boards: list[MonthBoard], unit_id: int, cells: tuple[WeakCell, ...]) -> WeakRow:
    standing = boards[-1].by_unit[unit_id]
    return WeakRow(unit_id=unit_id, code=standing.code, name=standing.name, cells=cells)


def _nothing() -> NotFound:
    zh, en = "还没有可以回看的公布月份。", "There is no published month to look back on."
    return NotFound(problem("nothing_public", zh, en))

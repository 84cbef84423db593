"""What a simulation reads of the past: each month once for both rule books, and nothing is written."""

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING, Generic, TypeVar

import scoring.queries.rules
from coaching.history import Month
from core.database import Connection
from leaderboards.queries import stored
from leaderboards.queries.month_inputs import cells_of
from org.queries import organisation_of_month
from scoring.queries.refolding import cells_folded_anew
from scoring.queries.rules import Catalogue, Rules
from scoring.rulebook import RuleBook

if TYPE_CHECKING:  # numpy is imported late: this package is also read by pages
    from leaderboards.frame import Frame
    from scoring.bulk import UnitCells
    from scoring.pooling import Pool

KEPT = 8
T = TypeVar("T")


class _Memory(Generic[T]):
    """The last few things by keys that can only be compared."""

    def __init__(self) -> None:
        self._held: list[tuple[object, T]] = []

    def get(self, key: object) -> T | None:
        return next((value for known, value in self._held if known == key), None)

    def keep(self, key: object, value: T) -> T:
        self._held.append((key, value))
        del self._held[:-KEPT]
        return value


class Reading:
    """Cells, trees and pools read so far; of each kind the last few are kept, since months are gone through in order."""

    def __init__(self, numbers: Catalogue) -> None:
        self.numbers = numbers
        self._frames: _Memory[Frame] = _Memory()
        self._pools: _Memory[Pool] = _Memory()
        self._months: _Memory[Month] = _Memory()
        self._read: _Memory[UnitCells] = _Memory()

    async def frame(self, month: int, book: RuleBook) -> "Frame":
        """Return who stands where in a month; rule books with the same kinds share it."""
        from leaderboards.frame import framed

        organisation = await organisation_of_month(month)
        key = (month, book.kinds)
        return self._frames.get(key) or self._frames.keep(key, await asyncio.to_thread(framed, organisation, book))

    async def pool(
        self, connection: Connection, rules: Rules, numbers: Catalogue, frame: "Frame", month: int
    ) -> "Pool":
        """Return the facts of a month added up a tree; once for all rules and months that add up alike."""
        key = (month, _tree_of(frame), _adding(rules.book, frame, numbers))
        held = self._pools.get(key)
        if held is not None:
            return held
        from leaderboards.pools import pool_of

        cells = await self._cells(connection, month, _trimmed(rules.book, numbers))
        return self._pools.keep(key, await asyncio.to_thread(pool_of, rules.book, numbers.kpis, frame, cells))

    async def stored_month(self, month: int, cards: Collection[str]) -> Month | None:
        """Return a month as it was really ranked, with the lines of some cards; None without a board."""
        key = (month, frozenset(cards))
        held = self._months.get(key)
        board = await stored.shown_board(month) if held is None else None
        if board is None:
            return held
        book = (await scoring.queries.rules.rules_of(month)).book
        units = [standing.unit_id for standing in board.by_unit.values() if standing.card in cards]
        lines = await stored.lines_of(board.snapshot_id, units)
        return self._months.keep(key, Month(board=board, lines=lines, book=book))

    async def _cells(self, connection: Connection, month: int, trimmed: frozenset[int]) -> "UnitCells":
        key = (month, trimmed)
        held = self._read.get(key)
        if held is not None:
            return held
        own = _trimmed((await scoring.queries.rules.rules_of(month)).book, self.numbers)
        as_stored = own == trimmed
        read = cells_of(connection, month) if as_stored else cells_folded_anew(connection, month, trimmed)
        return self._read.keep(key, await read)


def _tree_of(frame: "Frame") -> tuple[object, ...]:
    """Return what two trees that add up alike have in common."""
    tree = frame.tree
    steps = tuple(
        (one.children.tobytes(), one.starts.tobytes(), one.parents.tobytes(), one.employment) for one in tree.steps
    )
    return tree.kind_codes, tree.ids.tobytes(), tree.kinds.tobytes(), steps


def _adding(book: RuleBook, frame: "Frame", numbers: Catalogue) -> tuple[object, ...]:
    """Return what of a rule book decides how facts add up: where they stay, which rise, whose ratings are trimmed."""
    stays = tuple(sorted((code, tuple(kpi.stays_with)) for code, kpi in book.kpis.items() if kpi.stays_with))
    rising = frozenset(code for card in frame.rising for code in book.kpis_of(card))
    return stays, rising, _trimmed(book, numbers)


def _trimmed(book: RuleBook, numbers: Catalogue) -> frozenset[int]:
    codes = (code for code, kpi in book.kpis.items() if kpi.aggregation == "trimmed_mean")
    return frozenset(numbers.kpis[code] for code in codes if code in numbers.kpis)

"""Whole columns read at once: clean cells by vector, each distinct other text once by the reader of single cells.

What the two ways make of a cell is the same; `tests/intake/test_columns.py` holds them against each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from core.sheets.grid import Cell, Column
from scoring.intake.catalogue import MICRO
from scoring.intake.numerals import Mark, Number, read_number
from scoring.intake.reasons import Reason

Read = TypeVar("Read")
CLEAN = r"^-?[0-9]{1,8}(?:\.[0-9]{1,6})?$"
_BINARY = (float, int)
MOST_CLEAN = 10**14
"""A binary cell below this, in 1/1,000,000, has at most 15 digits, so that its decimal is certain."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of `Number`s, field by field."""

    micro: NDArray[np.int64]
    mark: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    note: NDArray[np.uint8]

    def at(self, place: int) -> Number:
        """Return one cell as the reader of single cells gave it."""
        return Number(int(self.micro[place]), Mark(self.mark[place]), Reason(self.reason[place]), self.note[place])

    def __getitem__(self, places: NDArray[np.intp] | NDArray[np.bool_] | slice) -> "Numbers":
        return Numbers(self.micro[places], self.mark[places], self.reason[places], self.note[places])


@dataclass(frozen=True, slots=True)
class Labels:
    """A column of words: the distinct cells, and for each row which of them it holds."""

    codes: NDArray[np.int32]
    values: Sequence[Cell]

    def taken(self, read: Callable[[Cell], Read]) -> list[Read]:
        """Return what a reader makes of each distinct cell."""
        return [read(value) for value in self.values]


def empty_numbers(height: int) -> Numbers:
    zeros = np.zeros(height, np.uint8)
    return Numbers(np.zeros(height, np.int64), zeros, np.full(height, Reason.EMPTY, np.uint8), zeros)


def numbers(column: Column, percents: frozenset[int] = frozenset(), *, quick: bool = True) -> Numbers:
    """Return a column as numbers; `percents` are its rows with a percentage format; not quick: cell by cell."""
    if isinstance(column, pl.Series):
        return _of_texts(column, quick=quick)
    return _of_cells(column, percents, quick=quick)


def _of_texts(texts: pl.Series, *, quick: bool) -> Numbers:
    found = _blank(texts.len())
    clean = (
        texts.str.contains(CLEAN).fill_null(value=False) if quick else pl.Series([False]).new_from_index(0, len(texts))
    )
    if clean.any():
        micro = texts.cast(pl.Decimal(18, 6), strict=False).to_physical().cast(pl.Int64, strict=False)
        found.micro[:] = micro.fill_null(0).to_numpy()
    rest = (~clean).arg_true().to_numpy()
    if len(rest):
        _put(found, rest, texts.gather(rest).to_list())
    return found


def _of_cells(cells: tuple[Cell, ...], percents: frozenset[int], *, quick: bool) -> Numbers:
    found = _blank(len(cells))
    kinds = set(map(type, cells))
    if kinds == {float}:
        binary = np.ones(len(cells), bool)
        floats = np.array(cells, np.float64)
    else:
        binary = np.fromiter((type(cell) in _BINARY for cell in cells), bool, len(cells))
        floats = np.zeros(len(cells))
        floats[binary] = [_bounded(cell) for cell in cells if type(cell) in _BINARY]
    micro, exact = exact_micro(floats, percents)
    plain = binary & exact if quick else np.zeros(len(cells), bool)
    found.micro[plain] = micro[plain]
    if percents:
        formatted = np.fromiter(percents, np.intp, len(percents))
        formatted = formatted[formatted < len(cells)]
        found.mark[formatted[plain[formatted]]] = Mark.PERCENT
    rest = np.flatnonzero(~plain)
    if len(rest):
        _put(found, rest, [cells[row] for row in rest.tolist()], percents)
    return found


def _bounded(cell: Any) -> float:  # noqa: ANN401 - a cell known to be a number
    """Return a numeric cell as binary; a whole number beyond all binary ones is left to the reader of single cells."""
    return float(cell) if abs(cell) < MOST_CLEAN else float("nan")


def exact_micro(
    floats: NDArray[np.float64], percents: frozenset[int] = frozenset()
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return binary cells in 1/1,000,000 and for which of them this is certain.

    A whole number n of at most 15 digits is certain for x when n / 10^6, divided with correct rounding, is x again:
    two decimals of 15 digits never share a binary number, so n is the shortest decimal of x. Percentage cells count
    a hundredfold.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.rint(floats * MICRO)
        exact = (np.abs(scaled) < MOST_CLEAN) & (scaled / MICRO == floats)
    micro = np.where(exact, scaled, 0).astype(np.int64)
    if percents:
        rows = np.fromiter(percents, np.intp, len(percents))
        micro[rows[rows < len(floats)]] *= 100
    return micro, exact


def labels(column: Column) -> Labels:
    """Return a column as labels; empty text and None are both None."""
    if isinstance(column, pl.Series):
        known = column.unique(maintain_order=True).drop_nulls()
        if len(known) * 4 > len(column) or "" in known:
            return _labels_of(column.to_list())
        codes = column.cast(pl.Enum(known)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        return Labels(codes, known.to_list())
    return _labels_of(column)


def _labels_of(cells: Sequence[Cell]) -> Labels:
    places: dict[tuple[type, Cell], int] = {}
    codes = np.fromiter(
        (-1 if cell is None or cell == "" else places.setdefault((type(cell), cell), len(places)) for cell in cells),
        np.int32,
        len(cells),
    )
    return Labels(codes, [cell for _, cell in places])


def as_text(cell: Cell) -> str:
    """Return a cell as the text of a name or code: a whole number without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _blank(height: int) -> Numbers:
    return Numbers(
        np.zeros(height, np.int64), np.zeros(height, np.uint8), np.zeros(height, np.uint8), np.zeros(height, np.uint8)
    )


def _put(found: Numbers, rows: NDArray[np.intp], cells: Sequence[Cell], percents: frozenset[int] = frozenset()) -> None:
    """Read the given cells one by one, each distinct one once, and put them into their rows."""
    known: dict[tuple[type, Cell, bool], Number] = {}
    read = []
    for row, cell in zip(rows.tolist(), cells, strict=True):
        key = (type(cell), cell, row in percents)
        number = known.get(key)
        if number is None:
            number = known[key] = read_number(cell, percent=key[2])
        read.append(number)
    micro, mark, reason, note = zip(*read, strict=True)
    found.micro[rows], found.mark[rows], found.reason[rows], found.note[rows] = micro, mark, reason, note

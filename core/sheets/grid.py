"""What a file holds once it is read: sheets of cells, kept by column because columns are what is worked on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

import polars as pl

from core.language import Text

Cell: TypeAlias = str | float | int | bool | date | datetime | time | timedelta | None
Column: TypeAlias = pl.Series | tuple[Cell, ...]
"""A column of text (from CSV) or of typed cells (from a workbook)."""

LETTERS = 26


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged area, 0-based, both corners inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet; `percents` names the cells (column → rows) whose number format is a percentage.

    `headed` tells how many rows its heading has, where that is known: of a sheet that a program made.
    """

    name: str
    columns: tuple[Column, ...]
    height: int
    merged: tuple[Merged, ...] = ()
    percents: Mapping[int, frozenset[int]] = field(default_factory=dict)
    headed: int | None = None

    @property
    def width(self) -> int:
        return len(self.columns)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, None outside of the sheet."""
        if row >= self.height or column >= self.width:
            return None
        found: Cell = self.columns[column][row]
        return found

    def row(self, row: int) -> list[Cell]:
        return [self.cell(row, column) for column in range(self.width)]

    def head(self, rows: int) -> list[list[Cell]]:
        """Return the first rows with merged areas filled from their top left cell."""
        cells = [self.row(row) for row in range(min(rows, self.height))]
        for area in self.merged:
            _fill(cells, area)
        return cells

    def filled(self, column: int) -> Column:
        """Return a column in which each merged area repeats its value on all its rows."""
        values = self.columns[column]
        areas = [area for area in self.merged if area.left <= column <= area.right]
        if not areas or isinstance(values, pl.Series):
            return values
        cells = list(values)
        for area in areas:
            cells[area.top : area.bottom + 1] = [self.cell(area.top, area.left)] * (area.bottom + 1 - area.top)
        return tuple(cells[: self.height])


@dataclass(frozen=True, slots=True)
class Book:
    """All sheets that were read, and what was left out of reading."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Text, ...] = ()


def _fill(cells: list[list[Cell]], area: Merged) -> None:
    if area.top >= len(cells) or area.left >= len(cells[area.top]):
        return
    value = cells[area.top][area.left]
    for row in cells[area.top : area.bottom + 1]:
        width = min(area.right + 1, len(row)) - area.left
        row[area.left : area.left + width] = [value] * width


def letters(column: int) -> str:
    """Return the name of a 0-based column: 0 is A, 26 is AA."""
    name = ""
    rest = column + 1
    while rest:
        rest, letter = divmod(rest - 1, LETTERS)
        name = chr(ord("A") + letter) + name
    return name


def column_number(name: str) -> int:
    """Return the 0-based number of a column's name; ValueError when it is none."""
    number = 0
    for letter in name.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"not a column: {name!r}")
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def cell_name(row: int, column: int) -> str:
    """Return the name of a 0-based cell as spreadsheets write it: B5."""
    return f"{letters(column)}{row + 1}"


def by_column(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return columns of equal height from rows that may differ in length."""
    width = max(map(len, rows), default=0)
    level = [row if len(row) == width else [*row, *([None] * (width - len(row)))] for row in rows]
    return tuple(zip(*level, strict=True))

"""Facts that come as records (the JSON interface, a correction by hand), made a sheet so that one road judges all."""

from collections.abc import Sequence

import polars as pl

from core.sheets.grid import Book, Sheet
from scoring.intake.told import Record

MOST_TEXT = 200
MOST_WORDS = 2_000
FEW = 200
"""Up to so many records are read cell by cell, which is the sooner way for a few."""


FIELDS = ("unit", "kpi", "on", "value", "numerator", "denominator", "sample", "item", "cause", "words")


def book_of(records: Sequence[Record]) -> Book:
    """Return records as a book of one sheet; the n-th record stands in row n + 1, below the heading."""
    columns = tuple((name, *(_cell(getattr(record, name), name) for record in records)) for name in FIELDS)
    if len(records) <= FEW:
        return Book(sheets=(Sheet(name="", columns=columns, height=len(records) + 1, headed=1),))
    series = tuple(pl.Series(column[0], column, pl.String) for column in columns)
    return Book(sheets=(Sheet(name="", columns=series, height=len(records) + 1, headed=1),))


def _cell(told: str | float | None, name: str) -> str | None:
    """Return a field as the text of a cell; a binary number as the shortest decimal that reads back as the same."""
    text = told if isinstance(told, str) else "" if told is None else repr(told)
    return text[: MOST_WORDS if name == "words" else MOST_TEXT].replace("\0", "") or None

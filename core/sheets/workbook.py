"""XLSX and XLS, read in a process of their own that may die without harm."""

import marshal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.language import Text
from core.sheets import limits as words
from core.sheets.archive import ZIP, check_directory
from core.sheets.grid import Book, Cell, Merged, Sheet, by_column
from core.sheets.limits import LIMITS, Limits

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an XLS, or a password-protected XLSX, begins."""
CHILD = Path(__file__).with_name("child.py")
REFUSALS = {"bomb": words.bomb, "cells": words.too_long, "locked": words.locked, "broken": words.broken}
HIDDEN = Text(
    zh="隐藏的工作表没有读取：{names}。要入库请先取消隐藏。",
    en="Hidden sheets were not read: {names}. Unhide them to take them in.",
)
_TYPES: dict[str, Callable[[str], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
}


def is_workbook(data: bytes) -> bool:
    return data.startswith((ZIP, OLD))


def read_workbook(data: bytes, name: str, limits: Limits = LIMITS) -> Book:
    """Return the visible sheets; Invalid says why a file was refused. Blocks: call it in a thread."""
    if data.startswith(ZIP):
        check_directory(data, name, limits)
    answer = _asked(data, name, limits)
    if "refused" in answer:
        raise REFUSALS.get(answer["refused"], words.broken)(name)
    sheets = tuple(_sheet(found) for found in answer["sheets"])
    if any(sheet.width > limits.columns for sheet in sheets):
        raise words.too_long(name)
    notes = (HIDDEN.format(names="、".join(answer["hidden"])),) if answer["hidden"] else ()
    return Book(sheets=sheets, notes=notes)


def _asked(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-I", "-S", str(CHILD), str(_library_folder())]
    numbers = (limits.memory, limits.seconds, limits.unpacked, limits.cells, limits.sheets)
    try:
        done = subprocess.run(  # noqa: S603 - our own program with our own numbers
            [*command, *map(str, numbers)], input=data, capture_output=True, timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise words.too_long(name) from None
    if done.returncode != 0:
        raise _death(done.returncode, name)
    answer: dict[str, Any] = marshal.loads(done.stdout)  # noqa: S302 - written by our own child, never by the file
    return answer


def _death(code: int, name: str) -> Invalid:
    """Return the refusal for a child that ended by a signal (limits reached) or by a failure."""
    return words.too_long(name) if code < 0 else words.broken(name)


def _library_folder() -> Path:
    spec = find_spec("python_calamine")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("python_calamine")
    return Path(spec.origin).parent.parent


def _sheet(found: dict[str, Any]) -> Sheet:
    rows = found["rows"]
    if any(type(value) is tuple for row in rows for value in row):
        rows = [[_typed(value) for value in row] for row in rows]
    percents: dict[int, set[int]] = defaultdict(set)
    for row, column in found["percents"]:
        percents[column].add(row)
    return Sheet(
        name=found["name"],
        columns=by_column(rows),
        height=len(rows),
        merged=tuple(Merged(top, left, bottom, right) for (top, left), (bottom, right) in found["merged"]),
        percents={column: frozenset(rows) for column, rows in percents.items()},
    )


def _typed(value: Any) -> Cell:  # noqa: ANN401 - a cell as the child wrote it
    if type(value) is not tuple:
        plain: Cell = value
        return plain
    kind, text = value
    if kind == "span":
        return timedelta(seconds=text)
    return _TYPES[kind](text)

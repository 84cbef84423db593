"""CSV in the encodings and with the separators that spreadsheet programs really write."""

import csv
import io
import re

import polars as pl

from core.errors import Invalid
from core.sheets.grid import Sheet
from core.sheets.limits import LIMITS, Limits, refused, too_long

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = (",", ";", "\t")
LOOKED_AT = 20
SEPARATORS_IN_TEXT = 16
"""Separators may stand inside quoted cells too: only so many times the most columns is no sheet for certain."""


def read_csv(data: bytes, name: str, limits: Limits = LIMITS) -> Sheet:
    """Return a sheet of text columns in which empty cells are None; a row's number is its place in the file."""
    utf8 = as_utf8(data, name)
    separator = separator_of(utf8)
    if not _fits(utf8, separator.encode(), limits):
        raise too_long(name)
    frame = _simple(utf8, separator) if b'"' not in utf8 else None
    if frame is None:
        frame = _quoted(utf8.decode(), separator, name, limits)
    if frame.width > limits.columns:
        raise too_long(name)
    return Sheet(name="", columns=tuple(frame.get_columns()), height=frame.height)


def as_utf8(data: bytes, name: str) -> bytes:
    """Return the text as UTF-8 with plain line ends: UTF-8 with or without mark, UTF-16 with mark, else GB18030."""
    data = data.removeprefix(UTF8_MARK)
    encoding = "utf-16" if data.startswith(UTF16_MARKS) else "utf-8"
    try:
        text = data if encoding == "utf-8" and _is_utf8(data) else _decoded(data, encoding)
    except UnicodeDecodeError:
        raise not_text(name) from None
    if b"\0" in text:
        raise not_text(name)
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def not_text(name: str) -> Invalid:
    return refused(
        "file_not_text",
        "这个文件不是文本：请存成 CSV（UTF-8 或 GB18030）或 XLSX 再上传。",
        "The file is not text: save it as CSV (UTF-8 or GB18030) or XLSX.",
        name,
    )


def separator_of(utf8: bytes) -> str:
    """Return the separator that the first lines use most."""
    head = b"\n".join(utf8[:65_536].split(b"\n")[:LOOKED_AT]).decode("utf-8", "ignore")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(SEPARATORS, key=bare.count)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str) -> bytes:
    return data.decode("gb18030" if encoding == "utf-8" else encoding).encode()


def _simple(utf8: bytes, separator: str) -> pl.DataFrame | None:
    """Return the cells of a file without quotes, or None where it is too ragged for the quick way."""
    if not utf8.strip(b"\n"):
        return pl.DataFrame()
    head = utf8[:65_536].split(b"\n")[: LOOKED_AT * 5]
    width = max(line.count(separator.encode()) for line in head) + 1
    schema = {f"column_{number}": pl.String for number in range(width)}
    try:
        frame = pl.read_csv(
            utf8, has_header=False, schema=schema, separator=separator, quote_char=None, infer_schema=False
        )
    except pl.exceptions.PolarsError:
        return None
    return frame


def _fits(utf8: bytes, separator: bytes, limits: Limits) -> bool:
    """Tell whether the lines could be a table at all, before a cell is made of them: the widest one makes them all wide."""
    lines = utf8.count(b"\n") + 1
    if utf8.count(separator) <= limits.columns and lines <= limits.text_cells // limits.columns:
        return True
    if lines > limits.text_cells // 2:  # one column is no table
        return False
    width = max(line.count(separator) for line in io.BytesIO(utf8)) + 1
    return width <= limits.columns * SEPARATORS_IN_TEXT and (b'"' in utf8 or lines * width <= limits.text_cells)


def _quoted(text: str, separator: str, name: str, limits: Limits) -> pl.DataFrame:
    csv.field_size_limit(1 << 20)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        raise not_text(name) from None
    width = max(map(len, rows), default=0)
    if width > limits.columns or width * len(rows) > limits.text_cells:
        raise too_long(name)
    level = ([value or None for value in row] + [None] * (width - len(row)) for row in rows)
    columns = zip(*level, strict=True)
    return pl.DataFrame([pl.Series(f"column_{number}", cells, pl.String) for number, cells in enumerate(columns)])

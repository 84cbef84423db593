"""Any file that may hold a table, read by what it is and not by what its name says."""

from core.sheets.grid import Book, Sheet
from core.sheets.limits import LIMITS, Limits, too_large
from core.sheets.text import read_csv
from core.sheets.workbook import is_workbook, read_workbook


def read_book(data: bytes, name: str, limits: Limits = LIMITS) -> Book:
    """Return the sheets of a CSV, XLS or XLSX; Invalid with one sentence when it is none or goes beyond a limit."""
    if len(data) > limits.file:
        raise too_large(name)
    if is_workbook(data):
        return read_workbook(data, name, limits)
    sheet = read_csv(data, name, limits)
    return Book(sheets=(Sheet(name=sheet.name, columns=sheet.columns, height=sheet.height),))

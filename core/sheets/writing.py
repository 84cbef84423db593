"""CSV and XLSX for people to open: exact numbers stay numbers, every text passes `safe_text`."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from core.sheets.safe import safe_text

if TYPE_CHECKING:  # imported late: most processes never write a workbook
    import xlsxwriter

Value: TypeAlias = str | int | Decimal | date | bool | None
MOST_EXACT = 15
"""A spreadsheet keeps 15 digits; a longer number is written as text so that none is lost."""


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to write: heading rows first, then rows; `comments` and `bad` mark cells by (row, column)."""

    name: str
    rows: Sequence[Sequence[Value]]
    headings: int = 1
    widths: Sequence[int] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


def csv_bytes(rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a CSV that spreadsheet programs open as UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(pages: Sequence[Page]) -> bytes:
    """Return a workbook; no cell in it is a formula or a link."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - the same bytes from the same rows
        for page in pages:
            _write_page(book, page)
    for sheet in book.worksheets():
        vars(sheet).clear()  # it and its book hold each other: left so, every cell waits for the collector of garbage
    return out.getvalue()


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    return "" if value is None else str(value)


def _write_page(book: "xlsxwriter.Workbook", page: Page) -> None:
    sheet = book.add_worksheet(sheet_name(page.name))
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#EEF2F7", "border": 1})
    marked = book.add_format({"bg_color": "#FDE8E8", "font_color": "#9B1C1C"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, values in enumerate(page.rows):
        for column, value in enumerate(values):
            bad = marked if (row, column) in page.comments else None
            _write(sheet, (row, column), value, heading if row < page.headings else bad, day)
    for column, width in enumerate(page.widths):
        sheet.set_column(column, column, width)
    for (row, column), text in page.comments.items():
        sheet.write_comment(row, column, safe_text(text), {"x_scale": 2})
    for column, choices in page.choices.items():
        sheet.data_validation(page.headings, column, 5000, column, {"validate": "list", "source": list(choices)})
    sheet.freeze_panes(page.headings, 0)


def _write(
    sheet: "xlsxwriter.worksheet.Worksheet",
    place: tuple[int, int],
    value: Value,
    style: "xlsxwriter.format.Format | None",
    day: "xlsxwriter.format.Format",
) -> None:
    if value is None:
        if style is not None:
            sheet.write_blank(*place, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value, style)
    elif isinstance(value, int | Decimal) and len(Decimal(value).as_tuple().digits) <= MOST_EXACT:
        sheet.write_number(*place, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime(value.year, value.month, value.day), style or day)  # noqa: DTZ001 - a cell has no time zone
    else:
        sheet.write_string(*place, _plain(value), style)


def sheet_name(name: str) -> str:
    r"""Return a name that spreadsheet programs accept: at most 31 characters, none of []:*?/\\ and no edge quotes."""
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in name)[:31].strip("'") or "Sheet"

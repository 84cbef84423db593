"""One cell as a day or a span of days, written as people write dates."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import NamedTuple

from core.period import days_in, first_day, month_of
from core.sheets.grid import Cell
from scoring.intake.reasons import Note, Reason

EPOCH = date(1970, 1, 1)
SERIAL_ZERO = date(1899, 12, 30)
FIRST_SERIAL = 36_526
LAST_SERIAL = 73_050
"""Serial dates are believed from 2000 to 2099."""
FIRST_YEAR, LAST_YEAR = 2000, 2099
WEEK = 7
LONGEST_SPAN = 366


class Days(NamedTuple):
    """The first day as days since 1970-01-01 and the number of days; `reason` says why it is none."""

    start: int = 0
    span: int = 1
    reason: Reason = Reason.NONE
    note: Note = Note.NONE


BAD = Days(reason=Reason.BAD_DATE)
_TIME = r"(?:[t ]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?z?)?"
_FULL = re.compile(
    r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})[日号]?(?:[(]?(?:周|星期).[)]?)?" + _TIME, re.ASCII
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})月?(?:份)?", re.ASCII)
_MONTH_PACKED = re.compile(r"(\d{4})(\d{2})", re.ASCII)
_SHORT = re.compile(r"(\d{1,2})(?:月|[-/.])(\d{1,2})[日号]?", re.ASCII)
_MONTH_ALONE = re.compile(r"(\d{1,2})月(?:份)?", re.ASCII)
_DAY_ALONE = re.compile(r"(\d{1,2})[日号]", re.ASCII)
_ISO_WEEK = re.compile(r"(\d{4})(?:年)?-?(?:w|第)(\d{1,2})周?", re.ASCII)
_SPAN = re.compile(r"(.+?)(?:~|至|到|—|–|--)(.+)")
_SERIAL = re.compile(r"\d{5}(?:\.0+)?", re.ASCII)


def read_days(cell: Cell, month: int | None) -> Days:
    """Return a cell as days; `month` (yyyymm) gives the year, or the month, where the cell names none."""
    if cell is None:
        return whole_month(month) if month else Days(reason=Reason.NO_PERIOD)
    if isinstance(cell, datetime):
        return _one(cell.date())
    if isinstance(cell, date):
        return _one(cell)
    if isinstance(cell, bool):
        return BAD
    if isinstance(cell, float | int):
        if isinstance(cell, float) and not cell.is_integer():
            return BAD
        return _of_text(str(int(cell)), month)
    return (
        _of_text("".join(unicodedata.normalize("NFKC", cell).strip().casefold().split()), month)
        if isinstance(cell, str)
        else BAD
    )


def whole_month(month: int) -> Days:
    return _of(first_day(month), days_in(month))


def _one(day: date) -> Days:
    return _of(day, 1)


def _of(day: date, span: int, note: Note = Note.NONE) -> Days:
    if not FIRST_YEAR <= day.year <= LAST_YEAR or not 0 < span <= LONGEST_SPAN:
        return BAD
    return Days((day - EPOCH).days, span, Reason.NONE, note)


def _of_text(flat: str, month: int | None) -> Days:
    if not flat:
        return whole_month(month) if month else Days(reason=Reason.NO_PERIOD)
    try:
        return _absolute(flat) or _serial(flat) or _relative(flat, month) or _spanning(flat, month) or BAD
    except ValueError:
        return BAD


def _absolute(flat: str) -> Days | None:
    """Read what names its year."""
    if found := _FULL.fullmatch(flat) or _PACKED.fullmatch(flat):
        return _one(date(int(found[1]), int(found[2]), int(found[3])))
    if found := _ISO_WEEK.fullmatch(flat):
        return _of(date.fromisocalendar(int(found[1]), int(found[2]), 1), WEEK)
    if found := _MONTH_PACKED.fullmatch(flat) or _MONTH.fullmatch(flat):
        first = date(int(found[1]), int(found[2]), 1)
        return whole_month(month_of(first))
    return None


def _serial(flat: str) -> Days | None:
    if not _SERIAL.fullmatch(flat):
        return None
    number = int(flat.partition(".")[0])
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        return BAD
    return _of(SERIAL_ZERO + timedelta(days=number), 1, Note.SERIAL_DATE)


def _relative(flat: str, month: int | None) -> Days | None:
    """Read what needs the month that is being reported."""
    if month is None:
        return None
    year = month // 100
    if found := _SHORT.fullmatch(flat):
        return _one(date(year, int(found[1]), int(found[2])))
    if found := _MONTH_ALONE.fullmatch(flat):
        return whole_month(month_of(date(year, int(found[1]), 1)))
    if found := _DAY_ALONE.fullmatch(flat):
        return _one(date(year, month % 100, int(found[1])))
    return None


def _spanning(flat: str, month: int | None) -> Days | None:
    found = _SPAN.fullmatch(flat)
    if found is None:
        return None
    first, last = (_absolute(part) or _relative(part, month) for part in found.groups())
    if first is None or last is None or first.reason or last.reason:
        return BAD
    return _of(EPOCH + timedelta(days=first.start), last.start + last.span - first.start)

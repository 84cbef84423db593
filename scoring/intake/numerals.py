"""One cell as a number: exact to 6 decimals, with what was odd about it, or the reason why it is none.

Numeric cells of workbooks are binary; they are taken as the shortest decimal that reads back as the same number, at 15
digits, which is what the spreadsheet itself shows and keeps.
"""

import re
import unicodedata
from datetime import date, time, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from core.sheets.grid import Cell
from scoring.intake.catalogue import MEASURES, MICRO
from scoring.intake.reasons import Note, Reason
from scoring.intake.words import MISSING, SHEET_ERRORS

MOST = 9_000_000_000_000
"""No number in a fact is larger than this."""
LONGEST = 60
SECONDS = 60


class Mark(IntEnum):
    """The unit of measure that a cell names itself."""

    BARE = 0
    PERCENT = 1
    POINTS = 2
    MINUTES = 3
    EVENTS = 4
    PER_10K = 5


FITS: dict[Mark, frozenset[str]] = {
    Mark.BARE: frozenset(MEASURES),
    Mark.PERCENT: frozenset({"pct"}),
    Mark.POINTS: frozenset({"score_10", "score_100", "nps", "minute"}),
    Mark.MINUTES: frozenset({"minute"}),
    Mark.EVENTS: frozenset({"count"}),
    Mark.PER_10K: frozenset({"per_10k"}),
}
"""Which KPI units may carry a mark; 分 is both a point and a minute."""
COUNTED = frozenset({Mark.BARE, Mark.EVENTS, Mark.POINTS, Mark.MINUTES})
"""Marks that a numerator, a denominator or a sample may carry."""


class Number(NamedTuple):
    """A cell as read; `reason` is NONE, MISSING, or why it is refused."""

    micro: int = 0
    mark: Mark = Mark.BARE
    reason: Reason = Reason.NONE
    note: Note = Note.NONE


_SUFFIXES = {
    "%": Mark.PERCENT, "个百分点": Mark.PERCENT, "百分点": Mark.PERCENT, "pct": Mark.PERCENT, "pp": Mark.PERCENT,
    "分": Mark.POINTS, "点": Mark.POINTS, "points": Mark.POINTS, "pts": Mark.POINTS, "point": Mark.POINTS,
    "分钟": Mark.MINUTES, "min": Mark.MINUTES, "mins": Mark.MINUTES, "minutes": Mark.MINUTES, "minute": Mark.MINUTES,
    "件": Mark.EVENTS, "次": Mark.EVENTS, "起": Mark.EVENTS, "个": Mark.EVENTS, "笔": Mark.EVENTS, "户": Mark.EVENTS,
    "人": Mark.EVENTS, "宗": Mark.EVENTS, "条": Mark.EVENTS, "份": Mark.EVENTS,
    "件/万": Mark.PER_10K, "件/万户": Mark.PER_10K, "/万": Mark.PER_10K, "‱": Mark.PER_10K, "": Mark.BARE,
}  # fmt: skip
_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(e[+-]?\d{1,9})?(万|‰)?([^\d.+,-]*)", re.ASCII)
_THOUSANDS = re.compile(r"([+-]?\d{1,3})((?:,\d{3})+)(?![\d,])", re.ASCII)
_DURATION = re.compile(
    r"(?:(\d{1,4})(?:小时|时|h))?(?:(\d{1,5})(?:分钟|分|min|m|'|′))?(?:(\d{1,6}(?:\.\d{1,3})?)(?:秒钟|秒|s|''|″|\"))?",
    re.ASCII,
)
_GAP = re.compile(r"\d\s+\d", re.ASCII)
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\s\d{3})+(?![\s\d])", re.ASCII)
_DIGITS_15 = Context(prec=15, rounding=ROUND_HALF_EVEN)
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_SIX_PLACES = Decimal(1).scaleb(-6)


def read_number(cell: Cell, *, percent: bool = False) -> Number:
    """Return a cell as a number; `percent` says that its number format is a percentage."""
    if cell is None or cell == "":
        return Number(reason=Reason.EMPTY)
    if isinstance(cell, bool):
        return Number(reason=Reason.NOT_A_NUMBER)
    if isinstance(cell, float | int):
        return _binary(cell, percent=percent)
    if isinstance(cell, timedelta):
        return _minutes(Fraction(cell / timedelta(microseconds=1)).limit_denominator(1) / (SECONDS * 1_000_000))
    if isinstance(cell, time):
        return _minutes(Fraction(cell.hour * SECONDS + cell.minute) + Fraction(cell.second, SECONDS))
    if isinstance(cell, date):
        return Number(reason=Reason.DATE_NOT_NUMBER)
    return _text(cell)


def _binary(value: float, *, percent: bool) -> Number:
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return Number(reason=Reason.NOT_A_NUMBER)
    exact = _DIGITS_15.plus(exact)
    if percent:
        return _number(exact * 100, Mark.PERCENT)
    return _number(exact, Mark.BARE)


def _text(raw: str) -> Number:
    text = raw.strip().casefold()
    wide = unicodedata.normalize("NFKC", text)
    flat = "".join(wide.split())
    if flat in MISSING or not flat:
        return Number(reason=Reason.MISSING if flat else Reason.EMPTY)
    if flat in SHEET_ERRORS:
        return Number(reason=Reason.SHEET_ERROR)
    if flat.startswith("="):
        return Number(reason=Reason.FORMULA)
    if len(flat) > LONGEST or (_GAP.search(wide) and not _GROUPS.match(wide)):
        return Number(reason=Reason.NOT_A_NUMBER)
    flat = flat.replace("−", "-").replace("﹪", "%")
    note = Note.NONE if flat == "".join(text.split()) else Note.FULL_WIDTH
    return _plain_text(flat, note)


def _plain_text(flat: str, note: Note) -> Number:
    grouped = _THOUSANDS.match(flat)
    if grouped:
        flat = flat.replace(",", "")
        note = note or Note.THOUSANDS
    found = _NUMBER.fullmatch(flat)
    if found is None or found.group(4) not in _SUFFIXES:
        return _duration(flat)
    digits, power, scale, suffix = found.groups()
    value, scaled = _scaled(digits, power, scale)
    if value is None:
        return Number(reason=Reason.TOO_LARGE)
    mark = Mark.PERCENT if scale == "‰" else _SUFFIXES[suffix]
    return _number(value, mark, scaled or note)


def _scaled(digits: str, power: str | None, scale: str | None) -> tuple[Decimal | None, Note]:
    """Return the value of digits, power of ten and 万 or ‰; None when the power is beyond any use."""
    if power and abs(int(power[1:])) > LONGEST:
        return (None, Note.NONE) if int(power[1:]) > 0 and Decimal(digits) else (Decimal(0), Note.ROUNDED)
    value = Decimal(digits + (power or ""))
    if scale == "万":
        return _WIDE.multiply(value, Decimal(10_000)), Note.TEN_THOUSANDS
    if scale == "‰":
        return _WIDE.divide(value, Decimal(10)), Note.PER_THOUSAND
    return value, Note.SCIENTIFIC if power else Note.NONE


def _number(value: Decimal, mark: Mark, note: Note = Note.NONE) -> Number:
    if abs(value) > MOST:
        return Number(reason=Reason.TOO_LARGE)
    kept = value.quantize(_SIX_PLACES, context=_WIDE)
    if kept != value:
        note = note or Note.ROUNDED
    return Number(int(kept.scaleb(6, context=_WIDE)), mark, Reason.NONE, note)


def _duration(flat: str) -> Number:
    found = _DURATION.fullmatch(flat)
    if found is None or not any(found.groups()):
        return Number(reason=Reason.NOT_A_NUMBER)
    hours, minutes, seconds = found.groups(default="0")
    return _minutes(Fraction(int(hours) * SECONDS + int(minutes)) + Fraction(seconds) / SECONDS)


def _minutes(value: Fraction) -> Number:
    micro = value * MICRO
    whole = (2 * micro.numerator + micro.denominator) // (2 * micro.denominator)
    if whole > MOST * MICRO:
        return Number(reason=Reason.TOO_LARGE)
    return Number(whole, Mark.MINUTES, Reason.NONE, Note.DURATION)

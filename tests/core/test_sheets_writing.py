"""Nothing that we write for people to open can act: every text stays text, every exact number a number."""

import csv
import gc
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.sheets.safe import ACTIVE, safe_text
from core.sheets.writing import Page, csv_bytes, sheet_name, xlsx_bytes

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PAYLOADS = [
    space + start + rest
    for start in STARTS
    for space in ("", " ", "\u3000", "\t", "'")
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1)", "")
]


def reread(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f", cell.coordinate
            assert cell.hyperlink is None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_no_payload_is_a_formula_or_begins_like_one() -> None:
    assert len(PAYLOADS) >= 200
    rows = [[payload, f"safe {payload}"] for payload in PAYLOADS]
    for cells in (
        reread(xlsx_bytes([Page("x", rows, headings=0)])),
        list(csv.reader(io.StringIO(csv_bytes(rows).decode("utf-8-sig")))),
    ):
        assert not [row[0] for row in cells if str(row[0] or "").startswith(tuple(STARTS))]


@given(st.text())
def test_no_text_at_all_begins_actively_once_it_is_safe(text: str) -> None:
    safe = safe_text(text)
    assert not safe.startswith(tuple(ACTIVE))
    assert safe_text("plain " + text).startswith("plain ")


def test_numbers_stay_numbers_and_long_ones_keep_every_digit() -> None:
    row = [-5, Decimal("-84.06"), 12345678901234567890, None, date(2026, 10, 5), "x"]
    (cells,) = reread(xlsx_bytes([Page("x", [row], headings=0)]))
    assert cells[:3] == [-5, -84.06, "12345678901234567890"]
    assert str(cells[4]).startswith("2026-10-05")
    assert csv_bytes([row]).decode("utf-8-sig").strip() == "-5,-84.06,12345678901234567890,,2026-10-05,x"


def test_csv_says_its_encoding_and_the_same_rows_give_the_same_bytes() -> None:
    assert csv_bytes([["十分"]]).startswith(b"\xef\xbb\xbf")
    assert xlsx_bytes([Page("x", [["a", 1]])]) == xlsx_bytes([Page("x", [["a", 1]])])


@pytest.mark.parametrize("name", ["a/b:c*d?[e]\\", "很长" * 40, "", "'quoted'"])
def test_any_name_can_name_a_sheet(name: str) -> None:
    assert 0 < len(sheet_name(name)) <= 31
    reread(xlsx_bytes([Page(name, [["a"]])]))


def test_a_written_workbook_leaves_nothing_for_the_collector_of_garbage() -> None:
    page = Page(name="Stores", rows=[[f"Store {number}", number, None, "open"] for number in range(1000)])
    xlsx_bytes([page])
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        xlsx_bytes([page])
        left = len(gc.get_objects()) - before
    finally:
        gc.enable()
    assert left < 100

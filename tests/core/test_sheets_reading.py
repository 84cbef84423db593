"""CSV, XLS and XLSX as people make them are read; what is none of these, or too much, gets one sentence."""

import io
import time
import zipfile
from datetime import date, datetime, timedelta

import pytest
from openpyxl import Workbook

from core.errors import Invalid
from core.sheets.grid import cell_name, column_number, letters
from core.sheets.limits import LIMITS, Limits
from core.sheets.reading import read_book
from core.sheets.text import read_csv, separator_of


def columns(content: bytes) -> list[list[object]]:
    return [list(column) for column in read_book(content, "file.csv").sheets[0].columns]


ROWS = "单位,值\n听澜路,1\n望潮,2\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert columns(ROWS.encode(encoding)) == [["单位", "听澜路", "望潮"], ["值", "1", "2"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_separator_and_line_end_is_read(separator: str, end: str) -> None:
    assert columns(ROWS.replace(",", separator).replace("\n", end).encode()) == [
        ["单位", "听澜路", "望潮"],
        ["值", "1", "2"],
    ]


def test_a_separator_inside_quotes_is_none() -> None:
    assert separator_of(b'"a,b,c";1\n"d,e,f";2') == ";"


def test_quotes_ragged_rows_and_blank_lines_keep_their_places() -> None:
    assert columns(b'a,b\n\n"x\ny",2,3\n4\n') == [
        ["a", None, "x\ny", "4"],
        ["b", None, "2", None],
        [None, None, "3", None],
    ]
    assert columns(b"a,b\n\nx,2,3\n4\n") == [["a", None, "x", "4"], ["b", None, "2", None], [None, None, "3", None]]


def test_rows_that_grow_wide_late_lose_nothing() -> None:
    content = b"a,b\n" + b"1,2\n" * 500 + b"1,2,3,4\n"
    assert [column[-1] for column in columns(content)] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "content", [b"a,b\n1,\x00\n", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\0\0\0", bytes(range(256)) * 3]
)
def test_what_is_no_text_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_book(content, "file.csv")
    assert refusal.value.problem.code == "file_not_text"


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_empty_sheet(content: bytes) -> None:
    assert read_book(content, "file.csv").sheets[0].height == 0


def workbook() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    sheet.append(["合并", None, "日期", "时长", "公式", "比例"])
    sheet.append(["a", 1, date(2026, 10, 6), timedelta(minutes=7, seconds=30), "=SUM(B2:B9)", 0.972])
    sheet.append([None, 2.5, datetime(2026, 10, 6, 8), True, None, None])  # noqa: DTZ001 - a cell has no time zone
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("A2:A3")
    sheet["F2"].number_format = "0.0%"
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("深藏").sheet_state = "veryHidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_gives_typed_cells_merged_areas_percent_cells_and_formulas_without_value() -> None:
    book = read_book(workbook(), "book.xlsx")
    (sheet,) = book.sheets
    assert sheet.row(1) == ["a", 1.0, date(2026, 10, 6), timedelta(minutes=7, seconds=30), "=SUM(B2:B9)", 0.972]
    assert sheet.row(2)[1:4] == [2.5, datetime(2026, 10, 6, 8), True]  # noqa: DTZ001 - a cell has no time zone
    assert sheet.percents == {5: frozenset({1})}
    assert sheet.head(2)[0][:2] == ["合并", "合并"]
    assert list(sheet.filled(0)) == ["合并", "a", "a"]
    assert book.notes[0].zh == "隐藏的工作表没有读取：隐藏、深藏。要入库请先取消隐藏。"


def test_columns_are_named_as_spreadsheets_do() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(letters(number)) == number for number in range(20_000))
    assert cell_name(4, 1) == "B5"


# --- what must not be read -------------------------------------------------------------------------------------------


def packed(**entries: bytes) -> bytes:
    """Return a workbook with these parts in place of its own."""
    source = zipfile.ZipFile(io.BytesIO(workbook()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in entries.items()}
        for entry in source.infolist():
            target.writestr(entry.filename, named.pop(entry.filename, source.read(entry.filename)))
        for name, content in named.items():
            target.writestr(name, content)
    return out.getvalue()


SHEET_HEAD = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
SHEET_TAIL = b"</sheetData></worksheet>"


def one_sheet(rows: bytes) -> bytes:
    return packed(xl__worksheets__sheet1_dot_xml=SHEET_HEAD + rows + SHEET_TAIL)


def lying_size() -> bytes:
    """Return a workbook whose directory declares small parts that unpack to much more."""
    data = bytearray(one_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' * 4_000_000))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    needle = size.to_bytes(4, "little")
    return bytes(data).replace(needle, (1000).to_bytes(4, "little"))


def many_strings() -> bytes:
    head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    body = b"".join(b"<si><t>%d</t></si>" % number for number in range(10)) * 900_000
    return packed(xl__sharedStrings_dot_xml=head + body + b"</sst>")


BOMBS = {
    "ratio": lambda: packed(xl__media__image_dot_png=bytes(173_000_000)),
    "strings": many_strings,
    "nested": lambda: packed(xl__embeddings__more_dot_zip=workbook()),
    "far cell": lambda: one_sheet(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "entities": lambda: one_sheet(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><row r="1"/>'),
    "entries": lambda: packed(**{f"xl__x{number}": b"" for number in range(3_000)}),
    "lying": lying_size,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_within_a_second_and_without_our_memory(bomb: str) -> None:
    import resource

    content = BOMBS[bomb]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    with pytest.raises(Invalid) as refusal:
        read_book(content, "bomb.xlsx")
    assert time.perf_counter() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert refusal.value.problem.code in {"file_unpacks_too_large", "file_takes_too_long", "file_unreadable"}


def test_a_damaged_a_locked_and_a_foreign_archive_are_refused() -> None:
    for content in (workbook()[:2000], b"PK\x03\x04" + bytes(500), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)):
        with pytest.raises(Invalid) as refusal:
            read_book(content, "book.xlsx")
        assert refusal.value.problem.code in {"file_unreadable", "file_locked"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "x")
    with pytest.raises(Invalid):
        read_book(out.getvalue(), "book.xlsx")


def test_a_file_beyond_the_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(Invalid) as refusal:
        read_book(b"a" * 101, "a.csv", Limits(file=100))
    assert refusal.value.problem.code == "file_too_large"


def test_a_sheet_of_more_cells_than_allowed_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_book(workbook(), "book.xlsx", Limits(cells=5))
    assert refusal.value.problem.code == "file_takes_too_long"
    assert LIMITS.cells > 1400 * 60


@pytest.mark.parametrize(
    "content",
    [
        b"a," * 40_000,
        b'"a",' * 40_000,
        b"a" + b"," * 2_000 + b"\n" * 400,
        b'"a"' + b"," * 2_000 + b"\n" * 400,
        b"a\n" + b"\n" * 400_000,
    ],
    ids=[
        "one endless line",
        "the same in quotes",
        "many empty lines below a wide one",
        "the same in quotes",
        "endless",
    ],
)
def test_a_few_bytes_that_would_be_very_many_cells_are_refused_before_they_are_made(content: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_csv(content, "file.csv", Limits(text_cells=600_000))
    assert caught.value.problem.code == "file_takes_too_long"


def test_commas_inside_quotes_make_no_cells() -> None:
    assert len(read_csv(b'"' + b"a, " * 3_000 + b'",2\n1,2\n', "file.csv").columns) == 2

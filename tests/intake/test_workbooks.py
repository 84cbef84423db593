"""Workbooks that go out and come back: refused rows with their reasons, templates that read without further ado."""

import io
from collections.abc import Callable

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.language import Language
from scoring.intake.workbooks import refused_workbook, template
from tests.intake.stand import CATALOGUE, HEADING, INDEX, OCTOBER, UNITS, codes, csv_of, seen, taken, xlsx_of
from tests.intake.test_messy import messy


def edited(content: bytes, edit: Callable[[Worksheet], None]) -> bytes:
    book: Workbook = load_workbook(io.BytesIO(content))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_refused_rows_come_back_with_the_reason_in_the_cell_and_at_the_end() -> None:
    content = refused_workbook(seen(messy()), INDEX, "zh")
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[1] for row in cells[3:]] == ["钟楼营业厅", "南稍门营业厅"]
    assert cells[3][-1] == "D7: 不是数字"
    assert cells[4][-1].startswith("D8: 超出 SMI 微笑率 的范围 0–100；E8: ")
    assert sheet["D4"].comment is not None
    assert sheet["D4"].comment.text == "不是数字"


def test_a_mended_refusal_is_taken_and_the_reason_is_passed_over() -> None:
    broken = csv_of(HEADING, ("H-001", "MARK", "2026-10-05", "九十", 3), ("H-002", "MARK", "2026-10-05", 80, 3))

    def mend(sheet: Worksheet) -> None:
        sheet["D2"] = 90

    found = seen(edited(refused_workbook(seen(broken), INDEX, "en"), mend))
    assert (found.good, found.refused) == (1, 0)
    assert taken(found) == [(10, 2, 270_000_000, 3_000_000, 3)]


def test_a_formula_in_a_refused_row_goes_out_as_text() -> None:
    content = refused_workbook(seen(csv_of(HEADING, ("=cmd()", "MARK", "2026-10-05", "=1+1", 3))), INDEX, "zh")
    cells = [cell for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows() for cell in row]
    assert all(cell.data_type != "f" and not str(cell.value or "").startswith("=") for cell in cells)


def test_a_sheet_without_heading_comes_back_too() -> None:
    assert refused_workbook(seen(xlsx_of((1, 2), (3, 4))), INDEX, "zh").startswith(b"PK")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_filled_in_is_read_whole(language: Language) -> None:
    def fill(sheet: Worksheet) -> None:
        for row in range(3, sheet.max_row + 1):
            for column in range(4, sheet.max_column + 1):
                if sheet.cell(row, column).value is None:
                    sheet.cell(row, column).value = 20 if column % 2 else 9

    halls = [unit for unit in UNITS if unit.kind == "hall"]
    for source, kpis in (("visits", 2), ("calls", 3), ("queue", 1)):
        found = seen(edited(template(CATALOGUE, source, UNITS, OCTOBER, language), fill))
        assert codes(found) == []
        assert len({int(kpi) for kpi in found.facts.kpi_id}) == kpis
        assert {int(span) for span in found.facts.span_days} == {31}
        if source == "visits":
            assert found.good == 2 * len(halls)


def test_a_template_left_empty_brings_nothing_and_refuses_nothing() -> None:
    for source in ("visits", "calls", "office"):
        found = seen(template(CATALOGUE, source, UNITS, OCTOBER, "zh"))
        assert (found.good, found.refused) == (0, 0)


def test_a_template_as_csv_is_read_too() -> None:
    rows = template(CATALOGUE, "visits", UNITS[2:3], OCTOBER, "zh", form="csv").decode("utf-8-sig").splitlines()
    found = seen("\n".join([rows[0], rows[1].replace(",,,,", ",45,50,90,4")]).encode())
    assert taken(found) == [(10, 1, 45_000_000, 50_000_000, 50), (10, 2, 360_000_000, 4_000_000, 4)]


def test_items_and_raters_have_a_sheet_in_long_form() -> None:
    book = load_workbook(io.BytesIO(template(CATALOGUE, "office", UNITS, OCTOBER, "zh")))
    assert book.sheetnames == ["数据", "分项数据", "填写说明", "单位名册"]
    items = book["分项数据"]
    items.append(["B-01", "EVENT", "2026-10", "late", 2])
    out = io.BytesIO()
    book.save(out)
    assert seen(out.getvalue()).facts.item.tolist() == [7]

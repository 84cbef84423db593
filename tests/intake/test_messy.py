"""The messy workbook: merged and two-row headings, mixed percentages, full width, Chinese and serial dates, totals."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from scoring.intake.explaining import causes, column_uses, oddities, skipped
from tests.intake.stand import INDEX, codes, csv_of, seen, taken, told, xlsx_of


def messy() -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "10月考核数据"
    sheet["A1"] = "示例通信2026年10月营业厅考核数据（内部资料）"
    for place, text in {
        "A2": "分公司", "B2": "营业厅", "C2": "检查日期", "D2": "服务质量", "D3": "微笑率", "E3": "暗访分", "F3": "投诉件数",
        "G2": "备注", "H2": "环比",
    }.items():  # fmt: skip
        sheet[place] = text
    for area in ("A1:H1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "H2:H3"):
        sheet.merge_cells(area)
    for row in (
        ("高新分公司", "科技路营业厅", "2026年10月5日", "98.5%", 96.5, 3, None, "＋1.2%"),
        (None, "唐延路 营业厅 ", date(2026, 10, 6), 0.972, "９５．５", "2件", "加分", 0.01),
        (None, "丈八营业厅", "2026/10/7", "97.10 %", "92分", "—", "", "-0.8%"),
        ("碑林分公司", "钟楼营业厅", 46303, "一百", "88", "０", "#", "1.0个百分点"),
        (None, "南稍门营业厅", "10月9日", "101.5%", "1,0２4", None, None, None),
        ("合计", None, None, None, "=SUM(E4:E8)", None, None, None),
        ("注：满意度为第三方调查结果", None, None, None, None, None, None, None),
    ):
        sheet.append(row)
    sheet.merge_cells("A4:A6")
    sheet.merge_cells("A7:A8")
    sheet["D5"].number_format = "0.0%"
    book.create_sheet("隐藏").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_its_tally_closes_and_every_refusal_names_its_cell() -> None:
    found = seen(messy())
    assert (found.read, found.good, found.refused, found.skipped) == (16, 10, 3, 3)
    assert [(one.cell, one.raw, one.code) for one in told(found)] == [
        ("D7", "一百", "not_a_number"),
        ("D8", "101.5%", "out_of_range"),
        ("E8", "1,0２4", "out_of_range"),
    ]
    assert "0–100" in told(found)[1].sentence.zh


def test_percentages_full_width_dates_and_units_of_measure_are_read() -> None:
    found = seen(messy())
    assert [fact[:4] for fact in taken(found)] == [
        (10, 1, 985_000, 1_000_000),
        (11, 1, 972_000, 1_000_000),
        (12, 1, 971_000, 1_000_000),
        (10, 2, 96_500_000, 1_000_000),
        (11, 2, 95_500_000, 1_000_000),
        (12, 2, 92_000_000, 1_000_000),
        (13, 2, 88_000_000, 1_000_000),
        (10, 3, 3_000_000, 1_000_000),
        (11, 3, 2_000_000, 1_000_000),
        (13, 3, 0, 1_000_000),
    ]
    days = {int(unit): int(day) for unit, day in zip(found.facts.unit_id, found.facts.on_day, strict=True)}
    assert days == {10: 20731, 11: 20732, 12: 20733, 13: 20734}


def test_totals_remarks_and_dashes_are_passed_over_with_a_word() -> None:
    found = seen(messy())
    assert [(one.cell, one.code) for one in skipped(found, INDEX)] == [
        ("B9", "total_row"), ("B10", "note_row"), ("F6", "missing"),
    ]  # fmt: skip
    assert found.notes[0].zh == "隐藏的工作表没有读取：隐藏。要入库请先取消隐藏。"


def test_odd_cells_say_what_they_were_read_as() -> None:
    odd = {(one.cell, one.raw, one.read_as, one.code) for one in oddities(seen(messy()), INDEX)}
    assert ("E5", "９５．５", "95.5", "full_width") in odd
    assert ("C7", "46303", "2026-10-08", "serial_date") in odd
    assert ("B5", "唐延路 营业厅 ", "H-002 唐延路营业厅", "similar_name") in odd


def test_columns_say_what_they_were_taken_for() -> None:
    uses = {use.column: use.role for use in column_uses(seen(messy()), INDEX)}
    assert uses == {
        "A": "parent", "B": "unit", "C": "day", "D": "kpi:SMI", "E": "kpi:MARK", "F": "kpi:CALLS", "G": "remark", "H": "remark",
    }  # fmt: skip


@pytest.mark.parametrize(("bare", "num"), [("0.972", 972_000), ("97.2", 972_000), ("0", 0), ("1", 1_000_000)])
def test_a_bare_share_beside_percentages_is_one(bare: str, num: int) -> None:
    found = seen(csv_of(("单位", "微笑率"), ("H-001", "98.5%"), ("H-002", bare)))
    assert taken(found)[1][2] == num


def test_a_small_percentage_beside_small_ones_stays_what_it_is() -> None:
    found = seen(csv_of(("单位", "微笑率"), ("H-001", "0.9%"), ("H-002", "0.85")))
    assert [fact[2] for fact in taken(found)] == [9_000, 8_500]


def test_a_name_of_two_halls_is_settled_by_the_branch_beside_it() -> None:
    found = seen(
        xlsx_of(("分公司", "营业厅", "暗访分"), ("高新分公司", "中心营业厅", 90), ("碑林分公司", "中心营业厅", 80))
    )
    assert [fact[0] for fact in taken(found)] == [15, 16]


def test_a_name_of_two_halls_alone_is_refused_with_both() -> None:
    found = seen(csv_of(("营业厅", "暗访分"), ("中心营业厅", 90)))
    assert codes(found) == ["ambiguous_unit"]
    assert {near.code for near in causes(found, INDEX)[0].nearest} == {"H-006", "H-007"}


def test_a_misspelt_hall_is_refused_with_the_nearest_name_as_suggestion() -> None:
    found = seen(csv_of(("营业厅", "暗访分"), ("南稍门营业厅", 90), ("南捎门营业厅", 80)))
    cause = causes(found, INDEX)[0]
    assert (cause.code, cause.cell, cause.raw, cause.suggestion) == ("unknown_unit", "A3", "南捎门营业厅", "H-005")


def test_the_same_told_twice_counts_once_and_a_contradiction_not_at_all() -> None:
    rows = ("单位", "指标", "日期", "数值")
    found = seen(csv_of(rows, ("H-001", "MARK", "2026-10-05", 90), ("H-001", "MARK", "2026-10-05", "90.0"),
                        ("H-002", "MARK", "2026-10-05", 90), ("H-002", "MARK", "2026-10-05", 91)))  # fmt: skip
    assert found.good == 1
    assert [(one.row, one.code) for one in skipped(found, INDEX)] == [(3, "same_as_row")]
    assert [(one.row, one.code) for one in told(found)] == [(4, "contradiction"), (5, "contradiction")]
    assert "5" in told(found)[0].sentence.zh

"""Workbooks that go out: refused rows with the reason in the cell, and the template of one KPI source."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from core.language import Language
from core.period import days_in
from core.points import decimal_text
from core.sheets.grid import Cell, column_number
from core.sheets.writing import Page, Value, csv_bytes, xlsx_bytes
from scoring.intake.catalogue import SUMMED, Catalogue, Kpi, Unit
from scoring.intake.explaining import refusals
from scoring.intake.index import Index
from scoring.intake.numerals import read_number
from scoring.intake.preview import Preview
from scoring.intake.told import Refusal

MOST_ROWS = 50_000
REASON = {"zh": "退回原因", "en": "Reason"}
_UNIT_HEADINGS = {"zh": ("单位编码", "单位名称", "统计月份"), "en": ("Unit code", "Unit name", "Month")}
_FIGURES = {
    "zh": {"value": "数值", "numerator": "分子", "denominator": "分母", "sample": "有效样本"},
    "en": {"value": "Value", "numerator": "Numerator", "denominator": "Denominator", "sample": "Valid sample"},
}
_SHEETS = {"zh": ("数据", "填写说明", "单位名册"), "en": ("Data", "How to fill", "Units")}


def refused_workbook(found: Preview, index: Index, language: Language) -> bytes:
    """Return the refused rows under their own headings, with the reason as last column and in the marked cell.

    Uploaded again after correction, the reason column is passed over.
    """
    by_sheet: dict[str, list[Refusal]] = defaultdict(list)
    for told in refusals(found, index, count=MOST_ROWS):
        by_sheet[told.sheet].append(told)
    return xlsx_bytes(
        [_refused_page(found, sheet, told, language) for sheet, told in by_sheet.items()] or [Page("", [])]
    )


def _refused_page(found: Preview, name: str, told: Sequence[Refusal], language: Language) -> Page:
    number = next(place for place, sheet in enumerate(found.sheets) if sheet.name == name)
    sheet, layout = found.sheets[number], found.layouts[number]
    top = layout.data if layout else 0
    rows: list[list[Value]] = [[_value(cell) for cell in cells] for cells in sheet.head(top)]
    for row in rows:
        row.append(None)
    if rows:
        rows[-1][-1] = REASON[language]
    comments: dict[tuple[int, int], str] = {}
    by_row: dict[int, list[Refusal]] = defaultdict(list)
    for one in told:
        by_row[one.row].append(one)
    filled = [sheet.filled(column) for column in range(sheet.width)] if len(by_row) < MOST_ROWS else list(sheet.columns)
    for row_number, ones in sorted(by_row.items()):
        cells = [_value(column[row_number - 1]) for column in filled]
        sentences = list(dict.fromkeys(f"{one.cell}: {one.sentence.read(language)}" for one in ones))
        for one in ones:
            comments[len(rows), column_number(one.cell.rstrip("0123456789"))] = one.sentence.read(language)
        rows.append([*cells, "；".join(sentences) if language == "zh" else "; ".join(sentences)])
    return Page(name=name or "1", rows=rows, headings=top, comments=comments, widths=[14] * sheet.width + [60])


def _value(cell: Cell) -> Value:
    """Return a cell as it can be written again: binary numbers as their exact decimal."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        number = read_number(cell)
        if not number.reason and not number.note:
            return Decimal(decimal_text(number.micro, 6)).normalize() + 0
        return str(cell)
    return cell if cell is None or isinstance(cell, str) else str(cell)


def template(
    catalogue: Catalogue, source: str, units: Sequence[Unit], month: int, language: Language, *, form: str = "xlsx"
) -> bytes:
    """Return a workbook to fill in (or its data sheet as CSV): one row a unit, the figures of each KPI of the source.

    Filled and uploaded it is read without further ado; KPIs told by item have a sheet in long form.
    """
    kpis = [kpi for kpi in catalogue.kpis if kpi.source == source]
    wide = [kpi for kpi in kpis if len(kpi.items) < 2 and kpi.aggregation != "trimmed_mean"]  # noqa: PLR2004 - one item is none
    pages = [page for page in (_data_page(wide, units, month, language), _items_page(kpis, wide, language)) if page]
    if form == "csv":
        return csv_bytes(_one_line_headings(pages[0]) if pages else [])
    return xlsx_bytes(
        [*pages, _help_page(catalogue, source, kpis, month, language), _units_page(catalogue, units, language)]
    )


def _roles(kpi: Kpi) -> tuple[str, ...]:
    """Return the figures that a KPI is best told by."""
    if kpi.aggregation in ("ratio_of_sums", "rate_of_sums"):
        return ("numerator", "denominator")
    if kpi.aggregation == SUMMED:
        return ("value",)
    return ("value", "sample")


def _data_page(kpis: Sequence[Kpi], units: Sequence[Unit], month: int, language: Language) -> Page | None:
    if not kpis:
        return None
    columns = [(kpi, role) for kpi in kpis for role in _roles(kpi)]
    first: list[Value] = [None] * 3
    first.extend(_kpi_heading(kpi, language) for kpi, _ in columns)
    second: list[Value] = [*_UNIT_HEADINGS[language]]
    second.extend(_FIGURES[language][role] for _, role in columns)
    named = f"{month // 100}-{month % 100:02d}"
    rows: list[list[Value]] = [first, second]
    for unit in units:
        taking = any(not kpi.recorded_by or unit.kind in kpi.recorded_by for kpi in kpis)
        if taking:
            fits = [not kpi.recorded_by or unit.kind in kpi.recorded_by for kpi, _ in columns]
            name = unit.name_zh if language == "zh" else unit.name_en
            rows.append([unit.code, name, named, *(None if fit else "—" for fit in fits)])
    return Page(name=_SHEETS[language][0], rows=rows, headings=2, widths=[14, 24, 12, *[14] * len(columns)])


def _items_page(kpis: Sequence[Kpi], wide: Sequence[Kpi], language: Language) -> Page | None:
    itemised = [kpi for kpi in kpis if kpi not in wide]
    if not itemised:
        return None
    zh = ("单位编码", "指标编码", "日期", "分项", "数值")
    headings = zh if language == "zh" else ("Unit code", "KPI code", "Date", "Item", "Value")
    name = "分项数据" if language == "zh" else "Items"
    codes = [kpi.code for kpi in itemised]
    items = [item.code for kpi in itemised for item in kpi.items]
    return Page(name=name, rows=[headings], widths=[14] * 5, choices={1: codes} | ({3: items} if items else {}))


def _one_line_headings(page: Page) -> list[list[Value]]:
    """Return a page with its two heading rows joined, since CSV has no merged cells."""
    first, second, *rows = page.rows
    joined: list[Value] = [f"{above} {below}" if above else below for above, below in zip(first, second, strict=True)]
    return [joined, *map(list, rows)]


def _kpi_heading(kpi: Kpi, language: Language) -> str:
    return f"{kpi.code} {kpi.name_zh if language == 'zh' else kpi.name_en}"


def _help_page(catalogue: Catalogue, source: str, kpis: Sequence[Kpi], month: int, language: Language) -> Page:
    chinese = language == "zh"
    named = catalogue.sources.get(source)
    title = named.read(language) if named else source
    lines = (
        [
            f"数据来源：{title}",
            f"月份：{month // 100}年{month % 100}月（1–{days_in(month)}日）。月份一列也可改为具体日期，例如 {month // 100}-{month % 100:02d}-05。",
            "每行一个单位；没有数据的格留空或写“—”，不要写 0。",
            "百分数类指标写分子和分母；只有结果时写 97.2% 这样的数。",
            "合计行、备注行会自动跳过；单位只认编码或名册里的名称。",
        ]
        if chinese
        else [
            f"Source: {title}",
            f"Month: {month // 100}-{month % 100:02d}. The month column may hold a day instead, such as {month // 100}-{month % 100:02d}-05.",
            "One row a unit; leave a cell empty or write — where there is no figure; never write 0 for it.",
            "Give numerator and denominator of percentages; where there is only a result, write it as 97.2%.",
            "Rows of totals and remarks are passed over; units are known by code or by their name in the list.",
        ]
    )
    head: list[Value] = ["指标", "名称", "范围", "填写"] if chinese else ["KPI", "Name", "Range", "Figures"]
    rows: list[Sequence[Value]] = [*([line] for line in lines), [], head]
    for kpi in kpis:
        bounds = " – ".join("…" if bound is None else str(bound // 1_000_000) for bound in (kpi.minimum, kpi.maximum))
        figures = " + ".join(_FIGURES[language][role] for role in _roles(kpi))
        rows.append([kpi.code, kpi.name_zh if chinese else kpi.name_en, bounds, figures])
    return Page(name=_SHEETS[language][1], rows=rows, headings=0, widths=[14, 40, 16, 30])


def _units_page(catalogue: Catalogue, units: Sequence[Unit], language: Language) -> Page:
    chinese = language == "zh"
    rows: list[list[Value]] = [
        ["名册编码", "名册名称", "类别", "上级"] if chinese else ["Listed code", "Listed name", "Kind", "Above"]
    ]
    for unit in units:
        kind = catalogue.kind_names(frozenset({unit.kind})).read(language)
        rows.append([unit.code, unit.name_zh if chinese else unit.name_en, kind, unit.parent])
    return Page(name=_SHEETS[language][2], rows=rows, widths=[16, 30, 16, 24])

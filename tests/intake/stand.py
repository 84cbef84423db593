"""An invented catalogue and short ways to build sheets of it, for the tests of intake."""

import io
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook

from core.language import Text
from core.sheets.reading import read_book
from scoring.intake.catalogue import MICRO, NO_CHOICES, Catalogue, Choices, Item, Kpi, Unit, Window
from scoring.intake.explaining import refusals
from scoring.intake.index import Index, index_of
from scoring.intake.preview import Preview, preview
from scoring.intake.told import Refusal

HALL, BRANCH = "hall", "branch"
UNITS = (
    Unit(1, "B-01", "高新分公司", "Gaoxin Branch", BRANCH),
    Unit(2, "B-02", "碑林分公司", "Beilin Branch", BRANCH),
    Unit(10, "H-001", "科技路营业厅", "Keji Road Hall", HALL, "高新分公司"),
    Unit(11, "H-002", "唐延路营业厅", "Tangyan Road Hall", HALL, "高新分公司"),
    Unit(12, "H-003", "丈八营业厅", "Zhangba Hall", HALL, "高新分公司"),
    Unit(13, "H-004", "钟楼营业厅", "Bell Tower Hall", HALL, "碑林分公司"),
    Unit(14, "H-005", "南稍门营业厅", "Nanshaomen Hall", HALL, "碑林分公司"),
    Unit(15, "H-006", "中心营业厅", "Centre Hall East", HALL, "高新分公司"),
    Unit(16, "H-007", "中心营业厅", "Centre Hall West", HALL, "碑林分公司"),
)
EVENTS = (Item(7, "late", "迟到", "late"), Item(8, "absent", "缺席", "absent"))


def _kpi(
    number: int, code: str, zh: str, en: str, measure: str, high: int | None, how: str, at: str = HALL, **more: object
) -> Kpi:
    low = -100 if measure == "nps" else 0
    bound = None if high is None else high * MICRO
    return Kpi(number, code, zh, en, measure, low * MICRO, bound, how, frozenset({at}), **more)  # type: ignore[arg-type]  # fields by name


KPIS = (
    _kpi(
        1, "SMI", "微笑率", "Smile rate", "pct", 100, "ratio_of_sums", sampled=True, source="visits", typical=90 * MICRO
    ),
    _kpi(2, "MARK", "暗访分", "Visit mark", "score_100", 100, "sample_mean", sampled=True, source="visits"),
    _kpi(3, "CALLS", "投诉件数", "Complaints", "count", None, "sum", source="calls"),
    _kpi(4, "WAIT", "等候时长", "Waiting time", "minute", None, "weighted_mean", source="queue"),
    _kpi(5, "PER10K", "万投比", "Complaints per 10,000", "per_10k", None, "rate_of_sums", BRANCH, source="calls"),
    _kpi(6, "TASK", "任务完成率", "Tasks done", "pct", 100, "weighted_mean", BRANCH, source="office"),
    _kpi(7, "EVENT", "会议扣分", "Meeting events", "score_100", 100, "sum", BRANCH, source="office", items=EVENTS),
    _kpi(8, "RATE", "内部评分", "Internal rating", "score_10", 10, "trimmed_mean", BRANCH, source="office"),
    _kpi(9, "NPS", "推荐值", "Promoter score", "nps", 100, "nps", BRANCH, sampled=True, source="calls"),
)
CATALOGUE = Catalogue(UNITS, KPIS, kinds={HALL: Text(zh="营业厅", en="hall"), BRANCH: Text(zh="分公司", en="branch")})
INDEX: Index = index_of(CATALOGUE)
OCTOBER = 202610
WINDOW = Window(frozenset({OCTOBER}), date(2026, 10, 28), OCTOBER)


def csv_of(*rows: Sequence[object]) -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def xlsx_of(*rows: Sequence[object], name: str = "数据", merged: Sequence[str] = ()) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def seen(content: bytes, choices: Choices = NO_CHOICES, window: Window = WINDOW, *, quick: bool = True) -> Preview:
    """Preview a file and insist that its tally closes and its facts are in order and sound."""
    found = preview(read_book(content, "file"), INDEX, window, choices, quick=quick)
    assert found.read == found.good + found.refused + found.skipped == len(found.entries.rows)
    assert found.good == len(found.facts)
    assert (found.facts.den > 0).all()
    assert (found.facts.sample >= 0).all()
    keys = list(zip(found.facts.kpi_id, found.facts.unit_id, found.facts.on_day, found.facts.item, strict=True))
    assert keys == sorted(set(keys))
    return found


def told(found: Preview) -> tuple[Refusal, ...]:
    return refusals(found, INDEX)


def codes(found: Preview) -> list[str]:
    return [one.code for one in told(found)]


def taken(found: Preview) -> list[tuple[int, int, int, int, int]]:
    """Return the facts as (unit, KPI, numerator, denominator, sample)."""
    facts = found.facts
    columns = (facts.unit_id, facts.kpi_id, facts.num, facts.den, facts.sample)
    return [tuple(int(value) for value in row) for row in zip(*columns, strict=True)]  # type: ignore[misc]  # five columns


HEADING = ("单位编码", "指标", "日期", "数值", "有效样本")


def value_of(text: object, kpi: str = "MARK", unit: str = "H-001") -> Preview:
    """Preview a long sheet with this one value."""
    return seen(csv_of(HEADING, (unit, kpi, "2026-10-05", text, None)))

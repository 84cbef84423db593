"""Numbers as people give them become numerator, denominator and sample as they are stored."""

import pytest

from scoring.intake.catalogue import Choices, Window
from tests.intake.stand import CATALOGUE, HEADING, WINDOW, codes, csv_of, seen, taken, told, value_of

M = 1_000_000
COUNTS = ("单位编码", "指标", "日期", "分子", "分母", "数值", "有效样本")


def counted(*cells: object, kpi: str = "SMI", unit: str = "H-001") -> list[tuple[int, ...]]:
    return [fact[2:] for fact in taken(seen(csv_of(COUNTS, (unit, kpi, "2026-10-05", *cells))))]


@pytest.mark.parametrize(
    ("cells", "kpi", "unit", "stored"),
    [
        ((45, 50, None, None), "SMI", "H-001", (45 * M, 50 * M, 50)),
        ((45, 50, None, 40), "SMI", "H-001", (45 * M, 50 * M, 40)),
        ((None, None, "97.2", None), "SMI", "H-001", (972_000, M, 0)),
        ((None, None, "97.2", 30), "SMI", "H-001", (29_160_000, 30 * M, 30)),
        ((None, None, "88.5", 4), "MARK", "H-001", (354 * M, 4 * M, 4)),
        ((None, None, "3", None), "CALLS", "H-001", (3 * M, M, 0)),
        ((None, None, "3", 12), "CALLS", "H-001", (3 * M, M, 12)),
        ((3, None, None, None), "CALLS", "H-001", (3 * M, M, 0)),
        ((37, 25_000, None, None), "PER10K", "B-01", (37 * M, 25_000 * M, 0)),
        ((None, None, "5.723", None), "PER10K", "B-01", (5_723_000, 10_000 * M, 0)),
        ((None, 200, "6.5", None), "WAIT", "H-001", (1300 * M, 200 * M, 0)),
        ((19, 20, None, None), "TASK", "B-01", (1900 * M, 20 * M, 0)),
        ((30, 100, None, None), "NPS", "B-01", (30 * M, 100 * M, 100)),
        ((None, None, "-12.5", 80), "NPS", "B-01", (-10 * M, 80 * M, 80)),
    ],
)
def test_counts_and_values_are_stored_so_that_sums_stay_right(
    cells: tuple[object, ...], kpi: str, unit: str, stored: tuple[int, ...]
) -> None:
    assert counted(*cells, kpi=kpi, unit=unit) == [stored]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ((51, 50, None, None), "more_than_all"),
        ((1, 0, None, None), "bad_denominator"),
        ((1, -5, None, None), "bad_denominator"),
        ((1, None, None, None), "no_denominator"),
        ((-1, 5, None, None), "out_of_range"),
        ((None, None, "100.01", None), "out_of_range"),
        ((None, None, "50", "2.5"), "bad_sample"),
        ((None, None, "50", "-1"), "bad_sample"),
        (("45%", 50, None, None), "wrong_unit"),
        ((None, None, "45分", None), "wrong_unit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(cells: tuple[object, ...], code: str) -> None:
    assert codes(seen(csv_of(COUNTS, ("H-001", "SMI", "2026-10-05", *cells)))) == [code]


def test_no_answers_and_no_value_mean_missing_and_not_zero() -> None:
    found = seen(csv_of(HEADING, ("H-001", "MARK", "2026-10-05", "90", 0), ("H-002", "MARK", "2026-10-05", None, None)))
    assert (found.good, found.skipped, found.refused) == (0, 2, 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "not_a_number"), ("Infinity", "not_a_number"), ("-inf", "not_a_number"), ("1e400", "too_large"),
        ("1e1000000", "too_large"), ("9223372036854775808", "too_large"), ("0x1F", "not_a_number"), ("1_000", "not_a_number"),
        ("٣", "not_a_number"), ("1,5", "not_a_number"), ("=1+1", "formula"), ("#DIV/0!", "sheet_error"), ("1 2", "not_a_number"),
        ("9" * 400, "not_a_number"), ("TRUE", "not_a_number"), ("一百", "not_a_number"),
    ],
)  # fmt: skip
def test_hostile_numbers_are_refused(text: str, code: str) -> None:
    assert codes(value_of(f'"{text}"')) == [code]


@pytest.mark.parametrize(
    ("text", "kpi", "num"),
    [
        ("7分30秒", "WAIT", 7_500_000), ("450秒", "WAIT", 7_500_000), ("1小时5分", "WAIT", 65 * M), ("12分", "WAIT", 12 * M),
        ("2件", "CALLS", 2 * M), ("1.2万", "CALLS", 12_000 * M), ("1 024", "CALLS", 1024 * M), ("９５．５", "MARK", 95_500_000),
        ("92分", "MARK", 92 * M), ("0.1234565", "MARK", 123_457), ("0.30000000000000004", "MARK", 300_000),
        ("1E+01", "MARK", 10 * M), ("5‰", "SMI", 5_000),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them_are_read_exactly(text: str, kpi: str, num: int) -> None:
    assert [fact[2] for fact in taken(value_of(text, kpi))] == [num]


@pytest.mark.parametrize(
    ("told_day", "start", "span"),
    [
        ("2026-10-05", 20731, 1), ("2026年10月5日", 20731, 1), ("10月5日", 20731, 1), ("2026/10/5", 20731, 1), ("20261005", 20731, 1),
        ("46300", 20731, 1), ("2026-10", 20727, 31), ("2026年10月", 20727, 31), ("10月", 20727, 31), ("2026年第41周", 20731, 7),
        ("10月5日至10月11日", 20731, 7), ("5日", 20731, 1), (None, 20727, 31),
    ],
)  # fmt: skip
def test_days_and_spans_as_people_write_them(told_day: str | None, start: int, span: int) -> None:
    facts = seen(csv_of(HEADING, ("H-001", "MARK", told_day, 90, None))).facts
    assert (facts.on_day.tolist(), facts.span_days.tolist()) == ([start], [span])


@pytest.mark.parametrize(
    ("told_day", "code"),
    [
        ("2026-10-29", "future"), ("2026-11-01", "future"), ("2026-09-30", "month_not_open"), ("2026-02-30", "bad_date"),
        ("7/10/2026", "bad_date"), ("2026-09-28~2026-10-04", "two_months"), ("soon", "bad_date"), ("4630", "bad_date"),
    ],
)  # fmt: skip
def test_days_that_cannot_be_taken_say_why(told_day: str, code: str) -> None:
    assert codes(seen(csv_of(HEADING, ("H-001", "MARK", told_day, 90, None)))) == [code]


def test_without_any_period_the_month_must_be_told() -> None:
    open_months = Window(frozenset({202609, 202610}), WINDOW.today)
    rows = (("单位", "指标", "数值"), ("H-001", "MARK", 90))
    assert codes(seen(csv_of(*rows), window=open_months)) == ["no_period"]
    titled = (("2026年9月考核数据", None, None), *rows)
    assert seen(csv_of(*titled), window=open_months).facts.on_day.tolist() == [20697]


def test_a_kpi_at_the_wrong_kind_of_unit_names_the_right_kind() -> None:
    found = seen(csv_of(HEADING, ("B-01", "MARK", "2026-10-05", 90, None)))
    assert codes(found) == ["wrong_kind"]
    assert told(found)[0].sentence.en.endswith("hall")


def test_events_need_their_item_and_raters_may_be_anybody() -> None:
    heading = ("单位", "指标", "日期", "分项", "数值")
    found = seen(csv_of(heading, ("B-01", "EVENT", "2026-10-05", "迟到", 2), ("B-01", "EVENT", "2026-10-05", None, 1),
                        ("B-01", "EVENT", "2026-10-05", "睡觉", 1), ("B-01", "RATE", "2026-10-05", "碑林分公司", 9),
                        ("B-01", "RATE", "2026-10-05", "网络部", 8), ("H-001", "MARK", "2026-10-05", None, 90)))  # fmt: skip
    assert codes(found) == ["no_item", "unknown_item"]
    assert found.raters == ("B-02", "网络部")
    assert found.facts.item.tolist() == [0, 7, -2, -1]


def test_decisions_of_a_person_are_followed() -> None:
    content = csv_of(HEADING, ("新厅", "MARK", "2026-10-05", 90, None), ("H-002", "MARK", "2026-10-05", 80, None))
    assert codes(seen(content)) == ["unknown_unit"]
    assert seen(content, Choices(units={"新厅": "H-003"})).facts.unit_id.tolist() == [11, 12]
    assert codes(seen(content, Choices(misread=frozenset({("", "D3")})))) == ["unknown_unit", "misread"]
    assert codes(seen(content, Choices(source="calls"))) == ["unknown_unit", "other_source"]
    odd_heading = csv_of(("单位编码", "指标", "何时", "数值"), ("H-001", "MARK", "2026-10-05", 90))
    assert seen(odd_heading).facts.on_day.tolist() == [20727]
    assert seen(odd_heading, Choices(columns={("", "C"): "day"})).facts.on_day.tolist() == [20731]


def test_a_catalogue_without_units_or_kpis_refuses_and_does_not_fail() -> None:
    from core.sheets.reading import read_book
    from scoring.intake.catalogue import Catalogue
    from scoring.intake.index import index_of
    from scoring.intake.preview import preview

    content = csv_of(HEADING, ("H-001", "MARK", "2026-10-05", 90, None))
    for bare in (Catalogue((), ()), Catalogue(CATALOGUE.units, ()), Catalogue((), CATALOGUE.kpis)):
        assert preview(read_book(content, "f"), index_of(bare), WINDOW).refused == 1

"""Spans within one file: no day of a unit, KPI and item counts twice, and what shares no day is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.intake.explaining import causes, oddities
from scoring.intake.told import Refusal
from tests.intake.stand import HEADING, INDEX, codes, csv_of, seen, told, xlsx_of

DAYS = st.integers(1, 28).flatmap(lambda first: st.tuples(st.just(first), st.integers(first, 28)))


def row(on: str, value: object = 90, unit: str = "H-001", kpi: str = "MARK") -> tuple[object, ...]:
    return unit, kpi, on, value, 4


def sentence(refusal: Refusal) -> tuple[str, str]:
    return refusal.sentence.zh, refusal.sentence.en


def test_a_whole_month_and_one_of_its_days_are_both_refused() -> None:
    rows = (HEADING, row("2026-10"), row("2026-10-05"), row("2026-10-06", unit="H-002"))
    for content in (csv_of(*rows), xlsx_of(*rows)):
        found = seen(content)
        assert [(one.row, one.code) for one in told(found)] == [(2, "overlap"), (3, "overlap")]
        assert sentence(told(found)[0]) == (
            "与第 3 行是同一单位和指标，日期重叠，会重复计算；请统一时间段",
            "shares days with row 3 for the same unit and KPI, which would count twice: give one kind of period",
        )
        assert (found.good, sum(cause.count for cause in causes(found, INDEX))) == (1, 2)


def test_a_day_long_after_the_month_began_is_still_within_it() -> None:
    found = seen(csv_of(HEADING, row("2026-10"), row("2026-10-02"), row("2026-10-20")))
    assert codes(found) == ["overlap"] * 3


def test_halves_days_and_weeks_side_by_side_are_taken() -> None:
    halves = seen(csv_of(HEADING, row("2026-10-01至2026-10-15"), row("2026-10-16至2026-10-28")))
    mixed = seen(csv_of(HEADING, row("2026-10-01至2026-10-07"), row("2026-10-08"), row("2026-10-09")))
    assert (halves.good, mixed.good) == (2, 3)


def test_the_same_days_of_another_unit_kpi_or_item_are_no_overlap() -> None:
    others = (row("2026-10-05", unit="H-002"), row("2026-10-05", kpi="SMI"))
    items = [("B-01", kpi, on, 1, None, item) for kpi, on, item in (
        ("EVENT", "2026-10", "late"), ("EVENT", "2026-10-05", "absent"), ("RATE", "2026-10", "甲"), ("RATE", "2026-10-05", "乙"),
    )]  # fmt: skip
    assert seen(csv_of(HEADING, row("2026-10"), *others)).good == 3
    assert seen(csv_of((*HEADING, "分项"), *items)).good == 4
    again = seen(csv_of((*HEADING, "分项"), *items, ("B-01", "RATE", "2026-10-06", 2, None, "甲")))
    assert [one.row for one in told(again)] == [4, 6]


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True))
def test_what_is_taken_shares_no_day_and_what_is_refused_does(spans: list[tuple[int, int]]) -> None:
    found = seen(csv_of(HEADING, *(row(f"2026-10-{first:02d}至2026-10-{last:02d}") for first, last in spans)))
    refused = {one.row - 2 for one in told(found)}
    for place, (first, last) in enumerate(spans):
        meets = any(a <= last and first <= b for at, (a, b) in enumerate(spans) if at != place)
        assert meets == (place in refused)


def test_a_percentage_without_its_sample_is_odd_for_it_counts_as_one_observation() -> None:
    bare = ("H-001", "SMI", "2026-10-05", 97, None)
    found = seen(
        csv_of(HEADING, bare, ("H-002", "SMI", "2026-10-05", 96, 40), ("H-001", "MARK", "2026-10-05", 90, None))
    )
    (odd,) = oddities(found, INDEX)
    assert (odd.code, odd.cell, odd.read_as, odd.cells) == ("single", "D2", "97%", ("D2",))
    assert (odd.sentence.zh, odd.sentence.en) == (
        "没有写有效样本，只算一次观测", "no valid sample is given: counts as one observation",
    )  # fmt: skip
    assert int(found.facts.den[1]) != int(found.facts.den[0])

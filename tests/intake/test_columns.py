"""The quick way and the slow way make the same of every cell, every fact and every file."""

from decimal import Decimal

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.intake.catalogue import MICRO
from scoring.intake.columns import Numbers, exact_micro, labels, numbers
from scoring.intake.numerals import read_number
from scoring.intake.preview import Preview
from scoring.intake.settling import FigureColumns, kpi_table, settled_columns
from tests.intake.stand import HEADING, KPIS, csv_of, seen

DECIMALS = st.decimals(-(10**9), 10**9, places=6, allow_nan=False).map(lambda value: format(value, "f"))
SHORT = st.decimals(-1000, 1000, places=2, allow_nan=False).map(str)
WRITTEN = st.one_of(
    DECIMALS, SHORT, st.text(max_size=8), st.text("0123456789.,-+%eE 万件分９", max_size=12),
    st.sampled_from(["98.5%", "９５．５", "1,024", "—", "NaN", "1e400", "7分30秒", "0.1", "-0", "00.10", "5."]),
)  # fmt: skip
FLOATS = st.one_of(
    st.floats(), st.decimals(-(10**8), 10**8, places=6).map(float), st.integers(-(10**9), 10**9).map(float)
)


def same(quick: Numbers, slow: Numbers) -> bool:
    return all((getattr(quick, name) == getattr(slow, name)).all() for name in Numbers.__slots__)


@given(st.lists(st.one_of(st.none(), WRITTEN), min_size=1, max_size=40))
def test_a_text_column_is_read_as_its_single_cells(cells: list[str | None]) -> None:
    column = pl.Series("cells", cells, pl.String)
    assert same(numbers(column), numbers(column, quick=False))


@given(
    st.lists(st.one_of(FLOATS, WRITTEN, st.none(), st.booleans(), st.integers(-5, 5)), min_size=1, max_size=40),
    st.sets(st.integers(0, 45)),
)
def test_a_workbook_column_is_read_as_its_single_cells(cells: list[object], percents: set[int]) -> None:
    column = tuple(cells)
    assert same(numbers(column, frozenset(percents)), numbers(column, frozenset(percents), quick=False))  # type: ignore[arg-type]  # any cells


@given(st.decimals(-(10**8) + 1, 10**8 - 1, places=6, allow_nan=False))
def test_a_decimal_of_six_places_passes_through_a_binary_cell_unharmed(value: Decimal) -> None:
    micro, exact = exact_micro(np.array([float(value)]))
    assert exact[0]
    assert int(micro[0]) == int(value * MICRO)


@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "", "c"])), max_size=40))
def test_labels_give_every_cell_back(cells: list[str | None]) -> None:
    found = labels(pl.Series("cells", cells, pl.String))
    back = [None if code < 0 else found.values[code] for code in found.codes.tolist()]
    assert back == [cell or None for cell in cells]


@st.composite
def figures(draw: st.DrawFn) -> tuple[list[int], FigureColumns]:
    size = draw(st.integers(1, 12))
    number = st.one_of(
        SHORT, DECIMALS, st.sampled_from(["98.5%", "3", "12", "0", "92分", "2件", "x", "—", "9000000000000"]), st.none()
    )
    sample = st.one_of(st.none(), st.sampled_from(["30", "0", "-1", "2.5", "10000", "99999", "3000000000"]), SHORT)
    columns = [[draw(kind) for _ in range(size)] for kind in (number, number, number, sample)]
    read = [numbers(pl.Series("figure", column, pl.String)) for column in columns]
    fraction = np.array([draw(st.booleans()) and abs(int(micro)) <= MICRO for micro in read[0].micro])
    kpis = [draw(st.integers(0, len(KPIS) - 1)) for _ in range(size)]
    return kpis, FigureColumns(*read, fraction)


@settings(max_examples=300)
@given(figures())
def test_facts_are_settled_alike_in_bulk_and_one_by_one(given_: tuple[list[int], FigureColumns]) -> None:
    kpis, columns = given_
    table, places = kpi_table(KPIS), np.array(kpis, np.int32)
    quick = settled_columns(KPIS, table, places, columns)
    slow = settled_columns(KPIS, table, places, columns, quick=False)
    for name in type(quick).__slots__:
        assert (getattr(quick, name) == getattr(slow, name)).all(), name


def facts_and_reasons(found: Preview) -> list[list[int]]:
    entries = found.entries
    facts = [getattr(found.facts, name).tolist() for name in type(found.facts).__slots__]
    return [*facts, entries.reasons.tolist(), entries.blamed.tolist(), found.odds.notes.tolist()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(
    st.sampled_from(["H-001", "H-002", "B-01", "钟楼营业厅", "nobody", "合计", ""]),
    st.sampled_from(["SMI", "MARK", "CALLS", "WAIT", "PER10K", "NPS", "?"]),
    st.sampled_from(["2026-10-05", "10月6日", "2026-11-01", "46303", "x", ""]),
    st.one_of(SHORT, st.sampled_from(["98.5%", "0.97", "９５", "7分30秒", "x", "", "—"])),
    st.sampled_from(["", "30", "0", "-2", "x"]),
), max_size=12))  # fmt: skip
def test_whole_files_are_understood_alike_both_ways(rows: list[tuple[str, ...]]) -> None:
    content = csv_of(HEADING, *rows)
    assert facts_and_reasons(seen(content)) == facts_and_reasons(seen(content, quick=False))


def test_single_cells_are_what_the_column_says() -> None:
    texts = ["98.5%", "12", "x", None]
    column = numbers(pl.Series("cells", texts, pl.String))
    assert [column.at(place) for place in range(4)] == [read_number(text) for text in texts]

"""Lines read as columns say what they say one by one."""

from hypothesis import given
from hypothesis import strategies as st

from scoring.line_columns import medians
from scoring.packing import COUNTED_BIT, LINE, NO_VALUE, UnitLines, line_tuples, lines

SCORES = st.integers(-(2**31) + 1, 2**31 - 1)
ONE_LINE = st.tuples(
    st.integers(0, 5), st.integers(0, 255), SCORES, SCORES, st.one_of(st.just(NO_VALUE), SCORES), st.integers(0, 99)
)


def packed(rows: list[tuple[int, int, int, int, int, int]]) -> bytes:
    return b"".join(LINE.pack(*row) for row in rows)


@given(st.lists(st.lists(ONE_LINE, max_size=6), max_size=12))
def test_the_median_of_a_kpi_is_the_lower_middle_of_the_scores_that_counted(units: list[list[tuple[int, ...]]]) -> None:
    by_kpi: dict[int, list[int]] = {}
    for kpi, state, score, *_ in (line for unit in units for line in unit):
        if state & COUNTED_BIT:
            by_kpi.setdefault(kpi, []).append(score)
    expected = {kpi: sorted(scores)[(len(scores) - 1) // 2] for kpi, scores in by_kpi.items()}
    assert medians(packed(unit) for unit in units) == expected  # type: ignore[arg-type]  # drawn with six numbers each


@given(st.lists(ONE_LINE, max_size=6))
def test_lines_of_a_unit_are_the_same_however_they_are_read(rows: list[tuple[int, int, int, int, int, int]]) -> None:
    units = UnitLines({7: packed(rows)})
    assert list(units) == [7]
    assert units[7] == lines(packed(rows)) == list(line_tuples(packed(rows)))
    assert all(one.counted is bool(row[1] & COUNTED_BIT) for one, row in zip(units[7], rows, strict=True))
    assert [one.value for one in units[7]] == [None if row[4] == NO_VALUE else row[4] for row in rows]

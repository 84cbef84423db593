"""The same facts give the same bytes: whatever the order of rows, the hash seed, the number of threads."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from scoring.bulk import copied_in
from scoring.folding import FACTS, folded
from scoring.packing import Cell, cells, numbers, packed_cells, packed_numbers
from tests.leaderboards.pure_month import digest

ROOT = Path(__file__).parents[2]


def elsewhere(*arguments: str, **environment: str) -> str:
    command = [sys.executable, "-m", "tests.leaderboards.pure_month", *arguments]
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_neither_hash_seed_nor_threads_change_a_byte(seed: str) -> None:
    threads = str(int(seed) + 1)
    assert elsewhere(PYTHONHASHSEED=seed, OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads) == digest(turned=False)


def test_the_order_of_units_and_facts_changes_no_byte() -> None:
    assert digest(turned=True) == digest(turned=False)


fact = st.tuples(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 3),
    st.integers(-(10**12), 10**12),
)


def records(rows: list[tuple[int, int, int, int, int, int]]) -> np.ndarray:  # type: ignore[type-arg]  # records
    told = copied_in(FACTS, len(rows))
    for place, (unit, kpi, item, revision, day, num) in enumerate(rows):
        told[place]["unit"], told[place]["kpi"], told[place]["item"] = unit, kpi, item
        told[place]["revision"], told[place]["day"], told[place]["num"] = revision, day, num
        told[place]["den"], told[place]["sample"] = 1_000_000, 1
    return told


@given(st.lists(fact, max_size=40), st.randoms())
def test_folding_counts_the_last_revision_of_each_fact_whatever_the_order(
    rows: list[tuple[int, ...]], draw: random.Random
) -> None:  # type: ignore[no-untyped-def]  # hypothesis
    kept = {row[:5]: row for row in rows}  # one fact a key and revision, as the table's key demands
    told = list(kept.values())
    last = {}
    for unit, kpi, item, _, day, num in sorted(told, key=lambda row: row[3]):
        last[unit, kpi, item, day] = num
    expected: dict[tuple[int, int, int], int] = {}
    for (unit, kpi, item, _), num in last.items():
        expected[unit, kpi, item] = expected.get((unit, kpi, item), 0) + num
    draw.shuffle(told)
    units, found = folded(records(told), ())  # type: ignore[arg-type]  # tuples of six
    got = {
        (int(unit), int(cell["kpi"]), int(cell["item"])): int(cell["num"])
        for unit, cell in zip(units, found, strict=True)
    }
    assert got == expected
    assert list(got) == sorted(got)


def test_one_high_and_one_low_rating_are_dropped_from_five_raters_on() -> None:
    marks = [6, 8, 8, 9, 10]
    told = records([(1, 7, rater, 0, 0, mark * 1_000_000) for rater, mark in enumerate(marks, 1)])
    _, found = folded(told, [7])
    assert (int(found[0]["item"]), int(found[0]["sample"])) == (0, 5)
    assert int(found[0]["num"]) * 3 == int(found[0]["den"]) * 25


def test_sums_beyond_sixty_four_bits_are_refused_not_wrapped() -> None:
    with pytest.raises(Invalid):
        folded(records([(1, 1, 0, 0, day, 2**62) for day in range(3)]), ())


@given(
    st.lists(
        st.tuples(
            st.integers(1, 9),
            st.integers(0, 9),
            st.integers(-(2**63), 2**63 - 1),
            st.integers(1, 2**40),
            st.integers(0, 9),
        )
    )
)
def test_packed_cells_read_back_sorted(rows: list[tuple[int, int, int, int, int]]) -> None:
    assert cells(packed_cells(map(Cell._make, rows))) == sorted(map(Cell._make, rows))


@given(st.lists(st.none() | st.integers(-(2**31) + 1, 2**31 - 1)))
def test_packed_numbers_read_back(values: list[int | None]) -> None:
    assert numbers(packed_numbers(values)) == tuple(values)

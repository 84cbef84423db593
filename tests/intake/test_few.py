"""A few facts go a shorter way than many, and nobody can tell which way they went."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.bulk import copied_in
from scoring.intake import merging, records
from scoring.intake.catalogue import NO_CHOICES
from scoring.intake.merging import EPOCH_SHIFT, STORED, merged
from scoring.intake.preview import Facts, preview
from scoring.intake.report import report
from scoring.intake.told import Record
from tests.intake.stand import INDEX, WINDOW

KEYS = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(0, 1), st.integers(0, 1))
"""KPI, unit, day, item."""
VALUES = st.tuples(st.integers(0, 2), st.just(1), st.integers(0, 1), st.just(1))
"""Numerator, denominator, sample, span."""
NEW = st.dictionaries(KEYS, VALUES, min_size=1, max_size=6)
OLD = st.dictionaries(st.tuples(KEYS, st.integers(0, 3)), st.tuples(VALUES, st.integers(1, 4)), min_size=1, max_size=12)
TEXTS = st.sampled_from(
    ["90", "90.5", "H-001", "MARK", "2026-10", "2026-10-05", "", "nonsense", "9O", "甲", "１００", "-3"]
)


def facts(told: dict[tuple[int, ...], tuple[int, ...]]) -> Facts:
    kpis, units, days, items = (np.array(column) for column in zip(*told, strict=True))
    nums, dens, samples, spans = (np.array(column) for column in zip(*told.values(), strict=True))
    return Facts(
        unit_id=units.astype(np.int32), kpi_id=kpis.astype(np.int16), on_day=(days + EPOCH_SHIFT).astype(np.int32),
        span_days=spans.astype(np.int16), item=items.astype(np.int16), num=nums.astype(np.int64), den=dens.astype(np.int64),
        sample=samples.astype(np.int32), row_no=np.arange(len(units), dtype=np.int32),
    )  # fmt: skip


@given(new=NEW, old=OLD, withdrawn=st.sets(st.integers(1, 4)))
def test_a_few_facts_are_merged_as_many_are(
    new: dict[tuple[int, ...], tuple[int, ...]],
    old: dict[tuple[tuple[int, ...], int], tuple[tuple[int, ...], int]],
    withdrawn: set[int],
) -> None:
    stored = copied_in(STORED, len(old))
    for place, ((key, revision), (values, batch)) in enumerate(old.items()):
        row = dict(zip(("kpi_id", "unit_id", "on_day", "item"), key, strict=True))
        row |= dict(zip(("num", "den", "sample", "span_days"), values, strict=True))
        row |= {"revision": revision, "batch_id": batch, "row_no": 1}
        for name, value in row.items():
            stored[name][place] = value
    ways = []
    for few in (merging.FEW, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(merging, "FEW", few)
            ways.append(merged(facts(new), stored, sorted(withdrawn)))
    one, other = ways
    assert (one.known, one.corrections) == (other.known, other.corrections)
    assert one.revisions.tolist() == other.revisions.tolist()
    assert one.facts.row_no.tolist() == other.facts.row_no.tolist()


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=5))
def test_a_few_records_are_read_as_many_are(rows: list[tuple[str, ...]]) -> None:
    told = [
        Record(unit=unit, kpi=kpi, on=on or None, value=value or None, sample=sample or None, item=item or None)
        for unit, kpi, on, value, sample, item in rows
    ]
    ways = []
    for few in (records.FEW, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(records, "FEW", few)
            ways.append(report(preview(records.book_of(told), INDEX, WINDOW, NO_CHOICES), INDEX))
    assert ways[0] == ways[1]


def test_what_stands_in_a_record_is_never_read_as_a_heading() -> None:
    told = [Record(unit="单位", kpi="KPI", value="值"), Record(unit="H-001", kpi="MARK", value="90")]
    found = report(preview(records.book_of(told), INDEX, WINDOW, NO_CHOICES), INDEX)
    assert (found.read, found.refused) == (2, 1)
    assert [one.cell for one in found.refusals] == ["A2"]

"""Better values never score less where a method promises it; halls scored in parts score as they do together."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.language import Text
from core.points import FACT_SCALE
from scoring.book_parts import Kpi, Rounding
from scoring.columns import Sums
from scoring.leaf import scored_kpi
from scoring.methods import RELATIVE
from scoring.sheet import Sheet

MONOTONE: dict[str, dict[str, Any]] = {
    "linear": {"anchors": [["10", "20"], ["30", "40", "60"], ["31", "99.5"], ["90", "110"]]},
    "ratio": {"target": "37"},
    "efficacy": {"unacceptable": "10", "satisfactory": "80"},
    "tier": {"target": "50", "tiers": [{"k": "1.1", "score": 120}, {"k": "1", "score": 100}, {"k": "0.8", "score": 7}]},
    "band": {"bands": [{"hi": "10", "score": 0}, {"lo": "10", "hi": "50", "score": "60"}, {"lo": "50", "score": 100}]},
    "binary": {"op": ">=", "threshold": "45"},
    "add_subtract": {"target": "50", "step": "7", "per_up": 2, "per_down": 3, "mode": "full"},
    "rank": {"best": 110, "worst": 40},
    "percentile": {"lo": 20, "hi": 100},
    "zscore": {"center": 80, "scale": 12, "clip": "1.7", "winsorize": {"low": "10", "high": "85"}},
    "value": {},
    "formula": {"formula": "clip(value * 2 - 3, 0, 100) if value > 20 else min(value, 20)"},
}
MIRRORED: dict[str, dict[str, Any]] = {
    "linear": {"anchors": [["90", "20"], ["31", "40", "60"], ["30", "99.5"], ["10", "110"]]},
    "efficacy": {"unacceptable": "80", "satisfactory": "10"},
    "tier": {"target": "50", "tiers": [{"k": "0.5", "score": 120}, {"k": "1", "score": 100}, {"k": "1.2", "score": 7}]},
    "band": {"bands": [{"hi": "10", "score": 100}, {"lo": "10", "hi": "50", "score": 60}, {"lo": "50", "score": 0}]},
    "binary": {"op": "<=", "threshold": "45"},
    "value": {"factor": "-1"},
    "formula": {"formula": "100 - value"},
}
"""The same for lower-is-better, where the parameters themselves have to be turned round."""
values = st.lists(
    st.one_of(st.integers(-100, 1200).map(lambda tenth: tenth * FACT_SCALE // 10), st.integers(-(10**12), 10**12)),
    min_size=2,
    max_size=12,
)
roundings = st.sampled_from(
    [
        None,
        "none",
        Rounding(places=0, mode="floor"),
        Rounding(places=1, mode="half_even"),
        Rounding(places=0, mode="up"),
    ]
)


def kpi_of(method: str, direction: Any, rounding: Any) -> Kpi:
    params = MIRRORED.get(method, MONOTONE[method]) if direction == "lower" else MONOTONE[method]
    word = Text(zh="词", en="word")
    return Kpi(code="K", name=word, process="P", method=method, direction=direction, params=params, round=rounding)


def sheet_of(numbers: list[int], group: list[int] | None = None) -> Sheet:
    size = len(numbers)
    every = np.ones(size, dtype=bool)
    sums = Sums(np.array(numbers, dtype=np.int64), np.full(size, FACT_SCALE), np.ones(size, dtype=np.int64), every)
    return Sheet(group=np.array(group or [0] * size, dtype=np.intp), sums={"K": sums})


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(MONOTONE)), st.sampled_from(["higher", "lower"]), roundings, values)
def test_a_better_value_never_scores_less(method: str, direction: str, rounding: Any, numbers: list[int]) -> None:
    kpi = kpi_of(method, direction, rounding)
    better = sorted(numbers, reverse=direction == "lower")
    found = scored_kpi(kpi, "hall", sheet_of(better), 2, shown=4, keep=True)
    assert found.fill.counted.all()
    assert all(low <= high for low, high in pairwise(found.fill.scores.tolist()))
    assert found.exact is not None
    exact = [found.exact.at(unit) or 0 for unit in range(len(better))]
    assert all(low <= high for low, high in pairwise(exact))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(MONOTONE)), roundings, values, st.integers(1, 11))
def test_halls_scored_in_parts_score_as_together(method: str, rounding: Any, numbers: list[int], cut: int) -> None:
    kpi = kpi_of(method, "higher", rounding)
    # Methods that compare are cut where one peer group ends; the others anywhere.
    group = [int(at >= cut) for at in range(len(numbers))] if method in RELATIVE else None
    whole = scored_kpi(kpi, "hall", sheet_of(numbers, group), 2, shown=4)
    parts = [scored_kpi(kpi, "hall", sheet_of(part), 2, shown=4) for part in (numbers[:cut], numbers[cut:]) if part]
    assert whole.fill.scores.tolist() == [score for part in parts for score in part.fill.scores.tolist()]


@given(values)
def test_units_that_were_not_measured_change_nothing_for_the_others(numbers: list[int]) -> None:
    for method in sorted(MONOTONE):
        kpi = kpi_of(method, "higher", None)
        alone = scored_kpi(kpi, "hall", sheet_of(numbers), 2)
        beside = sheet_of([*numbers, 0])
        facts = beside.sums["K"]
        known = facts.known.copy()
        known[-1] = False
        with_one = scored_kpi(kpi, "hall", replace(beside, sums={"K": replace(facts, known=known)}), 2)
        assert with_one.fill.scores[:-1].tolist() == alone.fill.scores.tolist()
        assert not with_one.fill.counted[-1]

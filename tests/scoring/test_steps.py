"""Every step of a score can be done again with a pencil: its figures come to its result, and the last one to the score."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.points import FACT_SCALE
from scoring.columns import Sums
from scoring.engine import scored
from scoring.rulebook import RuleBook, parsed
from scoring.sheet import Sheet
from scoring.steps.lines import Table, line_steps
from scoring.steps.telling import Step
from tests.figures import closes, number

BOOK = """
code = "steps"
name = {{ zh = "步骤", en = "Steps" }}
[kinds.hall]
name = {{ zh = "厅", en = "Hall" }}
level = "hall"
[processes.P]
name = {{ zh = "过程", en = "Process" }}
family = {{ zh = "族", en = "Family" }}
[processes.Q]
name = {{ zh = "过程二", en = "Second process" }}
family = {{ zh = "族", en = "Family" }}
[kpis.K]
name = {{ zh = "指标", en = "Measure" }}
process = "P"
aggregation = "{aggregation}"
direction = "{direction}"
method = "{method}"
params = {params}
{more}
[kpis.L]
name = {{ zh = "另一个", en = "Another" }}
process = "Q"
aggregation = "sum"
method = "ratio"
params = {{ target = 100 }}
[scorecards.hall]
K = "37.5"
L = "62.5"
[themes.T]
name = {{ zh = "主题", en = "Theme" }}
month = 10
doubled = ["K"]
"""
METHODS: Mapping[str, str] = {
    "linear": '{ anchors = [["20", "60"], ["50", "100"], ["80", "120"]] }',
    "linear kept": '{ anchors = [["20", "60"], ["50", "100"]], below = "clamp", above = "extend" }',
    "linear nought": '{ anchors = [["20", "60"], ["50", "100"]], below = "zero" }',
    "ratio": '{ target = "45.5" }',
    "efficacy": "{ unacceptable = 10, satisfactory = 60 }",
    "band": "{ bands = [{ hi = 20, score = 0 }, { lo = 20, hi = 50, score = 70 }, { lo = 50, score = 110 }] }",
    "tier": '{ target = 40, tiers = [{ k = "1.2", score = 120 }, { k = 1, score = 100 }, { k = "0.8", score = 60 }] }',
    "binary": "{ threshold = 40 }",
    "add_subtract": '{ target = 40, step = 5, per_up = 2, per_down = 3, max_up = 9, mode = "started" }',
    "value": '{ factor = "1.5", offset = 3 }',
    "deduct": '{ items = { bad = { points = "2.5", cap = 60 } } }',
    "rank": "{ best = 110, worst = 40 }",
    "rank step": '{ variant = "step", best = 100, step = 7, ties = "min" }',
    "rank table": '{ variant = "table", table = { 1 = 100, 2 = 81, 3 = 64 }, else = 5 }',
    "percentile": "{ lo = 50, hi = 110 }",
    "percentile inc": '{ lo = 50, hi = 110, convention = "inc" }',
    "zscore": "{ center = 80, scale = 10, clip = 2 }",
    "zscore frozen": "{ center = 80, scale = 10, mean = 40, sd = 12 }",
    "zscore drawn": "{ center = 80, scale = 10, winsorize = { low = 10, high = 90 } }",
    "formula": '{ formula = "min(value * rate + 5, 100) if num > 3 else 0", constants = { rate = "1.25" } }',
}  # fmt: skip
numbers = st.integers(min_value=0, max_value=100)


def book(method: str, *, aggregation: str = "sum", direction: str = "higher", more: str = "") -> RuleBook:
    code = method.split(maxsplit=1)[0]
    return parsed(
        BOOK.format(method=code, params=METHODS[method], aggregation=aggregation, direction=direction, more=more)
    )


def sheet(rows: list[tuple[int, int]], **more: Any) -> Sheet:
    """Return halls by numerator and denominator of the first KPI; the second stands at 97 everywhere."""
    size = len(rows)
    num, den = (np.array([row[at] for row in rows], dtype=np.int64) * FACT_SCALE for at in (0, 1))
    known = np.array([row[1] > 0 for row in rows])
    sample = den // FACT_SCALE
    other = Sums(np.full(size, 97 * FACT_SCALE), np.ones(size, np.int64), np.ones(size, np.int64), np.ones(size, bool))
    return Sheet(group=np.zeros(size, dtype=np.intp), sums={"K": Sums(num, den, sample, known), "L": other}, **more)


def told(rules: RuleBook, facts: Sheet, unit: int = 0, theme: str | None = None) -> tuple[Step, ...]:
    """Return the steps of the first KPI at a hall."""
    found = scored(rules, "hall", facts, theme)
    return line_steps(Table(rules, "hall", theme, facts, found), 0, unit)


def wrong(steps: tuple[Step, ...]) -> list[Step]:
    """Return the steps that do not close; those that only name things have nothing to work out."""
    return [one for one in steps if one.figures and one.code not in {"facts", "sample", "formula"} and not closes(one)]


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(rows=st.lists(numbers, min_size=2, max_size=7))
def test_every_method_can_be_done_again(method: str, rows: list[int]) -> None:
    rules, facts = book(method), sheet([(one, 1) for one in rows])
    steps = told(rules, facts)
    assert wrong(steps) == []
    by_code = {one.code: one for one in steps}
    if "rounding" in by_code:
        found = scored(rules, "hall", facts)
        assert number(by_code["rounding"].result) == Fraction(int(found.scores[0, 0]), 100)
        assert number(by_code["points"].result) == Fraction(int(found.points[0, 0]), 10_000)
    assert {"method", "formula"} & set(by_code), "the method is told"


@pytest.mark.parametrize("method", [one for one in METHODS if one not in {"deduct", "formula", "value"}])
def test_each_method_is_told_by_its_own_steps_and_not_by_its_result_alone(method: str) -> None:
    steps = told(book(method), sheet([(33, 1), (47, 1), (52, 1), (61, 1)]))
    assert [one.note.en for one in steps if one.code == "method"] != ["by the rule of this KPI"]


@given(rows=st.lists(st.tuples(numbers, st.integers(min_value=1, max_value=90)), min_size=2, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_small_sample_leans_on_its_peers_in_figures_that_close(rows: list[tuple[int, int]]) -> None:
    rules = book("linear", aggregation="ratio_of_sums", more='shrink = "12"')
    steps = told(rules, sheet([(min(num, den), den) for num, den in rows]))
    assert wrong(steps) == []


def test_what_the_theme_and_a_missing_neighbour_do_to_the_weight_is_told() -> None:
    rules = book("ratio", aggregation="ratio_of_sums")
    doubled = told(rules, sheet([(40, 100), (50, 100)]), theme="T")
    assert next(one.figures for one in doubled if one.code == "weight") == "37.5 × 2 × 100 ÷ 137.5"
    facts = sheet([(40, 100), (50, 100)])
    alone = Sheet(group=facts.group, sums={"K": facts.sums["K"]})
    weight = next(one for one in told(rules, alone) if one.code == "weight")
    assert (weight.figures, weight.result) == ("37.5 × 100 ÷ 37.5", "100")
    assert "Another not scored" in weight.note.en


def test_without_facts_the_policy_is_told_and_no_score_is_invented() -> None:
    steps = told(book("ratio", aggregation="ratio_of_sums", more='missing = "zero"'), sheet([(0, 0), (50, 100)]))
    missing = next(one for one in steps if one.code == "missing")
    assert (missing.result, missing.note.en) == ("0.00", "counts as nought")
    moved = told(book("ratio", aggregation="ratio_of_sums"), sheet([(0, 0), (50, 100)]))
    assert [one.code for one in moved] == ["missing"]
    assert moved[0].result == "–"


def test_a_score_has_only_the_decimals_it_needs_where_another_is_kept_finer() -> None:
    text = BOOK.format(method="ratio", params="{ target = 50 }", aggregation="sum", direction="higher", more="")
    finer = parsed(text.replace("params = { target = 100 }", 'params = { target = 97 }\nround = "none"'))
    steps = told(finer, sheet([(43, 1), (10, 1)]))
    assert [one.result for one in steps if one.code in {"method", "rounding"}] == ["86", "86.00"]


def test_the_row_of_targets_that_holds_is_named() -> None:
    text = BOOK.format(method="ratio", params='{ target = "45.5" }', aggregation="sum", direction="higher", more="")
    rules = parsed(text + '[[targets]]\nkpi = "K"\nunit = "S2"\nparams = { target = "50" }\n')
    facts = sheet([(40, 1), (40, 1)], units=("S1", "S2"))
    assert not [one for one in told(rules, facts, 0) if one.code == "parameters"]
    own = told(rules, facts, 1)
    row = next(one for one in own if one.code == "parameters")
    assert (row.result, "[[targets]] 1" in row.note.zh) == ("target = 50", True)
    assert wrong(own) == []


def test_lost_points_are_never_negative_in_the_figures_either() -> None:
    steps = told(book("ratio"), sheet([(90, 1), (10, 1)]))
    lost = next(one for one in steps if one.code == "lost")
    assert number(lost.result) == 0
    assert "max(" in lost.figures

"""Whole cards from trees: a flat card written as one, policies of KPIs, themes, what is lost, what adds up."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from core.errors import Invalid
from core.points import FACT_SCALE, rounded
from scoring.columns import Sums
from scoring.engine import Scored, Sheet, scored
from scoring.rulebook import RuleBook, parsed
from scoring.tree.blocks import BLOCK

WORD = '{ zh = "词", en = "word" }'
HEAD = f"""
code = "card"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
[processes.P]
name = {WORD}
family = {WORD}
[processes.Q]
name = {WORD}
family = {WORD}
[themes.T]
name = {WORD}
month = 1
doubled = ["A", "C"]
multiplier = 3
mode = "MODE"
[composition]
coverage_min = "0.60"
"""
KPI = """
[kpis.{code}]
name = {{ zh = "词", en = "word" }}
process = "{process}"
method = "ratio"
params = {{ target = 100{more} }}
missing = "{missing}"
"""
PROCESS = {"A": "P", "B": "P", "C": "Q"}
FLAT = "[scorecards.hall]\nA = 30\nB = 30\nC = 40\n"
TREE = """
[trees.hall.nodes.total]
op = "weighted_mean"
children = { P = 60, Q = 40 }
[trees.hall.nodes.P]
op = "weighted_mean"
children = { A = 30, B = 30 }
[trees.hall.nodes.Q]
op = "mean"
children = ["C"]
"""
ROUND = "round = { places = 2 }\n"


def book(card: str, mode: str = "renormalise", more: str = "", **missing: str) -> RuleBook:
    kpis = "".join(
        KPI.format(code=code, process=process, missing=missing.get(code, "reweight"), more=more)
        for code, process in PROCESS.items()
    )
    return parsed(HEAD.replace("MODE", mode) + kpis + card)


def column(values: list[Fraction | int | None]) -> Sums:
    known = np.array([value is not None for value in values])
    num = np.array([0 if value is None else int(Fraction(value) * FACT_SCALE) for value in values], dtype=np.int64)
    return Sums(num, np.where(known, FACT_SCALE, 0), np.ones(len(values), dtype=np.int64), known)


def of(rules: RuleBook, rows: list[tuple[Any, Any, Any]], theme: str | None = None, **more: Any) -> Scored:
    columns = {code: column([row[at] for row in rows]) for at, code in enumerate(PROCESS)}
    return scored(rules, "hall", Sheet(group=np.zeros(len(rows), dtype=np.intp), sums=columns, **more), theme)


def exactly(found: Scored, unit: int) -> Fraction | None:
    assert found.exact is not None
    return found.exact.at(unit)


value = st.one_of(st.none(), st.integers(0, 13_000).map(lambda number: Fraction(number, 100)))


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.tuples(value, value, value), min_size=1, max_size=12))
def test_a_flat_card_written_as_a_tree_is_the_flat_card(rows: list[tuple[Any, Any, Any]]) -> None:
    flat, tree = of(book(FLAT), rows), of(book(TREE), rows)
    for name in ("scores", "statuses", "policies", "weights", "points", "lost", "process_scores", "coverage", "ranked"):
        assert np.array_equal(getattr(flat, name), getattr(tree, name)), name
    for row in range(3):
        for unit in range(len(rows)):
            of_flat, of_tree = (
                Fraction(int(one.weight_num[row, unit]), int(one.weight_den[row, unit])) for one in (flat, tree)
            )
            assert of_flat == of_tree
    # The lines of a flat card are rounded to 1/10,000 before they are added, those of a tree are not.
    assert np.abs(flat.totals - tree.totals).max() <= 1


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(value, value, value), min_size=1, max_size=8), cap=st.integers(0, 100))
def test_points_and_rest_are_the_total_to_the_last_digit(rows: list[tuple[Any, Any, Any]], cap: int) -> None:
    found = of(
        book(
            TREE.replace("P = 60", "P = 61").replace(
                "\n[trees.hall.nodes.P]", f"\ncap = {cap}\n[trees.hall.nodes.P]", 1
            )
        ),
        rows,
    )
    assert found.rest is not None
    for unit in range(len(rows)):
        whole = exactly(found, unit)
        pairs = zip(found.shares, found.leaves, strict=True)
        points = sum(((share.at(unit) or 0) * (leaf.at(unit) or 0) for share, leaf in pairs), Fraction(0))
        assert whole is None or points + (found.rest.at(unit) or 0) == whole
        raw = found.nodes[-1].work.raw.at(unit)
        assert whole is None or (raw is not None and found.rest.at(unit) == whole - raw)


def test_a_total_without_a_rounding_stays_exact_and_is_shown_in_cents() -> None:
    found = of(book(TREE.replace("60", "61")), [(100, 90, 80)])
    assert exactly(found, 0) == Fraction(95 * 61 + 80 * 40, 101)
    assert found.totals[0] == 8906


def test_a_kpi_may_enter_unrounded() -> None:
    rules = book(TREE)
    plain = replace(rules.kpis["A"], params={"target": "99"}, round="none")
    assert exactly(of(replace(rules, kpis=rules.kpis | {"A": plain}), [(50, None, None)]), 0) == Fraction(5000, 99)


def test_nothing_measured_gives_no_total_and_no_place() -> None:
    found = of(book(TREE), [(None, None, None), (90, 90, 90)])
    assert exactly(found, 0) is None
    assert list(found.has_total) == [False, True]
    assert list(found.ranked) == [False, True]


def test_too_few_children_give_no_total_though_lines_are_scored() -> None:
    found = of(book(TREE.replace("[trees.hall.nodes.P]", "min_scored = 2\n[trees.hall.nodes.P]", 1)), [(90, 90, None)])
    assert exactly(found, 0) is None
    assert not found.ranked[0]
    assert not found.points.any()
    assert list(found.scores[:, 0]) == [9000, 9000, 0]
    assert not found.counted.any()


@pytest.mark.parametrize(
    ("policy", "second"), [("zero", 0), ("group_worst", 60), ("group_mean", 75), ("reweight", None)]
)
def test_a_kpis_own_policy_fills_it_before_any_node_sees_it(policy: str, second: int | None) -> None:
    found = of(book(TREE, C=policy), [(100, 100, 60), (100, 100, None), (100, 100, 90)])
    assert exactly(found, 1) == (100 if second is None else 60 + Fraction(second * 40, 100))


def test_where_a_kpi_is_demanded_its_lack_costs_the_place_and_not_the_total() -> None:
    found = of(book(TREE, C="not_scored"), [(90, 80, None)])
    assert exactly(found, 0) == Fraction(85)
    assert not found.ranked[0]


def test_a_stand_in_of_a_node_is_shown_on_the_line() -> None:
    found = of(
        book(TREE.replace('op = "mean"\n', 'op = "mean"\nmissing = "value"\nmissing_value = 50\nmin_scored = 0\n')),
        [(100, 100, None)],
    )
    assert exactly(found, 0) == Fraction(80)
    assert (found.scores[2, 0], found.points[2, 0]) == (5000, 200_000)
    assert found.policies[2, 0] == 6
    assert found.coverage[0] == 6000


def test_what_does_not_apply_leaves_the_tree_without_lowering_coverage() -> None:
    off = {"C": np.array([True])}
    found = of(
        book(TREE.replace("[trees.hall.nodes.P]", 'missing = "not_scored"\n[trees.hall.nodes.P]', 1)),
        [(90, 80, None)],
        not_applicable=off,
    )
    assert exactly(found, 0) == Fraction(85)
    assert found.coverage[0] == 10_000
    assert found.nodes[1].of[0] == 0


def test_a_theme_multiplies_inside_the_means_it_meets() -> None:
    found = of(book(TREE), [(100, 60, 50)], theme="T")
    assert exactly(found, 0) == Fraction(90 * 60 + 50 * 40, 100)
    assert found.theme_scores[0] == rounded(10_000 * 30 + 5000 * 40, 70)


def test_a_theme_may_add_on_top_instead() -> None:
    found = of(book(TREE, mode="bonus"), [(100, 60, 50)], theme="T")
    assert exactly(found, 0) == 80 + 30 * 2 + 20 * 2 - 12
    assert found.bonus[0] == 1_000_000
    assert found.rest is not None
    assert found.rest.at(0) == 0


def test_lost_points_are_counted_against_the_full_marks_of_each_line() -> None:
    found = of(book(TREE), [(90, 110, 50)])
    assert list(found.lost[:, 0]) == [30_000, 0, 200_000]
    small = of(book(TREE, more=", full = 10, cap = 10"), [(90, 110, 50)])
    assert list(small.lost[:, 0]) == [3_000, 0, 20_000]


def test_the_lowest_of_two_carries_the_whole_weight() -> None:
    found = of(book('[trees.hall.nodes.total]\nop = "min"\nchildren = ["A", "B", "C"]\n'), [(90, 70, 80), (70, 70, 80)])
    assert [[line.at(unit) for line in found.shares] for unit in (0, 1)] == [[0, 1, 0], [Fraction(1, 2)] * 2 + [0]]
    assert list(found.lost[:, 0]) == [0, 300_000, 0]


def test_places_by_a_method_over_a_node_are_those_of_the_units_of_the_kind() -> None:
    card = TREE.replace("{ P = 60, Q = 40 }", '["place"]').replace("weighted_mean", "mean", 1)
    card += '[trees.hall.nodes.place]\nop = "method"\nchildren = ["all"]\nmethod = "rank"\nparams = { best = 100, worst = 0 }\n'
    card += '[trees.hall.nodes.all]\nop = "weighted_mean"\nchildren = { P = 60, Q = 40 }\n'
    found = of(book(card), [(90, 90, 90), (80, 80, 80), (70, 70, 70), (None, None, None)])
    assert [exactly(found, unit) for unit in range(4)] == [100, 50, 0, None]


def test_a_high_mean_with_a_low_variance_is_rewarded_by_a_formula() -> None:
    card = """
[trees.hall.nodes.total]
op = "formula"
children = ["mean", "spread"]
formula = "mean + (5 if mean >= 85 and spread < 30 else 0)"
[trees.hall.nodes.mean]
op = "mean"
children = ["A", "B", "C"]
[trees.hall.nodes.spread]
op = "variance"
children = ["A", "B", "C"]
"""
    found = of(book(card), [(90, 88, 86), (100, 88, 76), (60, 60, 60)])
    assert [exactly(found, unit) for unit in range(3)] == [93, 88, 60]


def test_nobody_measured_is_no_error() -> None:
    assert len(of(book(TREE), []).totals) == 0


def test_many_units_are_worked_out_as_few_are() -> None:
    few: list[tuple[Any, Any, Any]] = [(90, 80, 70), (None, 60, 50), (100, None, None)]
    rules = book(TREE.replace('op = "mean"\n', 'op = "mean"\nmissing = "value"\nmissing_value = 50\nmin_scored = 0\n'))
    times = BLOCK // len(few) + 5
    small, large = of(rules, few), of(rules, few * times)
    assert (large.totals.reshape(times, 3) == small.totals).all()
    assert (large.points.reshape(3, times, 3) == small.points[:, None, :]).all()
    assert (large.scores.reshape(3, times, 3) == small.scores[:, None, :]).all()
    assert [exactly(large, unit) for unit in (0, 1, 3 * times - 1)] == [exactly(small, unit) for unit in (0, 1, 2)]


def test_a_standard_score_over_a_node_is_rounded_once_and_as_the_node_says() -> None:
    card = (
        '[trees.hall.nodes.total]\nop = "method"\nchildren = ["all"]\nmethod = "zscore"\n'
        'params = { center = 90, scale = 10 }\n[trees.hall.nodes.all]\nop = "mean"\nchildren = ["A", "B", "C"]\n'
    )
    rows: list[tuple[Any, Any, Any]] = [(70, 70, 70), (80, 80, 80), (95, 95, 95)]
    fine = of(book(card), rows)
    rough = of(book(card.replace("\n[trees.hall.nodes.all]", "\nround = { places = 1 }\n[trees.hall.nodes.all]")), rows)
    # 95 lies 40/3 above the mean of 245/3, the deviation is the root of 950/9: 90 + 400 / √950 = 102.97771…
    assert exactly(fine, 2) == Fraction("102.977713690461")
    assert exactly(rough, 2) == Fraction("103.0")


def test_a_total_too_large_to_be_kept_is_refused_and_never_cut() -> None:
    huge = TREE.replace("[trees.hall.nodes.P]", 'factor = "1e29"\n[trees.hall.nodes.P]', 1)
    with pytest.raises(Invalid, match="too large to be stored"):
        of(book(huge), [(90, 90, 90)])


def test_half_and_half_of_a_total_are_no_rounding_error_of_a_large_one() -> None:
    large = TREE.replace("[trees.hall.nodes.P]", 'factor = "1e10"\n[trees.hall.nodes.P]', 1)
    found = of(book(large), [(90, 91, Fraction("90.01"))])
    assert exactly(found, 0) == Fraction("90.304") * 10**10
    assert found.points.sum() + found.rounding[0] == found.totals[0] * 100

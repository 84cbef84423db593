"""Numbers that do not fit are refused where they come up; whatever is not refused is exact to the last digit."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from core.points import FACT_SCALE
from scoring.book_checks import checked
from scoring.columns import Sums
from scoring.engine import Sheet, scored
from scoring.pooling import added
from scoring.ranges import refuse_beyond, score_range
from tests.scoring.oracle import Rule, card, halves_away
from tests.scoring.test_leaf_sheets import book, sheet, sums

huge = st.one_of(st.integers(-(2**62), 2**62), st.integers(-(2**40), 2**40), st.sampled_from([2**62, -(2**62), 0, 1]))
weights = st.sampled_from(["1", "99.999999999999", "0.000000000001", "33.333333333333333333", "100"])


def one_fact(num: int, den: int) -> Sums:
    return Sums(np.array([num]), np.array([den]), np.array([1]), np.array([True]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(huge, weights), min_size=3, max_size=3),
    st.sampled_from(['factor = "1"', 'factor = "0.000001"', 'factor = "0.000000000000000001"']),
    st.sampled_from(["sum", "ratio_of_sums"]),
    st.integers(1, 2**62),
)
def test_the_largest_facts_and_longest_weights_are_exact_or_refused(
    drawn: list[tuple[int, str]], factor: str, aggregation: str, den: int
) -> None:
    rule = f'method = "value"\naggregation = "{aggregation}"\nparams = {{ {factor} }}'
    lines = "\n".join(f'{code} = "{weight}"' for code, (_, weight) in zip(("ONE", "TWO", "THREE"), drawn, strict=True))
    rules = book(rule, rule, rule, card=lines)
    facts = {code: one_fact(num, den) for code, (num, _) in zip(("ONE", "TWO", "THREE"), drawn, strict=True)}
    try:
        found = scored(rules, "hall", Sheet(group=np.zeros(1, dtype=np.intp), sums=facts))
    except Invalid as refusal:
        if refusal.problem.code == "score_too_large":
            return
        raise
    by = Fraction(factor.split('"')[1])
    values = [by * num / FACT_SCALE if aggregation == "sum" else by * 100 * num / den for num, _ in drawn]
    told = {code: halves_away(value, 2) for code, value in zip(("ONE", "TWO", "THREE"), values, strict=True)}
    mine = [
        Rule(code, "P", Fraction(weight), "higher", aggregation, "value", {}, 0, Fraction(0), doubled=False)
        for code, (_, weight) in zip(told, drawn, strict=True)
    ]
    expected = card(mine, dict(told))
    assert Fraction(int(found.totals[0]), 100) == expected.total
    assert [Fraction(int(points), 10_000) for points in found.points[:, 0]] == list(expected.points.values())
    whole = sum(rule.weight for rule in mine)
    mean = sum((rule.weight * told[rule.code] for rule in mine), Fraction(0)) / whole
    assert Fraction(int(found.process_scores[0, 0]), 100) == halves_away(mean, 2)


def problems(rule: str, more: str = "") -> dict[str, str]:
    return {
        found.code: str(found.place.path if found.place else "")
        for found in checked(book(rule, more=more))
        if found.grade != "note"
    }


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        ('method = "ratio"\nparams = { target = 1, cap = 300000 }', "score_beyond_storage", "kpis.ONE.params.cap"),
        ('method = "value"\nparams = { cap = 9, floor = -300000 }', "score_beyond_storage", "kpis.ONE.params.floor"),
        ('method = "value"\nminimum = 0\nmaximum = 400000', "score_beyond_storage", "kpis.ONE.params.cap"),
        ('method = "value"\nminimum = 0\nmaximum = 99', "", ""),
        ('method = "value"\nminimum = 0', "unbounded_score", "kpis.ONE.params"),
        ('method = "formula"\nparams = { formula = "clip(value, 0, 10)" }', "", ""),
        ('method = "formula"\nparams = { formula = "max(value, 0)" }', "unbounded_score", "kpis.ONE.params"),
        ('method = "formula"\nminimum = 0\nmaximum = 9\nparams = { formula = "100 - 2 * value" }', "", ""),
        ('method = "table"\nparams = { table = { 1 = 25 }, else = 0 }', "", ""),
        ('method = "table"\nparams = { table = { 1 = 2500000 } }', "score_beyond_storage", "kpis.ONE.params.cap"),
        ('method = "ratio"\nparams = { target = 1 }\nmaximum = 99999999999999', "beyond_storage", "kpis.ONE.maximum"),
        (
            'method = "ratio"\nparams = { target = 1 }\nminimum = 9\nmaximum = 8',
            "minimum_above_maximum",
            "kpis.ONE.minimum",
        ),
        ('method = "ratio"\nparams = { target = 1 }\nround = "none"', "too_fine", "kpis.ONE.round"),
        ('method = "ratio"\nparams = { target = 1 }\nround = { places = 5 }', "too_fine", "kpis.ONE.round"),
        ('method = "ratio"\nparams = { target = 1 }\nround = { step = "0.5" }', "", ""),
        ('method = "ratio"\nparams = { target = 1 }\nround = { step = 0 }', "bad_rounding", "kpis.ONE.round"),
        ('method = "ratio"\nparams = { target = 1 }\nround = { mode = "up" }', "bad_rounding", "kpis.ONE.round"),
        ('method = "ratio"\nparams = { target = 1, floor = 5, cap = 4 }', "floor_above_cap", "kpis.ONE.params.floor"),
    ],
)
def test_what_cannot_be_held_is_told_when_the_rules_are_checked(rule: str, code: str, path: str) -> None:
    assert problems(rule) == ({code: path} if code else {})


def test_a_target_is_checked_like_the_rule_it_goes_over() -> None:
    more = '[[targets]]\nkpi = "ONE"\nparams = { target = 0 }\n[[targets]]\nkpi = "ONE"\nparams = { cap = 999999 }'
    found = problems('method = "ratio"\nparams = { target = 1 }', more)
    assert found == {"zero_target": "targets[0].params.target", "score_beyond_storage": "targets[1].params.cap"}


def test_numbers_that_the_month_tells_are_tried_both_ways_round() -> None:
    ends = '[{ population = "max" }, 0], [{ population = "min" }, 100]'
    assert problems(f'method = "linear"\nparams = {{ anchors = [{ends}] }}') == {}
    broken = problems('method = "linear"\nparams = { anchors = [[{ population = "max" }, 0]] }')
    assert broken == {"bad_anchors": "kpis.ONE.params.anchors"}


def test_the_range_of_a_broken_line_counts_its_jumps() -> None:
    rule = 'method = "linear"\nparams = { anchors = [[0, 10], [5, 40, 90], [9, 100]], cap = "none", floor = "none", below = "clamp" }'
    assert score_range(book(rule).kpis["ONE"]) == (10, 100)


def test_three_months_that_do_not_add_up_in_64_bits_are_refused() -> None:
    with pytest.raises(Invalid, match="too large"):
        added(one_fact(2**62, 1), one_fact(2**62, 1))
    assert added(one_fact(2**62 - 1, 1), one_fact(2**62, 1)).num[0] == 2**63 - 1  # type: ignore[union-attr] # both are there


def test_what_storage_would_cut_is_refused() -> None:
    refuse_beyond([("总分", "total", np.array([2**31 - 1, -(2**31) + 1]))], 32)
    with pytest.raises(Invalid, match="total is too large"):
        refuse_beyond([("总分", "total", np.array([2**31]))], 32)


def test_a_score_beyond_all_measure_is_refused_by_the_engine_itself() -> None:
    with pytest.raises(Invalid) as refusal:
        scored(book('method = "value"'), "hall", sheet({"ONE": sums("4000000000000")}))
    assert str(refusal.value.problem.place) == "kpis.ONE"

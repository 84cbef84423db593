"""A few halls and one or two KPIs: sizes, minimums, populations, targets and stand-ins, as an organiser would tell them."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from core.points import FACT_SCALE, decimal_text, rounded
from scoring.columns import Sums, of_fractions
from scoring.engine import Scored, Sheet, scored
from scoring.leaf import scored_kpi
from scoring.rulebook import RuleBook, parsed
from scoring.statuses import STATUSES

WORD = '{ zh = "词", en = "word" }'
HEAD = f"""
code = "halls"
name = {WORD}
[kinds.hall]
name = {WORD}
level = "hall"
[processes.P]
name = {WORD}
family = {WORD}
"""


def book(*kpis: str, card: str = "ONE = 100", more: str = "") -> RuleBook:
    names = ("ONE", "TWO", "THREE")
    rules = "\n".join(
        f'[kpis.{code}]\nname = {WORD}\nprocess = "P"\n{rule}' for code, rule in zip(names, kpis, strict=False)
    )
    return parsed(f"{HEAD}\n{rules}\n[scorecards.hall]\n{card}\n{more}")


def sums(*values: str | None, den: Sequence[int] | None = None, sample: Sequence[int] | None = None) -> Sums:
    known = np.array([value is not None for value in values])
    num = np.array([int(Fraction(value or 0) * FACT_SCALE) for value in values], dtype=np.int64)
    dens = np.array(den or [1] * len(values), dtype=np.int64) * FACT_SCALE
    return Sums(num, dens, np.array(sample or [1] * len(values), dtype=np.int64), known)


def sheet(facts: dict[str, Sums], **more: Any) -> Sheet:
    size = len(next(iter(facts.values())).known)
    return Sheet(group=more.pop("group", np.zeros(size, dtype=np.intp)), sums=facts, **more)


def scores(found: Scored, row: int = 0) -> list[str]:
    """Return the scores of a KPI, and why there is none."""
    places = found.places
    return [
        decimal_text(rounded(int(score), 10 ** (places - 2)), 2) if counted else STATUSES[status]
        for score, counted, status in zip(found.scores[row], found.counted[row], found.statuses[row], strict=True)
    ]


COMPLAINTS = """
method = "deduct"
params = { items = { complaint = { points = 3 } }, exposure = { reference = 300000, of = "customers" } }
"""


def test_a_branch_twice_as_large_loses_half_as_much_for_each_complaint() -> None:
    sizes = {"customers": of_fractions([Fraction(300_000), Fraction(600_000), None, Fraction(0)])}
    found = scored(book(COMPLAINTS), "hall", sheet({"ONE": sums("4", "4", "4", "4")}, exposures=sizes))
    assert scores(found) == ["88.00", "94.00", "missing", "missing"]


def test_a_cap_on_one_kind_of_event_holds_after_its_points_are_scaled() -> None:
    rule = COMPLAINTS.replace("points = 3", 'points = 3, cap = "7"')
    sizes = {"customers": of_fractions([Fraction(300_000), Fraction(600_000)])}
    found = scored(book(rule), "hall", sheet({"ONE": sums("4", "4")}, exposures=sizes))
    assert scores(found) == ["93.00", "94.00"]


def test_sums_of_months_with_different_working_days_compare() -> None:
    rule = 'method = "value"\nparams = { exposure = { reference = 21, of = "working_days" } }'
    short, long = (
        scored(book(rule), "hall", sheet({"ONE": sums(total)}, days={"working_days": days}))
        for total, days in (("36", 18), ("46", 23))
    )
    assert scores(short) == scores(long) == ["42.00"]


def test_sizes_may_be_multiplied() -> None:
    rule = """
method = "value"
params = { exposure = [{ reference = 100, of = "traffic" }, { reference = 20, of = "working_days" }] }
"""
    sizes = {"traffic": of_fractions([Fraction(50)])}
    found = scored(book(rule), "hall", sheet({"ONE": sums("6")}, exposures=sizes, days={"working_days": 10}))
    assert scores(found) == ["24.00"]


def test_a_denominator_may_be_too_small_to_be_believed() -> None:
    rule = """
method = "value"
aggregation = "ratio_of_sums"
min_denominator = { default = "10.5" }
min_sample = { hall = 3 }
"""
    facts = sums("5", "5", "5", den=[10, 11, 20], sample=[9, 9, 2])
    assert scores(scored(book(rule), "hall", sheet({"ONE": facts}))) == [
        "insufficient_sample",
        "45.45",
        "insufficient_sample",
    ]


def test_a_hall_that_does_not_count_moves_nobody_and_is_judged_all_the_same() -> None:
    rule = 'method = "rank"\nparams = { best = 100, worst = 60 }'
    facts = {"ONE": sums("9", "7", "5", "8")}
    alone = scored(book(rule), "hall", sheet({"ONE": sums("9", "7", "5")}))
    beside = scored(book(rule), "hall", sheet(facts, population=np.array([True, True, True, False])))
    assert scores(alone) == ["100.00", "80.00", "60.00"]
    # Among the three it would be the second of four: 100 − 1/3 × 40.
    assert scores(beside) == [*scores(alone), "86.67"]


@pytest.mark.parametrize(("policy", "expected"), [("group_mean", "50.00"), ("group_worst", "40.00"), ("zero", "0.00")])
def test_what_stands_in_is_taken_from_those_who_count(policy: str, expected: str) -> None:
    rule = f'method = "value"\nmissing = "{policy}"'
    facts = {"ONE": sums("60", "40", "10", None)}
    found = scored(book(rule), "hall", sheet(facts, population=np.array([True, True, False, True])))
    assert scores(found) == ["60.00", "40.00", "10.00", expected]


def test_the_worst_of_a_group_may_lie_below_zero() -> None:
    rule = 'method = "value"\nmissing = "group_worst"'
    assert scores(scored(book(rule), "hall", sheet({"ONE": sums("-7.5", "3", None)}))) == ["-7.50", "3.00", "-7.50"]


def test_a_mean_that_stands_in_is_rounded_as_the_scores_are() -> None:
    rule = 'method = "value"\nmissing = "group_mean"\nround = { step = "0.5" }'
    found = scored(book(rule), "hall", sheet({"ONE": sums("60.2", "40.6", "50.1", None)}))
    assert scores(found) == ["60.00", "40.50", "50.00", "50.00"]


def test_last_periods_score_is_held_at_the_decimals_of_the_card() -> None:
    rule = 'method = "value"\nmissing = "hold_last"\nround = { places = 4 }'
    found = scored(
        book(rule), "hall", sheet({"ONE": sums("1.23456", None, None)}, held={"ONE": np.array([1, 812, -1])})
    )
    assert found.places == 4
    assert found.scores[0].tolist() == [12_346, 81_200, 0]
    assert found.counted[0].tolist() == [True, True, False]


def test_a_card_mixes_kpis_that_are_rounded_differently() -> None:
    rules = [
        'method = "value"\nround = { places = 0, mode = "floor" }',
        'method = "value"',
        'method = "value"\nround = { places = 3 }',
    ]
    facts = dict.fromkeys(("ONE", "TWO", "THREE"), sums("80.5678"))
    found = scored(book(*rules, card="ONE = 50\nTWO = 25\nTHREE = 25"), "hall", sheet(facts))
    assert (found.places, found.scores[:, 0].tolist()) == (3, [80_000, 80_570, 80_568])
    assert found.points[:, 0].tolist() == [400_000, 201_425, 201_420]
    assert found.totals.tolist() == [8028]


TARGETS = """
[[targets]]
kpi = "ONE"
params = { target = 80 }
[[targets]]
kpi = "ONE"
group = "A"
params = { target = 50 }
[[targets]]
kpi = "ONE"
unit = "S3"
months = [202611]
params = { target = 40, cap = "none" }
"""


def test_halls_are_held_to_their_own_targets() -> None:
    rules = book('method = "ratio"\nparams = { target = 100 }', more=TARGETS)
    told = sheet(
        {"ONE": sums("60", "60", "60")},
        units=("S1", "S2", "S3"),
        own_groups=("A", "B", "A"),
        month=202611,
    )
    assert scores(scored(rules, "hall", told)) == ["120.00", "75.00", "150.00"]
    assert scores(scored(rules, "hall", replace(told, month=202612))) == ["120.00", "75.00", "120.00"]


def test_a_rank_with_two_targets_is_still_a_rank_among_all() -> None:
    more = '[[targets]]\nkpi = "ONE"\nunit = "S1"\nparams = { best = 110 }'
    rules = book('method = "rank"\nparams = { best = 100, worst = 60 }', more=more)
    found = scored(rules, "hall", sheet({"ONE": sums("9", "7", "5")}, units=("S1", "S2", "S3")))
    assert scores(found) == ["110.00", "80.00", "60.00"]


def test_a_target_may_be_the_median_of_the_month() -> None:
    rule = 'method = "ratio"\nparams = { target = { population = "median", scope = "all" } }'
    assert scores(scored(book(rule), "hall", sheet({"ONE": sums("5", "10", "11", None)}))) == [
        "50.00",
        "100.00",
        "110.00",
        "missing",
    ]


def test_anchors_may_be_quantiles_and_where_all_are_alike_there_is_no_basis() -> None:
    ends = ('{ population = "min" }', '{ population = "quantile", share = "0.5" }', '{ population = "max" }')
    anchors = ", ".join(f"[{end}, {score}]" for end, score in zip(ends, (0, 60, 100), strict=True))
    rules = book(f'method = "linear"\nparams = {{ anchors = [{anchors}] }}')
    groups = np.array([0, 0, 0, 1, 1, 1], dtype=np.intp)
    found = scored(rules, "hall", sheet({"ONE": sums("1", "2", "6", "4", "4", None)}, group=groups))
    assert scores(found) == ["0.00", "60.00", "100.00", "no_baseline", "no_baseline", "missing"]


def test_each_row_may_bring_its_own_threshold() -> None:
    rule = 'method = "binary"\nparams = { threshold = { column = "limit" } }'
    limits = {"ONE": {"limit": of_fractions([Fraction(3), Fraction(8), None])}}
    found = scored(book(rule), "hall", sheet({"ONE": sums("5", "5", "5")}, constants=limits))
    assert scores(found) == ["100.00", "0.00", "no_baseline"]


def test_a_formula_takes_what_stands_in_the_rows_as_it_is() -> None:
    rule = """
method = "formula"
aggregation = "ratio_of_sums"
params = { formula = "100 if den == 0 else clip(value * bonus - sample, 0, top)", constants = { bonus = { column = "bonus" }, top = 90 } }
"""
    columns = {"ONE": {"bonus": of_fractions([Fraction(1), Fraction("1.5"), Fraction(2), None])}}
    facts = sums("1", "1", "0", "1", den=[2, 2, 0, 2], sample=[4, 4, 4, 4])
    found = scored(book(rule), "hall", sheet({"ONE": facts}, constants=columns))
    assert scores(found) == ["46.00", "71.00", "100.00", "missing"]


def test_a_kpi_without_targets_is_scored_in_one_piece() -> None:
    rules = book(
        'method = "ratio"\nparams = { target = 100 }',
        more='[[targets]]\nkpi = "ONE"\nkind = "hall"\nparams = { cap = 90 }',
    )
    told = sheet({"ONE": sums("95", "50")})
    one = scored_kpi(rules.kpis["ONE"], "hall", told, 2)
    all_of_them = scored_kpi(rules.kpis["ONE"], "hall", told, 2, targets=rules.targets_of("ONE"))
    assert (one.fill.scores.tolist(), all_of_them.fill.scores.tolist()) == ([9500, 5000], [9000, 5000])

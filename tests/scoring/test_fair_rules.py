"""What the rule check says of unfair rules while they are written, alone and with a month of data."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest

from core.errors import Problem
from core.points import FACT_SCALE
from scoring.book_checks import checked
from scoring.checks.coverage import card_gaps
from scoring.checks.with_data import CardMonth, checked_with
from scoring.columns import Sums
from scoring.engine import scored
from scoring.rulebook import RuleBook, parsed
from scoring.sheet import Sheet

HEAD = """
code = "fair"
name = { zh = "规则", en = "Rules" }
[composition]
coverage_min = "0.60"
[kinds]
hall = { name = { zh = "厅", en = "Halls" }, level = "hall" }
[processes]
P = { name = { zh = "过程", en = "Process" }, family = { zh = "服务", en = "Service" }, weight = "100" }
"""
LINE = 'method = "linear"\nparams = { anchors = [["80", "60"], ["90", "100"]] }\n'


def kpi(code: str, rest: str = LINE, aggregation: str = "ratio_of_sums") -> str:
    return (
        f'[kpis.{code}]\nname = {{ zh = "{code}", en = "{code}" }}\nprocess = "P"\n'
        f'aggregation = "{aggregation}"\nsource = "s"\n{rest}\n'
    )


def rules(*kpis: str, weights: str = 'A = "50"\nB = "50"\n', more: str = "") -> RuleBook:
    return parsed("\n".join((HEAD, *kpis, f"[scorecards.hall]\n{weights}", more)))


def told(book: RuleBook, code: str) -> list[Problem]:
    return [problem for problem in checked(book) if problem.code == code]


def grades(book: RuleBook, code: str) -> list[str]:
    return [problem.grade for problem in told(book, code)]


def test_fair_rules_are_left_alone() -> None:
    found = checked(rules(kpi("A"), kpi("B"), kpi("C"), weights='A = "40"\nB = "30"\nC = "30"\n'))
    assert [problem.code for problem in found] == []


def test_the_same_facts_in_two_kpis_of_a_total_are_warned_of() -> None:
    assert grades(rules(kpi("A"), kpi("B", f'{LINE}reads = "A"\n')), "same_facts") == ["warning"]


def test_a_sum_of_what_another_kpi_takes_a_ratio_of_is_warned_of() -> None:
    book = rules(kpi("A"), kpi("B", f'{LINE}reads = "A"\n', "sum"))
    (found,) = told(book, "read_otherwise")
    assert found.place is not None
    assert (found.grade, found.place.path) == ("warning", "kpis.B.reads")
    assert found.hint is not None
    assert 'aggregation = "ratio_of_sums"' in found.hint.en
    assert told(rules(kpi("A"), kpi("B", f'{LINE}reads = "A"\n')), "read_otherwise") == []


def test_a_kind_that_loses_its_card_and_a_card_that_nobody_has_are_warned_of() -> None:
    book = rules(kpi("A"), kpi("B"))
    other = parsed(HEAD.replace("hall", "counter") + kpi("A") + "[scorecards.counter]\nA = 100\n")
    assert [one.code for one in card_gaps(other, book, {"hall"})] == ["card_missing", "card_without_units"]
    assert list(card_gaps(book, book, {"hall"})) == []
    assert [one.code for one in card_gaps(other, book, {"counter"})] == []


def test_help_that_nobody_could_escape_is_warned_of() -> None:
    def book(top: str, rule: str = "") -> RuleBook:
        low = f'method = "linear"\nparams = {{ anchors = [["80", "0"], ["90", "{top}"]], below = "clamp" }}\n'
        tree = '[trees.hall.nodes.total]\nop = "sum"\nchildren = ["A", "B"]\n'
        help_at = '[coaching.triggers.below_threshold]\nname = { zh = "底线", en = "Threshold" }\nrule = { zh = "低", en = "Low" }\nlevel = 1\n'
        return parsed("\n".join((HEAD, kpi("A", low), kpi("B", low), tree, help_at, rule)))

    (total,) = told(book("3.5"), "always_helped")
    assert (total.grade, "最高7分" in total.sentence.zh, "70" in total.sentence.en) == ("warning", True, True)
    (process,) = told(book("3.5", "[coaching.rules.hall]\nthreshold = 2\n"), "always_helped")
    assert ("3.5" in process.sentence.zh, "60" in process.sentence.en) == (True, True)
    assert told(book("80"), "always_helped") == []
    in_scale = "[coaching.rules.hall]\nthreshold = 2\nprocess_threshold = 2\n"
    assert told(book("3.5", in_scale), "always_helped") == []


def test_the_same_facts_beside_the_card_are_not() -> None:
    book = rules(kpi("A"), kpi("B", f'{LINE}reads = "A"\n'), weights='A = "100"\n', more='[extras.hall]\nB = "100"\n')
    assert told(book, "same_facts") == []


def test_one_source_with_one_formula_may_be_one_thing() -> None:
    formula = 'formula = { zh = "投诉数", en = "complaints" }\n'
    assert grades(rules(kpi("A", LINE + formula), kpi("B", LINE + formula)), "maybe_same_facts") == ["warning"]


def test_weights_that_do_not_add_up_stop_the_rules() -> None:
    assert grades(rules(kpi("A"), kpi("B"), weights='A = "50"\nB = "40"\n'), "weights_not_100") == ["error"]


@pytest.mark.parametrize(("weight", "found"), [("50", []), ("51", ["warning"])])
def test_a_kpi_with_more_than_half_of_the_weight_decides_the_card(weight: str, found: list[str]) -> None:
    rest = 100 - int(weight)
    weights = f'A = "{weight}"\nB = "{rest - 10}"\nC = "10"\n'
    assert grades(rules(kpi("A"), kpi("B"), kpi("C"), weights=weights), "one_kpi_decides") == found


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("(A + B + C) / 3", {}),
        ("0.8 * A + 0.1 * B + 0.1 * C", {"A": "80%"}),
        ("min(A, B, C)", {}),
        ("max(A, B, C)", {}),
        ("A * B * C / 10000", {}),
        ("B if A >= 80 else C", {}),
        ("0.1 * A + 0.9 * B - 5", {"B": "90%"}),
        ("A / (B - B) + C", {}),
    ],
)
def test_in_a_formula_a_kpi_counts_by_what_it_moves(formula: str, found: dict[str, str]) -> None:
    tree = f'[trees.hall.nodes.total]\nop = "formula"\nchildren = ["A", "B", "C"]\nformula = "{formula}"\n'
    book = parsed("\n".join((HEAD, kpi("A"), kpi("B"), kpi("C"), tree)))
    warned = told(book, "one_kpi_decides")
    assert len(warned) == len(found)
    assert [share for code, share in found.items() if f"“{code}” holds {share}" not in warned[0].sentence.en] == []


RANKED = 'method = "rank"\nparams = { best = "100", worst = "60" }\n'


@pytest.mark.parametrize(("weight", "grade"), [("20", "note"), ("50", "warning")])
def test_ranks_hide_that_everybody_improved(weight: str, grade: str) -> None:
    weights = f'A = "{weight}"\nB = "{100 - int(weight)}"\n'
    assert grades(rules(kpi("A", RANKED), kpi("B"), weights=weights), "hides_progress") == [grade]


def test_frozen_means_hide_nothing() -> None:
    frozen = 'method = "zscore"\nparams = { center = "80", scale = "10", mean = "85", sd = "4" }\n'
    assert told(rules(kpi("A", frozen), kpi("B")), "hides_progress") == []


COUNTED = 'unit = "count"\nmethod = "linear"\nparams = { anchors = [["0", "0"], ["10", "100"]], above = "extend", cap = "none" }\n'


def test_a_count_without_cap_and_without_quality_beside_it_is_warned_of() -> None:
    assert grades(rules(kpi("A", COUNTED, "sum"), kpi("B", COUNTED, "sum")), "count_without_quality") == ["warning"] * 2
    assert told(rules(kpi("A", COUNTED, "sum"), kpi("B")), "count_without_quality") == []


def test_a_count_with_a_cap_is_not() -> None:
    capped = COUNTED.replace('cap = "none"', 'cap = "120"')
    assert told(rules(kpi("A", capped, "sum"), kpi("B", capped, "sum")), "count_without_quality") == []


def test_theme_points_without_a_cap_are_warned_of() -> None:
    theme = """
[themes.T]
name = { zh = "主题", en = "Theme" }
month = 11
[themes.T.activities.X]
name = { zh = "活动", en = "Activity" }
points = "0.1"
"""
    assert grades(rules(kpi("A"), kpi("B"), more=theme), "bonus_without_cap") == ["warning"]
    assert told(rules(kpi("A"), kpi("B"), more=theme + 'cap = "5"\n'), "bonus_without_cap") == []


def test_two_anchors_with_one_score_are_a_dead_zone() -> None:
    flat = 'method = "linear"\nparams = { anchors = [["70", "60"], ["80", "90"], ["88", "90"], ["95", "120"]] }\n'
    (found,) = told(rules(kpi("A", flat), kpi("B")), "dead_zone")
    assert "from 80 to 88" in found.sentence.en


@pytest.mark.parametrize(("low", "grade"), [("60", "note"), ("40", "warning")])
def test_a_deep_cliff_is_warned_of_a_small_one_noted(low: str, grade: str) -> None:
    bands = (
        f'method = "band"\nparams = {{ bands = [{{ hi = "90", score = "{low}" }}, {{ lo = "90", score = "100" }}] }}\n'
    )
    assert grades(rules(kpi("A", bands), kpi("B")), "cliff") == [grade]


def test_means_that_do_not_tell_their_spread_are_noted_once() -> None:
    mean = f"{LINE}sampled = true\n"
    book = rules(kpi("A", mean, "sample_mean"), kpi("B", mean, "sample_mean"))
    (found,) = told(book, "spread_not_told")
    assert "A, B" in found.sentence.en
    assert told(rules(kpi("A", f'{mean}spread = "1.5"\n', "sample_mean"), kpi("B")), "spread_not_told") == []


def sums(values: Sequence[int | None], samples: Sequence[int] | None = None) -> Sums:
    known = np.array([value is not None for value in values])
    num = np.array([value or 0 for value in values], dtype=np.int64) * FACT_SCALE
    size = np.array(samples or [100] * len(values), dtype=np.int64)
    return Sums(num, np.full(len(values), 100 * FACT_SCALE), size, known)


def month(book: RuleBook, **columns: Sums) -> CardMonth:
    size = len(next(iter(columns.values())).num)
    found = scored(book, "hall", Sheet(group=np.zeros(size, dtype=np.intp), sums=columns))
    return CardMonth("hall", found, np.ones(size, dtype=bool), found.ranked)


def seen(book: RuleBook, *months: CardMonth) -> dict[str, Problem]:
    return {problem.code: problem for problem in checked_with(book, [[one] for one in months])}


SPREAD = [82, 84, 85, 86, 87, 88, 89, 90, 91, 92]
TWO = rules(kpi("A"), kpi("B", LINE + "min_sample = { default = 30 }\n"))


def test_it_is_told_how_many_units_would_have_been_ranked() -> None:
    found = seen(TWO, month(TWO, A=sums(SPREAD), B=sums(SPREAD)))
    assert "100%" in found["ranked_share"].sentence.en
    assert found["ranked_share"].grade == "note"


def test_fewer_than_four_in_five_ranked_is_warned_of() -> None:
    missing: list[int | None] = [None if number < 3 else value for number, value in enumerate(SPREAD)]
    found = seen(TWO, month(TWO, A=sums(missing), B=sums(missing)))
    assert found["few_ranked"].grade == "warning"
    assert "70%" in found["few_ranked"].sentence.en


def test_a_kpi_below_its_minimum_sample_for_most_units_is_warned_of() -> None:
    found = seen(TWO, month(TWO, A=sums(SPREAD), B=sums(SPREAD, [10] * 6 + [50] * 4)))
    assert "60%" in found["below_minimum_sample"].sentence.en
    enough = seen(TWO, month(TWO, A=sums(SPREAD), B=sums(SPREAD, [10] * 4 + [50] * 6)))
    assert "below_minimum_sample" not in enough


def test_a_stretch_on_which_most_units_score_the_same_is_a_dead_zone() -> None:
    above = [95, 96, 97, 98, 99, 100, 94, 85, 86, 87]
    assert "70%" in seen(TWO, month(TWO, A=sums(above), B=sums(SPREAD)))["dead_zone"].sentence.en
    assert "dead_zone" not in seen(TWO, month(TWO, A=sums([88] * 10), B=sums(SPREAD)))


def test_a_kpi_that_makes_most_of_the_differences_is_warned_of_whatever_it_weighs() -> None:
    book = rules(kpi("A"), kpi("B"), kpi("C"), weights='A = "20"\nB = "40"\nC = "40"\n')
    still = sums([88, 88, 88, 88, 88, 89, 89, 89, 89, 89])
    found = seen(book, month(book, A=sums(SPREAD), B=still, C=still))
    assert found["one_kpi_decides_totals"].place is not None
    assert found["one_kpi_decides_totals"].place.path == "scorecards.hall.A"
    even = seen(book, month(book, A=sums(SPREAD), B=sums(SPREAD[::-1]), C=sums([*SPREAD[5:], *SPREAD[:5]])))
    assert "20%" not in str(even)


def test_a_target_that_nobody_reached_in_any_month_is_warned_of() -> None:
    book = rules(kpi("A", f'{LINE}target = "93"\n'), kpi("B"))
    low, high = month(book, A=sums(SPREAD), B=sums(SPREAD)), month(book, A=sums([*SPREAD[:9], 94]), B=sums(SPREAD))
    assert "92" in seen(book, low, low)["target_never_reached"].sentence.en
    assert "target_never_reached" not in seen(book, low, high)


def test_where_less_is_better_the_least_is_the_best() -> None:
    down = (
        'direction = "lower"\ntarget = "83"\nmethod = "linear"\nparams = { anchors = [["90", "60"], ["83", "100"]] }\n'
    )
    book = rules(kpi("A", down), kpi("B"))
    assert "target_never_reached" not in seen(book, month(book, A=sums(SPREAD), B=sums(SPREAD)))


def test_a_top_band_that_nobody_got_is_warned_of() -> None:
    bands = 'method = "band"\nparams = { bands = [{ hi = "80", score = "0" }, { lo = "80", hi = "99", score = "100" }, { lo = "99", score = "120" }] }\n'
    book = rules(kpi("A", bands), kpi("B"))
    assert "top_band_never_reached" in seen(book, month(book, A=sums(SPREAD), B=sums(SPREAD)))
    assert "top_band_never_reached" not in seen(book, month(book, A=sums([*SPREAD[:9], 99]), B=sums(SPREAD)))


def test_without_data_nothing_is_said_about_data() -> None:
    assert checked_with(TWO, []) == ()


def test_the_variance_of_totals_is_shared_out_whole() -> None:
    found = month(TWO, A=sums(SPREAD), B=sums(SPREAD[::-1])).scored
    totals = found.points.sum(axis=0)
    parts = [np.cov(row, totals, bias=True)[0, 1] for row in found.points]
    assert abs(sum(parts) - totals.var()) < Fraction(1, 1000)

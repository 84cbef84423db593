from decimal import Decimal
from fractions import Fraction

from core.points import fraction_text
from leaderboards.departments import part_weights
from scoring.blend import blend
from scoring.book_terms import DepartmentRules
from scoring.department import ProcessShare, bonus_of, department_total, mixed, outcome, rater_corrected

NETWORK = [
    ProcessShare("NET", Fraction(15), Fraction(70), Fraction("78.40")),
    ProcessShare("VAS", Fraction(8), Fraction(10), Fraction("85.00")),
    ProcessShare("PRO", Fraction(8), Fraction(6), Fraction("88.00")),
    ProcessShare("CMP", Fraction(8), Fraction(15), Fraction("71.50")),
]
WEIGHTS = {"outcome": Fraction(1, 2), "tasks": Fraction(3, 10), "internal": Fraction(1, 5)}


def test_one_more_point_of_its_main_process_brings_the_network_department_two_fifths_of_a_point() -> None:
    found = outcome(NETWORK)
    assert fraction_text(found.effect("NET", Fraction(1, 2)), 2) == "0.40"
    assert found.effect("HOT", Fraction(1, 2)) == 0


def test_the_marginal_effect_is_the_real_difference() -> None:
    better = [
        ProcessShare(one.process, one.weight, one.share, (one.score or 0) + (one.process == "NET")) for one in NETWORK
    ]
    before, after = (
        department_total({"outcome": outcome(shares).score, "tasks": Fraction(93), "internal": Fraction(84)}, WEIGHTS)
        for shares in (NETWORK, better)
    )
    assert after is not None
    assert before is not None
    assert after - before == outcome(NETWORK).effect("NET", Fraction(1, 2))


def test_company_only_kpis_enter_by_their_share_of_the_process() -> None:
    assert mixed(Fraction(80), Fraction(100), Fraction(11, 20)) == 89
    assert mixed(None, Fraction(100), Fraction(11, 20)) == 100
    assert mixed(None, None, Fraction(1)) is None


def test_growth_is_eighty_for_standing_still_and_ten_for_each_point_within_0_and_120() -> None:
    before = {"NET": Fraction("77.40"), "VAS": Fraction("85.00"), "PRO": Fraction("98.00"), "CMP": Fraction("60")}
    found = outcome(NETWORK, before)
    mix = 15 * 70 * 90 + 8 * 10 * 80 + 8 * 6 * 0 + 8 * 15 * 120
    assert found.growth == Fraction(mix, 15 * 70 + 8 * 10 + 8 * 6 + 8 * 15)
    assert outcome(NETWORK).growth is None
    assert outcome(NETWORK, {"HOT": Fraction(80)}).growth is None


def test_from_the_second_month_on_three_tenths_of_the_outcome_are_growth() -> None:
    rules = DepartmentRules(improvement=Decimal("0.30"))
    first, second = outcome(NETWORK), outcome(NETWORK, {"NET": Fraction("78.40")})
    assert part_weights(rules, first) == WEIGHTS
    assert part_weights(rules, second) == {**WEIGHTS, "outcome": Fraction(35, 100), "growth": Fraction(15, 100)}
    parts = {"outcome": Fraction("78.16"), "growth": Fraction(110)}
    assert fraction_text(blend(parts, part_weights(rules, second)) or Fraction(0), 2) == "87.71"


def test_extras_move_a_department_by_at_most_their_limit() -> None:
    assert bonus_of({"a": Fraction(120), "b": Fraction(0), "c": None}, Fraction(2)) == 0
    assert bonus_of({"a": Fraction(110)}, Fraction(2)) == 1
    assert bonus_of({"a": Fraction(50)}, Fraction(2)) == -1


def test_a_severe_rater_is_corrected_only_with_three_departments_rated() -> None:
    ratings = {("B01", name): Fraction(6) for name in ("X", "Y", "Z")} | {("B02", "X"): Fraction(10)}
    found = rater_corrected(ratings)
    assert found["B01", "X"] == 7
    assert found["B02", "X"] == 10

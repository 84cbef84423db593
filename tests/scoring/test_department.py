from fractions import Fraction

from core.points import fraction_text
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


def test_extras_move_a_department_by_at_most_their_limit() -> None:
    assert bonus_of({"a": Fraction(120), "b": Fraction(0), "c": None}, Fraction(2)) == 0
    assert bonus_of({"a": Fraction(110)}, Fraction(2)) == 1
    assert bonus_of({"a": Fraction(50)}, Fraction(2)) == -1


def test_a_severe_rater_is_corrected_only_with_three_departments_rated() -> None:
    ratings = {("B01", name): Fraction(6) for name in ("X", "Y", "Z")} | {("B02", "X"): Fraction(10)}
    found = rater_corrected(ratings)
    assert found["B01", "X"] == 7
    assert found["B02", "X"] == 10
